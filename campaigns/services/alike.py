"""Customers to whom the same words are to be said are decided about once: a festival is the same to a million."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

from django.db import connection
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When

from ..models import PlanLine, PlanRun
from ..occasions import Alike, Occasion, registry
from ..querysets import TIER_RANK


def said_alike() -> list[str]:
    """Keys of the occasions that say the same to everybody."""
    return [occasion.key for occasion in registry().values() if occasion.says_alike]


def differing(lines: QuerySet) -> QuerySet:
    """Customers with several lines of which not all are the same to many."""
    several = _by_customer(lines).filter(lines__gt=1)
    return several.filter(Q(alike__lt=F("lines")) | Q(first__lt=F("last"))).values("customer")


def words_alike(run: PlanRun) -> Iterator[tuple[Occasion, Alike]]:
    """The words of a run's days that are the same to many."""
    for occasion in registry().values():
        if occasion.says_alike:
            current = occasion.alike(run.today - timedelta(days=occasion.max_age), run.today)
            coming = occasion.alike(run.today + timedelta(days=1), run.until)
            yield from ((occasion, said) for said in chain(current, coming))


def patterns(run: PlanRun, turns: Iterable[tuple[str, str]]) -> Iterator[tuple[list[PlanLine], QuerySet]]:
    """Sets of words that customers of a store have, and no other reason: the lines of one of them, and all of them.

    `turns` are occasion and cycle of the words.
    """
    bits = [When(occasion=key, cycle=cycle, then=Value(1 << n)) for n, (key, cycle) in enumerate(turns)]
    if not bits:
        return
    alike = _by_customer(run.lines.order_by()).filter(alike=F("lines"), first=F("last"))
    alike = alike.annotate(words=Sum(Case(*bits, default=Value(0))))
    query, params = alike.values("customer", "words", "first").query.sql_with_params()
    with connection.cursor() as cursor:
        found = f"SELECT words, first, MIN(customer) FROM ({query}) alike GROUP BY words, first"  # noqa: S608
        cursor.execute(found, params)
        shapes = cursor.fetchall()
    for said, store, one in shapes:
        yield (
            list(run.lines.filter(customer=one).annotate(tier=TIER_RANK)),
            alike.filter(words=said, first=store).values("customer"),
        )


def _by_customer(lines: QuerySet) -> QuerySet:
    """How many lines each customer has, how many of them are said alike, and the ends of their stores."""
    keys = said_alike()
    alike = Count("pk", filter=Q(occasion__in=keys)) if keys else Value(0)
    return lines.values("customer").annotate(lines=Count("pk"), alike=alike, first=Min("store"), last=Max("store"))
