"""Of which cars an act writes, kept while somebody listens: what is due on them is said again at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_kept: ContextVar[set[int] | None] = ContextVar("cars", default=None)


@contextmanager
def listening_to_cars() -> Iterator[set[int]]:
    """The ids of the cars this thread writes of meanwhile."""
    token = _kept.set(set())
    try:
        yield _kept.get()
    finally:
        _kept.reset(token)


def jot_cars(vehicle_ids: Iterable[int]) -> None:
    if (kept := _kept.get()) is not None:
        kept.update(vehicle_ids)
