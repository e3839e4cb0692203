"""Birthdays as shops write them: with or without a year, solar or lunar."""

import re
from datetime import date
from typing import NamedTuple

from .values import Cell, Unreadable, day_of, folded, is_blank, text_of

_LUNAR = re.compile(r"农历|阴历|旧历|\(?[农阴]\)?$")
_SOLAR = re.compile(r"公历|阳历|新历|国历")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_LEAP_YEAR = 2000


class Birthday(NamedTuple):
    """A birthday; `year` None where it was not said."""

    month: int
    day: int
    year: int | None
    is_lunar: bool


def birthday_of(cell: Cell) -> Birthday | None:
    """A birthday from ``1980-03-05``, ``3月5日``, ``农历8-15``; None for a blank; else Unreadable."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        day = day_of(cell)
        return Birthday(day.month, day.day, day.year, False) if day else None
    text = folded(text_of(cell))[:40]
    is_lunar = bool(_LUNAR.search(text))
    bare = _SOLAR.sub("", _LUNAR.sub("", text)).strip(" :：()")
    found = _MONTH_DAY.fullmatch(bare)
    if found:
        return _checked(int(found[1]), int(found[2]), None, is_lunar)
    day = day_of(bare)
    return _checked(day.month, day.day, day.year, is_lunar) if day else None


def _checked(month: int, day: int, year: int | None, is_lunar: bool) -> Birthday:
    if is_lunar and not (1 <= month <= 12 and 1 <= day <= 30):
        raise Unreadable(f"{month}-{day}")
    if not is_lunar:
        try:
            date(_LEAP_YEAR, month, day)
        except ValueError:
            raise Unreadable(f"{month}-{day}") from None
    return Birthday(month, day, year, is_lunar)
