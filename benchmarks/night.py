"""The night: every profile anew, one day's changes, and two whole nights, beside the bare statements.

    python -m benchmarks.night [--customers 100000] [--orders-each 10] [--database postgres|sqlite]

The bare statement computes the same measures in one INSERT … SELECT into a table of its own (benchmarks.measures):
without axes, without asking which rows differ, without noting who moved. For one day's changes it is the same statement
for the customers who came that day. Its figures must be those of the profiles. What else the night draws anew, how
complete records are, is timed by benchmarks.completeness. Medians of three rounds, in turn.
"""

import argparse
import random
import statistics
import time
from datetime import timedelta
from functools import partial

from . import measures
from .bare import add_bare_views
from .report import peak_mb, report, slowness
from .shop import BARE, TODAY, Desk, shop

# Share of customers about whom something changes in a day: what a busy chain sees.
CHANGED = 0.016
ROUNDS = 3
# A whole night of 50,000 customers on SQLite.
MOST_S = 60


def seconds_of(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(work, beside) -> tuple[float, float]:
    """Median seconds of both."""
    rounds = [(seconds_of(work), seconds_of(beside)) for _ in range(ROUNDS)]
    return tuple(map(statistics.median, zip(*rounds, strict=True)))


def bare_anew():
    """Into an empty table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(measures.TABLE)
    bare()


def bare(customer_ids: list[int] | None = None):
    """Run the bare statement in a transaction of its own."""
    from django.db import connection, transaction

    from segments.models import SegmentPolicy

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(measures.statement(TODAY, SegmentPolicy.objects.current().all_numbers, customer_ids))


def change_some(customers: int) -> list[int]:
    """One day's work: so many customers in the change feed."""
    from customers.models import CustomerChange

    changed = random.Random(5).sample(range(1, customers + 1), max(1, round(customers * CHANGED)))
    CustomerChange.objects.note(changed, "order")
    return changed


def measure(desk: Desk, customers: int, orders: int, *, database: str) -> None:
    import segments.services as segments

    segments.rebuild(today=TODAY)  # both meet a warm cache
    ours, limit = in_turn(lambda: write(None), bare_anew)
    compare()
    report(
        f"night · every profile of {customers:,} customers ({database})",
        f"{ours:.2f} s, peak {peak_mb()} MB",
        limit=f"bare statement {limit:.2f} s",
        ratio=ours / limit,
        target="≤ 1.5 x, ≤ 300 MB",
        is_met=ours / limit <= 1.5 and peak_mb() <= 300,
    )
    one_day(customers, database=database)
    whole_nights(desk, customers, orders, database=database)


def compare() -> None:
    """Figures that are not the same measures prove nothing."""
    if differ := measures.differences():
        raise SystemExit(f"the bare statement and the profiles differ: {differ} rows")


def write(customer_ids: list[int] | None) -> None:
    """Write the profiles of these customers (None: all)."""
    from segments.models import SegmentPolicy
    from segments.services.profiles import write_profiles

    write_profiles(customer_ids, policy=SegmentPolicy.objects.current(), today=TODAY)


def one_day(customers: int, *, database: str) -> None:
    import segments.services as segments

    changed = change_some(customers)
    ours, limit = in_turn(lambda: write(changed), lambda: bare(changed))
    compare()
    refreshed = seconds_of(lambda: segments.refresh(today=TODAY))
    report(
        f"night · one day's {len(changed):,} changes ({database})",
        f"{ours * 1000:.0f} ms (with the feed and completeness {refreshed * 1000:.0f} ms)",
        limit=f"bare statement {limit * 1000:.0f} ms",
        ratio=ours / limit,
        target="≤ 2 x",
        is_met=ours / limit <= 2,
    )


def whole_nights(desk: Desk, customers: int, orders: int, *, database: str) -> None:
    """The first, which draws everything there is, and the next; each after one day's work.

    How long they may take on SQLite is told for a machine that a bare view, asked after each, compares this one with.
    """
    from django.db import transaction

    from desk import night
    from vehicles.models import VehicleChange

    for which, day in (("first", TODAY), ("next", TODAY + timedelta(days=1))):
        with transaction.atomic():
            VehicleChange.objects.note_cars_of(change_some(customers))
        seconds = seconds_of(partial(night.run, day))
        [bare] = desk.by_turns([[BARE]] * 100)
        most, small = round(MOST_S * slowness(bare, database=database)), database == "sqlite"
        report(
            f"night · whole, {which}, {customers:,} / {orders:,} ({database})",
            f"{seconds:.1f} s, peak {peak_mb()} MB",
            target=f"≤ {most} s" if small else "",
            is_met=seconds <= most if small else None,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders-each", type=int, default=10)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=options.orders_each, database=options.database) as desk:
        add_bare_views()
        measure(desk, options.customers, options.customers * options.orders_each, database=options.database)


if __name__ == "__main__":
    main()
