"""Somebody drives in whom nobody here knows: person, car and visit in one go."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from customers.models import Customer
from customers.services import create_customer, join_household, make_known
from staff.models import Store, User
from vehicles.models import Ownership, ServiceOrder, Vehicle
from vehicles.services import open_visit, register_vehicle


def check_in_new(**facts) -> tuple[Customer, ServiceOrder | None]:
    """Put a person, their car and its visit on file; see :func:`_check_in` for the facts.

    Raises PhoneTaken, PlateTaken or VinTaken when one of them is known, and changes nothing then.
    """
    try:
        return _check_in(**facts)
    except IntegrityError:
        # Somebody saved the same number a moment ago: looking again says which.
        return _check_in(**facts)


@transaction.atomic
def _check_in(
    *,
    customer: Customer | None,
    family_of: Customer | None = None,
    person: dict,
    car: dict,
    visit: dict,
    store: Store,
    by: User,
    today: date,
    now: datetime,
) -> tuple[Customer, ServiceOrder | None]:
    """`person`: name, salutation, phone, came_through (used when `customer` is None); `family_of`: at whose number the
    new person is reached; `car`: plate, vin, brand, series, without both of the first there is no car and no visit;
    `visit`: what open_visit takes."""
    owner = customer or create_customer(store=store, by=by, **person)
    if family_of and customer is None:
        join_household(owner, of=family_of, by=by, now=now, reached_through=family_of)
    make_known(owner, store=store)
    if not (car["plate"] or car["vin"]):
        return owner, None
    vehicle = _ownerless(car["plate"], owner, today) or register_vehicle(owner=owner, today=today, **car)
    order = open_visit(vehicle, customer=owner, store=store, by=by, today=today, now=now, **visit)
    return owner, order


def _ownerless(plate: str, owner: Customer, today: date) -> Vehicle | None:
    """A car that was imported without its owner finds one now."""
    vehicle = Vehicle.objects.filter(plate=plate).without_owner().first() if plate else None
    if vehicle:
        Ownership.objects.create(vehicle=vehicle, customer=owner, valid_from=today)
    return vehicle
