"""Days off and days worked in their place, as the State Council publishes them each autumn for the year to come.

Nothing is guessed: of a year that is not published only the statutory holidays' names are known, and it is counted from
Monday to Friday.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from chinese_calendar.constants import Holiday, holidays, workdays

from .feasts import feasts_between

SATURDAY = 5
# From the first of this month on the next year's notice is missed: it has come out in October or November.
NOTICE_MONTH = 11
STATUTORY = ("yuandan", "chunjie", "qingming", "laodongjie", "duanwu", "zhongqiu", "guoqingjie")


class Mark(NamedTuple):
    """What is written of one day: whether it is worked, and for which holiday's sake."""

    works: bool
    name: str


@dataclass(frozen=True)
class WorkDays:
    """Which days are worked: as written, else from Monday to Friday."""

    marks: Mapping[date, Mark] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        mark = self.marks.get(day)
        return mark.works if mark else day.weekday() < SATURDAY


PLAIN_WEEK = WorkDays()


def working_days_after(day: date, count: int, days: WorkDays) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= days.works_on(day)
    return day


@cache
def published(year: int) -> dict[date, Mark]:
    """The days that differ from the week, as far as the library at hand knows the year's notice."""
    off = {day: Mark(False, _name(name)) for day, name in holidays.items() if day.year == year}
    return off | {day: Mark(True, _name(name)) for day, name in workdays.items() if day.year == year}


@cache
def statutory(year: int) -> dict[date, str]:
    """The day of each statutory holiday; how long it is and what is worked for it is the notice's to say."""
    found = feasts_between(date(year, 1, 1), date(year, 12, 31))
    return {one.day: one.feast.name for one in found if one.feast.key in STATUTORY}


def is_complete(year: int, off: Iterable[date]) -> bool:
    """Whether days off make up a notice: every statutory holiday of the year is among them."""
    return set(statutory(year)) <= set(off)


def missing_notice(today: date, known: Iterable[int]) -> int | None:
    """The year whose notice should be here by now and is not."""
    years = (today.year, today.year + 1) if today.month >= NOTICE_MONTH else (today.year,)
    return next((year for year in years if year not in set(known)), None)


def _name(value: str) -> str:
    return Holiday(value).chinese
