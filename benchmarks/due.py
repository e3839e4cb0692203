# ruff: noqa: S608 — only words of ours go into the statements
"""What is due on every car: drawn for all of them, and for one night's, beside a bare INSERT … SELECT.

    python -m benchmarks.due [--vehicles 100000] [--database postgres|sqlite]

The bare statement writes one row for each car and item it was ever done on: last day plus months, last reading plus the
distance by the car's way, whichever first. It knows no rules by brand, no work elsewhere, no first times, no papers, no
range, and does not ask which rows differ. One night's work is a share of the cars in the feed: it must follow what
changed and not what exists. Three visits a car.

Then the opportunities that follow from it, beside one INSERT … SELECT of what is due within their windows by car and
owner: it groups nothing into visits, knows no worth, quotes, work elsewhere or appointments, and settles nothing.
"""

import argparse
import random
from datetime import timedelta

from .night import CHANGED, seconds_of
from .report import peak_mb, report
from .shop import TODAY, shop

ITEMS = ("engine_oil", "engine_oil", "cabin_filter", "air_filter", "brake_fluid", "spark_plugs")
INTERVALS = {
    "engine_oil": (5_000, 6), "cabin_filter": (20_000, 24), "air_filter": (30_000, 36), "brake_fluid": (40_000, 36),
    "spark_plugs": (20_000, None),
}  # fmt: skip
BARE = "CREATE TABLE bare_due (vehicle_id bigint, item varchar(20), due_on date, UNIQUE (vehicle_id, item))"


def equip() -> None:
    """Lines become items of maintenance, and every car is driven 40 km a day and read at its visits."""
    from django.db import connection

    from segments.querysets.dialect import dialect

    sql = dialect()
    cases = " ".join(f"WHEN {place} THEN '{item}'" for place, item in enumerate(ITEMS))
    since = sql.between(sql.day(TODAY.replace(year=2020)), "opened_on")
    latest = "(SELECT MAX({}) FROM vehicles_serviceorder o WHERE o.vehicle_id = vehicles_vehicle.id)"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE vehicles_serviceline SET item = CASE id % {len(ITEMS)} {cases} END")
        cursor.execute(f"UPDATE vehicles_serviceorder SET km = 40 * ({since})")
        cursor.execute(
            "INSERT INTO vehicles_odometerreading (vehicle_id, km, read_on, source, is_plausible, doubt) "
            "SELECT DISTINCT vehicle_id, km, opened_on, 'order', true, '' FROM vehicles_serviceorder"
        )
        cursor.execute(
            f"UPDATE vehicles_vehicle SET odometer_km = {latest.format('km')}, "
            f"odometer_on = {latest.format('opened_on')}, daily_metres = 40000, daily_spread = 25"
        )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def bare() -> None:
    """Into an empty table, in a transaction of its own."""
    from django.db import connection, transaction

    from segments.querysets.dialect import dialect

    sql = dialect()
    by_time = " ".join(
        f"WHEN '{item}' THEN {sql.plus_months('closed_on', months)}"
        for item, (_, months) in INTERVALS.items()
        if months
    )
    km = " ".join(f"WHEN '{item}' THEN {km}" for item, (km, _) in INTERVALS.items())
    days = f"(km + CASE item {km} END - odometer_km) * 1000 / daily_metres"
    by_km, never = sql.plus_days("odometer_on", days), sql.day(TODAY.replace(year=9999))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_due")
        cursor.execute(BARE)
        cursor.execute(f"""INSERT INTO bare_due
            SELECT vehicle_id, item, {sql.least}(COALESCE(CASE item {by_time} END, {never}), {by_km})
            FROM (SELECT o.vehicle_id, l.item, o.closed_on, o.km, v.odometer_km, v.odometer_on, v.daily_metres,
                    ROW_NUMBER() OVER (PARTITION BY o.vehicle_id, l.item ORDER BY o.closed_on DESC, o.id DESC) AS n
                FROM vehicles_serviceline l JOIN vehicles_serviceorder o ON o.id = l.order_id
                JOIN vehicles_vehicle v ON v.id = o.vehicle_id
                WHERE o.closed_on IS NOT NULL AND l.item <> '') AS works WHERE n = 1""")


def bare_opportunities() -> None:
    """What is due within its window, by car and owner, into an empty table."""
    from django.db import connection, transaction

    from segments.querysets.dialect import dialect

    sql = dialect()
    first, last = (sql.day(TODAY + timedelta(days=days)) for days in (-60, 60))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_opportunity")
        cursor.execute(
            "CREATE TABLE bare_opportunity (vehicle_id bigint, item varchar(20), customer_id bigint, due_on date, "
            "last_on date, UNIQUE (vehicle_id, item))"
        )
        cursor.execute(f"""INSERT INTO bare_opportunity
            SELECT d.vehicle_id, d.item, w.customer_id, d.due_on, d.last_on
            FROM vehicles_dueitem d JOIN vehicles_ownership w ON w.vehicle_id = d.vehicle_id AND w.valid_to IS NULL
            JOIN customers_customer c ON c.id = w.customer_id AND c.ended_at IS NULL
            WHERE d.due_on BETWEEN {first} AND {last}""")


def measure_opportunities(vehicles: int, *, database: str) -> None:
    """Every car, one night's changes, a day on which only windows begin and end, a day on which nothing does."""
    from vehicles.models import Opportunity, Outlook
    from vehicles.services import refresh_opportunities

    ours, limit = seconds_of(lambda: refresh_opportunities(today=TODAY)), seconds_of(bare_opportunities)
    report(
        f"opportunities · every car, {vehicles:,} ({database})",
        f"{ours:.1f} s, {Opportunity.objects.count():,} open, peak {peak_mb()} MB",
        limit=f"bare statement {limit:.1f} s",
        ratio=ours / limit,
        target="≤ 300 MB",
        is_met=peak_mb() <= 300,
    )
    changed = random.Random(5).sample(range(1, vehicles + 1), max(1, round(vehicles * CHANGED)))
    Outlook.objects.look_at((pk, TODAY) for pk in changed)
    _report_share("one night's", len(changed), seconds_of(lambda: refresh_opportunities(today=TODAY)), ours / vehicles)
    entering = Outlook.objects.over(TODAY + timedelta(days=1)).count()
    night = seconds_of(lambda: refresh_opportunities(today=TODAY + timedelta(days=1)))
    _report_share("entering or leaving a window:", max(entering, 1), night, ours / vehicles)
    idle = seconds_of(lambda: refresh_opportunities(today=TODAY + timedelta(days=1)))
    report(
        f"opportunities · a night without changes ({database})",
        f"{idle * 1000:.0f} ms",
        target="≤ 50 ms",
        is_met=idle <= 0.05,
    )


def _report_share(which: str, cars: int, seconds: float, each: float) -> None:
    report(
        f"opportunities · {which} {cars:,} cars",
        f"{seconds * 1000:.0f} ms",
        limit=f"a car of the first night {each * 1e6:.0f} µs",
        ratio=seconds / cars / each,
        target="≤ 2 x a car of the first night",
        is_met=seconds / cars / each <= 2,
    )


def measure(vehicles: int, *, database: str) -> None:
    from vehicles.models import DueItem, Vehicle, VehicleChange
    from vehicles.services import refresh_due

    VehicleChange.objects.note_all(Vehicle.objects.all())
    ours, limit = seconds_of(lambda: refresh_due(today=TODAY)), seconds_of(bare)
    report(
        f"due · every car, {vehicles:,} ({database})",
        f"{ours:.1f} s, {DueItem.objects.count():,} items, peak {peak_mb()} MB",
        limit=f"bare statement {limit:.1f} s",
        ratio=ours / limit,
        target="≤ 300 MB",
        is_met=peak_mb() <= 300,
    )
    changed = random.Random(5).sample(range(1, vehicles + 1), max(1, round(vehicles * CHANGED)))
    VehicleChange.objects.note(changed)
    night = seconds_of(lambda: refresh_due(today=TODAY))
    share = night / len(changed) / (ours / vehicles)
    report(
        f"due · one night's {len(changed):,} cars of {vehicles:,} ({database})",
        f"{night * 1000:.0f} ms",
        limit=f"a car of the first night {ours / vehicles * 1e6:.0f} µs",
        ratio=share,
        target="≤ 2 x a car of the first night",
        is_met=share <= 2,
    )
    idle = seconds_of(lambda: refresh_due(today=TODAY))
    report(
        f"due · a night without changes ({database})", f"{idle * 1000:.0f} ms", target="≤ 50 ms", is_met=idle <= 0.05
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vehicles", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with shop(customers=options.vehicles, orders_each=3, database=options.database):
        equip()
        measure(options.vehicles, database=options.database)
        measure_opportunities(options.vehicles, database=options.database)


if __name__ == "__main__":
    main()
