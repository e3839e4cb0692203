"""When a private car has to be inspected, from the day it was first registered.

公交管〔2022〕295号, in force since 2022-10-01, and 道路交通安全法实施条例 Art. 16: within ten years a mark every second
year, on site only in the sixth and the tenth; from then on every year, on site. Proposed where the shop has typed no
date; a date that is typed is the truth.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import chain, count
from typing import NamedTuple

from core.calendars import months_before

MARK_YEARS, ON_SITE_YEARS = (2, 4, 6, 8, 10), (6, 10)
# Other rules hold for these: the shop types their date.
_NOT_A_CAR = re.compile(r"面包|微面|货车|卡车|轻卡|重卡|皮卡|客车|中巴|大巴|牵引|挂车|出租|网约")


class Inspection(NamedTuple):
    """The inspection of a car's n-th year: due on a day, good until the end of that month."""

    year: int
    due_on: date
    until: date
    is_on_site: bool


def schedule(registered_on: date) -> Iterator[Inspection]:
    """Every inspection of a private car, without end."""
    for year in chain(MARK_YEARS, count(MARK_YEARS[-1] + 1)):
        due = months_before(registered_on, -12 * year)
        yield Inspection(
            year,
            due,
            due.replace(day=monthrange(due.year, due.month)[1]),
            year in ON_SITE_YEARS or year > MARK_YEARS[-1],
        )


def next_inspection(registered_on: date | None, *, today: date, model: str = "") -> Inspection | None:
    """The first inspection that is not over on `today`; None where the day is unknown or another rule holds.

    `model`: how the car is called, so that vans and lorries are told apart.
    """
    if registered_on is None or _NOT_A_CAR.search(model):
        return None
    return next(one for one in schedule(registered_on) if one.until >= today)
