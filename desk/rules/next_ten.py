"""Whose record to complete next: who was here just now, the valuable and the incomplete first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from customers.enums import ProfileItem
from segments.enums import ValueTier
from segments.rules.completeness import Picture, items_of

from .questions import Gap, by_worth

SHOWN = 10
THIS_WEEK_DAYS = 7
# A gap of an A customer weighs four of a D; who was never judged stands in the middle.
WEIGHT = {ValueTier.A: 4, ValueTier.B: 3, ValueTier.C: 2, ValueTier.D: 1}
UNJUDGED_WEIGHT = 2


@dataclass(frozen=True)
class Candidate:
    """A customer with what of the required items is missing or stale. `picture` is cut to what is required."""

    pk: int
    picture: Picture
    tier: str = ""
    seen_on: date | None = None
    is_here: bool = False


@dataclass(frozen=True)
class Proposal:
    """One of the ten: how many answers are missing, which to ask for, and why them."""

    pk: int
    missing: int
    stale: int
    ask: str
    item: ProfileItem
    why: str


def next_ten(candidates: Iterable[Candidate], *, today: date) -> list[Proposal]:
    """The ten customers to complete next; those of whom all is known and fresh are left out."""
    wanting = [one for one in candidates if one.picture.missing or one.picture.stale]
    return [_proposal(one, today) for one in sorted(wanting, key=lambda one: _urgency(one, today))[:SHOWN]]


def _urgency(one: Candidate, today: date) -> tuple:
    gaps = 2 * one.picture.missing.bit_count() + one.picture.stale.bit_count()
    return _distance(one, today), -WEIGHT.get(one.tier, UNJUDGED_WEIGHT) * gaps, one.pk


def _distance(one: Candidate, today: date) -> int:
    """0 in the shop or here today, 1 this week, 2 earlier."""
    if one.is_here or one.seen_on == today:
        return 0
    return 1 if one.seen_on and (today - one.seen_on).days < THIS_WEEK_DAYS else 2


def _proposal(one: Candidate, today: date) -> Proposal:
    missing, stale = items_of(one.picture.missing), items_of(one.picture.stale)
    gaps = [*(Gap(item) for item in missing), *(Gap(item, is_stale=True) for item in stale)]
    first = by_worth(gaps)[0]
    return Proposal(one.pk, len(missing), len(stale), first.words, first.item, _why(one, today))


def _why(one: Candidate, today: date) -> str:
    words = ["在厂" if one.is_here else _when(one.seen_on, today)]
    if one.tier:
        words.append(f"价值 {one.tier}")
    return "，".join(words)


def _when(seen_on: date | None, today: date) -> str:
    if seen_on is None:
        return "还没到过店"
    days = (today - seen_on).days
    return "今天到店" if days <= 0 else f"{days} 天前到店" if days < 30 else f"{days // 30} 个月前到店"
