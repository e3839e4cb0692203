"""A drive begins, is kept true every night, and ends; each is harmless when repeated."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.bulk import in_batches, insert_rows, new_row, take_stock
from customers.enums import Purpose
from customers.models import Customer
from segments.models import Segment
from segments.services import people_of
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import DropReason, Topic
from ..errors import DriveRunning
from ..models import Drive, DriveMember, Touch
from .permission import forbidden
from .recheck import end_untrue

BATCH = 500
# What bars somebody from a drive for good; who is unhappy is called when they have been put at ease.
_BARRING = (DropReason.REFUSED, DropReason.UNWANTED)


def people_for(store: Store, segment: Segment | None, *, today: date):
    """The customers whom a drive of `store` would be about."""
    people = Customer.objects.live().filter(store_links__store=store)
    return people_of(segment, today=today, among=people) if segment else people


@transaction.atomic
def start_drive(
    store: Store, *, segment: Segment | None, first_on: date, last_on: date, by: User, today: date, now: datetime
) -> Drive:
    """From `first_on` on everybody of the segment, or of the store, comes to somebody's list.

    The same drive again is the one that stands; DriveRunning for another one while it does.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    asked = {"segment": segment, "first_on": first_on, "last_on": last_on}
    standing = Drive.objects.live().filter(store=store).first()
    if standing and standing.last_on < today:
        standing.end(now=now)
    elif standing:
        if all(getattr(standing, name) == value for name, value in asked.items()):
            return standing
        raise DriveRunning(standing)
    drive = Drive.objects.create(store=store, started_by=by, started_at=now, **asked)
    people = people_for(store, segment, today=today).order_by("pk").values_list("pk", flat=True)
    count = 0
    for some in in_batches(people.iterator(), BATCH):
        insert_rows([new_row(DriveMember, drive_id=drive.pk, customer_id=pk) for pk in some])
        count += len(some)
    if count > BATCH:
        take_stock(DriveMember)
    mark_barred(drive)
    AuditEntry.objects.record(by=by, action=Action.DRIVE, subject=drive, did="start", people=count)
    return drive


@transaction.atomic
def end_drive(drive: Drive, *, by: User, today: date, now: datetime) -> Drive:
    """It is over before its day: what nobody has begun with comes off the lists, what was begun is finished."""
    drive = Drive.objects.select_for_update(of=["self"]).get(pk=drive.pk)
    if not drive.is_live:
        return drive
    drive.end(by=by, now=now)
    _take_off(drive, today=today)
    AuditEntry.objects.record(by=by, action=Action.DRIVE, subject=drive, did="end")
    return drive


def keep_drives(*, today: date) -> dict[str, int]:
    """The night's part: drives whose days are over end, and who may not be spoken to is marked in the others."""
    over = Drive.objects.live().filter(last_on__lt=today)
    ended, barred = over.update(ended_at=timezone.now()), 0
    for drive in Drive.objects.live():
        barred += mark_barred(drive)
    return {"ended": ended, "barred": barred}


def mark_barred(drive: Drive) -> int:
    """Write down who refused or does not want to hear of it; how many they are."""
    members, count = DriveMember.objects.filter(drive=drive).order_by("customer_id"), 0
    for some in in_batches(members.iterator(), BATCH):
        found = forbidden([member.customer_id for member in some], purpose=Purpose.CARE, topic=Topic.PERSONAL)
        changed = []
        for member in some:
            reason = found.get(member.customer_id, "")
            reason = reason if reason in _BARRING else ""
            count += bool(reason)
            if member.barred != reason:
                member.barred = reason
                changed.append(member)
        DriveMember.objects.bulk_update(changed, ["barred"])
    return count


def _take_off(drive: Drive, *, today: date) -> None:
    lines = Touch.objects.filter(store=drive.store_id, occasion="drive", cycle=drive.cycle)
    end_untrue(lines.unfrozen().unheld(), today=today)
