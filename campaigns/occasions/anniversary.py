"""The same day of earlier years, as an index is asked for it."""

from datetime import date, timedelta

from core.calendars import SOLAR, birthdays_on

# Nobody has come to a shop, and hardly a car has driven, for longer.
YEARS = 60


def days_kept(day: date) -> list[date]:
    """The days of earlier years that are remembered on `day`: 29 February on the 28th of a common year."""
    kept = [turn.birthday for turn in birthdays_on(day) if turn.birthday.calendar == SOLAR]
    dates = (_day(year, one.month, one.day) for one in kept for year in range(day.year - YEARS, day.year))
    return [found for found in dates if found]


def kept_between(first: date, last: date) -> dict[date, date]:
    """The days of earlier years that are remembered from `first` to `last`, each with the day on which."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {kept: day for day in days for kept in days_kept(day)}


def years_since(first: date, day: date) -> int:
    return day.year - first.year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
