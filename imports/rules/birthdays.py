"""Birthdays as shops write them: with or without a year, solar or lunar."""

import re
from datetime import date
from typing import NamedTuple

from .values import Cell, Unreadable, day_of, folded, is_blank, text_of

_LUNAR = re.compile(r"农历|阴历|旧历|\(?[农阴]\)?$")
_SOLAR = re.compile(r"公历|阳历|新历|国历")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
# A lunar day need not exist in the solar calendar, and only a lunar month can be a leap month.
_LUNAR_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(闰)?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_LEAP_YEAR = 2000


class Birthday(NamedTuple):
    """A birthday; `year` None where it was not said."""

    month: int
    day: int
    year: int | None
    is_lunar: bool
    in_leap_month: bool = False


def birthday_of(cell: Cell) -> Birthday | None:
    """A birthday from ``1980-03-05``, ``3月5日``, ``农历8-15``, ``农历闰4月1日``; None for a blank; else Unreadable."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        day = day_of(cell)
        return Birthday(day.month, day.day, day.year, False) if day else None
    text = folded(text_of(cell))[:40]
    is_lunar = bool(_LUNAR.search(text))
    bare = _SOLAR.sub("", _LUNAR.sub("", text)).strip(" :：()")
    found = _LUNAR_DAY.fullmatch(bare) if is_lunar else None
    if found:
        year = int(found[1]) if found[1] else None
        return _checked(int(found[3]), int(found[4]), year, True)._replace(in_leap_month=bool(found[2]))
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


def birthday_words(birthday: Birthday | None) -> str:
    """A birthday as :func:`birthday_of` reads it back: ``1980-03-05``, ``公历3月5日``, ``农历1980年闰4月1日``."""
    if birthday is None:
        return ""
    month, day, year, is_lunar, in_leap_month = birthday
    if is_lunar:
        return f"农历{f'{year}年' if year else ''}{'闰' if in_leap_month else ''}{month}月{day}日"
    # Without its calendar before it a spreadsheet would make a day of this year of it.
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"公历{month}月{day}日"
