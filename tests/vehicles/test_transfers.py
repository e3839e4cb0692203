"""A car changes hands: never two owners on one day, and nothing of the past is rewritten (rival lesson 16)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.enums import EndedAs
from customers.models import Customer, CustomerChange, Household
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, UserFactory, VehicleFactory, moment
from vehicles.enums import CarRole
from vehicles.errors import CannotTransfer
from vehicles.models import Ownership, Vehicle
from vehicles.services import earliest_transfer, transfer_vehicle, undo_transfer

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(moment(TODAY), tick=True)


@pytest.fixture
def seller(store):
    return CustomerFactory(store=store)


@pytest.fixture
def buyer(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(seller):
    return VehicleFactory(owner=seller)


@pytest.fixture
def transfer(car, buyer, advisor):
    def _transfer(**facts):
        return transfer_vehicle(car, **{"to": buyer, "by": advisor, "today": TODAY, "why": "卖给同事"} | facts)

    return _transfer


def periods(car):
    return list(car.ownerships.order_by("pk").values_list("customer_id", "valid_from", "valid_to"))


def test_the_old_owner_ends_and_the_new_one_begins_on_the_day(transfer, car, seller, buyer):
    transfer(since=YESTERDAY)

    assert periods(car) == [(seller.pk, date(2020, 1, 1), YESTERDAY), (buyer.pk, YESTERDAY, None)]
    assert car.owner_now() == buyer
    assert [car.owner_on(day) for day in (YESTERDAY - timedelta(days=1), YESTERDAY)] == [seller, buyer]


def test_before_the_first_owner_we_know_of_the_car_was_theirs(car, seller):
    assert car.owner_on(date(2019, 1, 1)) == seller
    assert VehicleFactory().owner_on(TODAY) is None


def test_old_orders_stay_with_the_old_owner(transfer, car, seller, buyer):
    old = ServiceOrderFactory(customer=seller, vehicle=car)

    transfer()

    old.refresh_from_db()
    assert (old.customer, buyer.orders.count()) == (seller, 0)


def test_transferring_twice_is_once(transfer, car):
    first = transfer()
    CustomerChange.objects.all().delete()

    assert transfer(why="又按了一次") == first
    assert (car.ownerships.count(), AuditEntry.objects.count(), CustomerChange.objects.count()) == (2, 1, 0)


def test_both_are_noted_for_the_night_and_the_trail_says_who_and_why(transfer, car, seller, buyer, advisor):
    new = transfer(since=YESTERDAY)

    assert set(CustomerChange.objects.values_list("customer_id", "kind")) == {
        (seller.pk, "vehicle"),
        (buyer.pk, "vehicle"),
    }
    entry = AuditEntry.objects.get(action=Action.TRANSFER_VEHICLE)
    assert (entry.by, entry.subject_id, entry.why) == (advisor, car.pk, "卖给同事")
    assert (entry.facts["before"], entry.facts["after"], entry.facts["started"]) == (seller.pk, buyer.pk, new.pk)


def test_the_store_that_transfers_knows_the_new_owner_from_then_on(transfer, other_store):
    stranger = CustomerFactory(store=other_store)

    transfer(to=stranger)

    assert set(stranger.stores.values_list("code", flat=True)) == {"hz1", "hz2"}


def test_a_car_without_an_owner_gets_one(transfer, buyer):
    car = VehicleFactory()

    transfer_vehicle(car, to=buyer, by=UserFactory(), today=TODAY, why="补车主")

    assert periods(car) == [(buyer.pk, TODAY, None)]


def test_a_day_to_come_or_before_the_present_owner_is_refused(transfer, car):
    with pytest.raises(CannotTransfer, match="今天以后"):
        transfer(since=TODAY + timedelta(days=1))
    with pytest.raises(CannotTransfer, match="2020-01-01"):
        transfer(since=date(2019, 12, 31))
    assert car.ownerships.count() == 1


def test_nobody_whose_record_has_ended_gets_a_car(transfer, buyer):
    buyer.ended_at, buyer.ended_as = moment(TODAY), EndedAs.CLOSED
    buyer.save()

    with pytest.raises(CannotTransfer, match="停用"):
        transfer()


def test_the_old_owners_people_leave_with_them_and_the_new_owners_stay(transfer, car, seller, buyer, store):
    home = Household.objects.create()
    son, driver = CustomerFactory(store=store), CustomerFactory(store=store)
    for member in (buyer, son):
        home.members.create(customer=member)
    for person, role in ((son, CarRole.DRIVER), (driver, CarRole.DRIVER), (buyer, CarRole.PAYER)):
        car.people.create(customer=person, role=role, valid_from=date(2025, 1, 1))

    transfer()

    assert list(car.people.current().values_list("customer_id", "role")) == [(son.pk, CarRole.DRIVER)]


def test_a_role_written_down_after_the_sale_ends_as_it_began(transfer, car):
    car.people.create(customer=CustomerFactory(), role=CarRole.DRIVER, valid_from=TODAY)

    transfer(since=YESTERDAY)

    assert list(car.people.values_list("valid_from", "valid_to")) == [(TODAY, TODAY)]


def test_taking_back_puts_owner_and_people_as_they_were(transfer, car, seller, advisor):
    car.people.create(customer=CustomerFactory(), role=CarRole.DRIVER, valid_from=date(2025, 1, 1))
    before = periods(car)
    transfer()

    for _ in range(2):
        undo_transfer(car, by=advisor, today=TODAY)

    assert (periods(car), car.people.current().count(), car.owner_now()) == (before, 1, seller)
    assert AuditEntry.objects.about(car, Action.TRANSFER_VEHICLE).count() == 2


def test_a_car_transferred_again_after_taking_back_is_taken_back_again(transfer, car, seller, advisor):
    transfer()
    undo_transfer(car, by=advisor, today=TODAY)
    transfer()

    undo_transfer(car, by=advisor, today=TODAY)

    assert car.owner_now() == seller


def test_nothing_is_taken_back_on_another_day_or_once_the_new_owner_came(transfer, car, buyer, advisor):
    transfer()

    with pytest.raises(CannotTransfer, match="今天"):
        undo_transfer(car, by=advisor, today=TODAY + timedelta(days=1))
    ServiceOrderFactory(customer=buyer, vehicle=car)
    with pytest.raises(CannotTransfer, match="已经来过"):
        undo_transfer(car, by=advisor, today=TODAY)


def test_a_car_never_transferred_has_nothing_to_take_back(car, advisor):
    with pytest.raises(CannotTransfer):
        undo_transfer(car, by=advisor, today=TODAY)


acts = st.lists(
    st.tuples(st.sampled_from(["transfer", "undo"]), st.integers(0, 2), st.integers(0, 40), st.integers(0, 60)),
    max_size=12,
)


class OwnershipIsOneLine(TestCase):
    """Whatever is transferred, back-dated and taken back, on every day a car has at most one owner."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(acts)
    def test_ownerships_never_overlap(self, steps):
        people, car, by = [CustomerFactory() for _ in range(3)], VehicleFactory(), UserFactory()
        day = TODAY
        for act, person, passed, back in steps:
            day += timedelta(days=passed % 3)
            self._step(act, car, people[person], by, day, day - timedelta(days=back))

        self._check(car, people)

    def _step(self, act, car, to, by, day, since):
        try:
            if act == "transfer":
                transfer_vehicle(car, to=to, by=by, today=day, why="", since=since)
            else:
                undo_transfer(car, by=by, today=TODAY)
        except CannotTransfer:
            earliest = earliest_transfer(car)
            assert act == "undo" or since < earliest

    def _check(self, car: Vehicle, people: list[Customer]):
        rows = list(Ownership.objects.filter(vehicle=car).order_by("valid_from", "pk"))
        for earlier, later in zip(rows, rows[1:], strict=False):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from
        for row in rows:
            assert len(car.ownerships.on(row.valid_from)) <= 1
            assert row.customer in people
