"""The briefing of a customer, whole answers: with a short and with a very long history, beside a bare view.

    python -m benchmarks.briefing [--customers 100000] [--database postgres|sqlite] [--rounds 100]

The same number of statements and nearly the same time whatever lies behind the customer is what counts.
"""

import argparse
from datetime import timedelta

from .bare import add_bare_views
from .report import allowed_ms, report
from .shop import BARE, TODAY, Desk, pour, shop, summary

LONG = 1000
MOST_MS, MOST_STATEMENTS = 50, 15


def give_long_history(pk: int) -> None:
    """A thousand visits and conversations for one customer."""
    from django.utils import timezone

    from customers.models import Interaction
    from vehicles.models import ServiceOrder

    now = timezone.now()
    days = [TODAY - timedelta(days=n) for n in range(LONG)]
    facts = {"store_id": 1, "vehicle_id": pk, "customer_id": pk, "status": "closed", "source": "import", "paid_fen": 1}
    pour(
        ServiceOrder,
        (
            facts | {"number": f"long-{n}", "opened_at": now - timedelta(days=n), "opened_on": day, "closed_on": day}
            for n, day in enumerate(days)
        ),
    )
    talk = {"customer_id": pk, "store_id": 1, "channel": "call", "direction": "out"}
    pour(Interaction, (talk | {"body": f"第 {n} 次", "at": now - timedelta(days=n)} for n in range(LONG)))


def measure(desk: Desk, customers: int, rounds: int, *, database: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    give_long_history(1)
    step = max(customers // rounds, 1)
    lives = {"short history": [2 + n * step % (customers - 2) for n in range(rounds)], "1,000 visits": [1] * rounds}
    for words, pks in lives.items():
        desk.get(f"/customers/{pks[0]}/")
        bare, found = desk.by_turns([(BARE, (f"/customers/{pk}/", "")) for pk in pks])
        most = allowed_ms(MOST_MS, bare=bare, database=database)
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"/customers/{pks[0]}/")
        # One statement each for the session and the user belongs to every page, not to this one.
        statements = len(asked) - 2
        report(
            f"briefing · {words} ({database})",
            f"p50 {found['p50']} ms, p95 {found['p95']} ms, {statements} statements",
            limit=f"bare view p50 {bare['p50']} ms",
            ratio=found["p50"] / bare["p50"],
            target=f"p95 ≤ {most} ms, ≤ {MOST_STATEMENTS} statements",
            is_met=found["p95"] <= most and statements <= MOST_STATEMENTS,
        )
    first = summary([desk.get(f"/customers/{pk}/timeline/")[0] for pk in lives["1,000 visits"]])
    report(f"briefing · timeline of 1,000 visits ({database})", f"p50 {first['p50']} ms, p95 {first['p95']} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=3, database=options.database) as desk:
        add_bare_views()
        measure(desk, options.customers, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
