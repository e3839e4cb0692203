"""How far a car is driven, and what its odometer shows by now, from few and uneven readings.

A rate in metres a day: what the car itself drove, drawn towards what is usual for its kind by a weight of PRIOR_DAYS
(shrinkage: the posterior mean of a Poisson rate under a Gamma prior; Gelman et al., Bayesian Data Analysis, 2.6).
Older driving counts less. A Spring Festival trip home is no habit: it moves the reading and not the rate.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from core.calendars import LUNAR, birthdays_between

from .odometer import Reading

# What a private car is driven where nothing else is known: 15,000 km a year.
USUAL_METRES = 41_000
# So many days of their own weigh as much as what is usual for the kind, and half as much after two years.
PRIOR_DAYS = 120
HALF_LIFE_DAYS = 730
# By how many per cent cars stray from their course, before a car's own straying is known.
USUAL_SPREAD = 30
# Four in five readings should fall within the range: 1.28 standard deviations, each 1.25 mean absolute ones.
WIDENING = 1.6
# A stretch over Spring Festival this short and this much faster than the car's own course was a journey.
TRIP_DAYS, TRIP_PERCENT = 60, 150
WIDEST, NARROWEST = 150, 8


class Usage(NamedTuple):
    """How a car is driven: `metres` a day, and by how many per cent of its course a stretch strays on average."""

    metres: int
    spread: int


class Shown(NamedTuple):
    """What the odometer shows on a day, in kilometres: at least, likely, at most."""

    low: int
    likely: int
    high: int


class Stretch(NamedTuple):
    """Between two readings: days, metres, how long ago it ended (days), whether Spring Festival lay in it."""

    days: int
    metres: int
    ago: int
    has_festival: bool


def usage(readings: Iterable[Reading], *, usual: int = USUAL_METRES) -> Usage:
    """How a car is driven by its believed readings, in any order; without two of different days, as is usual."""
    stretches = _stretches(sorted(readings))
    if not stretches:
        return Usage(usual, USUAL_SPREAD)  # what follows comes to the same: a file brings most cars with one reading
    rate = _rate([one for one in stretches if not _may_be_trip(one)], usual)
    kept = [_without_trip(one, rate) for one in stretches]
    rate = _rate(kept, usual)
    return Usage(round(rate), _spread(kept, rate))


def shown_on(day: date, *, last: Reading, usage: Usage) -> Shown:
    """What the odometer shows on `day`, from the last believed reading; never less than that showed."""
    driven = usage.metres * max((day - last.read_on).days, 0) / 1000
    astray = driven * min(usage.spread * WIDENING, WIDEST) / 100
    return Shown(last.km + round(max(driven - astray, 0)), last.km + round(driven), last.km + round(driven + astray))


@cache
def _spring_festivals() -> list[date]:
    days = birthdays_between(date(1990, 1, 1), date(2099, 12, 31), calendar=LUNAR, month=1, day=1)
    return [day for day, _ in days]


def _stretches(readings: list[Reading]) -> list[Stretch]:
    found, festivals = [], _spring_festivals()
    for before, after in zip(readings, readings[1:], strict=False):
        days, metres = (after.read_on - before.read_on).days, (after.km - before.km) * 1000
        if days > 0 and metres >= 0:
            has_festival = bisect_right(festivals, before.read_on) < bisect_right(festivals, after.read_on)
            found.append(Stretch(days, metres, (readings[-1].read_on - after.read_on).days, has_festival))
    return found


def _may_be_trip(stretch: Stretch) -> bool:
    return stretch.has_festival and stretch.days <= TRIP_DAYS


def _without_trip(stretch: Stretch, rate: float) -> Stretch:
    is_trip = _may_be_trip(stretch) and stretch.metres * 100 > rate * stretch.days * TRIP_PERCENT
    return stretch._replace(metres=round(rate * stretch.days)) if is_trip else stretch


def _rate(stretches: list[Stretch], usual: int) -> float:
    weights = [0.5 ** (one.ago / HALF_LIFE_DAYS) for one in stretches]
    driven = sum(weight * one.metres for weight, one in zip(weights, stretches, strict=True))
    days = sum(weight * one.days for weight, one in zip(weights, stretches, strict=True))
    return (PRIOR_DAYS * usual + driven) / (PRIOR_DAYS + days)


def _spread(stretches: list[Stretch], rate: float) -> int:
    """How far the stretches lie from the car's course, in per cent of its length, drawn towards the usual."""
    days = sum(one.days for one in stretches)
    strays = sum(abs(one.metres - rate * one.days) for one in stretches) / rate if rate else 0
    spread = (PRIOR_DAYS * USUAL_SPREAD + 100 * strays) / (PRIOR_DAYS + days)
    return round(min(max(spread, NARROWEST), WIDEST))
