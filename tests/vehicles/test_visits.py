"""A car drives in, is worked on, is paid for, drives out."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VehicleFactory, moment
from vehicles.enums import OrderSource, OrderStatus, ServiceKind
from vehicles.errors import CannotReopen, PlateTaken, VinTaken, VisitNotOpen
from vehicles.models import ServiceOrder, Vehicle
from vehicles.rules.visits import propose_next
from vehicles.services import (
    LineDraft,
    cancel_visit,
    cars,
    close_visit,
    doubt_about,
    note_arrival,
    open_visit,
    plan_next_visit,
    record_readings,
    register_vehicle,
    reopen_visit,
    write_lines,
)

NOW = moment(TODAY)
OIL, PADS = LineDraft("小保养", 8_000, 32_000, "阿明"), LineDraft("更换前刹车片", None, 36_000)


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(customer):
    return VehicleFactory(owner=customer)


@pytest.fixture
def arrive(car, customer, store, front_desk):
    def _arrive(vehicle=None, **facts):
        facts = {"today": TODAY, "now": NOW, "store": store, "customer": customer} | facts
        return open_visit(vehicle or car, by=front_desk, **facts)

    return _arrive


@pytest.fixture
def close(front_desk):
    def _close(order, lines=(OIL,), **bill):
        return close_visit(order, lines=lines, by=front_desk, **{"today": TODAY, "now": NOW} | bill)

    return _close


def test_a_car_drives_in_with_the_desks_number_of_the_day(arrive, customer):
    order = arrive(km=52_000, complaint="刹车响")

    assert (order.number, order.desk_number) == ("202611210001", "202611210001")
    assert (order.status, order.source, order.opened_on) == (OrderStatus.OPEN, OrderSource.DESK, TODAY)
    assert (order.customer, order.km, order.complaint) == (customer, 52_000, "刹车响")


def test_arriving_twice_is_once(arrive):
    first = arrive(complaint="洗车")

    again = arrive(complaint="别的")

    assert again == first
    assert again.complaint == "洗车"
    assert ServiceOrder.objects.count() == 1


def test_numbers_count_by_store_and_day(arrive, other_store, customer):
    numbers = [
        arrive().number,
        arrive(VehicleFactory()).number,
        arrive(VehicleFactory(), store=other_store).number,
        arrive(VehicleFactory(), today=TODAY + timedelta(days=1)).number,
    ]

    assert numbers == ["202611210001", "202611210002", "202611210001", "202611220001"]


def test_a_number_is_not_given_again_when_its_visit_was_matched_to_an_imported_order(arrive, close):
    order = close(arrive())
    order.source, order.number = OrderSource.IMPORT, "WO-77"
    order.save()

    assert arrive(VehicleFactory()).number == "202611210002"


def test_the_database_refuses_a_second_use_of_a_desk_number(arrive, customer):
    order = arrive()

    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceOrderFactory(customer=customer, store=order.store, desk_number=order.desk_number)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_arrivals_at_the_same_moment_get_different_numbers(arrive):
    cars = [VehicleFactory() for _ in range(6)]

    def drive_in(car):
        try:
            arrive(car)
            arrive(car)
        finally:
            connection.close()

    threads = [threading.Thread(target=drive_in, args=(car,)) for car in cars * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = ServiceOrder.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"20261121000{n}" for n in range(1, 7)]


def test_the_odometer_moves_with_a_plausible_reading(arrive, car):
    record_readings([(car.pk, TODAY - timedelta(days=90), 50_000)], source="desk")

    arrive(km=52_000)

    car.refresh_from_db()
    assert (car.odometer_km, car.odometer_on) == (52_000, TODAY)


def test_a_typed_slip_is_kept_and_moves_nothing(arrive, car):
    record_readings([(car.pk, TODAY - timedelta(days=90), 50_000)], source="desk")

    assert doubt_about(car, km=520_000, on=TODAY) == "短时间内跳得太多"
    order = arrive(km=520_000)

    car.refresh_from_db()
    assert (car.odometer_km, order.km) == (50_000, 520_000)
    assert car.readings.get(km=520_000).is_plausible is False


def test_a_store_that_serves_a_customer_knows_them_from_then_on(arrive, customer, other_store):
    arrive(store=other_store)

    assert set(customer.stores.values_list("code", flat=True)) == {"hz1", "hz2"}


def test_what_was_noted_at_arrival_can_be_corrected_while_the_car_is_here(arrive, close, car):
    order = note_arrival(arrive(), today=TODAY, now=NOW, km=52_000, promised_at=NOW + timedelta(hours=2))

    car.refresh_from_db()
    assert (order.km, car.odometer_km) == (52_000, 52_000)
    close(order)
    with pytest.raises(VisitNotOpen):
        note_arrival(order, today=TODAY, now=NOW, km=52_100)


def test_lines_are_kept_in_order_with_their_kind_and_unknown_money_stays_unknown(arrive):
    order = write_lines(arrive(), lines=[PADS, OIL])

    assert list(order.lines.values_list("position", "name", "kind", "labour_fen", "material_fen", "technician")) == [
        (1, "更换前刹车片", ServiceKind.REPAIR, None, 36_000, ""),
        (2, "小保养", ServiceKind.MAINTENANCE, 8_000, 32_000, "阿明"),
    ]
    assert (order.labour_fen, order.material_fen) == (8_000, 68_000)


def test_writing_lines_again_replaces_them(arrive):
    order = arrive()
    write_lines(order, lines=[PADS, OIL])

    write_lines(order, lines=[OIL])
    order = write_lines(order, lines=[OIL])

    assert order.lines.count() == 1


def test_closing_settles_the_visit(arrive, close, front_desk, customer):
    CustomerChange.objects.all().delete()
    order = close(arrive(), lines=[OIL], paid_fen=40_000, insurer_fen=10_000, pay_method="微信")

    assert (order.status, order.closed_on, order.closed_at) == (OrderStatus.CLOSED, TODAY, NOW)
    assert (order.paid_fen, order.insurer_fen, order.warranty_fen, order.pay_method) == (40_000, 10_000, None, "微信")
    assert order.lines.count() == 1
    entry = AuditEntry.objects.get(action=Action.CLOSE_VISIT)
    assert (entry.by, entry.subject_id) == (front_desk, order.pk)
    assert set(CustomerChange.objects.values_list("customer_id", "kind")) == {(customer.pk, "order")}


def test_closing_twice_changes_nothing(arrive, close):
    order = close(arrive(), paid_fen=40_000)

    again = close(order, lines=[], paid_fen=1, now=NOW + timedelta(hours=1))

    assert (again.paid_fen, again.closed_at, again.lines.count()) == (40_000, NOW, 1)
    assert AuditEntry.objects.filter(action=Action.CLOSE_VISIT).count() == 1


def test_what_was_paid_may_be_unknown(arrive, close):
    assert close(arrive(), lines=[]).paid_fen is None


def test_cancelling_says_why_and_counts_nowhere(arrive, front_desk):
    order = cancel_visit(arrive(), reason="客户改天再来", by=front_desk)
    cancel_visit(order, reason="又一次", by=front_desk)

    assert (order.status, order.closed_on) == (OrderStatus.CANCELLED, None)
    assert [entry.why for entry in AuditEntry.objects.filter(action=Action.CANCEL_VISIT)] == ["客户改天再来"]


def test_a_closed_visit_is_not_cancelled_and_a_cancelled_one_not_closed(arrive, close, front_desk):
    closed = close(arrive())
    cancelled = cancel_visit(arrive(VehicleFactory()), reason="登记错了", by=front_desk)

    with pytest.raises(VisitNotOpen):
        cancel_visit(closed, reason="错", by=front_desk)
    with pytest.raises(VisitNotOpen):
        close(cancelled)


def test_a_closing_of_today_can_be_taken_back(arrive, close, front_desk):
    order = reopen_visit(close(arrive(), paid_fen=40_000), by=front_desk, today=TODAY)

    assert (order.status, order.closed_on, order.closed_at) == (OrderStatus.OPEN, None, None)
    assert order.lines.count() == 1


def test_a_cancelling_of_today_can_be_taken_back(arrive, front_desk, time_machine):
    time_machine.move_to(NOW)
    order = cancel_visit(arrive(today=TODAY - timedelta(days=1)), reason="错", by=front_desk)

    assert reopen_visit(order, by=front_desk, today=TODAY).status == OrderStatus.OPEN


def test_nothing_is_taken_back_once_the_car_is_here_again_or_the_day_is_over(arrive, close, front_desk):
    order = close(arrive())

    with pytest.raises(CannotReopen, match="今天"):
        reopen_visit(order, by=front_desk, today=TODAY + timedelta(days=1))
    arrive()
    with pytest.raises(CannotReopen, match="又进厂"):
        reopen_visit(order, by=front_desk, today=TODAY)


def test_a_visit_matched_to_an_imported_order_is_not_taken_back(arrive, close, front_desk):
    order = close(arrive())
    order.source = OrderSource.IMPORT
    order.save()

    with pytest.raises(CannotReopen, match="导入"):
        reopen_visit(order, by=front_desk, today=TODAY)


def test_the_next_visit_is_proposed_after_maintenance_only():
    proposed = propose_next([ServiceKind.WASH, ServiceKind.MAINTENANCE], km=52_000, today=TODAY)

    assert (proposed.on, proposed.km) == (TODAY + timedelta(days=183), 59_500)
    assert propose_next([ServiceKind.MAINTENANCE], km=None, today=TODAY).km is None
    assert propose_next([ServiceKind.WASH], km=52_000, today=TODAY) is None


def test_the_next_visit_is_written_down(arrive, close):
    order = plan_next_visit(close(arrive()), next_on=TODAY + timedelta(days=90), next_km=60_000)

    assert (order.next_on, order.next_km) == (TODAY + timedelta(days=90), 60_000)


@pytest.mark.django_db
def test_a_plate_put_on_file_by_somebody_else_a_moment_ago_is_refused_as_known(monkeypatch):
    """Both looked before either wrote."""
    standing, look = VehicleFactory(plate="粤L5D5D5"), cars._refuse_known
    looks = iter([lambda *_: None, look])
    monkeypatch.setattr(cars, "_refuse_known", lambda *known: next(looks)(*known))

    with pytest.raises(PlateTaken) as refusal:
        cars.register_vehicle(plate="粤L5D5D5", owner=None, today=TODAY)

    assert refusal.value.vehicle == standing
    assert Vehicle.objects.count() == 1


def test_a_car_is_registered_once(car, customer):
    vin = "LHGCP168X88012345"
    other = register_vehicle(plate="粤L8K326", vin=vin, owner=customer, today=TODAY)

    with pytest.raises(PlateTaken) as refusal:
        register_vehicle(plate=car.plate, owner=customer, today=TODAY)
    assert refusal.value.vehicle == car
    with pytest.raises(VinTaken) as refusal:
        register_vehicle(plate="粤L8K327", vin=vin, owner=customer, today=TODAY)
    assert refusal.value.vehicle == other
