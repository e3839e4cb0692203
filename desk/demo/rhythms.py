"""How often people come: the ways of a real shop's customers."""

from enum import StrEnum
from random import Random
from typing import NamedTuple

from .seasons import SPAN, Days


class Way(StrEnum):
    """What kind of customer somebody is."""

    REGULAR = "regular"
    FREQUENT = "frequent"
    WASH_ONLY = "wash_only"
    LAPSED = "lapsed"
    NEW = "new"
    INSURED_ONLY = "insured_only"
    RARE = "rare"


class Habit(NamedTuple):
    """One kind of visit and the days between two of them; `chance`: how many of such people have this habit."""

    kind: str
    least: int
    most: int
    chance: float = 1.0


class Manner(NamedTuple):
    """A way of coming: its share, days since the first visit, days since the last possible one, and what for.

    Who came before the books begin turns up in their first months.

    `casual` visits a year are for `kinds`, whenever they happen.
    """

    share: int
    since: tuple[int, int]
    until: tuple[int, int]
    habits: tuple[Habit, ...]
    casual: float
    kinds: tuple[str, ...]


Visit = tuple[int, str]  # day, kind of visit
_NOW = (0, 0)
_WEAR = ("repair", "repair", "tyre", "aircon", "battery", "detailing")
_ANYTHING = (*_WEAR, "accident")
WAYS = {
    Way.REGULAR: Manner(
        30, (150, 2_300), _NOW, (Habit("maintenance", 140, 205), Habit("wash", 45, 110, 0.35)), 0.8, _ANYTHING
    ),
    Way.FREQUENT: Manner(
        9, (200, 2_300), _NOW, (Habit("maintenance", 125, 190), Habit("wash", 25, 50)), 1.1, _ANYTHING
    ),
    Way.WASH_ONLY: Manner(8, (60, 1_900), _NOW, (Habit("wash", 35, 90),), 0.0, ("wash",)),
    Way.LAPSED: Manner(20, (800, 2_000), (270, 640), (Habit("maintenance", 150, 230),), 0.6, _ANYTHING),
    Way.NEW: Manner(
        12, (2, 120), _NOW, (Habit("wash", 20, 60, 0.3),), 1.4, ("maintenance", "repair", "tyre", "detailing", "wash")
    ),
    Way.INSURED_ONLY: Manner(8, (20, SPAN - 100), _NOW, (), 0.35, ("accident",)),
    Way.RARE: Manner(13, (300, 2_600), _NOW, (Habit("repair", 250, 420),), 0.3, _WEAR),
}
_KINDS_OF_WAY, _SHARES = list(WAYS), [manner.share for manner in WAYS.values()]
# How far from its day a visit may fall: those of a season wait for it.
_SPREAD = {"wash": 4, "maintenance": 18, "aircon": 150, "tyre": 120, "battery": 120}
_USUAL_SPREAD = 10


def way_of(rng: Random) -> Way:
    """A way of coming, in the shares of a real shop."""
    return rng.choices(_KINDS_OF_WAY, weights=_SHARES)[0]


def visits_of(rng: Random, way: Way, days: Days, pace: float) -> list[Visit]:
    """Visits of one car, oldest first, one a day at most, the latest yesterday. Twice the `pace`: twice as often.

    The first visit is the day somebody came for the first time, whatever for.
    """
    manner, dice = WAYS[way], rng.random
    since = rng.randint(*manner.since)
    if since >= SPAN:
        since = SPAN - 1 - since % 170
    until = min(rng.randint(*manner.until), since - 1)
    found = {}
    for kind, least, most, chance in manner.habits:
        if chance == 1.0 or dice() < chance:
            _keep_habit(found, kind, since, until, (least / pace, most / pace), days, dice)
    casual = manner.casual * pace * (since - until) / 365
    for _ in range(int(casual) + (dice() < casual % 1) or not found):
        kind = manner.kinds[int(dice() * len(manner.kinds))]
        ago = until + dice() * (since - until) if found else since
        found.setdefault(days.near(SPAN - ago, _SPREAD.get(kind, _USUAL_SPREAD), kind, dice()), kind)
    return sorted(found.items())


def _keep_habit(found: dict[int, str], kind: str, since: int, until: int, gap: tuple[float, float], days, dice) -> None:
    least, wide, spread = gap[0], gap[1] - gap[0], _SPREAD.get(kind, _USUAL_SPREAD)
    ago = since - dice() * least
    while ago > until:
        found.setdefault(days.near(SPAN - ago, spread, kind, dice()), kind)
        ago -= least + dice() * wide
