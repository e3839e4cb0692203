"""Leave to carry rows out: so many per person and day, with a reason, written down before a row is read."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from staff.enums import Action, Permission
from staff.models import AuditEntry, User

from ...enums import FileForm
from ...errors import NothingToExport, OverCap, SheetTooSmall
from ...rules.caps import CAPS, MOST_IN_SHEET
from .wishes import Sight, Wish, count, sight_of


@dataclass(frozen=True)
class Grant:
    """What was allowed: the entry of the audit trail stands for it."""

    wish: Wish
    form: FileForm
    sight: Sight
    rows: int
    entry: AuditEntry


@dataclass(frozen=True)
class Allowance:
    """Rows a person may export in a day, and how many of them are left today."""

    rows: int
    left: int
    own_only: bool


def allowance(user: User, *, now: datetime) -> Allowance:
    """What is left is what the audit trail says has not been used: many small files are as good as a large one."""
    cap = CAPS[user.role]
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = AuditEntry.objects.about(user, Action.EXPORT).filter(at__gte=midnight).values_list("facts", flat=True)
    used = sum(facts.get("rows", 0) for facts in today)
    return Allowance(cap.rows, max(cap.rows - used, 0), cap.own_only)


@transaction.atomic
def grant(wish: Wish, *, form: FileForm, by: User, why: str, now: datetime) -> Grant:
    """Leave for one file, noted with its reason. Raises NothingToExport, SheetTooSmall, OverCap."""
    User.objects.select_for_update(of=["self"]).get(pk=by.pk)  # two files at once must not each use up the same rest
    sight = sight_of(by)
    rows = count(wish, sight)
    left = allowance(by, now=now).left
    if rows > left:
        raise OverCap(rows=rows, left=left)
    return _noted(wish, form, sight, rows, by=by, why=why)


def all_of(wish: Wish, *, form: FileForm, why: str) -> Grant:
    """What whoever holds the machine's keys writes out: everything, without a cap, but not without a note."""
    sight = Sight()
    return _noted(wish, form, sight, count(wish, sight), by=None, why=why)


def _noted(wish: Wish, form: FileForm, sight: Sight, rows: int, *, by: User | None, why: str) -> Grant:
    if not rows:
        raise NothingToExport
    if form == FileForm.XLSX and rows > MOST_IN_SHEET:
        raise SheetTooSmall(rows=rows, most=MOST_IN_SHEET)
    said = wish.facts() | {"form": str(form), "rows": rows, "masked": sight.masked}
    entry = AuditEntry.objects.record(by=by, action=Action.EXPORT, subject=by, why=why, **said)
    return Grant(wish, form, sight, rows, entry)


def past_exports(user: User):
    """Exports as the trail has them: all a role may look at, otherwise one's own."""
    entries = AuditEntry.objects.filter(action=Action.EXPORT).select_related("by", "store")
    if user.may(Permission.SEE_AUDIT):
        return entries.visible_to(user)
    return entries.filter(by=user)
