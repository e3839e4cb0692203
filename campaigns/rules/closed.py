"""Days on which nobody of a store calls, writes or visits: the company's, and where a store says otherwise. Pure."""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import or_

from .planner import Budget


class ClosedDays:
    """By store. `words`: (store, day as an ordinal, whether it works)."""

    def __init__(self, company: Iterable[int], words: Iterable[tuple[int, int, bool]] = ()):
        self.company = frozenset(company)
        closed, opened = {}, {}
        for store, day, works in words:
            (opened if works else closed).setdefault(store, set()).add(day)
        self._of = {
            store: (self.company - opened.get(store, set())) | closed.get(store, set()) for store in {*closed, *opened}
        }

    def of(self, store: int) -> frozenset[int]:
        return self._of.get(store, self.company)

    def of_any(self, stores: Collection[int]) -> frozenset[int]:
        """The days on which one of these stores is closed."""
        return reduce(or_, (self.of(store) for store in stores))


class Budgets:
    """The contact budget of a customer of some stores: the same numbers, the days off of each."""

    def __init__(self, numbers: Mapping[str, int], days: ClosedDays):
        self._numbers, self._days, self._made = numbers, days, {}

    def of(self, stores: Collection[int]) -> Budget:
        closed = self._days.of_any(stores)
        if closed not in self._made:
            self._made[closed] = Budget(self._numbers, closed=closed)
        return self._made[closed]
