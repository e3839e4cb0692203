"""The days of a year on which a shop has something to say to everybody: feasts, and four times a year a tip (3-13)."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from core.calendars import FeastKind, feasts_between

TIP = "tip"
# Clear of the terms and festivals beside them, so that nobody hears twice in two days.
TIPS = {
    ("tip_spring", "春节前后用车提示"): (2, 1),
    ("tip_summer", "夏季用车提示"): (5, 15),
    ("tip_autumn", "秋季用车提示"): (10, 15),
    ("tip_winter", "冬季用车提示"): (11, 15),
}


class Turn(NamedTuple):
    """One day of the calendar: `kind` is term, lunar, solar or tip; `year` the year (solar or lunar) it belongs to."""

    day: date
    key: str
    name: str
    kind: str
    year: int

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]

    @property
    def cycle(self) -> str:
        return f"{self.key}:{self.year}"


def turns_between(first: date, last: date) -> list[Turn]:
    """Everything from `first` to `last`, both included, in order."""
    feasts = [
        Turn(one.day, one.feast.key, one.feast.name, one.feast.kind, one.year) for one in feasts_between(first, last)
    ]
    tips = [
        Turn(date(year, *day), key, name, TIP, year)
        for year in range(first.year, last.year + 1)
        for (key, name), day in TIPS.items()
    ]
    return sorted([*feasts, *(tip for tip in tips if first <= tip.day <= last)])


@lru_cache(maxsize=32)
def turns_on(day: date) -> tuple[Turn, ...]:
    return tuple(turns_between(day, day))


KINDS = {FeastKind.TERM: "节气", FeastKind.LUNAR: "农历节日", FeastKind.SOLAR: "公历节日", TIP: "用车提示"}
