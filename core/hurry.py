"""Statements that somebody waits for: given up when they take too long, or kept from reading whole tables.

Only PostgreSQL can be told so; SQLite takes its time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

_QUERY_CANCELLED = "57014"
_READING_WHOLE_TABLES = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


class TooSlow(Exception):
    """A statement was given up; nothing that it did is kept."""


@contextmanager
def hurried(milliseconds: int) -> Iterator[None]:
    """Give each statement of the block so long. Raises TooSlow."""
    try:
        with _told(statement_timeout=str(int(milliseconds))):
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _QUERY_CANCELLED:
            raise
        raise TooSlow from error


@contextmanager
def looking_up() -> Iterator[None]:
    """Have the statements of the block look rows up by index: they want few, though the planner may not see it."""
    with _told(**dict.fromkeys(_READING_WHOLE_TABLES, "off")):
        yield


@contextmanager
def _told(**settings: str) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in settings.items()))
        yield
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))
