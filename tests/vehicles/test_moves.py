"""A visit written on the wrong car goes to the right one: odometers, people and later files follow (16)."""

from datetime import timedelta
from itertools import product

import pytest

from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VehicleFactory, moment
from vehicles.enums import OrderSource, OrderStatus, ReadingSource
from vehicles.errors import CannotMove
from vehicles.models import OdometerReading
from vehicles.services import move_visit, note_arrival, open_visit, record_readings, transfer_vehicle, undo_move

pytestmark = pytest.mark.django_db
LONG_AGO = TODAY - timedelta(days=300)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(moment(TODAY), tick=True)


@pytest.fixture
def wrong(store):
    return VehicleFactory(owner=CustomerFactory(store=store))


@pytest.fixture
def right(store):
    return VehicleFactory(owner=CustomerFactory(store=store))


@pytest.fixture
def visit(wrong, store):
    order = ServiceOrderFactory(customer=wrong.owner_now(), vehicle=wrong, store=store, km=90_000)
    record_readings([(wrong.pk, TODAY, 90_000)], source=ReadingSource.ORDER)
    return order


@pytest.fixture
def move(visit, right, advisor):
    def _move(order=None, **facts):
        return move_visit(order or visit, **{"to": right, "by": advisor, "why": "开错车了", "today": TODAY} | facts)

    return _move


def test_the_visit_goes_to_the_car_and_to_its_owner(move, visit, right):
    moved = move()

    visit.refresh_from_db()
    assert (visit.vehicle, visit.customer) == (right, right.owner_now()) == (moved.vehicle, moved.customer)
    assert visit.edited_fields == ["customer", "vehicle"]


def test_it_goes_to_the_owner_of_its_day_or_to_whom_is_named(move, visit, right, store, advisor):
    then, named = right.owner_now(), CustomerFactory(store=store)
    transfer_vehicle(right, to=CustomerFactory(store=store), by=advisor, today=TODAY, why="卖了")
    visit.opened_on = LONG_AGO
    visit.save()

    assert move().customer == then
    assert move(customer=named).customer == named


def test_a_car_nobody_owns_takes_the_visit_and_leaves_the_person(move, visit, wrong):
    assert move(to=VehicleFactory()).customer == wrong.owner_now()


def test_only_the_person_can_be_wrong(move, visit, wrong, store):
    named = CustomerFactory(store=store)

    move(to=wrong, customer=named)

    visit.refresh_from_db()
    assert (visit.vehicle, visit.customer) == (wrong, named)
    assert OdometerReading.objects.get().vehicle == wrong


def test_moving_twice_is_once(move, visit):
    move()
    CustomerChange.objects.all().delete()

    move(why="再来一次")

    assert (AuditEntry.objects.count(), CustomerChange.objects.count()) == (1, 0)


def test_the_trail_names_before_and_after_and_both_people_are_noted(move, visit, wrong, right, advisor):
    move()

    entry = AuditEntry.objects.get(action=Action.MOVE_VISIT)
    assert (entry.by, entry.subject_id, entry.why) == (advisor, visit.pk, "开错车了")
    assert entry.facts["before"] == {"vehicle": wrong.pk, "customer": wrong.owner_now().pk}
    assert entry.facts["after"] == {"vehicle": right.pk, "customer": right.owner_now().pk}
    owners = {wrong.owner_now().pk, right.owner_now().pk}
    assert set(CustomerChange.objects.values_list("customer_id", "kind")) == set(product(owners, ["order", "vehicle"]))


def test_the_reading_follows_and_both_cars_are_judged_again(move, visit, wrong, right):
    record_readings([(wrong.pk, LONG_AGO, 50_000)], source=ReadingSource.DESK)
    record_readings([(right.pk, LONG_AGO, 88_000)], source=ReadingSource.DESK)
    record_readings([(right.pk, LONG_AGO, 30_000)], source=ReadingSource.IMPORT)

    move()

    wrong.refresh_from_db(), right.refresh_from_db()
    assert (wrong.odometer_km, right.odometer_km, right.odometer_on) == (50_000, 90_000, TODAY)
    # Two readings that agree outvote the one that was alone before.
    assert right.readings.get(km=30_000).is_plausible is False


def test_a_reading_of_the_second_day_in_the_shop_follows_too(front_desk, wrong, right, store, move):
    yesterday = TODAY - timedelta(days=1)
    order = open_visit(
        wrong, customer=wrong.owner_now(), store=store, by=front_desk, today=yesterday, now=moment(yesterday)
    )
    note_arrival(order, today=TODAY, now=moment(TODAY), km=90_500)

    move(order)

    assert list(right.readings.values_list("km", "read_on")) == [(90_500, TODAY)]
    assert not wrong.readings.filter(km=90_500).exists()


def test_a_reading_that_another_visit_shares_stays_and_is_copied(move, visit, wrong, right):
    ServiceOrderFactory(customer=visit.customer, vehicle=wrong, km=90_000)

    move()

    assert (wrong.readings.count(), right.readings.count()) == (1, 1)


def test_a_visit_of_no_car_gets_one_with_its_reading(move, visit, right):
    visit.vehicle = None
    visit.save()

    move()

    assert list(right.readings.values_list("km", flat=True)) == [90_000]


def test_the_store_of_the_visit_knows_the_person_it_went_to(move, visit, other_store):
    far = CustomerFactory(store=other_store)

    move(to=VehicleFactory(owner=far))

    assert set(far.stores.values_list("code", flat=True)) == {"hz1", "hz2"}


def test_a_cancelled_visit_is_not_moved(move, store, wrong):
    order = ServiceOrderFactory(customer=wrong.owner_now(), vehicle=wrong, store=store, status=OrderStatus.CANCELLED)

    with pytest.raises(CannotMove, match="作废"):
        move(order)


def test_an_open_visit_is_not_moved_to_a_car_that_is_here(move, wrong, right, store):
    here = {"store": store, "source": OrderSource.DESK, "status": OrderStatus.OPEN}
    ServiceOrderFactory(customer=right.owner_now(), vehicle=right, **here)
    order = ServiceOrderFactory(customer=wrong.owner_now(), vehicle=wrong, **here)

    with pytest.raises(CannotMove, match="也在厂"):
        move(order)


def test_taking_back_puts_everything_as_it_was(move, visit, wrong, right, advisor):
    owner = wrong.owner_now()
    move()

    for _ in range(2):
        undo_move(visit, by=advisor, today=TODAY)

    visit.refresh_from_db(), wrong.refresh_from_db(), right.refresh_from_db()
    assert (visit.vehicle, visit.customer, visit.edited_fields) == (wrong, owner, [])
    assert (wrong.odometer_km, right.odometer_km, right.readings.count()) == (90_000, None, 0)
    assert AuditEntry.objects.about(visit, Action.MOVE_VISIT).count() == 2


def test_only_a_move_of_today_is_taken_back(move, visit, advisor):
    with pytest.raises(CannotMove, match="今天"):
        undo_move(visit, by=advisor, today=TODAY)
    move()

    with pytest.raises(CannotMove, match="今天"):
        undo_move(visit, by=advisor, today=TODAY + timedelta(days=1))


def test_an_open_visit_is_not_taken_back_to_a_car_that_is_here_again(move, wrong, store, advisor):
    here = {"store": store, "source": OrderSource.DESK, "status": OrderStatus.OPEN}
    order = ServiceOrderFactory(customer=wrong.owner_now(), vehicle=wrong, **here)
    move(order)
    ServiceOrderFactory(customer=wrong.owner_now(), vehicle=wrong, **here)

    with pytest.raises(CannotMove, match="也在厂"):
        undo_move(order, by=advisor, today=TODAY)
