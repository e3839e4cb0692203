"""人群: what the builder shows while conditions are put together, whole answers of nested and plain trees.

    python -m benchmarks.people [--customers 100000] [--database postgres|sqlite] [--rounds 20]

Beside them in the same run: everybody counted. Half a second, at a million customers too.
"""

import argparse
from urllib.parse import urlencode

from .bare import add_bare_views
from .report import allowed_ms, report
from .shop import BARE, Desk, shop, summary

MOST_MS = 500
PATH = "/segments/saved/new/"
BRANDS = ("本田", "丰田", "大众", "特斯拉", "比亚迪", "宝马", "奔驰", "奥迪", "别克", "日产")


def vary() -> None:
    """Make the customers of the shop differ: visits, rhythm, brands, tags, consents, birthdays."""
    from django.db import connection
    from django.db.models import Case, CharField, F, Value, When

    from customers.models import Consent, Customer, CustomerTag, Tag
    from segments.enums import Rhythm
    from segments.models import Profile
    from vehicles.models import Vehicle

    from .shop import pour

    def by(words):
        return Case(*[When(turn=n, then=Value(word)) for n, word in enumerate(words)], output_field=CharField())

    Profile.objects.alias(turn=F("customer_id") % 5).update(visits=F("customer_id") % 12, rhythm=by(Rhythm.values))
    Vehicle.objects.alias(turn=F("pk") % 10).update(brand=by(BRANDS))
    Customer.objects.alias(turn=F("pk") % 2).filter(turn=0).update(
        birthday_calendar="solar", birth_month=F("pk") % 12 + 1, birth_day=F("pk") % 28 + 1
    )
    tags = [Tag.objects.create(name=name, key=name) for name in ("大客户", "老客户")]
    last = Customer.objects.order_by("pk").last().pk
    pour(CustomerTag, ({"customer_id": n, "tag_id": tags[n % 2].pk} for n in range(1, last, 7)))
    pour(
        Consent,
        ({"customer_id": n, "purpose": "marketing", "how": "desk", "text_version": "1"} for n in range(1, last, 3)),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def questions() -> dict[str, dict[str, object]]:
    """What is sent while a manager builds, by name."""
    from customers.models import Tag

    vip, old = Tag.objects.order_by("pk").values_list("pk", flat=True)

    def line(place, field, op, value):
        return {f"{place}-field": field, f"{place}-op": op, f"{place}-value": value}

    root = {"0-join": "all"}
    value, away = line("0-0", "value_tier", "in", "A"), line("0-1", "last_visit_on", "over", 90)
    either = {"0-2-join": "any"} | line("0-2-0", "tag", "in", vip) | line("0-2-1", "brand", "is", "特斯拉")
    neither = {"0-3-join": "none"} | line("0-3-0", "tag", "in", old) | line("0-3-1", "birthday", "month", 12)
    return {
        "one axis": root | value,
        "two measures": root | line("0-0", "visits", "least", 6) | away,
        "one or the other": {"0-join": "any"} | value | line("0-1", "rhythm", "in", "lost"),
        "a brand": root | line("0-0", "brand", "contains", "特斯"),
        "a car or an axis": {"0-join": "any"} | value | line("0-1", "brand", "is", "特斯拉"),
        "who has agreed": root | line("0-0", "consent", "in", "marketing"),
        "who has not": root | line("0-0", "consent", "out", "marketing"),
        "nested": root | value | away | either | neither,
        "hardly anybody": root | line("0-0", "visits", "least", 11) | line("0-1", "tag", "in", vip)
        | line("0-2", "brand", "is", "特斯拉") | line("0-3", "birthday", "month", 3),
    }  # fmt: skip


def measure(desk: Desk, rounds: int, *, database: str) -> None:
    from time import perf_counter

    from customers.models import Customer

    def counted() -> float:
        started = perf_counter()
        Customer.objects.live().count()
        return perf_counter() - started

    for name, form in questions().items():
        desk.post(PATH, urlencode(form | {"do": "look"}))
        ours, floor, empty = [], [], []
        for _ in range(rounds):  # by turns, so that both meet the same noise
            ours.append(desk.post(PATH, urlencode(form | {"do": "look"}))[0])
            floor.append(counted())
            empty.append(desk.get(*BARE)[0])
        mine, everybody = summary(ours), summary(floor)
        most = allowed_ms(MOST_MS, bare=summary(empty), database=database)
        report(
            f"people · {name} ({database})",
            f"p50 {mine['p50']} ms, p95 {mine['p95']} ms",
            limit=f"everybody counted p50 {everybody['p50']} ms",
            ratio=mine["p50"] / everybody["p50"],
            target=f"p95 ≤ {most} ms",
            is_met=mine["p95"] <= most,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=1, database=options.database) as desk:
        vary()
        add_bare_views()
        measure(desk, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
