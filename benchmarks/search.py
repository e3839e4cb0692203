"""The search box, whole answers, beside what the framework and the database cost at least.

    python -m benchmarks.search [--customers 100000] [--database postgres|sqlite] [--rounds 200]

In one run on one database: a bare view behind the same middleware, a hand-tuned floor (two statements written by hand
for just this kind of question and a bare template), and the product's own answer. Ratios count: machines differ.
"""

import argparse
import random
from urllib.parse import urlencode

from .bare import add_bare_views
from .report import allowed_ms, report
from .shop import BARE, Desk, shop

TARGET_MS = {"postgres": 20, "sqlite": 40}


def questions(dice: random.Random) -> dict[str, list[str]]:
    """What people type, forty of each kind, taken from people and cars on file."""
    from customers.models import ContactPoint, Customer
    from vehicles.models import Vehicle

    def some(model, *fields):
        pks = dice.sample(range(1, model.objects.count() + 1), 40)
        return list(model.objects.filter(pk__in=pks).values_list(*fields))

    names = some(Customer, "name", "initials")
    return {
        "phone 4 digits": [key[-4:] for (key,) in some(ContactPoint, "key")],
        "phone 11 digits": [key for (key,) in some(ContactPoint, "key")],
        "plate 3 inside": [plate[3:6] for (plate,) in some(Vehicle, "plate")],
        "plate whole": [plate for (plate,) in some(Vehicle, "plate")],
        "name whole": [name for name, _ in names],
        "name 2 in the middle": [name[1:3] for name, _ in names if len(name) > 2],
        "name 1 character": [name[:1] for name, _ in names],
        "spelling": [initials for _, initials in names],
        "vin 6": [vin[-6:] for (vin,) in some(Vehicle, "vin")],
    }


def measure(desk: Desk, rounds: int, *, database: str) -> None:
    dice = random.Random(7)
    by_hand = "/floor/" if database == "postgres" else "/bare/"
    for kind, asked in questions(dice).items():
        queries = [urlencode({"q": dice.choice(asked)}) for _ in range(rounds)]
        bare, floor, ours = desk.by_turns([(BARE, (by_hand, query), ("/search/", query)) for query in queries])
        _say(kind, ours, floor, allowed_ms(TARGET_MS[database], bare=bare, database=database), database)


def _say(kind: str, ours: dict, limit: dict, most: float, database: str) -> None:
    ratio = ours["p50"] / limit["p50"]
    has_floor = database == "postgres"
    report(
        f"search · {kind} ({database})",
        f"p50 {ours['p50']} ms, p95 {ours['p95']} ms",
        limit=f"{'by hand' if has_floor else 'bare view'} p50 {limit['p50']} ms",
        ratio=ratio,
        target=f"p95 ≤ {most} ms" + (", p50 ≤ 2 x by hand" if has_floor else ""),
        is_met=ours["p95"] <= most and (not has_floor or ratio <= 2),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=1, database=options.database) as desk:
        add_bare_views()
        desk.get("/search/", urlencode({"q": "热身"}))
        measure(desk, options.rounds, database=options.database)


if __name__ == "__main__":
    main()
