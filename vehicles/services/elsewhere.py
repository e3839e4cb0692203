"""Work that was done elsewhere: told by the customer, counted like ours (1-11, 2-6)."""

from datetime import date, datetime

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import Elsewhere, MaintenanceItem
from ..models import Vehicle, VehicleChange, WorkElsewhere
from .changes import note_owners


@transaction.atomic
def report_elsewhere(
    vehicle: Vehicle, *, item: MaintenanceItem, done_on: date, km: int | None, place: Elsewhere, by: User, now: datetime
) -> WorkElsewhere:
    """It was done elsewhere. Told again of the same day, the later words stand."""
    said = {"km": km, "place": place}
    row, is_new = WorkElsewhere.objects.select_for_update(of=["self"]).get_or_create(
        vehicle=vehicle, item=item, done_on=done_on, defaults={**said, "recorded_by": by, "recorded_at": now}
    )
    if not is_new:
        if (row.km, row.place) == (km, place):
            return row
        row.km, row.place, row.recorded_by, row.recorded_at = km, place, by, now
        row.save(update_fields=["km", "place", "recorded_by", "recorded_at"])
    _noted(row, by)
    return row


@transaction.atomic
def take_back_elsewhere(row: WorkElsewhere, *, by: User) -> None:
    """It was not so."""
    _noted(row, by, taken_back=True)
    row.delete()


def _noted(row: WorkElsewhere, by: User, **facts) -> None:
    AuditEntry.objects.record(
        by=by,
        action=Action.CHANGE_VEHICLE,
        subject=row.vehicle,
        elsewhere=row.item,
        on=row.done_on.isoformat(),
        **facts,
    )
    VehicleChange.objects.note([row.vehicle_id])
    note_owners([row.vehicle_id])
