# ruff: noqa: S608 — only names, whole numbers and days of ours go into the words
"""Needs follow the facts: words are judged in Python once per different text, customers are counted set-based.

A full rebuild goes through the customers in ranges of ids, so that memory does not grow with the shop.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import NeedState
from ..errors import NeedTaken, OptedOut
from ..models import CustomerNeed, Need
from ..querysets.needs import Among, among_range, among_these, dismissals_lapse, pieces, texts
from ..rules.needs import Wording, counts_until, needs_in

# Customers per round of a full redraw.
RANGE = 20_000
READ = 2000
# Words of one customer that a screen reads, the newest first.
MOST_TEXTS = 400
_TABLE = CustomerNeed._meta.db_table
_COUNTED = ("pieces", "first_on", "last_on", "next_change_on")


@dataclass(frozen=True)
class Evidence:
    """Words that speak of a need: what, of which day, where they stand (an order for a complaint and for lines)."""

    need: int
    words: str
    day: date
    source: str
    pk: int
    store: int | None = None
    who: int | None = None


def evidence_of(customer: Customer, needs: Iterable[Need], *, today: date) -> list[Evidence]:
    """What speaks of these needs of one customer today, the newest first; one statement. Nothing of the opted-out."""
    wordings = [need.wording for need in needs if need.retired_at is None]
    if customer.no_profiling or customer.ended_at or not wordings:
        return []
    with connection.cursor() as cursor:
        cursor.execute(texts_of_one(customer.pk, _since(wordings, today)))
        return judged(cursor.fetchall(), wordings, today=today)


def texts_of_one(customer_id: int, since: date) -> str:
    words = texts(among_these([customer_id]), since=since)
    columns = "source, pk, kind, words, day, ends_on, store_id, who_id"
    return f"SELECT {columns} FROM ({words}) AS t ORDER BY day DESC, source, pk DESC LIMIT {MOST_TEXTS}"


def judged(rows: Iterable[Sequence], wordings: Collection[Wording], *, today: date) -> list[Evidence]:
    """Rows of `texts_of_one` that speak of a need and are not too old, once per need and place."""
    found: dict[tuple, Evidence] = {}
    for source, pk, kind, words, day, ends_on, store, who in rows:
        day, ends_on = _as_day(day), _as_day(ends_on)
        for need in needs_in(kind, words, wordings):
            if counts_until(day, need.days, ends_on) > today:
                found.setdefault((need.pk, source, pk), Evidence(need.pk, words, day, source, pk, store, who))
    return list(found.values())


def _as_day(value) -> date | None:
    """SQLite answers with text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _since(wordings: Iterable[Wording], today: date) -> date:
    return today - timedelta(days=max((one.days for one in wordings), default=0))


@transaction.atomic
def redraw_needs(customer_ids: Iterable[int] | None, *, today: date, needs: Collection[Need] | None = None) -> int:
    """Count these customers' needs again (None: all; of all needs or some); how many rows differ from before."""
    chosen = list(Need.objects.all()) if needs is None else list(needs)
    if customer_ids is not None:
        ids = list(customer_ids)
        return _redraw(among_these(ids), chosen, today) if ids and chosen else 0
    written = sum(_redraw(among, chosen, today) for among in _everybody()) if chosen else 0
    Need.objects.filter(pk__in=[need.pk for need in chosen], is_drawn=False).update(is_drawn=True)
    return written


def _everybody() -> Iterator[Among]:
    ends = Customer.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for first in range(ends["first"], ends["last"] + 1, RANGE):
            yield among_range(first, first + RANGE - 1)


def _redraw(among: Among, needs: Collection[Need], today: date) -> int:
    wordings = [need.wording for need in needs if need.retired_at is None]
    here = f"{among('customer_id')} AND need_id IN ({', '.join(str(need.pk) for need in needs)})"
    with _counted(among, wordings, today) as fresh, connection.cursor() as cursor:
        written = 0
        for sql in _steps(here, fresh):
            cursor.execute(sql, _lapse(today) if "%s" in sql else None)
            written += cursor.rowcount
    return written


@contextmanager
def _counted(among: Among, wordings: Collection[Wording], today: date) -> Iterator[str]:
    """The name of a table of what is counted of these customers, until the block ends."""
    since = _since(wordings, today)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE segments_spoken (kind text, words text, need_id bigint, days integer)")
        try:
            _judge_texts(cursor, texts(among, since=since), wordings)
            counted = pieces(among, "segments_spoken", since=since, today=today)
            cursor.execute(f"CREATE TEMPORARY TABLE segments_counted AS {counted}")
            try:
                yield "segments_counted"
            finally:
                cursor.execute("DROP TABLE segments_counted")
        finally:
            cursor.execute("DROP TABLE segments_spoken")


def _judge_texts(cursor, words: str, wordings: Collection[Wording]) -> None:
    """Keep which different texts speak of which need: a shop says the same things over and over."""
    if not wordings:
        return
    cursor.execute(f"SELECT DISTINCT kind, words FROM ({words}) AS t")
    spoken = [
        (kind, text, need.pk, need.days) for kind, text in _rows(cursor) for need in needs_in(kind, text, wordings)
    ]
    cursor.executemany("INSERT INTO segments_spoken VALUES (%s, %s, %s, %s)", spoken)


def _rows(cursor) -> Iterator[tuple]:
    while rows := cursor.fetchmany(READ):
        yield from rows


def _steps(here: str, fresh: str) -> Iterator[str]:
    """What brings the rows `here` in line with the fresh counts; a row in which nothing differs is not touched."""
    living = "EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = customer_id AND c.ended_at IS NULL"
    counted = (
        f"EXISTS (SELECT 1 FROM {fresh} f WHERE f.customer_id = {_TABLE}.customer_id AND f.need_id = {_TABLE}.need_id)"
    )
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    columns = ", ".join(_COUNTED)
    sets = ", ".join(f"{name} = excluded.{name}" for name in _COUNTED)
    changed = " OR ".join(f"{_TABLE}.{name} {differs} excluded.{name}" for name in _COUNTED)
    yield f"DELETE FROM {_TABLE} WHERE {here} AND NOT {living} AND NOT c.no_profiling)"
    yield (
        f"INSERT INTO {_TABLE} (customer_id, need_id, {columns}, state, reason) "
        f"SELECT customer_id, need_id, {columns}, 'suggested', '' FROM {fresh} WHERE TRUE "
        f"ON CONFLICT (customer_id, need_id) DO UPDATE SET {sets} WHERE {changed}"
    )
    over = "(state = 'suggested' OR state = 'dismissed' AND decided_at < %s)"
    yield f"DELETE FROM {_TABLE} WHERE {here} AND NOT {counted} AND {over}"
    nothing = "pieces = 0, first_on = NULL, last_on = NULL, next_change_on = NULL"
    yield f"UPDATE {_TABLE} SET {nothing} WHERE {here} AND pieces > 0 AND NOT {counted}"
    undecided = "state = 'suggested', decided_by_id = NULL, decided_at = NULL, reason = ''"
    yield f"UPDATE {_TABLE} SET {undecided} WHERE {here} AND state = 'dismissed' AND decided_at < %s"


def _lapse(today: date) -> list:
    return [connection.ops.adapt_datetimefield_value(dismissals_lapse(today))]


@transaction.atomic
def decide_need(
    customer: Customer, need: Need, *, state: NeedState, by: User, at: datetime, today: date, reason: str = ""
) -> None:
    """A person confirms a need, dismisses it, or leaves it to the facts again (suggested). Repeating changes nothing.

    Raises OptedOut for whom nobody may be told apart.
    """
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    if row.no_profiling:
        raise OptedOut
    standing = CustomerNeed.objects.filter(customer=row, need=need)
    now_stands = standing.values_list("state", flat=True).first()
    if now_stands == state or (now_stands is None and state == NeedState.SUGGESTED):
        return
    if state == NeedState.SUGGESTED:
        standing.delete()
    else:
        decided = {"state": state, "decided_by": by, "decided_at": at, "reason": reason}
        CustomerNeed.objects.update_or_create(customer=row, need=need, defaults=decided)
    redraw_needs([row.pk], today=today)
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=row, need=need.pk, state=state)
    CustomerChange.objects.note([row.pk], ChangeKind.PERSON)


@transaction.atomic
def save_need(need: Need, *, by: User, **words) -> Need:
    """Write a need of the vocabulary, new or changed; tonight (or at the nudge) everybody is looked at with its words.

    Raises NeedTaken where another one is called so.
    """
    if Need.objects.filter(name=words.get("name", need.name)).exclude(pk=need.pk).exists():
        raise NeedTaken
    fields = [name for name, value in words.items() if need.pk is None or getattr(need, name) != value]
    if not fields:
        return need
    for name in fields:
        setattr(need, name, words[name])
    need.is_drawn = need.is_drawn and not {"said", "bought", "months", "retired_at"} & set(fields)
    need.save()
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=need, fields=fields)
    return need


def retire_need(need: Need, *, by: User, at: datetime) -> None:
    """Told apart by it nobody is any more; what people decided is kept. Repeating changes nothing."""
    if need.retired_at is None:
        save_need(need, by=by, retired_at=at)


def revive_need(need: Need, *, by: User) -> None:
    save_need(need, by=by, retired_at=None)


def redraw_changed_needs(*, today: date) -> int:
    """Look at everybody with the words that were changed; how many rows differ."""
    changed = list(Need.objects.undrawn())
    return redraw_needs(None, today=today, needs=changed) if changed else 0


@transaction.atomic
def people_spoken_of(need: Need, *, today: date) -> int:
    """Of how many customers facts speak of a need as it is worded now, saved or not; nothing is kept."""
    wording, people = need.wording, 0
    for among in _everybody():
        with _counted(among, [wording], today) as fresh, connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {fresh}")
            people += cursor.fetchone()[0]
    return people
