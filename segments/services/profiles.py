"""Profiles follow the facts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from core.bulk import take_stock
from customers.models import CustomerChange, Introduction

from ..enums import Axis, ByHand, Cause
from ..models import CollectionPolicy, Completeness, CustomerNeed, Facts, Profile, SegmentChange, SegmentPolicy
from ..querysets import SCORES, TABLES, Given, picture
from ..rules.numbers import defaults
from .completeness import is_undrawn, redraw
from .inheritance import settle_overrides
from .needs import redraw_changed_needs, redraw_needs
from .writing import any_differs, as_date, upsert

# Customers per transaction: a killed night loses at most one batch of work and no change.
BATCH = 2000
DRAIN = (Path(__file__).parent.parent / "sql" / "drain_changes.sql").read_text(encoding="utf-8")
# Everything of a profile that `picture` works out, as columns.
MEASURES = (
    *(field.column for field in Facts._meta.get_fields()),
    *(table.axis for table in TABLES if table.axis in {field.column for field in Profile._meta.concrete_fields}),
    *(axis.fact for axis in ByHand),
    *SCORES,
    "next_change_on",
)


def refresh(*, today: date) -> dict[str, int]:
    """Bring profiles and completeness up to `today`: whose facts changed, whom time alone changes, everybody after a
    new policy.

    Repeating changes nothing. Counts: `changed` customers taken from the feed, `due` by time, profiles `written`
    because a value differs, `removed` with their customer, completeness `drawn` anew, `needs` that differ, and whether
    the whole company was `rebuilt`.
    """
    policy = SegmentPolicy.objects.current()
    if _is_stale(policy):
        return rebuild(today=today)
    counts = {"changed": 0, "due": 0, "written": 0, "removed": 0, "drawn": 0, "needs": 0, "rebuilt": 0}
    last = CustomerChange.objects.aggregate(last=Max("pk"))["last"] or 0
    while _refresh_changed(counts, policy, last=last, today=today):
        pass
    due = sorted(
        {
            pk
            for table in (Profile, Completeness, CustomerNeed)
            for pk in table.objects.due(today).values_list("customer_id", flat=True)
        }
    )
    for start in range(0, len(due), BATCH):
        counts["due"] += len(due[start : start + BATCH])
        _add(counts, recompute(due[start : start + BATCH], policy=policy, today=today))
    collection = CollectionPolicy.objects.current()
    if is_undrawn(collection):
        counts["drawn"] += redraw(None, policy=collection, today=today)
    counts["needs"] += redraw_changed_needs(today=today)
    return counts


def redraw_stale(*, today: date) -> dict[str, int]:
    """Draw everybody again when some were drawn by an older policy; nothing otherwise."""
    return rebuild(today=today) if _is_stale(SegmentPolicy.objects.current()) else {}


@transaction.atomic
def rebuild(*, today: date) -> dict[str, int]:
    """Compute every profile again, in one statement: until it commits, yesterday's picture stays whole."""
    changed = CustomerChange.objects.count()
    CustomerChange.objects.all().delete()
    counts = recompute(None, policy=SegmentPolicy.objects.current(), today=today)
    take_stock(Profile, Completeness, CustomerNeed)
    return {"changed": changed, "due": 0, **counts, "rebuilt": 1}


@transaction.atomic
def recompute(customer_ids: Iterable[int] | None, *, policy: SegmentPolicy, today: date) -> dict[str, int]:
    """Write profile and completeness of these customers (None: all) where a value differs; ended ones lose theirs."""
    # One drawing at a time: two would both note the same move.
    SegmentPolicy.objects.select_for_update().order_by("version").first()
    ids = None if customer_ids is None else {*customer_ids}
    heirs = settle_overrides(ids)
    customer_ids = None if ids is None else sorted(ids | heirs)
    ended = Profile.objects.of_ended_customers()
    removed, _ = (ended if customer_ids is None else ended.filter(customer_id__in=customer_ids)).delete()
    written = write_profiles(customer_ids, policy=policy, today=today)
    drawn = redraw(customer_ids, policy=CollectionPolicy.objects.current(), today=today)
    needs = redraw_needs(customer_ids, today=today)
    return {"written": written, "removed": removed, "drawn": drawn, "needs": needs}


def write_profiles(customer_ids: Iterable[int] | None, *, policy: SegmentPolicy, today: date) -> int:
    """Write the profiles of these customers (None: all) in which anything differs, and note who moved; how many."""
    ids = None if customer_ids is None else list(customer_ids)
    if ids == []:
        return 0
    with drawn(ids, policy.given(today), policy) as fresh, connection.cursor() as cursor:
        cursor.execute(_moves(fresh), {"policy": policy.pk, "today": _day(today)})
        cursor.execute(_forget_moves(fresh))
        cursor.execute(_upsert(fresh), {"policy": policy.pk, "today": _day(today)})
        return cursor.rowcount


def work_out(customer_id: int, *, today: date, policy: SegmentPolicy | None = None) -> Profile:
    """The profile of a living customer as `policy` would draw it on `today`; not written. One statement.

    Without a policy only what is counted may be read of it: every policy counts alike.
    """
    given = policy.given(today) if policy else Given(today, defaults())
    sql = picture([customer_id], given)
    [row] = Profile.objects.raw(f"SELECT NULL AS id, drawn.* FROM ({sql}) AS drawn")  # noqa: S608 own names
    return row


@contextmanager
def drawn(customer_ids: list[int] | None, given: Given, policy: SegmentPolicy | None = None) -> Iterator[str]:
    """The name of a table that holds, until the block ends, the picture of those among these customers (None: all)
    whose profile differs or was drawn by another `policy`, and of everybody who opted out.
    """
    table = Profile._meta.db_table
    differs = " OR ".join(
        [any_differs("old", "new", MEASURES), *([f"old.policy_id <> {int(policy.pk)}"] if policy else [])]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE segments_fresh AS SELECT new.* FROM ({picture(customer_ids, given)}) AS new "  # noqa: S608 own names
            f"LEFT JOIN {table} AS old ON old.customer_id = new.customer_id "
            f"WHERE old.customer_id IS NULL OR new.opted_out = 1 OR {differs}"
        )
        try:
            yield "segments_fresh"
        finally:
            cursor.execute("DROP TABLE segments_fresh")


def moved(fresh: str) -> str:
    """SELECT who moves along which axis, from where to where: the rows are joined once for all axes."""
    axes = " UNION ALL ".join(f"SELECT '{axis}' AS axis" for axis in Axis.values)
    moves = " OR ".join(f"p.{axis} <> f.{axis}" for axis in Axis.values)
    return (
        f"SELECT * FROM (SELECT f.customer_id, axis, {_of_axis('p')} AS was, {_of_axis('f')} AS becomes, "  # noqa: S608 own names
        f"{_cause()} AS cause "
        f"FROM {fresh} f JOIN {Profile._meta.db_table} p ON p.customer_id = f.customer_id AND ({moves}) "
        f"CROSS JOIN ({axes}) AS a) AS m WHERE was <> becomes"
    )


def _of_axis(row: str) -> str:
    return f"CASE axis {' '.join(f'WHEN {axis!r} THEN {row}.{axis}' for axis in map(str, Axis.values))} END"


def _cause() -> str:
    """By axis: a person's word came, changed or went that night, or nobody's did."""
    arms = (
        f"WHEN '{axis}' THEN CASE WHEN NOT ({any_differs('p', 'f', [axis.fact])}) THEN '{Cause.RULES}' "
        f"WHEN f.{axis.fact} IS NULL THEN '{Cause.OVER}' ELSE '{Cause.HAND}' END"
        for axis in ByHand
        if axis in Axis.values
    )
    return f"CASE axis {' '.join(arms)} ELSE '{Cause.RULES}' END"


def _moves(fresh: str) -> str:
    """Note whoever moves along an axis, but for those who leave it: nobody has a past there who opted out (G9)."""
    return (
        f"INSERT INTO {SegmentChange._meta.db_table} (customer_id, axis, before, after, cause, moved_on, policy_id) "  # noqa: S608 own names
        f"SELECT customer_id, axis, was, becomes, cause, {as_date('today')}, %(policy)s FROM ({moved(fresh)}) AS n "
        f"WHERE becomes <> ''"
    )


def _forget_moves(fresh: str) -> str:
    return (
        f"DELETE FROM {SegmentChange._meta.db_table} "  # noqa: S608 own names
        f"WHERE customer_id IN (SELECT customer_id FROM {fresh} WHERE opted_out = 1)"
    )


def _upsert(fresh: str) -> str:
    columns = ("customer_id", *MEASURES, "policy_id", "computed_on")
    select = f"SELECT customer_id, {', '.join(MEASURES)}, %(policy)s, {as_date('today')} FROM {fresh}"  # noqa: S608
    return upsert(Profile, columns, select, compared=(*MEASURES, "policy_id"))


def _day(today: date):
    return connection.ops.adapt_datefield_value(today)


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
        customer_ids = _with_introducers(drained)
        counts["changed"] += len(customer_ids)
        _add(counts, recompute(customer_ids, policy=policy, today=today))
    return len(drained)


def _with_introducers(customer_ids: Iterable[int]) -> list[int]:
    """And those who brought them: a friend's first visit counts for the introducer."""
    brought = Introduction.objects.filter(introduced__in=customer_ids).values_list("introducer", flat=True)
    return sorted({*customer_ids, *brought})


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] += count
