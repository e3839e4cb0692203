"""What became of what we said: a later fact matched to the line of a quote that it proves or disproves. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..enums import Advice, Decision, LineFate

# What we watched came true, what we advised against was needed, when it comes due within a year: later it wore out.
MATTERS_WITHIN_DAYS = 365
# Less than this many cases prove nothing: no share is said of them.
FEWEST = 10
SIDES = (("前", "后"), ("左", "右"))


class Said(NamedTuple):
    """A line as it was first said; `km` is what the odometer showed at that visit."""

    pk: int
    quote: int
    order: int | None
    item: str
    name: str
    advice: str
    decision: str
    on: date
    km: int | None


class Happened(NamedTuple):
    """A job was done, or became a must: `quote` of the later advice, `order` of the visit that did it."""

    fate: LineFate
    on: date
    km: int | None
    item: str
    name: str
    order: int | None = None
    quote: int | None = None


class Fate(NamedTuple):
    """What became of a line, the first thing that did: after how many days and, where both are known, kilometres."""

    fate: LineFate
    on: date
    days: int
    km: int | None


# Which later facts say something of which advice. That a must is still a must says nothing new.
TELLING = {
    Advice.MUST: (LineFate.HERE, LineFate.ELSEWHERE),
    Advice.WATCH: (LineFate.MUST, LineFate.HERE, LineFate.ELSEWHERE),
    Advice.SKIP: (LineFate.MUST, LineFate.HERE, LineFate.ELSEWHERE),
}


def fate_of(said: Said, facts: Iterable[Happened]) -> Fate | None:
    """The first later fact about the job of a line; None while there is none.

    What its own visit did was done at once, and proves nothing about waiting.
    """
    about = [fact for fact in facts if _is_same_job(said, fact)]
    if any(fact.order is not None and fact.order == said.order for fact in about):
        return Fate(LineFate.AT_ONCE, said.on, 0, None)
    later = [fact for fact in about if fact.on > said.on and fact.fate in TELLING[said.advice]]
    if said.decision == Decision.YES or not later:
        return None
    first = min(later, key=lambda fact: (fact.on, list(LineFate).index(fact.fate)))
    known = said.km is not None and first.km is not None and first.km >= said.km
    return Fate(first.fate, first.on, (first.on - said.on).days, first.km - said.km if known else None)


def _is_same_job(said: Said, fact: Happened) -> bool:
    """By the item where the job is one of regular maintenance, else by its name; front pads are not rear pads."""
    if not said.item:
        return said.name == fact.name
    return said.item == fact.item and not any(_are_opposite(said.name, fact.name, sides) for sides in SIDES)


def _are_opposite(one: str, other: str, sides: tuple[str, str]) -> bool:
    """Whether each name speaks of one side, and not of the same."""
    spoken = [[side for side in sides if side in name] for name in (one, other)]
    return sorted(spoken) == sorted([[side] for side in sides])


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """None where the cases are too few to say it."""
        return round(100 * self.part / self.whole) if self.whole >= FEWEST else None
