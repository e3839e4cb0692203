"""What an import leaves behind to be undone by: a number that says what a row said, and which columns may go back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zlib import crc32

# Values of these are written as they stand.
_PLAIN = frozenset({str, int, bool, date})


def digests_of(names: Sequence[str], rows: Iterable[Sequence]) -> list[int]:
    """One number per row for what it says, its values in the order of the columns' names.

    A blank column counts for nothing: one that a later version adds does not make every row look changed.
    """
    columns = map(_texts_of, names, zip(*rows, strict=True))
    return [crc32("\x1f".join(filter(None, texts)).encode()) for texts in zip(*columns, strict=True)]


def _texts_of(name: str, values: tuple) -> list[str]:
    """What a column says in each row, "" where nothing. In most columns all rows of a chunk say the same."""
    kinds = set(map(type, values))
    if len(kinds) == 1 and values.count(values[0]) == len(values):
        return [_text_of(name, values[0])] * len(values)
    if kinds <= _PLAIN:
        return [f"{name}={value}" if value or value == 0 else "" for value in values]
    return [_text_of(name, value) for value in values]


def _text_of(name: str, value) -> str:
    return f"{name}={_text(value)}" if value or value == 0 else ""


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
