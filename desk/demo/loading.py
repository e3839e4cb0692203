"""Making room for millions of rows in an empty PostgreSQL: indexes and foreign keys are built once, at the end.

All of it happens in the caller's transaction: whoever breaks off has the empty tables back, with every index and key.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from .sheets import Sheet

# Below this many customers the rows find their way through the indexes as quickly.
WORTH_IT = 20_000
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[])) ORDER BY 1, 2
"""
_UNIQUE = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1
"""


def pays_off(customers: int) -> bool:
    return connection.vendor == "postgresql" and customers >= WORTH_IT


@contextmanager
def bare_tables(sheets: list[Sheet]) -> Iterator[None]:
    """The empty tables of `sheets` without indexes and foreign keys; the block fills them, then all are built again."""
    names = [sheet.table for sheet in sheets]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL maintenance_work_mem = '384MB'")
        keys, unique = _rows(cursor, _FOREIGN_KEYS, [names, names]), _rows(cursor, _UNIQUE, [names])
        indexes = _rows(cursor, _INDEXES, [names])
        for table, name, _ in (*keys, *unique):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        # Nobody else has seen the new, empty files, so that rows may be written as if they had always been there.
        cursor.execute(f"TRUNCATE {', '.join(names)}")
    yield
    with connection.cursor() as cursor:
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in (*unique, *keys):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _rows(cursor, query: str, params: list) -> list[tuple]:
    cursor.execute(query, params)
    return cursor.fetchall()
