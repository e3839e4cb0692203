"""How well the odometer would have been foretold: every believed reading from those before it."""

from collections.abc import Iterator
from itertools import groupby
from statistics import median

from ..models import OdometerReading, UsualMileage
from ..rules.mileage import shown_on, usage
from ..rules.odometer import Reading

YEAR_DAYS, YEAR_KM = 365, 15_000
# So many readings before the one that is foretold: the last two give a rate.
BEFORE = 2


def backtest(*, shortest_days: int = 1) -> dict:
    """Foretell each third and later believed reading of every car that lies so many days after the one before.

    Compared with the rate between the last two readings, and with 15,000 km a year. Errors are in kilometres;
    `within_range_percent`: how many readings fell within the range that was given. What is usual for a kind is known
    from all readings, those that are foretold among them: of thousands of cars one weighs nothing.
    """
    errors = {"ours": [], "last_rate": [], "fixed_15000_a_year": []}
    cars = within = 0
    for before, reading, usual in _cases(shortest_days):
        cars += len(before) == BEFORE
        last = before[-1]
        foretold = shown_on(reading.read_on, last=last, usage=usage(before, usual=usual))
        within += foretold.low <= reading.km <= foretold.high
        days = (reading.read_on - last.read_on).days
        errors["ours"].append(abs(foretold.likely - reading.km))
        errors["last_rate"].append(abs(last.km + round(_last_rate(before) * days) - reading.km))
        errors["fixed_15000_a_year"].append(abs(last.km + round(YEAR_KM * days / YEAR_DAYS) - reading.km))
    told = len(errors["ours"])
    return {
        "cars": cars,
        "readings": told,
        "median_absolute_error_km": {name: median(found) if found else None for name, found in errors.items()},
        "within_range_percent": round(100 * within / told) if told else None,
    }


def _cases(shortest_days: int) -> Iterator[tuple[list[Reading], Reading, int]]:
    usual = UsualMileage.objects.by_energy()
    for energy, readings in _histories():
        for place in range(BEFORE, len(readings)):
            if (readings[place].read_on - readings[place - 1].read_on).days >= shortest_days:
                yield readings[:place], readings[place], usual.get(energy, usual[""])


def _histories() -> Iterator[tuple[str, list[Reading]]]:
    """Kind of energy and believed readings of each car in order; of one day only the last counts."""
    rows = OdometerReading.objects.filter(is_plausible=True).order_by("vehicle", "read_on", "km")
    rows = rows.values_list("vehicle", "vehicle__energy", "read_on", "km")
    for (_, energy), of_car in groupby(rows.iterator(), key=lambda row: row[:2]):
        yield energy, [Reading(day, km) for day, km in {row[2]: row[3] for row in of_car}.items()]


def _last_rate(readings: list[Reading]) -> float:
    before, last = readings[-2:]
    return (last.km - before.km) / (last.read_on - before.read_on).days
