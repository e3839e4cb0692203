"""Visits: the desk's numbers, and when the car should come again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ..enums import ServiceKind

MOST_A_DAY = 9_999
# What shops in the south write on the sticker after an oil change; the due engine refines it per model.
NEXT_AFTER_DAYS, NEXT_AFTER_KM = 183, 7_500


class NextVisit(NamedTuple):
    """When to come again: on a day, or at an odometer reading where one is known, whichever is first."""

    on: date
    km: int | None


def desk_number(day: date, place: int) -> str:
    """The number of the `place`-th visit a store opened on `day`: ``202611210007``. Sorts as it counts."""
    return f"{day:%Y%m%d}{place:04d}"


def place_of(number: str) -> int:
    """Which visit of its day a desk number is."""
    return int(number[8:])


def propose_next(kinds: Iterable[ServiceKind], *, km: int | None, today: date) -> NextVisit | None:
    """The next maintenance after a visit with lines of `kinds`; None when nothing was maintained."""
    if ServiceKind.MAINTENANCE not in set(kinds):
        return None
    return NextVisit(today + timedelta(days=NEXT_AFTER_DAYS), None if km is None else km + NEXT_AFTER_KM)
