"""Statements that give up when they take too long. Only PostgreSQL can be told so; SQLite takes its time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction


class TooSlow(Exception):
    """A statement was given up; nothing that it did is kept."""


@contextmanager
def hurried(milliseconds: int) -> Iterator[None]:
    """Give each statement of the block so long. Raises TooSlow."""
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(milliseconds)}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != QUERY_CANCELLED:
            raise
        raise TooSlow from error


QUERY_CANCELLED = "57014"
