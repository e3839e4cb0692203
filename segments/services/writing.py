"""Writing one row per customer in one statement."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def upsert(model: type[Model], columns: Sequence[str], select: str, *, compared: Sequence[str]) -> str:
    """INSERT … SELECT … ON CONFLICT (customer_id): a row in which none of `compared` differs is not touched.

    `select` yields `columns` in their order. What differs is asked before writing, so that an unchanged row is neither
    locked nor logged, and again of the row as it then is: somebody else may have written it meanwhile.
    """
    table, names = connection.ops.quote_name(model._meta.db_table), ", ".join(columns)
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "customer_id")
    return (
        f"INSERT INTO {table} ({names}) WITH new ({names}) AS ({select}) "  # noqa: S608 own names
        f"SELECT new.* FROM new LEFT JOIN {table} AS old ON old.customer_id = new.customer_id "
        f"WHERE old.customer_id IS NULL OR {any_differs('old', 'new', compared)} "
        f"ON CONFLICT (customer_id) DO UPDATE SET {sets} WHERE {any_differs(table, 'excluded', compared)}"
    )


def any_differs(one: str, other: str, columns: Sequence[str]) -> str:
    """The condition that a column differs between two rows of these names."""
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return " OR ".join(f"{one}.{name} {differs} {other}.{name}" for name in columns)


def as_date(name: str = "") -> str:
    """A bound day (the next one, or the one of this name) as a column: PostgreSQL has to be told its type."""
    place = f"%({name})s" if name else "%s"
    return f"CAST({place} AS date)" if connection.vendor == "postgresql" else place
