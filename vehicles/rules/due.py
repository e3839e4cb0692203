"""When something of a car is due: by date or by kilometres, whichever comes first (以先到者为准), and from what.

Counted from the last time it was done, here or elsewhere; from the day the plate was given only while the first
interval is not long over. Where neither is known nothing is said: a date is never invented.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from core.calendars import months_before

from ..enums import Basis
from .inspection import next_inspection
from .mileage import WIDENING, WIDEST, Usage
from .odometer import Reading

# Nothing known of a car whose first interval has been over for so long: somebody has seen to it, only not here.
FIRST_LATE_DAYS = 90
# A day further off than ten years is no prediction.
FURTHEST_DAYS = 3_650


class Interval(NamedTuple):
    """How often: every `km` kilometres or `months` months; neither: never by the calendar, only after a look."""

    km: int | None = None
    months: int | None = None
    is_once: bool = False

    @property
    def says_when(self) -> bool:
        return bool(self.km or self.months)


class Work(NamedTuple):
    """When it was last done, at what believed reading; what the order of that day says of the next time."""

    on: date
    km: int | None = None
    is_here: bool = True
    next_on: date | None = None
    next_km: int | None = None


class Driven(NamedTuple):
    """The last believed reading and how the car is driven."""

    last: Reading
    usage: Usage


class Due(NamedTuple):
    """Due `on` a day, between `low` and `high` (None: no telling how late) as far as kilometres are only reckoned.

    `ends_on`: the day from which time alone changes it.
    """

    on: date
    low: date
    high: date | None
    by_time: date | None = None
    by_km: date | None = None
    at_km: int | None = None
    basis: Basis = Basis.HERE
    last_on: date | None = None
    last_km: int | None = None
    every_km: int | None = None
    every_months: int | None = None
    ends_on: date | None = None


class _Days(NamedTuple):
    low: date
    likely: date
    high: date | None


def due_of(
    interval: Interval, *, work: Work | None, registered_on: date | None, driven: Driven | None, today: date
) -> Due | None:
    """When an item is due next; None where that is not known, or it comes once and was done."""
    if not interval.says_when or (work and interval.is_once):
        return None
    if work:
        return _counted(interval, _believed(work, driven), driven)
    if registered_on is None or registered_on > today or _is_long_driven(interval, driven):
        return None
    found = _counted(interval, Work(registered_on, km=0, is_here=False), driven)
    ends_on = found and found.on + timedelta(days=FIRST_LATE_DAYS + 1)
    if ends_on is None or ends_on <= today:
        return None
    return found._replace(basis=Basis.NEW, ends_on=ends_on)


def inspection_due(typed: date | None, *, registered_on: date | None, model: str, today: date) -> Due | None:
    """The date that was typed, else the next one of the law, until its month is over."""
    if typed:
        return Due(typed, typed, typed, by_time=typed, basis=Basis.TYPED)
    by_law = next_inspection(registered_on, today=today, model=model)
    if by_law is None:
        return None
    until = by_law.until
    return Due(
        until, until, until, by_time=until, basis=Basis.BY_RULE, last_on=registered_on, ends_on=until + timedelta(1)
    )


def insurance_due(*typed: date | None) -> Due | None:
    """The earlier of the dates on which an insurance ends."""
    until = min((day for day in typed if day), default=None)
    return Due(until, until, until, by_time=until, basis=Basis.TYPED) if until else None


def watched(*, since: date, until_on: date | None, until_km: int | None, driven: Driven | None) -> Due | None:
    """When what is watched since a day has to be looked at again; None where only kilometres nobody can tell say so."""
    return _counted(Interval(), Work(since, next_on=until_on, next_km=until_km), driven)


def last_work(works: Iterable[Work]) -> Work | None:
    """The latest; of one day, what was done here."""
    return max(works, key=lambda work: (work.on, work.is_here), default=None)


def _believed(work: Work, driven: Driven | None) -> Work:
    """Without a reading that a later one contradicts."""
    if driven and work.km is not None and work.on <= driven.last.read_on and work.km > driven.last.km:
        return work._replace(km=None)
    return work


def _is_long_driven(interval: Interval, driven: Driven | None) -> bool:
    """Whether a car has been driven so far that its first time must have been seen to."""
    return bool(driven and interval.km and driven.last.km >= 2 * interval.km)


def _counted(interval: Interval, work: Work, driven: Driven | None) -> Due | None:
    written_on = work.next_on if work.next_on and work.next_on > work.on else None
    written_km = work.next_km if work.next_km and work.next_km > (work.km or 0) else None
    by_time = written_on or (months_before(work.on, -interval.months) if interval.months else None)
    at_km = written_km or (work.km + interval.km if interval.km and work.km is not None else None)
    days = _days_to(at_km, interval.km, work, driven)
    both = [day for day in (by_time, days and days.likely) if day]
    if not both:
        return None
    basis = Basis.HERE if work.is_here else Basis.ELSEWHERE
    return Due(
        on=min(both),
        low=min(day for day in (by_time, days and days.low) if day),
        high=min((day for day in (by_time, days and days.high) if day), default=None),
        by_time=by_time,
        by_km=days and days.likely,
        at_km=at_km,
        basis=Basis.WRITTEN if written_on or written_km else basis,
        last_on=work.on,
        last_km=work.km,
        every_km=interval.km,
        every_months=interval.months,
    )


def _days_to(at_km: int | None, every_km: int | None, work: Work, driven: Driven | None) -> _Days | None:
    """The days on which the odometer shows `at_km`; without that, on which so many have been driven since."""
    if driven is None or driven.usage.metres <= 0 or not (at_km or every_km):
        return None
    start = driven.last
    if work.km is not None and work.on >= start.read_on:
        start = Reading(work.on, work.km)
    since, metres = (start.read_on, (at_km - start.km) * 1000) if at_km else (work.on, every_km * 1000)
    likely = _ceil(metres, driven.usage.metres)
    if likely > FURTHEST_DAYS:
        return None
    if likely <= 0:
        passed = _passed(at_km, work, start) or max(work.on, since + timedelta(days=max(likely, -FURTHEST_DAYS)))
        return _Days(passed, passed, passed)
    astray = min(round(driven.usage.spread * WIDENING), WIDEST)
    late = _ceil(metres * 100, driven.usage.metres * (100 - astray)) if astray < 100 else FURTHEST_DAYS + 1
    return _Days(
        since + timedelta(days=_ceil(metres * 100, driven.usage.metres * (100 + astray))),
        since + timedelta(days=likely),
        since + timedelta(days=late) if late <= FURTHEST_DAYS else None,
    )


def _passed(at_km: int | None, work: Work, read: Reading) -> date | None:
    """The day on which a car that shows more by now showed `at_km`, on its way from the last time to that reading."""
    if at_km is None or work.km is None or read.km <= work.km:
        return None
    days = (read.read_on - work.on).days
    return work.on + timedelta(days=_ceil(days * (at_km - work.km), read.km - work.km))


def _ceil(of: int, by: int) -> int:
    return -(-of // by)
