"""The night's understanding: profiles follow the facts."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from customers.models import CustomerChange

from .models import Profile, SegmentPolicy
from .querysets import living_customers, measured

# Customers per transaction: a killed night loses at most one batch of work and no change.
BATCH = 2000
DRAIN = (Path(__file__).parent / "sql" / "drain_changes.sql").read_text(encoding="utf-8")
MEASURES = (
    "visits",
    "own_fen",
    "insurer_fen",
    "ticket_fen",
    "first_visit_on",
    "last_visit_on",
    "lifetime_visits",
    "lifetime_own_fen",
    "lifetime_insurer_fen",
    "value_tier",
    "next_change_on",
)


def refresh(*, today: date) -> dict[str, int]:
    """Bring profiles up to `today`: whose facts changed, whom time alone changes, everybody after a new policy.

    Repeating changes nothing. Counts: `changed` customers taken from the feed, `due` by time, profiles `written`
    because a value differs, `removed` with their customer, and whether the whole company was `rebuilt`.
    """
    policy = SegmentPolicy.objects.current()
    if _is_stale(policy):
        return rebuild(today=today)
    counts = {"changed": 0, "due": 0, "written": 0, "removed": 0, "rebuilt": 0}
    last = CustomerChange.objects.aggregate(last=Max("pk"))["last"] or 0
    while _refresh_changed(counts, policy, last=last, today=today):
        pass
    due = list(Profile.objects.due(today).values_list("customer_id", flat=True))
    for start in range(0, len(due), BATCH):
        counts["due"] += len(due[start : start + BATCH])
        _add(counts, recompute(due[start : start + BATCH], policy=policy, today=today))
    return counts


@transaction.atomic
def rebuild(*, today: date) -> dict[str, int]:
    """Compute every profile again, in one statement: until it commits, yesterday's picture stays whole."""
    changed = CustomerChange.objects.count()
    CustomerChange.objects.all().delete()
    counts = recompute(None, policy=SegmentPolicy.objects.current(), today=today)
    return {"changed": changed, "due": 0, **counts, "rebuilt": 1}


@transaction.atomic
def recompute(customer_ids: Iterable[int] | None, *, policy: SegmentPolicy, today: date) -> dict[str, int]:
    """Write the profiles of these customers (None: of all) where a value differs, and remove those of ended ones."""
    ended = Profile.objects.of_ended_customers()
    removed, _ = (ended if customer_ids is None else ended.filter(customer_id__in=customer_ids)).delete()
    measures = measured(living_customers(customer_ids), today=today, thresholds=policy.thresholds)
    with connection.cursor() as cursor:
        cursor.execute(*_upsert(measures, policy=policy, today=today))
        return {"written": cursor.rowcount, "removed": removed}


def _is_stale(policy: SegmentPolicy) -> bool:
    """Whether there is no picture yet, or one drawn by an older policy."""
    return SegmentPolicy.objects.exclude(pk=policy.pk).drawing().exists() or not Profile.objects.exists()


@transaction.atomic
def _refresh_changed(counts: dict[str, int], policy: SegmentPolicy, *, last: int, today: date) -> int:
    """One batch of the feed. Draining and writing are one transaction, so that a crash loses neither."""
    with connection.cursor() as cursor:
        cursor.execute(DRAIN, {"last": last, "size": BATCH})
        drained = [pk for (pk,) in cursor.fetchall()]
    if drained:
        customer_ids = sorted(set(drained))
        counts["changed"] += len(customer_ids)
        _add(counts, recompute(customer_ids, policy=policy, today=today))
    return len(drained)


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] += count


def _upsert(measures, *, policy: SegmentPolicy, today: date) -> tuple[str, tuple]:
    """INSERT … SELECT … ON CONFLICT around the measures; a row that says the same is not written again."""
    table, quote = Profile._meta.db_table, connection.ops.quote_name
    select, params = measures.values_list("pk", *MEASURES).query.sql_with_params()
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    compared = [*MEASURES, "policy_id"]
    sql = (
        f"INSERT INTO {quote(table)} (customer_id, {', '.join(MEASURES)}, policy_id, computed_on) "  # noqa: S608
        f"SELECT measures.*, %s, {'CAST(%s AS date)' if connection.vendor == 'postgresql' else '%s'} "
        f"FROM ({select}) AS measures WHERE true "
        f"ON CONFLICT (customer_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in [*compared, "computed_on"])
        + " WHERE "
        + " OR ".join(f"{quote(table)}.{name} {differs} excluded.{name}" for name in compared)
    )
    return sql, (policy.pk, connection.ops.adapt_datefield_value(today), *params)
