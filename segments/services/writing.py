"""Writing one row per customer in one statement."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def upsert(model: type[Model], columns: Sequence[str], select: str, *, compared: Sequence[str]) -> str:
    """INSERT … SELECT … ON CONFLICT (customer_id): a row in which none of `compared` differs is not written again.

    `select` yields `columns` in their order and ends in a WHERE, without which SQLite misreads ON CONFLICT.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "customer_id")
    where = " OR ".join(f"{table}.{name} {differs} excluded.{name}" for name in compared)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {select} "
        f"ON CONFLICT (customer_id) DO UPDATE SET {sets} WHERE {where}"
    )


def as_date() -> str:
    """A bound day as a column: PostgreSQL has to be told its type."""
    return "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"
