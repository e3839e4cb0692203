"""The night: every profile anew, one day's changes, and a whole night, beside the bare statements.

    python -m benchmarks.night [--customers 100000] [--orders-each 10] [--database postgres|sqlite]

The bare statement computes the same measures in one INSERT … SELECT into a table of its own, without asking which rows
differ, who still lives or what the day ahead brings; for one day's changes it is the same statement for the customers
who came that day. Its figures must be those of the profiles. What else the night draws anew, how complete records are,
is timed by benchmarks.completeness. Medians of three rounds, in turn.
"""

import argparse
import random
import statistics
import time

from .report import peak_mb, report
from .shop import TODAY, shop

# Share of customers about whom something changes in a day: what a busy chain sees.
CHANGED = 0.016
ROUNDS = 3
INSURED = "coalesce(insurer_fen, 0) + coalesce(warranty_fen, 0)"
OWN = f"CASE WHEN {INSURED} > paid_fen THEN 0 ELSE paid_fen - ({INSURED}) END"
BARE = """INSERT INTO bare
    SELECT customer_id, visits, own, insurer, CASE WHEN priced > 0 THEN own / priced END, first_on, last_on,
      all_visits, all_own, all_insurer, oldest_on,
      CASE WHEN visits >= 6 THEN 'A' WHEN visits >= 3 THEN 'B' ELSE 'C' END
    FROM (SELECT customer_id,
      count(*) FILTER (WHERE closed_on > %(start)s) AS visits,
      coalesce(sum({own}) FILTER (WHERE closed_on > %(start)s), 0) AS own,
      coalesce(sum({insured}) FILTER (WHERE closed_on > %(start)s), 0) AS insurer,
      count(paid_fen) FILTER (WHERE closed_on > %(start)s) AS priced,
      min(closed_on) FILTER (WHERE closed_on > %(start)s) AS oldest_on,
      min(closed_on) AS first_on, max(closed_on) AS last_on, count(*) AS all_visits,
      coalesce(sum({own}), 0) AS all_own, coalesce(sum({insured}), 0) AS all_insurer
      FROM vehicles_serviceorder WHERE closed_on <= %(today)s {which} GROUP BY customer_id) AS m
    WHERE true {conflict}"""
TABLE = """CREATE TABLE bare (customer_id bigint PRIMARY KEY, visits int, own bigint, insurer bigint, ticket bigint,
    first_on date, last_on date, all_visits int, all_own bigint, all_insurer bigint, oldest_on date, tier varchar(1))"""
SAME = """SELECT count(*) FROM bare JOIN segments_profile AS p ON p.customer_id = bare.customer_id
    AND p.visits = bare.visits AND p.own_fen = own AND p.insurer_fen = insurer
    AND coalesce(p.ticket_fen, -1) = coalesce(bare.ticket, -1) AND p.first_visit_on = first_on
    AND p.last_visit_on = last_on AND p.lifetime_visits = all_visits AND p.lifetime_own_fen = all_own
    AND p.lifetime_insurer_fen = all_insurer"""
AGAIN = "ON CONFLICT (customer_id) DO UPDATE SET visits = excluded.visits, own = excluded.own, tier = excluded.tier"


def seconds_of(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(work, beside) -> tuple[float, float]:
    """Median seconds of both."""
    rounds = [(seconds_of(work), seconds_of(beside)) for _ in range(ROUNDS)]
    return tuple(map(statistics.median, zip(*rounds, strict=True)))


def bare_anew():
    """Into an empty table, as the night fills it first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(TABLE)
    bare()


def bare(which: str = "", conflict: str = ""):
    """Run the bare statement in a transaction of its own."""
    from django.db import connection, transaction

    from segments.rules import window_start

    words = {"start": window_start(TODAY).isoformat(), "today": TODAY.isoformat()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE.format(own=OWN, insured=INSURED, which=which, conflict=conflict), words)


def change_some(customers: int) -> list[int]:
    """One day's work: so many customers in the change feed."""
    from customers.models import CustomerChange

    changed = random.Random(5).sample(range(1, customers + 1), max(1, round(customers * CHANGED)))
    CustomerChange.objects.note(changed, "order")
    return changed


def measure(customers: int, orders: int, *, database: str) -> None:
    import segments.services as segments

    segments.rebuild(today=TODAY)  # both meet a warm cache
    ours, limit = in_turn(lambda: write(None), bare_anew)
    compare(customers)
    report(
        f"night · every profile of {customers:,} customers ({database})",
        f"{ours:.2f} s, peak {peak_mb()} MB",
        limit=f"bare statement {limit:.2f} s",
        ratio=ours / limit,
        target="≤ 1.5 x, ≤ 300 MB",
        is_met=ours / limit <= 1.5 and peak_mb() <= 300,
    )
    one_day(customers, database=database)
    whole_night(customers, orders, database=database)


def compare(customers: int) -> None:
    """Figures that are not the same measures prove nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SAME)
        if cursor.fetchone() != (customers,):
            raise SystemExit("the bare statement and the profiles differ")


def write(customer_ids: list[int] | None) -> None:
    """Write the profiles of these customers (None: all)."""
    from segments.models import SegmentPolicy
    from segments.services.profiles import write_profiles

    write_profiles(customer_ids, policy=SegmentPolicy.objects.current(), today=TODAY)


def one_day(customers: int, *, database: str) -> None:
    import segments.services as segments

    changed = change_some(customers)
    ids = ", ".join(map(str, changed))
    ours, limit = in_turn(lambda: write(changed), lambda: bare(f"AND customer_id IN ({ids})", AGAIN))
    refreshed = seconds_of(lambda: segments.refresh(today=TODAY))
    report(
        f"night · one day's {len(changed):,} changes ({database})",
        f"{ours * 1000:.0f} ms (with the feed and completeness {refreshed * 1000:.0f} ms)",
        limit=f"bare statement {limit * 1000:.0f} ms",
        ratio=ours / limit,
        target="≤ 2 x",
        is_met=ours / limit <= 2,
    )


def whole_night(customers: int, orders: int, *, database: str) -> None:
    import desk.night

    seconds = seconds_of(lambda: desk.night.run(TODAY))
    small = database == "sqlite"
    report(
        f"night · whole, first, {customers:,} / {orders:,} ({database})",
        f"{seconds:.1f} s, peak {peak_mb()} MB",
        target="≤ 60 s" if small else "",
        is_met=seconds <= 60 if small else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders-each", type=int, default=10)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=options.orders_each, database=options.database):
        measure(options.customers, options.customers * options.orders_each, database=options.database)


if __name__ == "__main__":
    main()
