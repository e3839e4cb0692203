"""Undoing a batch: what it created goes, what it changed returns, what people touched stays and is listed."""

from datetime import UTC, date, datetime, timedelta
from zlib import crc32

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import DriveMember, Message, Outcome, PlanLine, Touch
from campaigns.services import propose, start_drive
from customers.enums import Channel
from customers.models import ContactPoint, Customer, CustomerChange, Introduction
from customers.services import change_customer, log_interaction
from imports import services
from imports.enums import BatchState, KeptBecause
from imports.errors import ImportsRunning, UndoBusy, UndoTooLate
from imports.models import CreatedRows, ImportBatch, ImportRow, KeptRow, RowImage
from imports.rules.traces import digests_of, returning, without_added
from imports.services.undo.tables import TABLES, links_to, words_for
from segments.services import refresh
from staff.enums import Action
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    ConsentFactory,
    CustomerFactory,
    InteractionFactory,
    PromiseFactory,
    ServiceOrderFactory,
    VehicleFactory,
    VehicleWarningFactory,
    moment,
)
from tests.imports.files import SAMPLES, customer, order
from vehicles.enums import OrderSource, OrderStatus, ReadingSource
from vehicles.models import OdometerReading, ServiceOrder, Vehicle
from vehicles.services import Meaning, open_visit, record_readings

pytestmark = pytest.mark.django_db


def everything():
    """Every row an import may write, as it stands."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


@pytest.fixture
def undo(manager):
    """Undo a batch as the manager does, and let the worker do it."""

    def _undo(batch, *, now=None):
        now = now or timezone.now()
        services.begin_undo(batch, why="导错了文件", by=manager, now=now)
        services.run_undo(batch.pk, now=now)
        batch.refresh_from_db()
        return batch

    return _undo


def kept(batch) -> set:
    return set(KeptRow.objects.filter(batch=batch).values_list("table", "reason"))


# --- what nobody touched ---


def test_what_a_file_created_goes_wholly(bring_customers, undo):
    before = everything()
    batch = bring_customers(customer(km="50000"), customer("李四", "13900139000", "粤B54321"))

    undo(batch)

    assert everything() == before
    assert (batch.state, batch.counts["undone"]["kept"]) == (BatchState.UNDONE, 0)
    assert batch.counts["undone"]["removed"] == batch.counts["created"]


def test_orders_of_a_file_go_with_their_lines_people_and_cars(bring_orders, undo):
    before = everything()
    batch = bring_orders(order(km="52000"), order(item="洗车"), order("W2", phone="13900139000", plate="粤B54321"))

    undo(batch)

    assert everything() == before


@pytest.mark.parametrize("name", ["customers_merged_title.xlsx", "orders_gb18030_semicolon.csv"])
def test_the_samples_go_without_a_trace(name, store, undo):
    before = everything()
    batch = services.import_path(SAMPLES / name, kind=None, strict=False, store=store, by=None, now=timezone.now())

    undo(batch)

    assert everything() == before
    assert batch.counts["undone"]["kept"] == 0


def test_what_a_later_file_changed_returns_and_the_first_file_stays(bring_customers, undo):
    bring_customers(customer(brand="", insured="2026-12-01", km="50000"))
    before = everything()
    second = bring_customers(customer(brand="大众", insured="2027-12-01", vin="LSJA24U62JG269225", km="60000"))

    undo(second)

    assert everything() == before
    assert second.counts["undone"]["restored"] == {"vehicles": 1}


def test_files_undone_in_the_order_of_their_coming_leave_nothing(bring_customers, undo):
    before = everything()
    batches = [bring_customers(customer(brand=brand, insured="2026-12-01")) for brand in ("大众", "本田", "丰田")]

    for batch in reversed(batches):
        undo(batch)

    assert everything() == before


def test_a_file_undone_under_a_later_one_hands_its_before_on(bring_customers, store, undo):
    VehicleFactory(plate="粤B12345", owner=CustomerFactory(phone="13800138000", store=store), brand="别克")
    first, second = bring_customers(customer(brand="大众")), bring_customers(customer(brand="本田"))

    undo(first)
    assert Vehicle.objects.get().brand == "本田"
    assert kept(first) == {("vehicles.vehicle", KeptBecause.LATER)}
    undo(second)

    assert Vehicle.objects.get().brand == "别克"


def test_the_odometer_of_a_car_that_stays_is_judged_without_the_file(bring_customers, store, undo):
    car = VehicleFactory(plate="粤B12345", owner=CustomerFactory(phone="13800138000", store=store))
    record_readings([(car.pk, date(2026, 10, 1), 40_000)], source="desk")
    batch = bring_customers(customer(km="50000"))
    car.refresh_from_db()
    assert car.odometer_km == 50_000

    undo(batch)

    car.refresh_from_db()
    assert (car.odometer_km, car.odometer_on) == (40_000, date(2026, 10, 1))


def test_a_car_with_no_reading_left_shows_none(bring_customers, store, undo):
    car = VehicleFactory(plate="粤B12345", owner=CustomerFactory(phone="13800138000", store=store))
    batch = bring_customers(customer(km="50000"))

    undo(batch)

    car.refresh_from_db()
    assert (car.odometer_km, car.odometer_on, OdometerReading.objects.count()) == (None, None, 0)


def test_a_number_added_to_somebody_known_goes_again(bring, store, undo):
    known = CustomerFactory(phone="13800138000", store=store)
    header = ["姓名", "手机号", "备用电话", "车牌号"]
    batch = bring([[known.name, "13800138000", "13900139000", "粤B11111"]], header=header)
    assert ContactPoint.objects.filter(customer=known).count() == 2

    undo(batch)

    assert ContactPoint.objects.get().key == "13800138000"
    assert not Vehicle.objects.exists()


def test_a_customer_of_another_store_is_no_longer_known_here(bring_customers, other_store, undo):
    known = CustomerFactory(phone="13800138000", store=other_store)
    batch = bring_customers(customer())

    undo(batch)

    assert list(known.stores.all()) == [other_store]


def test_a_store_that_has_dealt_with_them_since_goes_on_knowing_them(bring_customers, store, other_store, undo):
    known = CustomerFactory(phone="13800138000", store=other_store)
    batch = bring_customers(customer())
    InteractionFactory(customer=known, store=store)

    undo(batch)

    assert set(known.stores.all()) == {store, other_store}
    assert kept(batch) == {("customers.customerstore", KeptBecause.USED)}


def test_a_visit_the_cash_desk_took_over_is_the_desk_s_again(bring_orders, store, undo):
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner)
    visit = ServiceOrderFactory(
        store=store, vehicle=car, customer=owner, source=OrderSource.DESK, number="D1", desk_number="D1",
        opened_on=date(2026, 11, 1), status=OrderStatus.OPEN, paid_fen=None, complaint="刹车响",
    )  # fmt: skip
    before = everything()
    batch = bring_orders(order(km="52000"))
    visit.refresh_from_db()
    assert (visit.number, visit.source, visit.status) == ("WO1", OrderSource.IMPORT, OrderStatus.CLOSED)

    undo(batch)

    assert everything() == before


def test_such_a_visit_stays_when_the_car_is_in_the_shop_again(bring_orders, store, undo, manager):
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner)
    visit = ServiceOrderFactory(
        store=store, vehicle=car, customer=owner, source=OrderSource.DESK, number="D1", desk_number="D1",
        opened_on=date(2026, 11, 1), status=OrderStatus.OPEN, paid_fen=None,
    )  # fmt: skip
    batch = bring_orders(order())
    open_visit(car, customer=owner, store=store, by=manager, today=TODAY, now=moment(TODAY))

    undo(batch)

    visit.refresh_from_db()
    assert (visit.number, visit.status) == ("WO1", OrderStatus.CLOSED)
    assert kept(batch) == {("vehicles.serviceorder", KeptBecause.BLOCKED)}


# --- records nobody was known for ---


def test_a_record_that_found_its_owner_waits_again(bring_orders, bring_customers, undo):
    bring_orders(order("W7", phone="", plate="粤B99999"))
    before = everything()
    owners = bring_customers(customer("李四", "13900139000", "粤B99999"))
    assert ServiceOrder.objects.get().number == "W7"

    undo(owners)

    assert everything() == before
    assert ImportRow.objects.ownerless().get().plate == "粤B99999"
    bring_customers(customer("王五", "13700137000", "粤B99999"))
    assert ServiceOrder.objects.get().customer.name == "王五"


def test_what_waits_in_a_batch_that_was_undone_attaches_no_more(bring_orders, bring_customers, undo):
    undo(bring_orders(order("W7", phone="", plate="粤B99999")))

    bring_customers(customer("李四", "13900139000", "粤B99999"))

    assert not ServiceOrder.objects.exists()
    assert not ImportRow.objects.ownerless().exists()


# --- what people touched since ---


def renamed(who, car, manager):
    change_customer(who, by=manager, name="王大明")


def spoken_to(who, car, manager):
    log_interaction(who, store=manager.store, by=manager, channel=Channel.CALL, at=timezone.now(), body="聊了聊")


def promised(who, car, manager):
    PromiseFactory(customer=who)


def agreed(who, car, manager):
    ConsentFactory(customer=who)


def introduced(who, car, manager):
    Introduction.objects.create(introducer=CustomerFactory(store=manager.store), introduced=who)


def called(who, car, manager):
    touch = TouchFactory(customer=who, store=manager.store)
    Outcome.objects.create(touch=touch, result="reached", by=manager)


def arrived(who, car, manager):
    open_visit(car, customer=who, store=manager.store, by=manager, today=TODAY, now=moment(TODAY))


def warned(who, car, manager):
    VehicleWarningFactory(vehicle=car)


def measured(who, car, manager):
    record_readings([(car.pk, TODAY, 50_000)], source="desk")


def branded(who, car, manager):
    car.brand = "本田"
    car.mark_edited("brand")
    car.save()


def given_another_number(who, car, manager):
    ContactPoint.objects.create(customer=who, value="13700137000", key="13700137000")


@pytest.mark.parametrize(
    "act", [renamed, spoken_to, promised, agreed, introduced, called, given_another_number],
)  # fmt: skip
def test_a_customer_somebody_dealt_with_stays_reachable_and_is_listed(act, bring_customers, undo, manager, store):
    batch = bring_customers(customer(), customer("李四", "13900139000", "粤B54321"))
    act(Customer.objects.get(name="王小明"), Vehicle.objects.get(plate="粤B12345"), manager)

    undo(batch)

    who = ContactPoint.objects.get(key="13800138000").customer
    assert list(who.stores.all()) == [store]
    assert KeptRow.objects.get(batch=batch).row_id == who.pk
    assert not Customer.objects.filter(name="李四").exists()
    assert not Vehicle.objects.exists()


@pytest.mark.parametrize("act", [arrived, warned, measured, branded])
def test_a_car_somebody_dealt_with_stays_with_its_owner(act, bring_customers, undo, manager):
    batch = bring_customers(customer(), customer("李四", "13900139000", "粤B54321"))
    act(Customer.objects.get(name="王小明"), Vehicle.objects.get(plate="粤B12345"), manager)

    undo(batch)

    car = Vehicle.objects.get()
    assert (car.plate, car.owner_now().name, car.plates.get().plate) == ("粤B12345", "王小明", "粤B12345")
    assert {table for table, _ in kept(batch)} == {"vehicles.vehicle", "customers.customer"}


def test_an_order_that_people_wrote_on_stays_whole(bring_orders, undo):
    batch = bring_orders(order(), order(item="洗车", labour="30"), order("W2", "2026-11-02", item="贴膜"))
    ServiceOrder.objects.filter(number="WO1").update(remark="客户说下次再来")

    undo(batch)

    visit = ServiceOrder.objects.get()
    assert (visit.number, visit.lines.count(), visit.customer.name) == ("WO1", 2, "王小明")


def test_a_column_people_changed_stays_and_the_others_return(bring_customers, store, undo):
    car = VehicleFactory(plate="粤B12345", owner=CustomerFactory(phone="13800138000", store=store), brand="别克")
    batch = bring_customers(customer(brand="大众", insured="2027-12-01"))
    Vehicle.objects.update(brand="奥迪")

    undo(batch)

    car.refresh_from_db()
    assert (car.brand, car.insured_until) == ("奥迪", None)
    row = KeptRow.objects.get(batch=batch)
    assert (row.row_id, row.reason, row.what) == (car.pk, KeptBecause.CHANGED, ["brand"])


def test_a_planned_call_holds_nobody_and_goes(bring_customers, undo, care):
    batch = bring_customers(customer())
    touch = TouchFactory(customer=Customer.objects.get(), store=care.store, assignee=care, listed_on=TODAY)
    Message.objects.create(touch=touch, body="生日快乐", due_at=timezone.now(), not_after=timezone.now())

    undo(batch)

    assert not (Customer.objects.exists() or Touch.objects.exists() or Message.objects.exists())


def test_a_text_that_went_out_holds_its_customer(bring_customers, undo, care):
    batch = bring_customers(customer())
    touch = TouchFactory(customer=Customer.objects.get(), store=care.store, channel="message")
    now = timezone.now()
    gone = {"state": "delivered", "begun_at": now, "sent_at": now}
    Message.objects.create(touch=touch, body="生日快乐", due_at=now, not_after=now, **gone)

    undo(batch)

    assert Customer.objects.exists()
    assert KeptRow.objects.get(batch=batch).what == ["触达"]


def test_a_later_file_that_needs_a_customer_keeps_them(bring_customers, bring_orders, undo):
    batch = bring_customers(customer())
    bring_orders(order())

    undo(batch)

    assert ServiceOrder.objects.get().customer.name == "王小明"
    assert kept(batch) == {("customers.customer", KeptBecause.USED), ("vehicles.vehicle", KeptBecause.USED)}


def test_names_said_since_do_not_make_lines_touched(bring_orders, undo, manager):
    batch = bring_orders(order(item="镇店之宝"))
    services.map_items({"镇店之宝": Meaning("detailing", "")}, by=manager, now=timezone.now())

    undo(batch)

    assert not ServiceOrder.objects.exists()


def test_a_plan_and_a_drive_hold_nobody_and_go(bring_customers, undo, store, manager):
    batch = bring_customers(customer())
    today = timezone.localdate()
    days = {"first_on": today, "last_on": today, "today": today, "now": timezone.now()}
    start_drive(store, segment=None, by=manager, **days)
    propose(today=today)
    planned = PlanLine.objects.filter(occasion="drive").count()

    undo(batch)

    assert (planned, kept(batch)) == (1, set())
    assert not PlanLine.objects.exists() and not DriveMember.objects.exists()


def test_the_picture_the_night_had_drawn_goes_with_its_customer(bring_orders, undo):
    refresh(today=TODAY)
    batch = bring_orders(order())
    refresh(today=TODAY)

    undo(batch)
    refresh(today=TODAY)

    assert not Customer.objects.exists()


def test_the_night_hears_of_those_who_stay(bring_orders, store, undo):
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    VehicleFactory(plate="粤B12345", owner=owner)
    batch = bring_orders(order())
    refresh(today=TODAY)
    assert owner.profile.visits == 1
    CustomerChange.objects.all().delete()

    undo(batch)
    refresh(today=TODAY)

    owner.profile.refresh_from_db()
    assert owner.profile.visits == 0


# --- asking, beginning, being at it ---


def test_the_preview_says_what_will_go_return_and_stay_and_changes_nothing(bring_customers, undo, manager, store):
    VehicleFactory(plate="粤B99999", owner=CustomerFactory(phone="13700137000", store=store), brand="别克")
    batch = bring_customers(
        customer(), customer("李四", "13900139000", "粤B54321"), customer("赵", "13700137000", "粤B99999", brand="大众")
    )
    spoken_to(Customer.objects.get(name="王小明"), None, manager)
    before = everything()

    services.ask_to_undo(batch, now=timezone.now())
    services.count_undo(batch.pk, now=timezone.now())

    batch.refresh_from_db()
    preview = batch.counts["undo_preview"]
    assert everything() == before
    assert (preview["restored"], preview["kept"]) == ({"vehicles": 1}, 1)
    undone = undo(batch).counts["undone"]
    assert {name: n for name, n in preview["removed"].items() if n} == {k: n for k, n in undone["removed"].items() if n}
    assert (preview["restored"], preview["kept"]) == (undone["restored"], undone["kept"])


def test_undoing_twice_is_undoing_once(bring_customers, undo, manager):
    batch = undo(bring_customers(customer()))

    assert services.begin_undo(batch, why="再来", by=manager, now=timezone.now()) is False
    assert services.run_undo(batch.pk, now=timezone.now()) is False
    assert AuditEntry.objects.filter(action=Action.UNDO_IMPORT).count() == 1


def test_it_is_written_down_who_undid_what_and_why(bring_customers, undo, manager):
    batch = undo(bring_customers(customer()))

    entry = AuditEntry.objects.get(action=Action.UNDO_IMPORT)
    assert (entry.by, entry.why, entry.facts) == (manager, "导错了文件", {"batch": str(batch.pk)})


def test_after_thirty_days_it_is_too_late(bring_customers, undo):
    batch = bring_customers(customer())

    with pytest.raises(UndoTooLate):
        undo(batch, now=timezone.now() + timedelta(days=30, minutes=1))
    services.sweep(clock=lambda: timezone.now() + timedelta(days=30, minutes=1))

    batch.refresh_from_db()
    assert (batch.state, batch.undo_until) == (BatchState.DONE, None)
    assert not CreatedRows.objects.exists()
    assert Customer.objects.exists()


def test_a_batch_that_left_no_traces_cannot_be_undone(bring_customers, undo):
    batch = bring_customers(customer())
    ImportBatch.objects.update(undo_until=None)
    batch.refresh_from_db()

    with pytest.raises(UndoTooLate):
        undo(batch)


def test_one_batch_is_undone_at_a_time_and_imports_wait_for_it(bring_customers, manager):
    first, second = bring_customers(customer()), bring_customers(customer("李四", "13900139000", "粤B54321"))
    now = timezone.now()
    services.begin_undo(first, why="错", by=manager, now=now)
    waiting = ImportBatch.objects.create(store=manager.store, file_name="x", file_hash="", kind="customers")
    ImportBatch.objects.filter(pk=waiting.pk).update(state=BatchState.WAITING)

    assert not ImportBatch.objects.to_run(now=now).exists()
    with pytest.raises(ImportsRunning):
        services.begin_undo(second, why="错", by=manager, now=now)
    waiting.delete()
    with pytest.raises(UndoBusy):
        services.begin_undo(second, why="错", by=manager, now=now)


def test_a_batch_that_failed_half_way_can_be_undone(bring_customers, undo):
    batch = bring_customers(customer())
    ImportBatch.objects.update(state=BatchState.FAILED)
    batch.refresh_from_db()

    undo(batch)

    assert not Customer.objects.exists()


def test_an_undo_whose_workers_keep_dying_is_given_up_and_may_be_asked_for_again(bring_customers, undo, manager):
    batch = bring_customers(customer())
    services.begin_undo(batch, why="错", by=manager, now=timezone.now())
    ImportBatch.objects.update(attempts=5)

    services.run_undo(batch.pk, now=timezone.now())
    batch.refresh_from_db()
    assert (batch.state, "再点一次撤销" in batch.error) == (BatchState.FAILED, True)

    assert undo(batch).state == BatchState.UNDONE
    assert not Customer.objects.exists()


def test_what_is_kept_for_undoing_is_thrown_away_afterwards(bring_customers, undo, store):
    VehicleFactory(plate="粤B12345", owner=CustomerFactory(phone="13800138000", store=store))
    undo(bring_customers(customer(brand="大众")))

    assert not (CreatedRows.objects.exists() or RowImage.objects.exists())


@pytest.mark.parametrize("model", TABLES)
def test_everything_that_may_speak_of_a_row_has_a_name_people_know(model):
    names = [words_for(link.model) for link in links_to(model)]

    assert [name for name in names if not any("一" <= sign <= "鿿" for sign in name)] == []


def test_whatever_a_file_creates_can_be_undone(bring_customers, bring_orders):
    bring_customers(customer(km="5000"))
    bring_orders(order(km="52000"))

    assert {apps.get_model(row.table) for row in CreatedRows.objects.all()} <= set(TABLES)


def test_undoing_costs_the_same_however_many_rows_a_portion_holds(bring_customers, undo):
    def statements(count):
        rows = [customer(f"客户{n}", f"138{n:08d}", f"粤B{n:05d}", km="5000") for n in range(count)]
        batch = bring_customers(*rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            undo(batch)
        return len(queries)

    assert statements(1) == statements(30)


# --- the rules ---


# On a busy machine the first draw alone may take seconds.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys("abcd", st.integers(0, 3))),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3)),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3)),
)
def test_a_column_goes_back_exactly_when_it_still_says_what_was_written(before, after, acts):
    now = {**before, **after, **acts}

    back, stay = returning(before, after, now)

    assert back.keys() | stay == after.keys()
    assert not back.keys() & stay
    assert {**now, **back} == {
        name: before[name] if name in after and now[name] == after[name] else now[name] for name in before
    }


@given(st.integers(0, 2), st.integers(0, 2))
def test_columns_of_a_group_go_back_together_or_not_at_all(month, day):
    before, after = {"month": 0, "day": 0}, {"day": 1}

    back, stay = returning(before, after, {"month": month, "day": day}, together=[("month", "day")])

    assert (back, stay) == (({"day": 0}, set()) if (month, day) == (0, 1) else ({}, {"day"}))


def test_a_list_of_names_loses_only_what_was_added():
    assert without_added(["km"], ["km", "paid_fen"], ["km", "next_on", "paid_fen"]) == ["km", "next_on"]


def test_a_digest_does_not_see_blank_columns_nor_time_zones():
    day = moment(TODAY)
    said = {"name": "王", "paid": 0, "at": day}

    assert digest_of(said) == digest_of(said | {"new": "", "newer": None, "list": []})
    assert digest_of(said) == digest_of(said | {"at": day.astimezone(tz=None)})
    assert digest_of(said) != digest_of(said | {"paid": None})


def digest_of(said: dict) -> int:
    (digest,) = digests_of(list(said), [list(said.values())])
    return digest


def as_first_written(names, values) -> int:
    """The digest of one row as it was when undoing came: what is kept of older batches is compared with it."""

    def text(value):
        return repr(value.timestamp()) if isinstance(value, datetime) else str(value)

    said = zip(names, values, strict=True)
    texts = [f"{name}={text(value)}" for name, value in said if value or value is False or value == 0]
    return crc32("\x1f".join(texts).encode())


SAID = st.one_of(
    st.none(), st.text(max_size=3), st.integers(-1, 2), st.booleans(), st.just([]), st.lists(st.text(max_size=2)),
    st.sampled_from([TODAY, moment(TODAY), moment(TODAY).astimezone(UTC), *ReadingSource]),
)  # fmt: skip


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(SAID, min_size=width, max_size=width), max_size=6)))
def test_rows_have_together_the_digests_each_has_alone(rows):
    names = ["a", "b", "c", "d"][: len(rows[0]) if rows else 0]

    assert digests_of(names, rows) == [as_first_written(names, row) for row in rows]
