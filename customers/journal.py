"""Of whom an act writes, kept while somebody listens: what is counted at once need not ask the whole feed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Journal:
    """The customers of whom something was written, and the (customer, store) pairs that are new; ids."""

    changed: set[int] = field(default_factory=set)
    entered: set[tuple[int, int]] = field(default_factory=set)


_kept: ContextVar[Journal | None] = ContextVar("journal", default=None)


@contextmanager
def listening() -> Iterator[Journal]:
    """What this thread writes meanwhile, and nobody else's; what is rolled back stays in it."""
    token = _kept.set(Journal())
    try:
        yield _kept.get()
    finally:
        _kept.reset(token)


def jot(customer_ids: Iterable[int]) -> None:
    if journal := _kept.get():
        journal.changed.update(customer_ids)


def jot_store(customer_id: int, store_id: int) -> None:
    if journal := _kept.get():
        journal.entered.add((customer_id, store_id))
