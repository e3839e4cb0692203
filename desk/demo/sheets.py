"""Rows on their way into the database, table by table, past the cost of one model instance per row.

A row is a plain tuple of text and numbers that both databases read alike: days as ISO text, moments as text in UTC.
"""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django.db.models import JSONField, Model
from django.utils import timezone

_ROWS_A_STATEMENT = 10_000


class Sheet:
    """Rows of one table: `names` are the columns that are given, every other column has its default."""

    def __init__(self, model: type[Model], *names: str):
        self.model, self.rows = model, []
        own = [model._meta.get_field(name) for name in names]
        others = [field for field in model._meta.concrete_fields if field not in own and not field.primary_key]
        self.columns = [connection.ops.quote_name(field.column) for field in (model._meta.pk, *own, *others)]
        self.defaults = tuple(map(_default, others))
        self.last = model.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    def add(self, *values) -> int:
        """One row more; its key."""
        self.last += 1
        self.rows.append((self.last, *values))
        return self.last

    @property
    def table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    def take(self) -> list[tuple]:
        """The rows gathered so far; the sheet begins anew."""
        rows, self.rows = self.rows, []
        return rows


def _default(field):
    if field.default is timezone.now:
        raise TypeError(f"{field} would tell when the demo was loaded: give it")
    value = field.get_default()
    return json.dumps(value) if isinstance(field, JSONField) and value is not None else value


class Writer:
    """Sends full sheets to the database. On PostgreSQL by COPY in a thread: rows are invented while others are read in.

    `is_fresh`: the tables were emptied in this transaction, so that rows may arrive ready for all readers.
    """

    def __init__(self, sheets: list[Sheet], *, is_fresh: bool = False):
        self._sheets, self._is_fresh = sheets, is_fresh
        self._thread = ThreadPoolExecutor(1) if connection.vendor == "postgresql" else None
        self._sent: Future | None = None

    def send(self) -> None:
        """Write what the sheets hold. At most one load is on its way, so memory stays flat."""
        full = [(sheet, sheet.take()) for sheet in self._sheets if sheet.rows]
        if self._thread is None:
            for sheet, rows in full:
                _insert(sheet, rows)
            return
        self.settle()
        self._sent = self._thread.submit(_copy, connection.connection, full, self._is_fresh)

    def finish(self) -> None:
        """Wait for what is on its way, and let the next row of each table have the next key."""
        self.settle()
        if self._thread is None:
            return
        with connection.cursor() as cursor:
            for sheet in self._sheets:
                if sheet.last:
                    sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                    cursor.execute(sequence, [sheet.table, sheet.model._meta.pk.column, sheet.last])

    def settle(self) -> None:
        """Wait for what is on its way; raises what went wrong with it."""
        if self._sent:
            sent, self._sent = self._sent, None
            with connection.wrap_database_errors:
                sent.result()

    def stop(self) -> None:
        """The connection is nobody's but the caller's again."""
        if self._thread:
            self._thread.shutdown()


@contextmanager
def writing(sheets: list[Sheet], *, is_fresh: bool = False):
    """A writer that has finished when the block has; its thread ends also after Ctrl-C."""
    writer = Writer(sheets, is_fresh=is_fresh)
    try:
        yield writer
        writer.finish()
    finally:
        writer.stop()


def _insert(sheet: Sheet, rows: list[tuple]) -> None:
    marks = ", ".join(["%s"] * len(sheet.columns))
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {sheet.table} ({', '.join(sheet.columns)}) VALUES ({marks})"  # noqa: S608 own names
        cursor.executemany(statement, ((*row, *sheet.defaults) for row in rows))


def _copy(raw, full: list[tuple[Sheet, list[tuple]]], is_fresh: bool) -> None:
    """COPY in text form. Nothing invented holds a tab, a backslash or a line break, and nobody is called None."""
    how = "NULL 'None'" + (", FREEZE" if is_fresh else "")
    with raw.cursor() as cursor:
        for sheet, rows in full:
            given = len(sheet.columns) - len(sheet.defaults)
            line = "\t".join(["%s"] * given + [str(value) for value in sheet.defaults]) + "\n"
            with cursor.copy(f"COPY {sheet.table} ({', '.join(sheet.columns)}) FROM STDIN WITH ({how})") as copy:
                for start in range(0, len(rows), _ROWS_A_STATEMENT):
                    copy.write("".join([line % row for row in rows[start : start + _ROWS_A_STATEMENT]]))
