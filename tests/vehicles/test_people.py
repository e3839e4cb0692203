"""Who drives, pays and decides: many drivers, one payer, one who decides; nobody twice (i.1)."""

from datetime import timedelta

import pytest

from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, VehicleFactory, moment
from vehicles.enums import CarRole
from vehicles.errors import CannotSetRole
from vehicles.models import CarPerson
from vehicles.services import end_car_role, set_car_role, undo_car_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(moment(TODAY), tick=True)


@pytest.fixture
def car(store):
    return VehicleFactory(owner=CustomerFactory(store=store))


@pytest.fixture
def name(front_desk):
    def _name(customer, role, *cars):
        return set_car_role(cars, customer=customer, role=role, by=front_desk, today=TODAY)

    return _name


@pytest.fixture
def undo(front_desk):
    return lambda customer: undo_car_role(customer, by=front_desk, today=TODAY)


def current():
    return set(CarPerson.objects.current().values_list("vehicle", "role", "customer"))


def test_drivers_are_many_and_who_pays_or_decides_is_one(name, car):
    one, other = CustomerFactory(), CustomerFactory()
    for person in (one, other):
        for role in CarRole:
            name(person, role, car)

    assert current() == {
        (car.pk, CarRole.DRIVER, one.pk),
        (car.pk, CarRole.DRIVER, other.pk),
        (car.pk, CarRole.PAYER, other.pk),
        (car.pk, CarRole.DECIDER, other.pk),
    }


def test_naming_twice_is_once(name, car):
    person = CustomerFactory()
    assert len(name(person, CarRole.PAYER, car)) == 1
    CustomerChange.objects.all().delete()

    assert name(person, CarRole.PAYER, car) == []
    assert (CarPerson.objects.count(), AuditEntry.objects.count(), CustomerChange.objects.count()) == (1, 1, 0)


def test_the_owner_needs_no_role(name, car):
    with pytest.raises(CannotSetRole, match="就是他的车"):
        name(car.owner_now(), CarRole.DRIVER, car)


def test_whoever_is_named_is_known_here_and_noted(name, car, other_store, front_desk):
    far = CustomerFactory(store=other_store)

    name(far, CarRole.DRIVER, car)

    assert far.stores.filter(pk=front_desk.store_id).exists()
    assert list(CustomerChange.objects.values_list("customer_id", "kind")) == [(far.pk, "person"), (far.pk, "vehicle")]
    entry = AuditEntry.objects.get(action=Action.HOUSEHOLD)
    assert (entry.subject_id, entry.facts["cars"]) == (far.pk, [car.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_a_fleet_costs_as_many_statements_as_one_car(name, count, django_assert_num_queries):
    boss = CustomerFactory()
    cars = [VehicleFactory() for _ in range(count)]

    with django_assert_num_queries(10):
        name(boss, CarRole.DECIDER, *cars)

    assert len(current()) == count


def test_taking_back_gives_the_place_to_whoever_had_it(name, undo, car):
    old, new = CustomerFactory(), CustomerFactory()
    name(old, CarRole.PAYER, car)
    name(new, CarRole.PAYER, car)

    for _ in range(2):
        undo(new)

    assert current() == {(car.pk, CarRole.PAYER, old.pk)}


def test_ending_twice_is_once_and_is_taken_back(name, undo, car, front_desk):
    person = CustomerFactory()
    (row,) = name(person, CarRole.DRIVER, car)
    for _ in range(2):
        end_car_role(row, by=front_desk, today=TODAY)
    assert (current(), AuditEntry.objects.count()) == (set(), 2)

    undo(person)

    assert current() == {(car.pk, CarRole.DRIVER, person.pk)}


def test_nothing_is_taken_back_on_another_day_or_once_somebody_else_was_named(name, undo, car, front_desk):
    old, new = CustomerFactory(), CustomerFactory()
    name(old, CarRole.PAYER, car)
    name(new, CarRole.PAYER, car)

    with pytest.raises(CannotSetRole, match="后来"):
        undo(old)
    with pytest.raises(CannotSetRole, match="今天"):
        undo_car_role(new, by=front_desk, today=TODAY + timedelta(days=1))
