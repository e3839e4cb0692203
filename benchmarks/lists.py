"""Every long list, first and 1,000th page, whole answers, beside thirty rows written by hand.

    python -m benchmarks.lists [--customers 100000] [--database postgres|sqlite] [--rounds 60]

Page 1,000 must cost what page 1 costs: pages are found by key, not by counting.
"""

import argparse
from urllib.parse import urlencode

from .bare import add_bare_views
from .report import allowed_ms, report
from .shop import BARE, Desk, shop

MOST_MS, MOST_STATEMENTS = 30, 8
FAR = 1_000


def cursor_of_page(rows, order, size: int, page: int) -> str:
    """The cursor that leads to a page far down a list."""
    from core.paging import key_page

    return key_page(rows, size=size * (page - 1), order=order).older


def lists() -> dict[str, tuple[str, dict, object, tuple, int]]:
    """Name → (path, query, rows, order, size) of every list a shop turns the pages of."""
    from customers.models import Customer
    from desk.customer_list import SIZE, SORTS

    customers = Customer.objects.live()
    visited = customers.filter(profile__last_visit_on__isnull=False).select_related("profile")
    return {
        f"customers by {words}": ("/customers/", {"sort": sort}, visited if sort == "visit" else customers, order, SIZE)
        for sort, (words, order) in SORTS.items()
    }


def measure(desk: Desk, customers: int, rounds: int, *, database: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    by_hand = "/rows/", f"from={customers // 2}"
    for name, (path, query, queryset, order, size) in lists().items():
        page = min(FAR, customers // size)
        places = {"page 1": {}, f"page {page:,}": {"after": cursor_of_page(queryset, order, size, page)}}
        for words, place in places.items():
            address = path, urlencode(query | place)
            with CaptureQueriesContext(connection) as asked:
                desk.get(*address)
            # Counted at once: the next request forgets them. Session and user belong to every page, not to this one.
            statements = len(asked) - 2
            bare, rows, ours = desk.by_turns([(BARE, by_hand, address)] * rounds)
            most = allowed_ms(MOST_MS, bare=bare, database=database)
            _say(f"list · {name}, {words} ({database})", ours, rows, statements, most)


def _say(job: str, ours: dict, rows: dict, statements: int, most: float) -> None:
    report(
        job,
        f"p50 {ours['p50']} ms, p95 {ours['p95']} ms, {statements} statements",
        limit=f"30 rows by hand p50 {rows['p50']} ms",
        ratio=ours["p50"] / rows["p50"],
        target=f"p95 ≤ {most} ms, ≤ {MOST_STATEMENTS} statements",
        is_met=ours["p95"] <= most and statements <= MOST_STATEMENTS,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=1, database=options.database) as desk:
        add_bare_views()
        measure(desk, options.customers, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
