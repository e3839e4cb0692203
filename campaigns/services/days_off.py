"""Days off and make-up days, as managers write them: one by one, or a whole notice at once."""

from datetime import date, datetime

from django.db import transaction

from core.calendars import Mark
from core.enums import DayKind, DaySource
from core.models import CalendarDay
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..errors import AlreadyNoticed
from ..models import StoreDay


@transaction.atomic
def write_day(day: date, *, kind: str, name: str, source: str, by: User) -> CalendarDay | None:
    """Say what a day is; a blank kind leaves it to the library and the week again. The row as it was before."""
    before = CalendarDay.objects.select_for_update().filter(date=day).first()
    if kind:
        facts = {"kind": kind, "name": name, "source": source}
        CalendarDay.objects.update_or_create(date=day, defaults=facts)
    else:
        CalendarDay.objects.filter(date=day).delete()
    AuditEntry.objects.record(by=by, action=Action.DAYS_OFF, day=day.isoformat(), kind=kind)
    return before


@transaction.atomic
def enter_notice(year: int, days: dict[date, Mark], *, by: User) -> int:
    """Enter the State Council's notice of a year, once; what the shop wrote of a day itself stands. How many days.

    Raises AlreadyNoticed: a year that was entered is changed day by day.
    """
    if _noticed(year).exists():
        raise AlreadyNoticed(year)
    own = set(CalendarDay.objects.filter(date__in=list(days)).values_list("date", flat=True))
    rows = [_row(day, mark) for day, mark in days.items() if day not in own]
    CalendarDay.objects.bulk_create(rows)
    AuditEntry.objects.record(by=by, action=Action.DAYS_OFF, year=year, days=len(rows))
    return len(rows)


@transaction.atomic
def forget_notice(year: int, *, by: User) -> int:
    """Take the notice of a year out again; what the shop wrote itself stays."""
    gone, _ = _noticed(year).delete()
    if gone:
        AuditEntry.objects.record(by=by, action=Action.DAYS_OFF, year=year, days=-gone)
    return gone


@transaction.atomic
def set_store_day(store: Store, day: date, *, works: bool | None, why: str, by: User, now: datetime) -> StoreDay | None:
    """Say that a store works or rests on a day; None: as the company does. The row as it was before."""
    before = StoreDay.objects.select_for_update(of=["self"]).filter(store=store, day=day).first()
    if works is None:
        StoreDay.objects.filter(store=store, day=day).delete()
    else:
        said = {"works": works, "why": why, "said_by": by, "said_at": now}
        StoreDay.objects.update_or_create(store=store, day=day, defaults=said)
    AuditEntry.objects.record(by=by, action=Action.DAYS_OFF, subject=store, day=day.isoformat(), works=works)
    return before


def _noticed(year: int):
    return CalendarDay.objects.between(date(year, 1, 1), date(year, 12, 31)).filter(source=DaySource.NOTICE)


def _row(day: date, mark: Mark) -> CalendarDay:
    kind = DayKind.WORKDAY if mark.works else DayKind.OFF
    return CalendarDay(date=day, kind=kind, name=mark.name, source=DaySource.NOTICE)
