"""Completeness follows the facts: set-based at night, one customer at once when the desk writes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from itertools import product

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from core.calendars import months_before
from customers.enums import ProfileItem
from customers.journal import listening
from customers.models import Customer, CustomerStore

from ..enums import MonthKind
from ..models import CollectionPolicy, Completeness, CompletenessMonth, CompletenessTotal
from ..querysets import living_customers
from ..querysets.completeness import good_until, rates_in
from ..rules.completeness import ITEMS, NEVER, Policy
from .writing import as_date, upsert

COLUMNS = ("customer_id", "advisor_id", "asked", "filled", "fresh", "fresh_until")
# Months shown and counted beside the present one.
MONTHS_BACK = 11
COMPANY, NOBODY = 0, 0


@transaction.atomic
def redraw(customer_ids: Iterable[int] | None, *, policy: Policy, today: date) -> int:
    """Draw these customers again (None: all) from what is on file; how many rows differ from before."""
    ended = Completeness.objects.filter(customer__ended_at__isnull=False)
    (ended if customer_ids is None else ended.filter(customer_id__in=customer_ids)).delete()
    sql, params = _drawing(customer_ids, policy.half_lives)
    day, never = (connection.ops.adapt_datefield_value(value) for value in (today, NEVER))
    with connection.cursor() as cursor:
        cursor.execute(sql, (*params, day, never))
        written = cursor.rowcount
    if customer_ids is None:
        CollectionPolicy.objects.filter(version=policy.version).update(is_drawn=True)
    return written


def _drawing(customer_ids: Iterable[int] | None, half_lives: Mapping[ProfileItem, int | None]) -> tuple[str, tuple]:
    """The statement that draws these customers and its parameters, but for the days."""
    if customer_ids is None:
        return _worded(None, tuple(half_lives.items()))
    ids = list(customer_ids)
    sql, params = _worded(len(ids), tuple(half_lives.items()))
    return sql, tuple(ids[value] if type(value) is int and value < 0 else value for value in params)


@lru_cache(maxsize=32)
def _worded(size: int | None, half_lives: tuple) -> tuple[str, tuple]:
    """rules.draw in SQL, over one column per item that says until when it is good.

    Wording it takes longer than drawing a few customers, so it is kept by how many are drawn (None: all): -size … -1
    stand for them.
    """
    customers = living_customers(None if size is None else range(-size, 0))
    select, params = good_until(customers, dict(half_lives)).query.sql_with_params()
    ends = [f"until_{place}" for place in range(len(ITEMS))]
    filled, fresh, first = (
        [words.format(end=end, bit=1 << place) for place, end in enumerate(ends)] for words in _PER_ITEM
    )
    least = "LEAST" if connection.vendor == "postgresql" else "MIN"
    sql = upsert(
        Completeness,
        COLUMNS,
        f"WITH good (customer_id, advisor_id, asked, {', '.join(ends)}) AS ({select}), "  # noqa: S608 own names
        f"given (today, never) AS (SELECT {as_date()}, {as_date()}) "
        f"SELECT customer_id, advisor_id, asked, asked & ({' + '.join(filled)}), asked & ({' + '.join(fresh)}), "
        f"NULLIF({least}({', '.join(first)}), never) FROM good CROSS JOIN given",
        compared=COLUMNS[1:],
    )
    return sql, params


_PER_ITEM = (
    "CASE WHEN {end} IS NULL THEN 0 ELSE {bit} END",
    "CASE WHEN {end} >= today THEN {bit} ELSE 0 END",
    "CASE WHEN asked & {bit} > 0 AND {end} >= today THEN {end} ELSE never END",
)


def is_undrawn(policy: Policy) -> bool:
    """Whether rows are still to be judged by these half-lives, or there are none yet."""
    return not policy.is_drawn or not Completeness.objects.exists()


@contextmanager
def following(*, today: date) -> Iterator[None]:
    """Whoever is written of meanwhile is drawn again and moves the totals, in one transaction with what is written."""
    with transaction.atomic():
        with listening() as journal:
            yield
        if journal.changed:
            _follow(journal.changed, journal.entered, today=today)


def _follow(customer_ids: Collection[int], entered: Collection[tuple[int, int]], *, today: date) -> None:
    """`entered`: (customer, store) pairs that no total counts yet."""
    people = Customer.objects.filter(pk__in=customer_ids).select_for_update(of=["self"]).order_by("pk")
    ids = list(people.values_list("pk", flat=True))
    if not ids:  # whoever was written of was taken back
        return
    rows = Completeness.objects.filter(customer__in=ids)
    before = list(rows)
    redraw(ids, policy=CollectionPolicy.objects.current(), today=today)
    links = [*CustomerStore.objects.filter(customer__in=ids).values_list("customer_id", "store_id")]
    links += [(pk, COMPANY) for pk in ids]
    _move(before, list(rows.all()), links, entered)


def _move(before: list[Completeness], after: list[Completeness], links: list[tuple[int, int]], entered) -> None:
    """Add to the totals what rows became, and take away what they were. `links`: who counts in which store."""
    counted = [link for link in links if link not in entered]
    moves: dict[tuple, list[int]] = {}
    for rows, sign, stores in ((before, -1, _by_customer(counted)), (after, 1, _by_customer(links))):
        for row, (place, item) in product(rows, enumerate(ITEMS)):
            steps = [sign * (bits >> place & 1) for bits in (row.asked, row.filled, row.fresh)]
            for store in stores[row.customer_id]:
                moved = moves.setdefault((store, row.advisor_id or NOBODY, item.value), [0, 0, 0])
                moved[:] = map(sum, zip(moved, steps, strict=True))
    # In one order everywhere, so that two desks never wait for each other.
    lines = [(*key, *steps) for key, steps in sorted(moves.items()) if any(steps)]
    table = CompletenessTotal._meta.db_table
    sql = (
        f"INSERT INTO {table} (store_id, advisor_id, item, asked, filled, fresh) VALUES (%s, %s, %s, %s, %s, %s) "  # noqa: S608
        f"ON CONFLICT (store_id, advisor_id, item) DO UPDATE SET asked = {table}.asked + excluded.asked, "
        f"filled = {table}.filled + excluded.filled, fresh = {table}.fresh + excluded.fresh"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, lines)


def _by_customer(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    stores = defaultdict(list)
    for pk, store in links:
        stores[pk].append(store)
    return stores


@transaction.atomic
def tally(*, today: date) -> dict[str, int]:
    """Count every total again, and this month's. Repeating changes nothing."""
    totals = [*_totals(COMPANY, Completeness.objects.counted("advisor_id")), *_by_store()]
    CompletenessTotal.objects.all().delete()
    CompletenessTotal.objects.bulk_create(totals, batch_size=1000)
    month = today.replace(day=1)
    CompletenessMonth.objects.filter(kind=MonthKind.SEEN).delete()
    CompletenessMonth.objects.filter(kind=MonthKind.STOOD, month=month).delete()
    months = [*_seen(month), *_stood(month)]
    CompletenessMonth.objects.bulk_create(months, batch_size=1000)
    return {"totals": len(totals), "months": len(months)}


def _by_store():
    store = "customer__store_links__store_id"
    for row in Completeness.objects.counted(store, "advisor_id"):
        yield from _totals(row[store], [row])


def _totals(store_id: int, rows):
    for row in rows:
        for item, rate in rates_in(row).items():
            counts = {"asked": rate.asked, "filled": rate.filled, "fresh": rate.fresh}
            advisor = row["advisor_id"] or NOBODY
            yield CompletenessTotal(store_id=store_id, advisor_id=advisor, item=item, **counts)


def _seen(month: date):
    """By the month of the customer's last visit, a year back."""
    last, store = "customer__profile__last_visit_on", "customer__store_links__store_id"
    rows = Completeness.objects.filter(**{f"{last}__gte": months_before(month, MONTHS_BACK)})
    rows = rows.annotate(month=TruncMonth(last))
    for by in (("month",), ("month", store)):
        for row in rows.counted(*by):
            yield from _of_month(MonthKind.SEEN, row["month"], row.get(store, COMPANY), rates_in(row))


def _stood(month: date):
    """All customers as they stand now; the last night of a month is what stays."""
    sums = {name: Sum(name) for name in ("asked", "filled", "fresh")}
    for row in CompletenessTotal.objects.order_by().values("store_id", "item").annotate(**sums):
        yield CompletenessMonth(kind=MonthKind.STOOD, month=month, **row)


def _of_month(kind: MonthKind, month: date, store_id: int, rates):
    for item, rate in rates.items():
        counts = {"asked": rate.asked, "filled": rate.filled, "fresh": rate.fresh}
        yield CompletenessMonth(kind=kind, month=month, store_id=store_id, item=item, **counts)
