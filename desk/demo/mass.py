"""The mass of the company: so many customers with so many orders, streamed into the database."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from .company import Company
from .families import introduce, settle_in
from .history import live_through
from .known import get_to_know
from .parts import EVERY
from .people import invent
from .seasons import Days
from .sheets import Writer
from .tables import Tables
from .world import Person, World, places_of

# Orders per customer when everybody comes at the usual pace, and how far the pace may be pushed.
USUAL = 8.3
_SLOWEST, _FASTEST = 0.02, 20.0
_CHUNK = 1_000  # customers held in memory at once; a multiple of EVERY, so that households stay together
_SHORTEST = 100  # so that a small company has several chunks to find its pace in

Progress = Callable[[int, int], None]  # customers and orders so far


def fill(
    tables: Tables, writer: Writer, *, firm: Company, customers: int, orders: int, seed: int, today: date,
    tags: list[int], say: Progress,
) -> tuple[list[Person], int]:  # fmt: skip
    """Invent and write everybody. The first people, for whom the present holds something, and how many orders.

    Orders come as near to `orders` as visits of whole people allow: each chunk is asked for its share of what is still
    missing, at the pace which the people before have shown to be needed.
    """
    world = World(tables, Days(today), places_of(firm), seed, tags, first_key=tables.customers.last + 1)
    size = max(_SHORTEST, min(_CHUNK, customers // 20 // EVERY * EVERY))
    first_people, done, paced = [], 0, 0.0
    with _garbage_uncollected():
        for first in range(0, customers, size):
            count = min(size, customers - first)
            usual = (done + USUAL * size) / (paced + size)  # orders of one customer at pace 1, as far as is known
            pace = min(max((orders - done) / (customers - first) / usual, _SLOWEST), _FASTEST)
            people = _live(first, count, pace, world)
            done, paced = done + sum(person.visits for person in people), paced + pace * count
            first_people = first_people or people
            writer.send()
            say(first + count, done)
    return first_people, done


@contextmanager
def _garbage_uncollected() -> Iterator[None]:
    """Tuples by the million make the collector look for cycles that are not there: a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _live(first: int, count: int, pace: float, world: World) -> list[Person]:
    people: dict[int, Person] = {}
    for index in range(first, first + count):
        person = people[index] = invent(index, world, pace, people)
        live_through(person, world)
        introduce(person, world)
        get_to_know(person, world)
    everybody = list(people.values())
    for start in range(0, count, EVERY):
        settle_in(everybody[start : start + EVERY], world)
    return everybody
