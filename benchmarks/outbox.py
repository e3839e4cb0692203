"""The outbox without its provider: how much of the bare claim's pace is left when the gate has looked at every text.

    python -m benchmarks.outbox [--customers 4000, the most] [--database postgres|sqlite]

Both claim in portions of fifty (SKIP LOCKED on PostgreSQL), commit that a text is begun, hand it to a channel that does
nothing, and record it with its touch and its line on the timeline. The bare one is statements by hand; ours also asks
consent, refusals, moods, numbers, hours, budget and truth of every text, and writes the words anew. Medians of rounds.
The target is for PostgreSQL, where several workers claim at once.
"""

import argparse
import statistics
import time
from datetime import datetime, timedelta, timezone

from .report import peak_mb, report
from .shop import TODAY, shop

ROUNDS = 3
# The pace does not depend on how many wait; a shop of a hundred thousand would take hours by hand as well.
MOST = 4000
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=timezone(timedelta(hours=8)))
DUE = """SELECT m.id, m.touch_id, t.customer_id, t.store_id, m.body FROM campaigns_message m
    JOIN campaigns_touch t ON t.id = m.touch_id WHERE m.state = 'queued' AND m.due_at <= %s
    ORDER BY m.due_at, m.id LIMIT 50"""
DONE = "UPDATE campaigns_touch SET state = 'done', ended_at = %s, frozen_at = %s WHERE id = %s"
TARGET = 0.5


class Nothing:
    """A channel that takes everything at once."""

    def __new__(cls):
        from campaigns.channels import Channel

        class Null(Channel):
            name, label, can_be_asked = "null", "无", True

            def send(self, letter):
                return ""

        return Null()


def fill_outbox(customers: int) -> None:
    """A birthday text of today for everybody."""
    from campaigns.models import Message, Touch
    from customers.models import Customer

    born = {"birthday_calendar": "solar", "birth_month": TODAY.month, "birth_day": TODAY.day}
    Customer.objects.filter(pk__lte=customers).update(**born, kind="person")
    plan = {"occasion": "birthday", "cycle": str(TODAY.year), "purpose": "care", "channel": "message", "priority": 10}
    days = {"due_on": TODAY, "not_after": TODAY, "reason": "今天生日（公历11月21日）", "state": "listed"}
    homes = Customer.objects.filter(pk__lte=customers).values_list("pk", "stores").order_by("pk")
    people = dict(homes)
    touches = [Touch(customer_id=pk, store_id=store, **plan, **days) for pk, store in people.items()]
    Touch.objects.bulk_create(touches, batch_size=1000)
    hours = {"due_at": NOON - timedelta(hours=3), "not_after": NOON + timedelta(hours=8)}
    rows = Touch.objects.filter(occasion="birthday").values_list("pk", flat=True)
    Message.objects.bulk_create([Message(touch_id=pk, body="生日快乐", **hours) for pk in rows], batch_size=1000)


def refill() -> None:
    """As it was before anything was sent."""
    from django.db import connection

    from campaigns.models import Message, Touch
    from customers.models import CustomerChange, Interaction

    fresh = {"begun_at": None, "sent_at": None, "talk": None, "attempts": 0, "lease_until": None, "ask_at": None}
    Message.objects.update(state="queued", point=None, **fresh)
    Touch.objects.update(state="listed", ended_at=None, frozen_at=None)
    Interaction.objects.filter(channel="sms").delete()
    CustomerChange.objects.all().delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE campaigns_message, campaigns_touch, customers_interaction")


def ours() -> int:
    from campaigns.services import send_due

    sent = 0
    while now := send_due(clock=lambda: NOON, limit=100_000).get("accepted", 0):
        sent += now
    return sent


def bare() -> int:
    """The same effects by hand, and nothing asked."""
    from django.db import connection, transaction

    locked = "FOR UPDATE OF m SKIP LOCKED" if connection.vendor == "postgresql" else ""
    sent = 0
    with connection.cursor() as cursor:
        while True:
            with transaction.atomic():
                cursor.execute(f"{DUE} {locked}", [NOON])
                rows = cursor.fetchall()
                places = ", ".join(["%s"] * len(rows))
                if rows:
                    cursor.execute(
                        f"UPDATE campaigns_message SET state = 'inflight', lease_until = %s WHERE id IN ({places})",  # noqa: S608
                        [NOON, *(row[0] for row in rows)],
                    )
            if not rows:
                return sent
            for pk, touch, customer, store, body in rows:
                cursor.execute(
                    "UPDATE campaigns_message SET attempts = attempts + 1, begun_at = %s, body = %s, via = 'null'"
                    " WHERE id = %s AND state = 'inflight'",
                    [NOON, body, pk],
                )
                _finish(cursor, transaction, pk, touch, customer, store, body)
                sent += 1


def _finish(cursor, transaction, pk, touch, customer, store, body) -> None:
    with transaction.atomic():
        cursor.execute(
            "INSERT INTO customers_interaction (customer_id, store_id, at, channel, direction, subject, body, mood,"
            " mood_reason) VALUES (%s, %s, %s, 'sms', 'out', '生日祝福', %s, '', '') RETURNING id",
            [customer, store, NOON, body],
        )
        talk = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO customers_customerchange (customer_id, kind, noted_at) VALUES (%s, 'contact', %s)",
            [customer, NOON],
        )
        cursor.execute(
            "UPDATE campaigns_message SET state = 'accepted', sent_at = %s, lease_until = NULL, talk_id = %s"
            " WHERE id = %s AND state = 'inflight'",
            [NOON, talk, pk],
        )
        cursor.execute(DONE, [NOON, NOON, touch])


def pace(work, messages: int) -> float:
    """Messages a second."""
    refill()
    started = time.perf_counter()
    sent = work()
    if sent != messages:
        raise SystemExit(f"{sent} of {messages} went out")
    return messages / (time.perf_counter() - started)


def measure(customers: int, *, database: str) -> None:
    from django.conf import settings

    from campaigns import channels

    channels.CHANNELS["null"] = Nothing
    settings.MESSAGE_CHANNEL = "null"
    fill_outbox(customers)
    rounds = [(pace(ours, customers), pace(bare, customers)) for _ in range(ROUNDS)]
    mine, limit = map(statistics.median, zip(*rounds, strict=True))
    report(
        f"outbox · {customers:,} texts through a null channel ({database})",
        f"{mine:,.0f} texts/s, peak {peak_mb()} MB",
        limit=f"claim and finish by hand {limit:,.0f}/s",
        ratio=mine / limit,
        target=f"≥ {TARGET:.0%} of the bare claim" if database == "postgres" else "",
        is_met=mine / limit >= TARGET if database == "postgres" else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=4000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    texted = min(options.customers, MOST)
    with shop(customers=texted, orders_each=1, database=options.database):
        measure(texted, database=options.database)


if __name__ == "__main__":
    main()
