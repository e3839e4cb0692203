"""Writing what people know about a car better than a file."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from customers.enums import ChangeKind
from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import PlateTaken
from ..models import Ownership, Vehicle, VehicleChange, VehiclePlate, VehicleWarning


@transaction.atomic
def change_vehicle(vehicle: Vehicle, *, by: User, today: date, **facts) -> list[str]:
    """Write `facts` by field name; a new plate ends the old one today and keeps it. The fields that changed.

    What is the same already is left alone, so that repeating writes nothing. `plate` and `vin` are normalised. Raises
    PlateTaken when another car carries the plate.
    """
    row = Vehicle.objects.select_for_update(of=["self"]).get(pk=vehicle.pk)
    changed = [field for field, value in facts.items() if getattr(row, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(row, field, facts[field])
    if "plate" in changed:
        _replate(row, today)
    row.mark_edited(*changed)
    row.save(update_fields=[*changed, "edited_fields"])
    AuditEntry.objects.record(by=by, action=Action.CHANGE_VEHICLE, subject=row, fields=changed)
    VehicleChange.objects.note([row.pk])
    note_owners([row.pk])
    return changed


def _replate(vehicle: Vehicle, today: date) -> None:
    taken = Vehicle.objects.filter(plate=vehicle.plate).exclude(pk=vehicle.pk).first() if vehicle.plate else None
    if taken:
        raise PlateTaken(taken)
    vehicle.plates.filter(valid_to__isnull=True).update(valid_to=today)
    if vehicle.plate:
        VehiclePlate.objects.create(vehicle=vehicle, plate=vehicle.plate, valid_from=today)


def note_owners(vehicle_ids: Iterable[int]) -> None:
    """Tell the change feed of today's owners that something about these cars changed."""
    owners = Ownership.objects.current().filter(vehicle__in=vehicle_ids).values_list("customer_id", flat=True)
    CustomerChange.objects.note(owners, ChangeKind.VEHICLE)


@transaction.atomic
def raise_warning(vehicle: Vehicle, *, body: str, is_safety: bool, by: User) -> VehicleWarning:
    """Put a warning on a car until somebody clears it. The same words while it is open are the same warning."""
    Vehicle.objects.select_for_update(of=["self"]).get(pk=vehicle.pk)
    same = vehicle.warnings.open().filter(body=body).first()
    return same or VehicleWarning.objects.create(vehicle=vehicle, body=body, is_safety=is_safety, raised_by=by)
