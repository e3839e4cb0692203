"""Booking somebody who calls: known by plate or phone, or new."""

from datetime import date, datetime

from django.db import transaction

from customers.models import Customer
from customers.services import create_customer
from staff.models import Store, User
from vehicles.models import Appointment, Ownership, Vehicle
from vehicles.services import make_appointment, register_vehicle


@transaction.atomic
def book_somebody(
    *,
    customer: Customer | None,
    vehicle: Vehicle | None,
    plate: str,
    phone: str,
    name: str,
    store: Store,
    by: User,
    now: datetime,
    today: date,
    **appointment,
) -> Appointment:
    """Put them into the book; a person or a car nobody knows is put on file first.

    Raises AlreadyExpected, and PhoneTaken or PlateTaken where somebody else wrote the same down a moment ago.
    """
    customer = customer or create_customer(name=name, store=store, by=by, phone=phone, came_through="来电来店询问")
    if vehicle is None and plate:
        vehicle = register_vehicle(owner=customer, today=today, plate=plate)
    elif vehicle and vehicle.owner_now() is None:
        Ownership.objects.create(vehicle=vehicle, customer=customer, valid_from=today)
    return make_appointment(customer, store=store, by=by, now=now, vehicle=vehicle, **appointment)
