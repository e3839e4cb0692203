"""One person's story, newest first, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from customers.models import Customer
from staff.models import User

from .story import STORY, rows_with_all

PAGE = 20


@dataclass(frozen=True)
class Entry:
    kind: str
    at: datetime
    row: Any


@dataclass(frozen=True)
class Cursor:
    """The last entry of a page."""

    at: datetime
    kind: str
    pk: int

    def __str__(self):
        return f"{self.at.isoformat()}~{self.kind}~{self.pk}"


@dataclass(frozen=True)
class TimelinePage:
    entries: list[Entry]
    older: str


def read_cursor(text: str) -> Cursor | None:
    """The cursor of a page; None for the first page and for what is no cursor."""
    at, _, rest = text.partition("~")
    kind, _, pk = rest.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        # Naive moments are none of ours; those at the ends of time have no UTC.
        cursor = Cursor(moment.astimezone(UTC), kind, int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
    usable = cursor and kind in STORY and 0 < cursor.pk < 2**63
    return cursor if usable else None


def timeline(customer: Customer, *, user: User, after: Cursor | None, now: datetime) -> TimelinePage:
    """A page of the story, however far back it lies: one statement for the places, one or two for every table shown."""
    arms = [_arm(source.rows(customer, user, now), kind, source.moment, after) for kind, source in STORY.items()]
    places = list(arms[0].union(*arms[1:], all=True).order_by("-moment", "-sort", "-row")[: PAGE + 1])
    shown = places[:PAGE]
    rows = _rows((STORY[kind].model, pk) for _, kind, pk in shown)
    found = [(at, kind, rows[STORY[kind].model].get(pk)) for at, kind, pk in shown]
    older = str(Cursor(*shown[-1])) if len(places) > PAGE else ""
    return TimelinePage([Entry(kind, at, row) for at, kind, row in found if row], older)


def _arm(rows: QuerySet, kind: str, moment: str, after: Cursor | None) -> QuerySet:
    if after:
        rows = rows.filter(_older(kind, moment, after))
    named = rows.order_by().annotate(
        moment=F(moment), sort=Value(kind, output_field=CharField()), row=Cast("pk", BigIntegerField())
    )
    return named.values_list("moment", "sort", "row")


def _older(kind: str, moment: str, after: Cursor) -> Q:
    earlier, same = Q(**{f"{moment}__lt": after.at}), Q(**{moment: after.at})
    if kind < after.kind:
        return earlier | same
    return earlier | same & Q(pk__lt=after.pk) if kind == after.kind else earlier


def _rows(wanted: Iterable[tuple[type, int]]) -> dict[type, dict[int, Any]]:
    """The rows to print, table by table."""
    by_model: dict[type, set[int]] = {}
    for model, pk in wanted:
        by_model.setdefault(model, set()).add(pk)
    return {model: rows_with_all(model).in_bulk(list(pks)) for model, pks in by_model.items()}
