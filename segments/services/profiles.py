"""Profiles follow the facts."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from core.bulk import take_stock
from customers.models import CustomerChange

from ..models import CollectionPolicy, Completeness, Profile, SegmentPolicy
from ..querysets import MEASURES, measuring
from .completeness import is_undrawn, redraw
from .writing import upsert

# Customers per transaction: a killed night loses at most one batch of work and no change.
BATCH = 2000
DRAIN = (Path(__file__).parent.parent / "sql" / "drain_changes.sql").read_text(encoding="utf-8")


def refresh(*, today: date) -> dict[str, int]:
    """Bring profiles and completeness up to `today`: whose facts changed, whom time alone changes, everybody after a
    new policy.

    Repeating changes nothing. Counts: `changed` customers taken from the feed, `due` by time, profiles `written`
    because a value differs, `removed` with their customer, completeness `drawn` anew, and whether the whole company was
    `rebuilt`.
    """
    policy = SegmentPolicy.objects.current()
    if _is_stale(policy):
        return rebuild(today=today)
    counts = {"changed": 0, "due": 0, "written": 0, "removed": 0, "drawn": 0, "rebuilt": 0}
    last = CustomerChange.objects.aggregate(last=Max("pk"))["last"] or 0
    while _refresh_changed(counts, policy, last=last, today=today):
        pass
    due = sorted(
        {
            pk
            for table in (Profile, Completeness)
            for pk in table.objects.due(today).values_list("customer_id", flat=True)
        }
    )
    for start in range(0, len(due), BATCH):
        counts["due"] += len(due[start : start + BATCH])
        _add(counts, recompute(due[start : start + BATCH], policy=policy, today=today))
    collection = CollectionPolicy.objects.current()
    if is_undrawn(collection):
        counts["drawn"] += redraw(None, policy=collection, today=today)
    return counts


@transaction.atomic
def rebuild(*, today: date) -> dict[str, int]:
    """Compute every profile again, in one statement: until it commits, yesterday's picture stays whole."""
    changed = CustomerChange.objects.count()
    CustomerChange.objects.all().delete()
    counts = recompute(None, policy=SegmentPolicy.objects.current(), today=today)
    take_stock(Profile, Completeness)
    return {"changed": changed, "due": 0, **counts, "rebuilt": 1}


@transaction.atomic
def recompute(customer_ids: Iterable[int] | None, *, policy: SegmentPolicy, today: date) -> dict[str, int]:
    """Write profile and completeness of these customers (None: all) where a value differs; ended ones lose theirs."""
    ended = Profile.objects.of_ended_customers()
    removed, _ = (ended if customer_ids is None else ended.filter(customer_id__in=customer_ids)).delete()
    written = write_profiles(customer_ids, policy=policy, today=today)
    drawn = redraw(customer_ids, policy=CollectionPolicy.objects.current(), today=today)
    return {"written": written, "removed": removed, "drawn": drawn}


def write_profiles(customer_ids: Iterable[int] | None, *, policy: SegmentPolicy, today: date) -> int:
    """Write the profiles of these living customers (None: all) in which a value differs; how many, one statement."""
    select, params = measuring(customer_ids, today=today, thresholds=policy.thresholds)
    sql = upsert(
        Profile,
        ("customer_id", *MEASURES, "policy_id", "computed_on"),
        f"SELECT measures.*, %(policy)s, %(today)s FROM ({select}) AS measures",  # noqa: S608 own names
        compared=(*MEASURES, "policy_id"),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "policy": policy.pk})
        return cursor.rowcount


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
