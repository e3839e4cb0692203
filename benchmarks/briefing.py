"""The briefing of a customer, whole answers: with a short and with a very long history, beside a bare view.

    python -m benchmarks.briefing [--customers 100000] [--database postgres|sqlite] [--rounds 100]

The same number of statements and nearly the same time whatever lies behind the customer is what counts.
"""

import argparse
import json
from datetime import timedelta

from .shop import TODAY, Desk, pour, shop, summary

LONG = 1000


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


def measure(desk: Desk, customers: int, rounds: int) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    give_long_history(1)
    step = max(customers // rounds, 1)
    lives = {"short history": [2 + n * step % (customers - 2) for n in range(rounds)], "1,000 visits": [1] * rounds}
    results = {}
    for words, pks in lives.items():
        desk.get(f"/customers/{pks[0]}/")
        seconds = [desk.get(f"/customers/{pk}/")[0] for pk in pks]
        with CaptureQueriesContext(connection) as asked:
            size = len(desk.get(f"/customers/{pks[0]}/")[1])
        results[words] = summary(seconds) | {"statements": len(asked), "bytes": size}
    first = [desk.get(f"/customers/{pk}/timeline/")[0] for pk in lives["1,000 visits"]]
    results["timeline of 1,000 visits"] = summary(first)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=3, database=options.database) as desk:
        for words, line in measure(desk, options.customers, options.rounds).items():
            print(f"{words:26} {json.dumps(line, ensure_ascii=False)}")


if __name__ == "__main__":
    main()
