"""Which item names are probably spellings of one another."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping

ENOUGH = 0.5


class Likeness:
    """Known names with what they stand for, to be asked about unknown ones."""

    def __init__(self, known: Mapping[str, Hashable]):
        self._known = [(_pairs(name), meaning) for name, meaning in known.items()]

    def likely(self, name: str) -> Hashable | None:
        """What the known name stands for that shares most pairs of characters with this one; None below a half.

        ``小保养（含工时）`` is like ``小保养``. Dice's coefficient over neighbouring characters.
        """
        mine = _pairs(name)
        best, meaning = 0.0, None
        for theirs, its_meaning in self._known:
            likeness = _dice(mine, theirs)
            if likeness > best:
                best, meaning = likeness, its_meaning
        return meaning if best >= ENOUGH else None


def groups_of(names: Iterable[str]) -> list[list[str]]:
    """Names in groups of spellings: each joins the first group whose first name it is like. Order is kept."""
    groups: list[tuple[set[str], list[str]]] = []
    for name in names:
        mine = _pairs(name)
        group = next((group for head, group in groups if _dice(mine, head) >= ENOUGH), None)
        if group is None:
            groups.append((mine, [name]))
        else:
            group.append(name)
    return [group for _, group in groups]


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / ((len(one) + len(other)) or 1)


def _pairs(name: str) -> set[str]:
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).lower()
    return {text[n : n + 2] for n in range(len(text) - 1)} or ({text} - {""})
