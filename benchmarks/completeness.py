"""信息收集 at scale: drawing everybody, one day's change, one answer at the desk, counting the totals, and the page.

    python -m benchmarks.completeness [--customers 200000] [--database postgres|sqlite] [--rounds 50]

The page reads what is stored, so its time must not grow with the customers; a night follows what changed.
"""

import argparse
import time

from .bare import add_bare_views
from .pages import measure_pages
from .report import report
from .shop import TODAY, Desk, shop, summary

PAGES = (("/completeness/", "", 50), ("/customers/", "missing=birthday", 30), ("/customers/", "missing=any", 30))
CHANGED = 2_000


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(desk: Desk, customers: int, rounds: int, *, database: str) -> None:
    from customers.enums import ChangeKind
    from customers.models import CustomerChange
    from segments.models import CollectionPolicy
    from segments.services import following, redraw, tally

    policy = CollectionPolicy.objects.current()
    everybody = timed(lambda: redraw(None, policy=policy, today=TODAY))
    report(
        f"completeness · draw everybody ({database})", f"{everybody:.1f} s, {customers / everybody:,.0f} customers/s"
    )
    day = range(1, CHANGED + 1)
    changed = timed(lambda: redraw(day, policy=policy, today=TODAY))
    report(f"completeness · draw {CHANGED:,} who changed ({database})", f"{changed * 1000:.0f} ms")
    report(f"completeness · count all totals ({database})", f"{timed(lambda: tally(today=TODAY)):.1f} s")

    def answer():
        with following(today=TODAY):
            CustomerChange.objects.note([1], ChangeKind.PERSON)

    answers = summary([timed(answer) for _ in range(rounds)])
    report(
        f"completeness · one answer counts at once ({database})", f"p50 {answers['p50']} ms, p95 {answers['p95']} ms"
    )
    measure_pages(desk, "completeness", PAGES, rounds, database=database)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=3, database=options.database) as desk:
        add_bare_views()
        measure(desk, options.customers, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
