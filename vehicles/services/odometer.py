"""Odometer readings: kept whatever they say, believed when they agree."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from core.bulk import new_row, update_rows

from ..enums import ReadingSource
from ..models import OdometerReading, UsualMileage, Vehicle, VehicleChange
from ..rules.mileage import usage
from ..rules.odometer import Reading, doubts
from .changes import note_owners

# What a car's columns say of its readings.
_FOLLOWING = ("odometer_km", "odometer_on", "daily_metres", "daily_spread")


@transaction.atomic
def record_readings(readings: Iterable[tuple[int, date, int]], *, source: ReadingSource) -> None:
    """Keep odometer readings `(vehicle id, day, km)` and move each car's believed odometer.

    Set-based: a fixed number of statements however many cars. Implausible readings are kept and move nothing;
    repeating a reading changes nothing.
    """
    rows = [OdometerReading(vehicle_id=pk, read_on=day, km=km, source=source) for pk, day, km in readings]
    OdometerReading.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    _read_again({row.vehicle_id for row in rows})


def _read_again(vehicle_ids: set[int]) -> None:
    _judge_again(vehicle_ids)
    note_owners(vehicle_ids)


def _judge_again(vehicle_ids: set[int]) -> None:
    VehicleChange.objects.note(vehicle_ids)
    _judge(_histories(vehicle_ids))


def _histories(vehicle_ids: Iterable[int]) -> dict[int, list[tuple[int | None, Reading, str]]]:
    """Per car its readings on file in the order they were kept: (key, reading, why it is not believed)."""
    histories = {pk: [] for pk in vehicle_ids}
    rows = OdometerReading.objects.filter(vehicle_id__among=histories).order_by("pk")
    for vehicle, pk, read_on, km, doubt in rows.values_list("vehicle_id", "pk", "read_on", "km", "doubt"):
        histories[vehicle].append((pk, Reading(read_on, km), doubt))
    return histories


def _judge(histories: dict[int, list[tuple[int | None, Reading, str]]]) -> dict[tuple[int, Reading], str]:
    """Say of readings on file whether they are believed, and what the odometers show; {(car, reading): doubt}."""
    changed, believed, doubted = [], {}, {}
    for vehicle, history in histories.items():
        verdicts = doubts([reading for _, reading, _ in history])
        judged = list(zip(history, verdicts, strict=True))
        believed[vehicle] = [reading for (_, reading, _), doubt in judged if not doubt]
        doubted |= {(vehicle, reading): doubt for (_, reading, _), doubt in judged if doubt}
        changed += [
            new_row(OdometerReading, id=pk, doubt=doubt, is_plausible=not doubt)
            for (pk, _, on_file), doubt in judged
            if pk and doubt != on_file
        ]
    update_rows(changed, ["is_plausible", "doubt"])
    _draw(believed)
    return doubted


def readings_to_keep(readings: Iterable[tuple[int, date, int]], *, source: ReadingSource) -> list[OdometerReading]:
    """What of `(vehicle id, day, km)` is not on file, judged beside what is; the caller inserts it and tells the feed.

    What is on file is judged again and the cars' odometers follow at once. A fixed number of statements; the caller
    holds a transaction.
    """
    said = {(vehicle, Reading(day, km)) for vehicle, day, km in readings}
    histories = _histories({vehicle for vehicle, _ in said})
    new = sorted(said - {(vehicle, reading) for vehicle, rows in histories.items() for _, reading, _ in rows})
    if not new:
        return []
    for vehicle, reading in new:
        histories[vehicle].append((None, reading, ""))
    doubted = _judge({vehicle: histories[vehicle] for vehicle, _ in new})
    rows = []
    for vehicle, reading in new:
        doubt = doubted.get((vehicle, reading), "")
        told = {"source": source, "doubt": doubt, "is_plausible": not doubt}
        rows.append(new_row(OdometerReading, vehicle_id=vehicle, **reading._asdict(), **told))
    return rows


@transaction.atomic
def follow_all(vehicle_ids: Collection[int]) -> int:
    """Draw anew what the columns of these cars say of their believed readings; how many cars changed."""
    rows = OdometerReading.objects.filter(vehicle__in=vehicle_ids, is_plausible=True).order_by()
    believed = {pk: [] for pk in vehicle_ids}
    for pk, *reading in rows.values_list("vehicle", "read_on", "km").iterator():
        believed[pk].append(Reading(*reading))
    moved = _draw(believed)
    VehicleChange.objects.note(moved)
    return len(moved)


def _draw(believed: dict[int, list[Reading]]) -> list[int]:
    """The cars whose columns changed."""
    usual, moved = UsualMileage.objects.by_energy(), []
    for vehicle in Vehicle.objects.filter(pk__among=believed).only("energy", *_FOLLOWING):
        if follow_readings(vehicle, believed[vehicle.pk], usual):
            moved.append(vehicle)
    update_rows(moved, _FOLLOWING)
    return [vehicle.pk for vehicle in moved]


def follow_readings(vehicle: Vehicle, believed: list[Reading], usual: dict[str, int]) -> bool:
    """Set in memory what follows from a car's believed readings; whether anything differs.

    `usual`: UsualMileage.objects.by_energy().
    """
    last = max(believed, default=None)
    driven = usage(believed, usual=usual.get(vehicle.energy, usual[""])) if last else None
    shown = (last and last.km, last and last.read_on, driven and driven.metres, driven and driven.spread)
    differs = shown != tuple(getattr(vehicle, name) for name in _FOLLOWING)
    for name, value in zip(_FOLLOWING, shown, strict=True):
        setattr(vehicle, name, value)
    return differs


@transaction.atomic
def move_readings(readings: QuerySet[OdometerReading], *, to: int) -> None:
    """These readings were of the car `to`: both cars are judged again. What it shows already is not kept twice."""
    rows = list(readings)
    OdometerReading.objects.filter(pk__in=[row.pk for row in rows]).delete()
    moved = [OdometerReading(vehicle_id=to, km=row.km, read_on=row.read_on, source=row.source) for row in rows]
    OdometerReading.objects.bulk_create(moved, ignore_conflicts=True)
    _read_again({to, *(row.vehicle_id for row in rows)})


def doubt_about(vehicle: Vehicle, *, km: int, on: date) -> str:
    """Why a reading of `km` on a day would not be believed beside what is on file; "" where it would."""
    on_file = [Reading(*row) for row in vehicle.readings.order_by("pk").values_list("read_on", "km")]
    new = Reading(on, km)
    return "" if new in on_file else doubts([*on_file, new])[-1]


@transaction.atomic
def judge_readings(vehicle_ids: Iterable[int]) -> None:
    """Readings of these cars came or went: say again which are believed, and what the odometers show."""
    _judge_again(set(vehicle_ids))
