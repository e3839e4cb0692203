"""A festival for everybody: planned with the days after it, beside one INSERT … SELECT of as many touches.

    python -m benchmarks.greetings [--customers 100000] [--database postgres|sqlite]

The morning of Spring Festival, in a shop of which every customer gets a word of their own (value tier A), which has
people enough to write them all, and in which no other occasion finds anybody. The thirty days hold another festival, so
that each customer has two lines. The bare statement selects the same people into the same table, with its indexes
and constraints, and what it wrote is taken out again. The second night finds everything planned. The target
is for PostgreSQL: SQLite selects for nothing what Python decides.
"""

import argparse
import time
from datetime import date

from .report import peak_mb, report
from .shop import shop

FESTIVAL = date(2027, 2, 6)
TARGET = 2
# Two minutes each, of the two hundred that somebody has in a day.
PEOPLE_EACH = 100


def bare() -> float:
    """Seconds of the bare statement."""
    from django.db import connection
    from django.db.models import F

    from campaigns.models import Touch
    from campaigns.occasions.feast import best_people
    from core.bulk import insert_from

    said = {"occasion": "festival", "cycle": "chunjie:bare", "purpose": "care", "channel": "wechat", "priority": 60}
    said |= {"due_on": FESTIVAL, "not_after": FESTIVAL, "reason": "2月6日春节，单独问候一句"}
    started = time.perf_counter()
    insert_from(Touch, best_people(), {"customer_id": F("pk"), "store_id": F("home"), **said})
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_touch")
    return seconds


def night() -> tuple[float, dict[str, int]]:
    """Seconds of planning, and what was counted."""
    from campaigns.services import propose

    started = time.perf_counter()
    counts = propose(today=FESTIVAL)
    return time.perf_counter() - started, counts


def measure(customers: int, *, database: str) -> None:
    from campaigns.occasions import registry
    from segments.models import Profile
    from staff.enums import Role
    from staff.models import Store, User

    for key in registry().keys() - {"festival"}:
        del registry()[key]
    Profile.objects.update(value_tier="A")
    store, writers = Store.objects.get(), customers // PEOPLE_EACH + 1
    User.objects.bulk_create(User(username=f"w{n}", role=Role.CARE, store=store) for n in range(writers))
    limit = bare()
    for turn in ("first", "second"):
        seconds, counts = night()
        report(
            f"greetings · {customers:,} people, {turn} night ({database})",
            f"{seconds:.1f} s, {counts['created']:,} touches, {counts['foreseen']:,} ahead, peak {peak_mb()} MB",
            limit=f"insert-select {limit:.1f} s",
            ratio=seconds / limit,
            target=f"≤ {TARGET} x" if database == "postgres" else "",
            is_met=seconds / limit <= TARGET if database == "postgres" else None,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=0, database=options.database):
        measure(options.customers, database=options.database)


if __name__ == "__main__":
    main()
