"""分群 at scale: the night's snapshot, the dashboards, who moved, and the lists that a mark opens, with their reasons.

    python -m benchmarks.segments [--customers 100000] [--database postgres|sqlite] [--rounds 50]

The dashboards read a day's numbers, so their time must not grow with the customers. The bare statement beside the
snapshot counts one picture (value × rhythm of every store) and keeps nothing.
"""

import argparse

from .bare import add_bare_views
from .night import in_turn
from .pages import measure_pages
from .report import report
from .shop import TODAY, Desk, shop

PAGES = (
    ("/segments/", "", 50),
    ("/segments/", "month=2026-11", 50),
    ("/segments/moves/", "axis=rhythm", 30),
    ("/customers/", "tier=A&rhythm=active", 30),
    ("/customers/", "letter=A&digit=2", 30),
    ("/customers/", "stage=partner", 30),
)
ONE_PICTURE = """SELECT k.store_id, p.value_tier, p.rhythm, COUNT(*), SUM(p.own_fen) FROM segments_profile p
    JOIN customers_customerstore k ON k.customer_id = p.customer_id
    JOIN customers_customer c ON c.id = p.customer_id AND NOT c.no_profiling AND c.ended_at IS NULL
    GROUP BY k.store_id, p.value_tier, p.rhythm"""


def one_picture() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(ONE_PICTURE)
        cursor.fetchall()


def measure(desk: Desk, customers: int, rounds: int, *, database: str) -> None:
    from segments.services import rebuild, snapshot, tally

    rebuild(today=TODAY)
    tally(today=TODAY)
    ours, limit = in_turn(lambda: snapshot(today=TODAY), one_picture)
    report(
        f"segments · snapshot of {customers:,} customers ({database})",
        f"{ours:.2f} s",
        limit=f"one picture by hand {limit:.2f} s",
        ratio=ours / limit,
    )
    measure_pages(desk, "segments", PAGES, rounds, database=database)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=3, database=options.database) as desk:
        add_bare_views()
        measure(desk, options.customers, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
