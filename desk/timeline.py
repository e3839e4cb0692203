"""One person's story, newest first: visits, conversations, enquiries and what they agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from customers.models import Consent, Customer, Enquiry, Interaction
from staff.models import User
from vehicles.models import ServiceLine, ServiceOrder

PAGE = 20
# Part of the order: of two entries at the same moment the later letter comes first.
VISIT, TALK, ENQUIRY, CONSENT = "visit", "talk", "enquiry", "consent"


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
    usable = cursor and kind in (VISIT, TALK, ENQUIRY, CONSENT) and 0 < cursor.pk < 2**63
    return cursor if usable else None


def timeline(customer: Customer, *, user: User, after: Cursor | None) -> TimelinePage:
    """A page of the story in at most six statements, however far back it lies."""
    arms = [_arm(rows, kind, moment, after) for kind, (rows, moment) in _sources(customer, user).items()]
    places = list(arms[0].union(*arms[1:], all=True).order_by("-moment", "-sort", "-row")[: PAGE + 1])
    shown = places[:PAGE]
    rows = {kind: _rows(kind, [pk for _, its, pk in shown if its == kind]) for kind in {kind for _, kind, _ in shown}}
    entries = [Entry(kind, at, rows[kind][pk]) for at, kind, pk in shown if pk in rows[kind]]
    older = str(Cursor(*shown[-1])) if len(places) > PAGE else ""
    return TimelinePage(entries, older)


def _sources(customer: Customer, user: User) -> dict[str, tuple[QuerySet, str]]:
    orders = ServiceOrder.objects.visible_to(user).not_cancelled()
    return {
        VISIT: (orders.filter(customer=customer), "opened_at"),
        TALK: (Interaction.objects.filter(customer=customer), "at"),
        ENQUIRY: (Enquiry.objects.visible_to(user).filter(customer=customer), "at"),
        CONSENT: (Consent.objects.filter(customer=customer), "given_at"),
    }


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


def _rows(kind: str, pks: Iterable[int]) -> dict[int, Any]:
    lines = Prefetch("lines", ServiceLine.objects.order_by("position"))
    sources = {
        VISIT: ServiceOrder.objects.select_related("vehicle", "advisor", "store").prefetch_related(lines),
        TALK: Interaction.objects.select_related("by", "outcome"),
        ENQUIRY: Enquiry.objects.select_related("by"),
        CONSENT: Consent.objects.select_related("recorded_by"),
    }
    return sources[kind].in_bulk(list(pks))
