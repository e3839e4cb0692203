"""What is due on which car: drawn again for cars whose facts changed, and for those that time alone has changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache

from django.db import connection, transaction

from core.bulk import delete_rows, in_batches, insert_rows, new_row, take_stock, update_rows

from ..enums import MaintenanceItem, Paper
from ..models import (
    DueItem,
    MaintenanceRule,
    OdometerReading,
    Outlook,
    ServiceLine,
    Vehicle,
    VehicleChange,
    WorkElsewhere,
)
from ..rules.due import Driven, Due, Interval, Work, due_of, inspection_due, insurance_due, last_work
from ..rules.intervals import Cars, energy_of, folded, intervals_for
from ..rules.mileage import Usage, usage
from ..rules.odometer import Reading
from .changes import note_owners
from .honesty import settle_lines

# Cars per transaction: a killed night loses at most one batch of work and no change.
BATCH = 2_000
# A column of DueItem for each part of a Due.
_COLUMNS = {
    "due_on": "on", "low_on": "low", "high_on": "high", "by_time_on": "by_time", "by_km_on": "by_km", "at_km": "at_km",
    "basis": "basis", "last_on": "last_on", "last_km": "last_km", "every_km": "every_km",
    "every_months": "every_months", "ends_on": "ends_on",
}  # fmt: skip
_OF_A_CAR = (
    "plate", "brand", "series", "model", "energy", "registered_on", "insured_until", "commercial_insured_until",
    "inspected_until", "odometer_km", "odometer_on", "daily_metres", "daily_spread",
)  # fmt: skip
_DRAIN = """
DELETE FROM vehicles_vehiclechange
WHERE id IN (SELECT id FROM vehicles_vehiclechange WHERE id <= %s ORDER BY id LIMIT %s) RETURNING vehicle_id
"""


def refresh_due(*, today: date) -> dict[str, int]:
    """Bring what is due up to `today`: cars of the feed, cars that time alone has changed.

    Repeating changes nothing. Counts: `changed` cars taken from the feed, `due` by time, rows `written` and `removed`;
    of the cars from the feed, how many `outcomes` of quoted lines changed.
    """
    counts = Counter(changed=0, due=0, written=0, removed=0, outcomes=0)
    last = VehicleChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while _refresh_changed(counts, last=last, today=today):
        pass
    # Each car once, seen to here: asked for it, SQLite reads every row by its car.
    over = sorted(set(DueItem.objects.over(today).values_list("vehicle", flat=True)))
    for ids in in_batches(over, BATCH):
        counts["due"] += len(ids)
        counts.update(draw_due(ids, today=today))
    if counts["changed"] > BATCH:
        take_stock(DueItem)
    return dict(counts)


@transaction.atomic
def _refresh_changed(counts: Counter, *, last: int, today: date) -> int:
    """One batch of the feed. Draining and writing are one transaction, so that a crash loses neither."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAIN, [last, BATCH])
        drained = [pk for (pk,) in cursor.fetchall()]
    cars = set(drained)
    counts["changed"] += len(cars)
    if cars:
        counts.update(draw_due(cars, today=today))
        counts["outcomes"] += settle_lines(cars)
    return len(drained)


@transaction.atomic
def draw_due(vehicle_ids: Collection[int], *, today: date) -> dict[str, int]:
    """Write what is due on these cars where it differs: a fixed number of statements however many cars."""
    # Two drawings of one car wait for each other.
    locked = Vehicle.objects.select_for_update(of=["self"], no_key=True).order_by("pk")
    cars = list(locked.filter(pk__among=list(vehicle_ids)).only(*_OF_A_CAR))
    ids = [car.pk for car in cars]
    # What is due on them is what there is to speak of: looked at next.
    Outlook.objects.look_at((pk, today) for pk in ids)
    rules, works = MaintenanceRule.objects.in_force(), works_of(ids)
    intervals = cache(lambda cars: intervals_for(cars, rules))
    fresh = {
        (car.pk, item): due
        for car in cars
        for item, due in dues_of(car, works=works[car.pk], intervals=intervals(scope_of(car)), today=today)
    }
    return _write(ids, fresh)


def scope_of(car: Vehicle) -> Cars:
    """As rules look a car up."""
    return Cars(folded(car.brand), folded(car.series), energy_of(car.energy, car.plate))


def dues_of(
    car: Vehicle, *, works: dict[str, list[Work]], intervals: dict[str, Interval], today: date
) -> Iterator[tuple[str, Due]]:
    """(item, Due) of everything of a car whose next time is known."""
    facts, driven = {"registered_on": car.registered_on, "today": today}, driven_of(car)
    for item, interval in intervals.items():
        if due := due_of(interval, work=last_work(works.get(item, ())), driven=driven, **facts):
            yield item, due
    papers = {
        Paper.INSPECTION: inspection_due(car.inspected_until, model=f"{car.series} {car.model}", **facts),
        Paper.INSURANCE: insurance_due(car.insured_until, car.commercial_insured_until),
    }
    yield from ((paper.value, due) for paper, due in papers.items() if due)


def driven_of(car: Vehicle) -> Driven | None:
    """The last believed reading and the car's way; None before anything was read."""
    if car.odometer_on is None:
        return None
    how = usage(()) if car.daily_metres is None else Usage(car.daily_metres, car.daily_spread)
    return Driven(Reading(car.odometer_on, car.odometer_km), how)


def works_of(ids: list[int]) -> dict[int, dict[str, list[Work]]]:
    """The last work on every item of these cars, here and elsewhere; only kilometres of believed readings count."""
    believed = OdometerReading.objects.filter(vehicle__among=ids, is_plausible=True).order_by()
    believed = set(believed.values_list("vehicle_id", "km"))
    lines = ServiceLine.objects.filter(order__vehicle__among=ids, order__closed_on__isnull=False).exclude(item="")
    rows = lines.order_by("order__closed_on", "order_id").values_list(
        "order__vehicle", "item", "order__closed_on", "order__km", "order__next_on", "order__next_km"
    )
    here = {(pk, item): facts for pk, item, *facts in rows.iterator()}
    works = defaultdict(lambda: defaultdict(list))
    for (pk, item), (on, km, next_on, next_km) in here.items():
        # The next time that is written on an order is that of its oil change.
        next_on, next_km = (next_on, next_km) if item == MaintenanceItem.ENGINE_OIL else (None, None)
        works[pk][item].append(Work(on, km if (pk, km) in believed else None, True, next_on, next_km))
    told = WorkElsewhere.objects.filter(vehicle__among=ids).values_list("vehicle_id", "item", "done_on", "km")
    for pk, item, on, km in told:
        works[pk][item].append(Work(on, km, is_here=False))
    return works


def _write(ids: list[int], fresh: dict[tuple[int, str], Due]) -> dict[str, int]:
    standing = {(row.vehicle_id, row.item): row for row in DueItem.objects.filter(vehicle__among=ids)}
    changed, new = [], []
    for (pk, item), due in fresh.items():
        values = {column: getattr(due, part) for column, part in _COLUMNS.items()}
        row = standing.pop((pk, item), None)
        if row is None:
            new.append(new_row(DueItem, vehicle_id=pk, item=item, **values | {"basis": due.basis.value}))
        elif any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            changed.append(row)
    # What is due counts for the loyalty of whoever owns the car.
    note_owners({row.vehicle_id for row in (*new, *changed, *standing.values())})
    insert_rows(new)
    update_rows(changed, list(_COLUMNS))
    delete_rows(DueItem, [row.pk for row in standing.values()])
    return {"written": len(new) + len(changed), "removed": len(standing)}
