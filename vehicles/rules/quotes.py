"""Honest quotes: what a changed line means, what goes along to the next visit, what it all comes to. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ..enums import Advice, Decision

# Whoever said yes to these said it to these.
OFFERED = ("name", "advice", "amount_fen")
MOST_KM, MOST_MONTHS = 2_000_000, 60
_GAP = re.compile(r"[\s,、;]+|或者?")
_INSIDE = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|\s+(?=公里|km|个?月)")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?", re.ASCII)
_SPAN = re.compile(r"(\d{1,2})个?月后?", re.ASCII)
_KM = re.compile(r"(\d{1,7})(?:km|公里)?", re.ASCII)


class Watch(NamedTuple):
    """Until when something is watched: a day, an odometer reading, or both."""

    on: date | None = None
    km: int | None = None


class Totals(NamedTuple):
    """Fen per advice, what was agreed to, and how many lines wait for a word."""

    must_fen: int
    watch_fen: int
    saved_fen: int
    agreed_fen: int
    agreed: int
    waiting: int


def totals_of(lines: Iterable) -> Totals:
    """What the lines of a quote come to; an amount that is not known counts as nothing."""
    lines = list(lines)

    def fen(*, of):
        return sum(line.amount_fen or 0 for line in of)

    agreed = [line for line in lines if line.decision == Decision.YES]
    waiting = [line for line in lines if not line.decision and line.advice != Advice.SKIP]
    by_advice = {advice: fen(of=[line for line in lines if line.advice == advice]) for advice in Advice}
    return Totals(*by_advice.values(), fen(of=agreed), len(agreed), len(waiting))


def is_another_offer(before, after) -> bool:
    """Whether a decision about `before` says nothing about `after`."""
    return any(getattr(before, field) != getattr(after, field) for field in OFFERED)


def goes_along(advice: str, decision: str) -> bool:
    """Whether a line is written into the car's next quote without being asked for: what we said we would watch."""
    return advice == Advice.WATCH and decision != Decision.YES


def may_come_back(advice: str, decision: str) -> bool:
    """Whether a line is offered for the car's next quote: a must that was not done."""
    return advice == Advice.MUST and decision != Decision.YES


def read_watch(text: str, *, today: date) -> Watch | None:
    """``60000``, ``2027-03``, ``6个月``, ``2027-03-15 或 60000公里`` → until when; None for what cannot be read.

    A month without a day is its first day. "" is an empty Watch.
    """
    found, plain = Watch(), _INSIDE.sub("", unicodedata.normalize("NFKC", text).lower())
    for word in filter(None, _GAP.split(plain)):
        part = _one(word, today)
        if part is None or (part.on and found.on) or (part.km and found.km):
            return None
        found = Watch(part.on or found.on, part.km or found.km)
    return found


def _one(word: str, today: date) -> Watch | None:
    if day := _DAY.fullmatch(word):
        return _day(*day.groups())
    if span := _SPAN.fullmatch(word):
        return Watch(on=_months_on(today, int(span[1]))) if 0 < int(span[1]) <= MOST_MONTHS else None
    if km := _KM.fullmatch(word):
        return Watch(km=int(km[1])) if 0 < int(km[1]) <= MOST_KM else None
    return None


def _day(year: str, month: str, day: str | None) -> Watch | None:
    try:
        return Watch(on=date(int(year), int(month), int(day or 1)))
    except ValueError:
        return None


def _months_on(day: date, months: int) -> date:
    """The same day `months` later, the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    first = date(place // 12, place % 12 + 1, 1)
    after = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def watch_words(on: date | None, km: int | None) -> str:
    """2027-03-15 或 60,000 公里; "" for neither."""
    return " 或 ".join(filter(None, (on.isoformat() if on else "", f"{km:,} 公里" if km else "")))
