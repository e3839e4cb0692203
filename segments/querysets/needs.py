# ruff: noqa: S608 — only names, whole numbers and days of ours go into the words
"""How needs are chosen, and the one SELECT of all words that may speak of a customer's needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q

from core.days import start_of
from customers.enums import Learnt
from customers.querysets import OfCustomerQuerySet

from ..enums import EvidenceSource, NeedState
from ..rules.needs import BOUGHT, DISMISSED_DAYS
from .dialect import dialect

# The condition that a column of customer ids is among those asked for.
Among = Callable[[str], str]
SAID = "said"


class NeedQuerySet(models.QuerySet):
    def active(self):
        """Needs that customers are told apart by today."""
        return self.filter(retired_at__isnull=True)

    def undrawn(self):
        """Needs whose words were changed since everybody was looked at."""
        return self.filter(is_drawn=False)


class CustomerNeedQuerySet(OfCustomerQuerySet):
    def standing(self):
        """Suggested or confirmed, of a need that is in use."""
        return self.exclude(state=NeedState.DISMISSED).filter(need__retired_at__isnull=True)

    def due(self, today: date):
        """Rows that time alone changes by `today`: evidence grown old, dismissals that are a year old."""
        lapsed = Q(state=NeedState.DISMISSED, decided_at__lt=dismissals_lapse(today))
        return self.filter(Q(next_change_on__lte=today) | lapsed)


def dismissals_lapse(today: date) -> datetime:
    """Dismissals of before this moment hold no longer."""
    return start_of(today - timedelta(days=DISMISSED_DAYS - 1))


def texts(among: Among, *, since: date) -> str:
    """A SELECT of the words of these customers later than `since`, one row a text.

    A guess of ours is no evidence, nor what we texted. Words of one order share its id: there they are read. A part of
    the shop that hears more words (declined quotes, survey answers) adds a _Heard.
    """
    return " UNION ALL ".join(heard.select(among, since) for heard in _everywhere(dialect()))


@dataclass(frozen=True)
class _Heard:
    """A column of words somewhere in the shop's tables, of which customer, and when it was said."""

    source: str
    table: str
    words: str
    day: str
    when: str
    pk: str = "r.id"
    kind: str = f"'{SAID}'"
    owner: str = "r.customer_id"
    ends: str = "CAST(NULL AS date)"
    store: str = "CAST(NULL AS bigint)"
    who: str = "CAST(NULL AS bigint)"

    def select(self, among: Among, since: date) -> str:
        return (
            f"SELECT {self.owner} AS customer_id, '{self.source}' AS source, {self.pk} AS pk, {self.kind} AS kind, "
            f"{self.words} AS words, {self.day} AS day, {self.ends} AS ends_on, {self.store} AS store_id, "
            f"{self.who} AS who_id FROM {self.table} WHERE {self.words} <> '' "
            f"AND {self.day} > {dialect().day(since)} AND {self.when} AND {among(self.owner)}"
        )


def _everywhere(sql) -> Iterator[_Heard]:
    learnt = ", ".join(f"'{kind}'" for kind in Learnt.values)
    asked = (
        "COALESCE((SELECT MAX(f.recorded_at) FROM customers_profilefact f WHERE f.customer_id = r.id "
        "AND f.kind = 'primary_need' AND f.ended_at IS NULL), r.created_at)"
    )
    ours = "NOT (r.channel = 'sms' AND r.direction = 'out')"
    tags = "customers_customertag r JOIN customers_tag t ON t.id = r.tag_id"
    lines = "vehicles_serviceorder r JOIN vehicles_serviceline l ON l.order_id = r.id"
    order = {"store": "r.store_id", "who": "r.advisor_id"}
    yield _Heard(
        EvidenceSource.FACT, "customers_profilefact r", "r.value", sql.shop_day("r.recorded_at"),
        f"r.ended_at IS NULL AND r.source <> 'guess' AND r.kind IN ({learnt})", kind="r.kind", who="r.recorded_by_id",
    )  # fmt: skip
    yield _Heard(
        EvidenceSource.ITEM, "customers_customer r", "r.primary_need", sql.shop_day(asked), "r.ended_at IS NULL",
        owner="r.id",
    )  # fmt: skip
    yield _Heard(
        EvidenceSource.TAG, tags, "t.name", sql.shop_day("r.added_at"), "r.removed_at IS NULL", ends="r.expires_on",
        who="r.added_by_id",
    )  # fmt: skip
    for words in ("r.body", "r.mood_reason"):
        yield _Heard(EvidenceSource.TALK, "customers_interaction r", words, sql.shop_day("r.at"), ours, who="r.by_id")
    yield _Heard(
        EvidenceSource.COMPLAINT, "vehicles_serviceorder r", "r.complaint", "r.opened_on", "r.status <> 'cancelled'",
        **order,
    )  # fmt: skip
    yield _Heard(
        EvidenceSource.LINE, lines, "l.name", "r.closed_on", "r.status = 'closed'", kind=f"'{BOUGHT}'", **order
    )


def pieces(among: Among, spoken: str, *, since: date, today: date) -> str:
    """A SELECT of what is counted: customer_id, need_id, pieces, first_on, last_on, next_change_on.

    `spoken` is a table (kind, words, need_id, days) of the texts that speak of a need. Opted-out and ended customers
    have nothing (G9).
    """
    sql = dialect()
    until = sql.plus_days("t.day", "w.days")
    never = sql.day(date.max)
    ends = f"CASE WHEN t.ends_on IS NULL THEN {never} ELSE {sql.plus_days('t.ends_on', '1')} END"
    return f"""
SELECT p.customer_id, p.need_id, COUNT(DISTINCT p.day) AS pieces, MIN(p.day) AS first_on, MAX(p.day) AS last_on,
    MIN(p.until) AS next_change_on
FROM (
    SELECT t.customer_id, w.need_id, t.day, {sql.least}({until}, {ends}) AS until
    FROM ({texts(among, since=since)}) AS t
    JOIN {spoken} w ON w.kind = t.kind AND w.words = t.words
    JOIN customers_customer c ON c.id = t.customer_id AND c.ended_at IS NULL AND NOT c.no_profiling
) AS p
WHERE p.until > {sql.day(today)}
GROUP BY p.customer_id, p.need_id"""


def among_these(pks) -> Among:
    return lambda column: dialect().among(column, pks)


def among_range(first: int, last: int) -> Among:
    return lambda column: f"{column} BETWEEN {int(first)} AND {int(last)}"
