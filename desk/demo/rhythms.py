"""How often people come: the ways of a real shop's customers, as days before today."""

from enum import StrEnum
from random import Random

FOUR_YEARS = 4 * 365


class Way(StrEnum):
    """What kind of customer somebody is."""

    REGULAR = "regular"
    FREQUENT = "frequent"
    WASH_ONLY = "wash_only"
    LAPSED = "lapsed"
    NEW = "new"
    INSURED_ONLY = "insured_only"
    RARE = "rare"


_SHARES = {
    Way.REGULAR: 32,
    Way.FREQUENT: 12,
    Way.WASH_ONLY: 8,
    Way.LAPSED: 20,
    Way.NEW: 11,
    Way.INSURED_ONLY: 8,
    Way.RARE: 9,
}
Visit = tuple[int, str]  # days ago, kind of visit


def way_of(rng: Random) -> Way:
    """A way of coming, in the shares of a real shop."""
    return rng.choices(list(_SHARES), weights=list(_SHARES.values()))[0]


def visits_of(rng: Random, way: Way) -> list[Visit]:
    """Visits of one car, oldest first, one a day at most, the latest yesterday."""
    visits = dict(_RHYTHMS[way](rng))
    return sorted(((ago, kind) for ago, kind in visits.items() if ago >= 1), reverse=True)


def _regular(rng: Random) -> list[Visit]:
    since = rng.randint(240, FOUR_YEARS)
    services = _every(rng, since, until=0, days=(140, 205), kind="maintenance")
    return [*services, *_between(rng, since, ("repair", "repair", "detailing", "tyre", "accident"), per_year=0.8)]


def _frequent(rng: Random) -> list[Visit]:
    since = rng.randint(200, FOUR_YEARS - 200)
    washes = _every(rng, since, until=0, days=(30, 75), kind="wash")
    return [
        *washes,
        *_every(rng, since, until=0, days=(130, 190), kind="maintenance"),
        *_between(rng, since, ("detailing", "repair", "tyre"), per_year=0.8),
    ]


def _wash_only(rng: Random) -> list[Visit]:
    return _every(rng, rng.randint(60, FOUR_YEARS - 500), until=0, days=(35, 90), kind="wash")


def _lapsed(rng: Random) -> list[Visit]:
    since, until = rng.randint(800, FOUR_YEARS), rng.randint(270, 640)
    return [
        *_every(rng, since, until=until, days=(150, 230), kind="maintenance"),
        (until + 9, rng.choice(("repair", "accident", "maintenance"))),
    ]


def _new(rng: Random) -> list[Visit]:
    first = rng.randint(2, 110)
    visits = [(first, rng.choice(("maintenance", "repair", "wash", "tyre", "detailing")))]
    return [*visits, (first // 2, "maintenance")] if first > 60 and rng.random() < 0.4 else visits


def _insured_only(rng: Random) -> list[Visit]:
    return [(rng.randint(20, FOUR_YEARS - 100), "accident") for _ in range(rng.choice((1, 1, 2, 3)))]


def _rare(rng: Random) -> list[Visit]:
    return _every(rng, rng.randint(300, FOUR_YEARS), until=0, days=(290, 420), kind="repair")


_RHYTHMS = {
    Way.REGULAR: _regular,
    Way.FREQUENT: _frequent,
    Way.WASH_ONLY: _wash_only,
    Way.LAPSED: _lapsed,
    Way.NEW: _new,
    Way.INSURED_ONLY: _insured_only,
    Way.RARE: _rare,
}


def _every(rng: Random, since: int, *, until: int, days: tuple[int, int], kind: str) -> list[Visit]:
    visits, ago = [], since
    while ago > until:
        visits.append((ago, kind))
        ago -= rng.randint(*days)
    return visits


def _between(rng: Random, since: int, kinds: tuple[str, ...], *, per_year: float) -> list[Visit]:
    count = sum(rng.random() < per_year for _ in range(max(1, since // 365)))
    return [(rng.randint(1, since), rng.choice(kinds)) for _ in range(count)]
