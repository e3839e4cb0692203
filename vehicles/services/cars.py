"""Putting a car on file."""

from datetime import date

from django.db import IntegrityError, transaction

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange

from ..errors import PlateTaken, VinTaken
from ..models import Ownership, Vehicle, VehicleChange, VehiclePlate


@transaction.atomic
def register_vehicle(*, plate: str, vin: str = "", owner: Customer | None, today: date, **facts) -> Vehicle:
    """A new car with its first plate and, where known, its owner. `plate` and `vin` are already normalised.

    Raises PlateTaken and VinTaken when the car is on file: use that one instead of a duplicate.
    """
    _refuse_known(plate, vin)
    vehicle = Vehicle(plate=plate, vin=vin, **facts)
    vehicle.mark_edited(*(name for name, value in facts.items() if value))
    try:
        with transaction.atomic():
            vehicle.save(force_insert=True)
            if plate:
                VehiclePlate.objects.create(vehicle=vehicle, plate=plate, valid_from=today)
    except IntegrityError:
        _refuse_known(plate, vin)  # somebody put it on file a moment ago
        raise
    VehicleChange.objects.note([vehicle.pk])
    if owner:
        Ownership.objects.create(vehicle=vehicle, customer=owner, valid_from=today)
        CustomerChange.objects.note([owner.pk], ChangeKind.VEHICLE)
    return vehicle


def _refuse_known(plate: str, vin: str) -> None:
    for refusal, known in ((PlateTaken, {"plate": plate}), (VinTaken, {"vin": vin})):
        vehicle = Vehicle.objects.filter(**known).first() if any(known.values()) else None
        if vehicle:
            raise refusal(vehicle)
