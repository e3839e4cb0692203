"""Many values as the one text PostgreSQL reads them from: the driver turns them one by one, at twice the cost."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

# Types whose `str()` PostgreSQL reads as the value it is.
_SAID_PLAINLY = (int, date, datetime, Decimal, float, UUID)
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def array_of(values: Iterable) -> str:
    """As an array, to be cast: `%s::text[]`, `%s::bigint[]`."""
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return f'"{value}"'
    text = value if isinstance(value, str) else str(value)
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def copied_text(rows: Sequence[Sequence]) -> str:
    """Rows as COPY … FROM STDIN reads them (PostgreSQL manual, COPY, "Text Format"). TypeError for binary values."""
    columns = [_column(values) for values in zip(*rows, strict=True)]
    return "".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True)))


def _column(values: tuple) -> list[str]:
    """The texts of a column; in most columns all rows say the same, or all are of one type."""
    kind, *others = set(map(type, values))
    if others:
        return list(map(_cell, values))
    if values.count(values[0]) == len(values):
        return [_cell(values[0])] * len(values)
    if kind is str and _is_plain("".join(values)):
        return list(values)
    return list(map(str if kind in _SAID_PLAINLY else _cell, values))


def _cell(value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if _is_plain(value) else value.translate(_ESCAPES)
    if isinstance(value, _SAID_PLAINLY):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value for COPY")


def _is_plain(text: str) -> bool:
    """Whether no sign of a text means anything to COPY."""
    return text.isprintable() and "\\" not in text
