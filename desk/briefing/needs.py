# ruff: noqa: S608 — only names, whole numbers and days of ours go into the words
"""The needs of the customer on the screen, each with the words that speak of it; one statement for all of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate

from customers.models import Customer
from segments.enums import EvidenceSource, NeedState
from segments.models import CustomerNeed, Need
from segments.rules.needs import excerpt
from segments.services.needs import Evidence, judged, texts_of_one
from staff.enums import COMPANY_ROLES
from staff.models import User

EVIDENCE_SHOWN = 2
# No need counts for longer (Need.months).
LONGEST = timedelta(days=60 * 31)
_PLACES = {EvidenceSource.FACT: "#lessons-title", EvidenceSource.TAG: "#marks-title"}


@dataclass(frozen=True)
class Said:
    """Words that speak of a need: what, where, by whom it was written down, when; and where it stands."""

    words: str
    where: str
    who: str
    day: date
    url: str


@dataclass(frozen=True)
class Shown:
    """A need of the customer as the card shows it."""

    need: Need
    state: str
    said: list[Said]
    pieces: int
    decided_by: str = ""
    decided_on: date | None = None
    reason: str = ""

    @property
    def is_confirmed(self) -> bool:
        return self.state == NeedState.CONFIRMED

    @property
    def shown(self) -> list[Said]:
        return self.said[:EVIDENCE_SHOWN]

    @property
    def more(self) -> int:
        return len(self.said) - len(self.shown)


@dataclass(frozen=True)
class Needs:
    """What stands, the confirmed first, and what somebody said is not so."""

    standing: list[Shown] = field(default_factory=list)
    dismissed: list[Shown] = field(default_factory=list)


def needs_of(customer: Customer, user: User, *, today: date) -> Needs:
    """The needs of a customer as `user` may see them: words of another store's orders stay there. Of the opted-out
    nothing is asked."""
    if customer.no_profiling:
        return Needs()
    with connection.cursor() as cursor:
        cursor.execute(_statement(customer.pk, today - LONGEST))
        rows = cursor.fetchall()
    known = [_known(pk, json.loads(words)) for source, pk, _, words, *_ in rows if source == "need"]
    heard = [row for row in rows if row[0] != "need" and _may_hear(user, row[6])]
    names = {row[7]: row[8] for row in heard}
    evidence = judged([row[:8] for row in heard], [row.need.wording for row in known], today=today)
    shown = [_shown(row, [one for one in evidence if one.need == row.need.pk], customer, names) for row in known]
    standing = [one for one in shown if one.is_confirmed or one.state != NeedState.DISMISSED and one.said]
    standing.sort(key=lambda one: (not one.is_confirmed, -one.pieces, one.need.pk))
    return Needs(standing, [one for one in shown if one.state == NeedState.DISMISSED])


def _may_hear(user: User, store: int | None) -> bool:
    return store is None or user.role in COMPANY_ROLES or store == user.store_id


def _statement(customer: int, since: date) -> str:
    """Every need in use with what stands of it, packed in JSON, and the customer's texts with who wrote them down."""
    packed = "json_build_object" if connection.vendor == "postgresql" else "json_object"
    own = ", ".join(f"'{name}', n.{name}" for name in ("name", "serve", "said", "bought", "months"))
    stands = "'state', c.state, 'decided_at', CAST(c.decided_at AS text), 'reason', c.reason, 'by', u.display_name"
    work = "CASE WHEN u.is_active THEN '' ELSE '（已离职）' END"
    name = f"COALESCE(NULLIF(u.display_name, ''), u.username) || {work}"
    nothing = "CAST(NULL AS date), CAST(NULL AS date), CAST(NULL AS bigint), CAST(NULL AS bigint), CAST(NULL AS text)"
    return (
        f"SELECT 'need' AS source, n.id AS pk, '' AS kind, CAST({packed}({own}, {stands}) AS text) AS words, {nothing} "
        f"FROM {Need._meta.db_table} n LEFT JOIN {CustomerNeed._meta.db_table} c "
        f"ON c.need_id = n.id AND c.customer_id = {int(customer)} "
        f"LEFT JOIN {User._meta.db_table} u ON u.id = c.decided_by_id WHERE n.retired_at IS NULL "
        f"UNION ALL SELECT t.*, {name} FROM ({texts_of_one(customer, since)}) AS t "
        f"LEFT JOIN {User._meta.db_table} u ON u.id = t.who_id"
    )


def _known(pk: int, packed: dict) -> SimpleNamespace:
    need = Need(pk=pk, **{name: packed[name] for name in ("name", "serve", "said", "bought", "months")})
    on = packed["decided_at"] and localdate(_moment(packed["decided_at"]))
    state = packed["state"] or NeedState.SUGGESTED
    return SimpleNamespace(need=need, state=state, by=packed["by"] or "", on=on, reason=packed["reason"] or "")


def _moment(text: str) -> datetime:
    """SQLite leaves out that it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _shown(row: SimpleNamespace, evidence: Iterable[Evidence], customer: Customer, names: dict) -> Shown:
    wording = row.need.wording
    evidence = sorted(evidence, key=lambda one: one.day, reverse=True)
    said = [
        Said(
            excerpt(one.words, (*wording.said, *wording.bought)), EvidenceSource(one.source).label,
            names.get(one.who) or "", one.day, _url(one, customer),
        )
        for one in evidence
    ]  # fmt: skip
    return Shown(row.need, row.state, said, len({one.day for one in evidence}), row.by, row.on, row.reason)


def _url(one: Evidence, customer: Customer) -> str:
    if one.source in (EvidenceSource.COMPLAINT, EvidenceSource.LINE):
        return reverse("desk:visit", args=[one.pk])
    if one.source == EvidenceSource.TALK:
        return reverse("desk:timeline", args=[customer.pk])
    return _PLACES.get(one.source, "")
