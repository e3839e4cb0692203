"""Birthdays, on the solar and on the Chinese lunar calendar.

A lunar year is what borax computes (checked against ephemeris 1950-2056; from 2057 three months are off by a day).
Every rule here is one rule: a day that a month does not have is kept on the month's last day, and a leap month that a
year does not have is kept in the ordinary month of the same number. So each birthday comes once in each of its years:
29 February on the 28th of a common year, 腊月三十 on the 29th of a short 腊月, 闰六月初一 on 六月初一.
"""

import calendar as solar_calendar
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from borax.calendars.lunardate import MAX_LUNAR_YEAR, MIN_LUNAR_YEAR, LCalendars, LunarDate

SOLAR, LUNAR = "solar", "lunar"
LONGEST_SOLAR_MONTH, LONGEST_LUNAR_MONTH = 31, 30
MONTH_NAMES = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DIGITS = "一二三四五六七八九十"


class Birthday(NamedTuple):
    """A day of every year as a person names it; the year of birth plays no part."""

    calendar: str
    month: int
    day: int
    is_leap: bool = False


class Turn(NamedTuple):
    """A birthday that falls on a given day, and the year (solar or lunar) whose turn it is."""

    birthday: Birthday
    year: int


def birthdays_between(
    first: date, last: date, *, calendar: str, month: int, day: int, is_leap: bool = False
) -> list[tuple[date, int]]:
    """Where a birthday falls from `first` to `last` (both included), as (date, its solar or lunar year), in order.

    Once per year of its own calendar: a solar year may hold no, one or two turns of a lunar birthday.
    """
    turn = _lunar_turn if calendar == LUNAR else _solar_turn
    years = range(first.year - 1, last.year + 1)
    falls = [(turn(year, month, day, is_leap), year) for year in years]
    return [(fallen, year) for fallen, year in falls if fallen and first <= fallen <= last]


@lru_cache(maxsize=64)
def birthdays_on(today: date) -> tuple[Turn, ...]:
    """Every birthday that is kept on `today`: the other way round, so that a database is asked by index."""
    solar = [Turn(Birthday(SOLAR, today.month, day), today.year) for day in _days_kept_on(today)]
    return (*solar, *_lunar_birthdays_on(today))


def lunar_words(month: int, day: int, *, is_leap: bool = False) -> str:
    """A lunar day as people say it: (6, 1, leap) → 闰六月初一, (12, 30) → 腊月三十."""
    tens, ones = divmod(day - 1, 10)
    numeral = {19: "二十", 29: "三十"}.get(day - 1) or ("初", "十", "廿")[tens] + DIGITS[ones]
    return f"{'闰' if is_leap else ''}{MONTH_NAMES[month - 1]}月{numeral}"


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, solar_calendar.monthrange(year, month + 1)[1]))


def _solar_turn(year: int, month: int, day: int, is_leap: bool) -> date | None:
    return date(year, month, min(day, solar_calendar.monthrange(year, month)[1]))


def _lunar_turn(year: int, month: int, day: int, is_leap: bool) -> date | None:
    if not MIN_LUNAR_YEAR <= year <= MAX_LUNAR_YEAR:
        return None
    leap = is_leap and LCalendars.leap_month(year) == month
    return LunarDate(year, month, min(day, LCalendars.ndays(year, month, leap)), leap).to_solar_date()


def _days_kept_on(today: date) -> range:
    """Days of the month that `today` stands for: itself, and on the last day those which the month lacks."""
    is_last = today.day == solar_calendar.monthrange(today.year, today.month)[1]
    return range(today.day, (LONGEST_SOLAR_MONTH if is_last else today.day) + 1)


def _lunar_birthdays_on(today: date) -> list[Turn]:
    try:
        lunar = LunarDate.from_solar(today)
    except ValueError:  # a day beyond borax's tables (1900-2100)
        return []
    is_last = lunar.day == LCalendars.ndays(lunar.year, lunar.month, lunar.leap)
    days = range(lunar.day, (LONGEST_LUNAR_MONTH if is_last else lunar.day) + 1)
    leaps = [True] if lunar.leap else [False, True]
    if LCalendars.leap_month(lunar.year) == lunar.month and not lunar.leap:
        leaps = [False]
    return [Turn(Birthday(LUNAR, lunar.month, day, leap), lunar.year) for leap in leaps for day in days]
