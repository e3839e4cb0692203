"""Querysets that are worded once: the SQL of a page that is opened all day is kept, and only its values are bound anew.

The ORM takes longer to word a statement of several subqueries than the database to answer it (docs/adr/0017). The
queryset stays the one place where the rows are chosen: what is kept is what Django's own compiler made of it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet


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


def _bind(connection, values: dict, queryset: QuerySet, compiler, sql: str, params: tuple) -> QuerySet:
    holes = {name: _adapt(value, connection.ops) for name, value in values.items()}
    given = tuple(holes[param.name] if isinstance(param, _Hole) else param for param in params)
    # The kept compiler knows how to read the rows; a copy of it asks with these values over this thread's connection.
    again = copy(compiler)
    again.connection, again.as_sql = connection, lambda *args, **options: (sql, given)
    bound = queryset.all()
    bound.query.get_compiler = lambda *args, **options: again
    return bound


def _adapt(value, ops):
    """As the fields of the database take it."""
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    return ops.adapt_datefield_value(value) if isinstance(value, date) else value
