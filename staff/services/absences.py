"""Who is away and when."""

from datetime import date, datetime

from django.db import transaction

from ..enums import AbsenceReason, Action
from ..errors import AlreadyAbsent
from ..models import Absence, AuditEntry, User


@transaction.atomic
def note_absence(
    person: User, *, first_on: date, last_on: date, reason: AbsenceReason, by: User, now: datetime
) -> Absence:
    """They are away from the first to the last day. The same days again are the same absence. Raises AlreadyAbsent."""
    person = User.objects.select_for_update(of=["self"]).get(pk=person.pk)
    standing = Absence.objects.standing().filter(person=person).meeting(first_on, last_on).first()
    if standing and (standing.first_on, standing.last_on, standing.reason) == (first_on, last_on, reason):
        return standing
    if standing:
        raise AlreadyAbsent(standing)
    days = {"first_on": first_on, "last_on": last_on}
    absence = Absence.objects.create(person=person, reason=reason, noted_by=by, noted_at=now, **days)
    _noted(absence, by, did="noted")
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User, now: datetime, today: date) -> bool:
    """They are here after all: from `today` on. Days that are over stay; False when that was so already."""
    row = Absence.objects.select_for_update(of=["self"]).select_related("person").get(pk=absence.pk)
    if row.ended_at or row.last_on < today:
        return False
    if row.first_on < today:
        row.last_on = today.fromordinal(today.toordinal() - 1)
    else:
        row.ended_at = now
    row.save(update_fields=["last_on", "ended_at"])
    _noted(row, by, did="ended")
    return True


def _noted(absence: Absence, by: User, *, did: str) -> None:
    days = {"first_on": absence.first_on.isoformat(), "last_on": absence.last_on.isoformat()}
    AuditEntry.objects.record(
        by=by, action=Action.ABSENCE, subject=absence.person, did=did, absence=absence.pk, reason=absence.reason, **days
    )
