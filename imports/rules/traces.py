"""What an import leaves behind to be undone by: a number that says what a row said, and which columns may go back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zlib import crc32

_PLAIN = frozenset({str, int, bool, date})


def digest_of(said: Iterable[tuple[str, object]]) -> int:
    """One number for what a row says, column by column.

    A blank column counts for nothing: one that a later version adds does not make every row look changed.
    """
    # Most values are texts already: to ask a function about each would cost more than all the rest.
    texts = [
        f"{name}={value}" if value.__class__ in _PLAIN else f"{name}={_text(value)}"
        for name, value in said
        if value or value is False or value == 0
    ]
    return crc32("\x1f".join(texts).encode())


def _text(value) -> str:
    """A moment is the same in every time zone; an enumeration is its value."""
    return repr(value.timestamp()) if isinstance(value, datetime) else str(value)


def returning(
    before: Mapping, after: Mapping, now: Mapping, *, together: Sequence[Sequence[str]] = ()
) -> tuple[dict, set[str]]:
    """(columns that go back with their values, columns that stay because they no longer say what was written).

    `before` holds every column as it was, `after` those that were written, `now` every column as it is. Columns of a
    group in `together` go back all or not at all: half a birthday is none.
    """
    wrote = {**before, **after}
    stay = {name for name in after if now[name] != after[name]}
    for group in together:
        written = {name for name in group if name in after}
        if written and any(now[name] != wrote[name] for name in group):
            stay |= written
    return {name: before[name] for name in after if name not in stay}, stay


def without_added(before: Iterable[str], after: Iterable[str], now: Iterable[str]) -> list[str]:
    """A list of names as it is now, less what was added from `before` to `after`."""
    return sorted(set(now) - (set(after) - set(before)))
