"""A month or a quarter as an address names it."""

import re
from calendar import monthrange
from datetime import date

_PERIOD = re.compile(r"([1-9]\d{3})(?:-(0[1-9]|1[0-2])|Q([1-4]))", re.ASCII)


def bounds(text: str) -> tuple[date, date] | None:
    """The first and the last day of 2026-11 or 2026Q4; None for anything else."""
    found = _PERIOD.fullmatch(text)
    if not found:
        return None
    year, month, quarter = found.groups()
    first, last = (int(month),) * 2 if month else (int(quarter) * 3 - 2, int(quarter) * 3)
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarters_back(day: date, count: int) -> list[str]:
    """The quarter of `day` and the ones before it, the oldest first."""
    place = day.year * 4 + (day.month - 1) // 3
    return [f"{n // 4}Q{n % 4 + 1}" for n in range(place - count + 1, place + 1)]


def quarters_between(first: str, last: str) -> int:
    """How many quarters `last` comes after `first`."""
    return (int(last[:4]) - int(first[:4])) * 4 + int(last[5]) - int(first[5])
