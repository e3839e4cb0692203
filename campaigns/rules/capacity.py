"""What people can do in a day: contacts by hand find room in their store's minutes, the best first. Pure."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

# What is said along with another contact takes less than a contact of its own.
ALONG_MINUTES = 2


class Load(NamedTuple):
    """A contact by hand: planned for `day`, may be put off to `latest`; a smaller `rank` is done first."""

    key: int
    store: int
    day: int
    rank: tuple
    minutes: int
    latest: int


def spread(loads: Iterable[Load], room: Callable[[int, int], int], *, until: int) -> Iterator[tuple[int, int | None]]:
    """What cannot be done on its day: (key, later day with room), or (key, None) where there is none.

    `loads` come in the order of store and day; `room` gives the minutes of a store on a day. Only what waits is held.
    """
    for store, of_store in groupby(loads, key=attrgetter("store")):
        yield from _of_store(of_store, lambda day, store=store: room(store, day), until)


def _of_store(loads: Iterable[Load], room: Callable[[int], int], until: int) -> Iterator[tuple[int, int | None]]:
    days = groupby(loads, key=attrgetter("day"))
    day, new = next(days, (until + 1, ()))
    waiting: list[Load] = []
    for now in range(day, until + 1):
        if day == now:
            waiting += new
            day, new = next(days, (until + 1, ()))
        left, still = room(now), []
        for load in sorted(waiting, key=attrgetter("rank")):
            if load.minutes <= left:
                left -= load.minutes
                if load.day != now:
                    yield load.key, now
            elif load.latest > now:
                still.append(load)
            else:
                yield load.key, None
        waiting = still
    yield from ((load.key, None) for load in waiting)
