"""Querysets that are worded once: the SQL of what is asked all day is kept, and only its values are bound anew.

The ORM takes longer to word a statement of several subqueries than the database to answer it (docs/adr/0017). The
queryset stays the one place where the rows are chosen: what is kept is what Django's own compiler made of it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Expression, QuerySet
from django.db.models.sql import UpdateQuery


@dataclass(frozen=True)
class _Hole:
    """Where a value goes among the parameters."""

    name: str


class Slot(Expression):
    """A value that comes in later, wherever an expression may stand: `filter(customer=Slot("customer"))`."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [_Hole(self.name)]


def worded(build: Callable[..., QuerySet]) -> Callable[..., list]:
    """Keep the SQL of the queryset that `build(*shape, **slots)` gives; called with values, answer with its rows.

    `shape` (hashable) decides which statement it is, every keyword is a value in it: `build` receives a `Slot` in its
    place, which no Python of `build` may look into. None for a value is refused, because "= NULL" is never true.
    """
    kept: dict[tuple, tuple] = {}

    @wraps(build)
    def rows(*shape, **values) -> list:
        if None in values.values():
            raise ValueError(f"{build.__name__} was given no value for one of {sorted(values)}")
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, *shape)
        if key not in kept:
            queryset = build(*shape, **{name: Slot(name) for name in values})
            compiler = queryset.query.get_compiler(connection=connection)
            kept[key] = queryset, compiler, *compiler.as_sql()
        return list(_bind(connection, values, *kept[key]))

    return rows


def worded_update(build: Callable[..., tuple[QuerySet, dict]]) -> Callable[..., int]:
    """As `worded` for an UPDATE: `build(**slots)` gives the rows and their new columns; called with values, answer with
    how many rows there were. None is a value like others, as a column's: no row may be chosen by one that can be None.
    """
    kept: dict[str, tuple] = {}

    @wraps(build)
    def update(**values) -> int:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in kept:
            queryset, columns = build(**{name: Slot(name) for name in values})
            query = queryset.query.chain(UpdateQuery)
            query.add_update_values(columns)
            kept[connection.vendor] = query.get_compiler(connection=connection).as_sql()
        sql, params = kept[connection.vendor]
        with transaction.mark_for_rollback_on_error(), connection.cursor() as cursor:
            cursor.execute(sql, _given(connection, values, params))
            return cursor.rowcount

    return update


def _bind(connection, values: dict, queryset: QuerySet, compiler, sql: str, params: tuple) -> QuerySet:
    given = _given(connection, values, params)
    # The kept compiler knows how to read the rows; a copy of it asks with these values over this thread's connection.
    again = copy(compiler)
    again.connection, again.as_sql = connection, lambda *args, **options: (sql, given)
    bound = queryset.all()
    bound.query.get_compiler = lambda *args, **options: again
    return bound


def _given(connection, values: dict, params: tuple) -> tuple:
    """The parameters with the values in their places."""
    holes = {name: _adapt(value, connection) for name, value in values.items()}
    return tuple(holes[param.name] if isinstance(param, _Hole) else param for param in params)


def _adapt(value, connection):
    """As the fields of the database take it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
