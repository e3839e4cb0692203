"""Which known item an unknown one is probably a spelling of."""

import re
import unicodedata

ENOUGH = 0.5


def likely_kind(name: str, known: dict[str, str]) -> str:
    """The kind of the known item whose name shares most pairs of characters with this one; "" below a half.

    ``小保养（含工时）`` is like ``小保养``. Dice's coefficient over neighbouring characters.
    """
    mine = _pairs(name)
    best, kind = 0.0, ""
    for other, its_kind in known.items():
        theirs = _pairs(other)
        likeness = 2 * len(mine & theirs) / ((len(mine) + len(theirs)) or 1)
        if likeness > best:
            best, kind = likeness, its_kind
    return kind if best >= ENOUGH else ""


def _pairs(name: str) -> set[str]:
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).lower()
    return {text[n : n + 2] for n in range(len(text) - 1)} or {text}
