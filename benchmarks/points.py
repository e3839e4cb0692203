"""Points: redemptions a second over the desk, and postings a second by night, beside the statements alone.

    python -m benchmarks.points [--customers 4000, the most] [--database postgres|sqlite]

The bare redemption is what must be written whatever the software: the balance under a condition, a transaction, a line,
the lot, the store's account, the stock, the order of the gift; one transaction each, nothing asked. The bare posting
writes a transaction, a lot and a line for each order in portions of five hundred. Medians of rounds.
"""

import argparse
import statistics
import time
from datetime import datetime, timedelta, timezone

from .report import peak_mb, report
from .shop import TODAY, pour, shop

ROUNDS, MOST, EACH = 3, 4000, 200
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=timezone(timedelta(hours=8)))
REDEEM_TARGET, POST_TARGET = 0.2, 0.1
REDEEM = (
    "UPDATE referrals_pointaccount SET balance = balance - 1 WHERE customer_id = %(who)s AND kind = 'available'"
    " AND balance >= 1",
    "UPDATE referrals_pointlot SET left_points = left_points - 1 WHERE holder_id = %(who)s AND left_points >= 1",
    "UPDATE referrals_gift SET stock = stock - 1 WHERE id = %(gift)s AND stock > 0",
    'INSERT INTO referrals_pointtransaction (cause, cause_key, about_id, store_id, "on", at)'
    " VALUES ('gift', %(key)s, %(who)s, %(store)s, %(day)s, %(now)s)",
    "INSERT INTO referrals_pointentry (transaction_id, taken_from_id, given_to_id, lot_id, points)"
    " SELECT t.id, a.id, g.id, l.id, 1"
    " FROM referrals_pointtransaction t, referrals_pointaccount a, referrals_pointaccount g, referrals_pointlot l"
    " WHERE t.cause_key = %(key)s AND a.customer_id = %(who)s AND a.kind = 'available' AND g.store_id = %(store)s"
    " AND g.kind = 'gifts' AND l.holder_id = %(who)s",
    "UPDATE referrals_pointaccount SET balance = balance + 1 WHERE store_id = %(store)s AND kind = 'gifts'",
    "INSERT INTO referrals_giftorder (gift_id, customer_id, points, transaction_id, state, ordered_by_id, ordered_at)"
    " SELECT %(gift)s, %(who)s, 1, id, 'reserved', %(by)s, %(now)s FROM referrals_pointtransaction"
    " WHERE cause_key = %(key)s",
)


def begin() -> None:
    """A programme since a month, and an order of yesterday for everybody."""
    from referrals.models import PointPolicy
    from vehicles.models import ServiceOrder

    PointPolicy.objects.create(version=1, from_on=TODAY - timedelta(days=30), hold_days=0)
    ServiceOrder.objects.update(closed_on=TODAY - timedelta(days=1), paid_fen=58_000)


def night(orders: int) -> float:
    """Orders a second, posted by the night's step."""
    from referrals.services import earn

    started = time.perf_counter()
    if (posted := earn(today=TODAY)["posted"]) != orders:
        raise SystemExit(f"{posted} of {orders} were posted")
    return orders / (time.perf_counter() - started)


def bare_night(orders: int) -> float:
    """The same rows by hand, a portion in a transaction, rolled back."""
    from django.db import transaction

    from referrals.models import PointAccount, PointEntry, PointLot, PointTransaction

    accounts = dict(PointAccount.objects.filter(kind="available").values_list("customer_id", "pk"))
    issued = PointAccount.objects.get(kind="issued")
    started = time.perf_counter()
    people = sorted(accounts)[:orders]
    for first in range(0, orders, 500):
        part = people[first : first + 500]
        with transaction.atomic():
            rows = [
                PointTransaction(cause="order", cause_key=f"bare:{pk}", about_id=pk, store_id=issued.store_id, on=TODAY)
                for pk in part
            ]
            lots = [
                PointLot(holder_id=pk, store_id=issued.store_id, points=580, left_points=580, usable_on=TODAY,
                         expires_on=TODAY)
                for pk in part
            ]  # fmt: skip
            PointTransaction.objects.bulk_create(rows)
            PointLot.objects.bulk_create(lots)
            pour(PointEntry, (
                {"transaction_id": row.pk, "taken_from_id": issued.pk, "given_to_id": accounts[lot.holder_id],
                 "lot_id": lot.pk, "points": 580}
                for row, lot in zip(rows, lots, strict=True)
            ))  # fmt: skip
            transaction.set_rollback(True)
    return orders / (time.perf_counter() - started)


def redeem(people: list[int]) -> float:
    """Redemptions a second through the verb of the desk."""
    from customers.models import Customer
    from referrals.models import Gift
    from referrals.services import redeem_gift
    from staff.models import User

    gift, by = Gift.objects.get(), User.objects.get(username="bench")
    customers = Customer.objects.in_bulk(people)
    started = time.perf_counter()
    for pk in people:
        redeem_gift(gift, customer=customers[pk], by=by, today=TODAY, now=NOON)
    return len(people) / (time.perf_counter() - started)


def bare_redeem(people: list[int], turn: int) -> float:
    from django.db import connection, transaction

    from referrals.models import Gift
    from staff.models import User

    gift, by = Gift.objects.get(), User.objects.get(username="bench")
    facts = {"gift": gift.pk, "store": gift.store_id, "by": by.pk, "day": TODAY, "now": NOON}
    started = time.perf_counter()
    for pk in people:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in REDEEM:
                cursor.execute(statement, facts | {"who": pk, "key": f"bare:{turn}:{pk}"})
    return len(people) / (time.perf_counter() - started)


def measure(customers: int, *, database: str) -> None:
    from referrals.models import Gift
    from referrals.services import prove
    from staff.models import Store

    begin()
    mine = night(customers)
    limit = bare_night(customers)
    report(
        f"points · {customers:,} orders posted by night ({database})",
        f"{mine:,.0f}/s, peak {peak_mb()} MB",
        limit=f"the rows alone {limit:,.0f}/s",
        ratio=mine / limit,
        target=f"≥ {POST_TARGET:.0%} of the rows alone",
        is_met=mine / limit >= POST_TARGET,
    )
    started = time.perf_counter()
    wrong = prove(today=TODAY)["wrong"]
    seconds = time.perf_counter() - started
    report(f"points · everything added up again ({database})", f"{seconds * 1000:,.0f} ms, {wrong} wrong")
    Gift.objects.create(store=Store.objects.get(), name="毛巾", points=1, stock=10**6)
    people = list(range(1, min(customers, EACH) + 1))
    redeem(people[:50])
    rounds = [(redeem(people), bare_redeem(people, turn)) for turn in range(ROUNDS)]
    ours, bare = map(statistics.median, zip(*rounds, strict=True))
    report(
        f"points · redemptions of a gift ({database})",
        f"{ours:,.0f}/s",
        limit=f"the statements alone {bare:,.0f}/s",
        ratio=ours / bare,
        target=f"≥ {REDEEM_TARGET:.0%} of the statements alone",
        is_met=ours / bare >= REDEEM_TARGET,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=MOST)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    served = min(options.customers, MOST)
    with shop(customers=served, orders_each=1, database=options.database):
        measure(served, database=options.database)


if __name__ == "__main__":
    main()
