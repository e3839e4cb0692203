"""Rows made and written past the ORM are the rows the ORM would have made."""

import gc
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F

from core.bulk import (
    collecting_seldom,
    count_tables,
    insert_from,
    insert_missing,
    insert_rows,
    looking_up_keys,
    new_row,
    take_stock,
    update_rows,
)
from core.enums import DayKind, DaySource
from core.models import CalendarDay
from customers.models import Customer
from tests.factories import TODAY, ServiceOrderFactory
from vehicles.models import OdometerReading, ServiceLine, ServiceOrder, Vehicle


@pytest.mark.parametrize("model", [Customer, Vehicle, ServiceOrder, ServiceLine, OdometerReading])
def test_a_new_row_has_the_defaults_of_an_instance(model):
    ours, djangos = new_row(model), model()

    moments = {"created_at"}
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in moments]
    assert {name: getattr(ours, name) for name in columns} == {name: getattr(djangos, name) for name in columns}
    assert ours._state.adding


def test_two_new_rows_share_no_list():
    one, other = new_row(Vehicle), new_row(Vehicle)

    one.edited_fields.append("plate")

    assert other.edited_fields == []


def test_a_moment_stands_where_the_default_is_the_clock_and_nowhere_else():
    moment = datetime(2026, 11, 21, 4, tzinfo=UTC)

    assert (new_row(Customer, moment).created_at, new_row(Customer, moment).ended_at) == (moment, None)
    assert new_row(Customer, moment, created_at=None).created_at is None


def page_cost():
    if connection.vendor != "postgresql":
        return "4"
    with connection.cursor() as cursor:
        cursor.execute("SHOW random_page_cost")
        return cursor.fetchone()[0]


def test_keys_are_looked_up_in_indexes_only_meanwhile(db):
    with looking_up_keys():
        assert page_cost() == ("0.1" if connection.vendor == "postgresql" else "4")

    assert page_cost() == "4"


def test_a_failed_transaction_takes_back_how_keys_were_looked_up(db):
    with pytest.raises(IntegrityError), transaction.atomic(), looking_up_keys():
        insert_rows([new_row(CalendarDay, date=TODAY, kind=DayKind.OFF, name=name) for name in ("盘点", "装修")])

    assert page_cost() == "4"


def test_python_collects_as_before_once_the_rows_are_written_also_after_a_failure():
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), collecting_seldom():
        assert gc.get_threshold()[0] > before[0]
        raise ZeroDivisionError

    assert gc.get_threshold() == before


@pytest.mark.django_db
def test_a_new_row_is_written_with_what_it_was_given_and_read_back():
    vehicle = new_row(Vehicle, plate="粤L12345", registered_on=TODAY, premium_fen=120_000)

    insert_rows([vehicle])

    stored = Vehicle.objects.get(pk=vehicle.pk)
    assert (stored.plate, stored.registered_on, stored.premium_fen) == ("粤L12345", TODAY, 120_000)
    assert stored.edited_fields == []


@pytest.mark.django_db
def test_a_row_that_meets_another_ones_unique_key_is_left_out_and_the_others_are_written():
    tomorrow = TODAY + timedelta(days=1)
    insert_rows([new_row(CalendarDay, date=TODAY, kind=DayKind.OFF, name="盘点")])

    insert_missing([new_row(CalendarDay, date=day, kind=DayKind.OFF, name="装修") for day in (TODAY, tomorrow)])

    assert dict(CalendarDay.objects.values_list("date", "name")) == {TODAY: "盘点", tomorrow: "装修"}


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("write", [insert_missing, partial(update_rows, names=["name"])])
def test_a_text_longer_than_its_column_is_refused_and_not_cut_off(write):
    day = new_row(CalendarDay, date=TODAY, kind=DayKind.OFF, name="盘点")
    if write is not insert_missing:
        insert_rows([day])
    day.name = "盘" * 300

    with pytest.raises(DataError), transaction.atomic():
        write([day])


@pytest.mark.django_db
def test_rows_made_of_others_in_one_statement_have_the_defaults_and_leave_out_what_is_there():
    tomorrow = TODAY + timedelta(days=1)
    for day, name in ((TODAY, "粤L1"), (tomorrow, "粤L2")):
        OdometerReading.objects.create(
            vehicle=Vehicle.objects.create(plate=name), read_on=day, km=day.day, source="desk"
        )
    CalendarDay.objects.create(date=TODAY, kind=DayKind.OFF, name="盘点")

    columns = {"date": F("read_on"), "kind": DayKind.OFF, "name": F("vehicle__plate")}
    made = [insert_from(CalendarDay, OdometerReading.objects.order_by("pk"), columns) for _ in range(2)]

    assert made == [1, 0]
    assert dict(CalendarDay.objects.values_list("date", "name")) == {TODAY: "盘点", tomorrow: "粤L2"}
    assert CalendarDay.objects.get(date=tomorrow).source == DaySource.SHOP
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_from(CalendarDay, OdometerReading.objects.order_by("pk"), columns, may_meet=False)


@pytest.mark.django_db
def test_a_table_that_was_filled_is_counted_at_once():
    days = [TODAY + timedelta(days=n) for n in range(1_200)]
    insert_rows([new_row(CalendarDay, date=day, name="谷雨") for day in days])

    take_stock(CalendarDay)

    sql = {
        "sqlite": "SELECT MAX(CAST(stat AS integer)) FROM sqlite_stat1 WHERE tbl = %s",
        "postgresql": "SELECT reltuples FROM pg_class WHERE relname = %s",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql, [CalendarDay._meta.db_table])
        assert cursor.fetchone()[0] >= 1_200


@pytest.mark.django_db
def test_sqlite_takes_a_table_for_large_of_which_it_saw_two_rows():
    for _ in range(2):
        ServiceOrderFactory()

    take_stock(ServiceOrder)
    count_tables(today=TODAY)

    if connection.vendor == "sqlite":  # PostgreSQL looks how large a table has become
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [ServiceOrder._meta.db_table])
            assert cursor.fetchall() == []
