"""Many rows at once, past the ORM's cost per row: for imports and the night, which write by the hundred thousand.

The verbs do what `bulk_create`, `bulk_update` and `delete` do, five to ten times faster: values go to the driver as
they stand on the instances. No signals, no `save()`, no ignored conflicts; IntegrityError as always. Callers hold a
transaction.
"""

import gc
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from operator import attrgetter, itemgetter

from django.db import Error, connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model, QuerySet, UUIDField, Value
from django.db.models.base import ModelState
from django.utils import timezone

from .behind import Behind
from .keys import new_keys
from .texts import array_of, copied_text

_PORTION = 2_000
# Tables of fewer rows are any size tomorrow.
_SMALL = 1_000
# After so many new objects Python looks for rings of them that nothing else holds; by itself after 700.
_SELDOM = 200_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let Python look for rings of objects more seldom: rows make none, and each look walks over all that is kept.

    A third of an import's time went there.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def looking_up_keys() -> Iterator[None]:
    """Let PostgreSQL take from its indexes what large tables are asked for a few thousand keys at a time.

    By itself it counts with pages that lie on a disk, and reads a table of 70,000 rows from end to end for each portion
    again. Works in a transaction and without one.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET seq_page_cost = 0.1; SET random_page_cost = 0.1")
    try:
        yield
    finally:
        # Where the transaction or the connection has failed, its end takes them back.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("RESET seq_page_cost; RESET random_page_cost")


def in_batches(items: Iterable, size: int) -> Iterator[list]:
    """The items, `size` at a time; no more than that is held."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


def new_row(model: type[Model], now: datetime | None = None, /, **columns) -> Model:
    """An unsaved instance with these columns (by attname, e.g. `order_id`) and the others' defaults.

    What `model(**columns)` gives, at a tenth of its cost: imports make millions. Unknown names are not noticed. `now`
    stands where the default is the clock: a thousand rows that say one moment are written faster.
    """
    constant, made = _defaults(model)
    values = constant.copy()
    values["_state"] = ModelState()
    values.update(columns)
    for name, make in made:
        if name not in columns:
            values[name] = now if now and make is timezone.now else make()
    row = model.__new__(model)
    row.__dict__ = values
    return row


@lru_cache(maxsize=64)
def _defaults(model: type[Model]) -> tuple[dict, list[tuple[str, Callable]]]:
    """The columns' defaults: those that are the same for every row, and those made anew for each."""
    constant, made = {}, []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            constant[field.attname] = field.get_default()
    return constant, made


def insert_rows(rows: Sequence[Model], *, behind: Behind | None = None) -> list[int]:
    """Insert unsaved instances of one model and give each its primary key (a BigAutoField). Returns the keys.

    `behind`: whoever sends them meanwhile; the rows may no longer change then.
    """
    if not rows:
        return []
    postgres = connection.vendor == "postgresql"
    keys, table, columns, fields = _keyed(rows, behind if postgres else None)
    if not postgres:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.executemany(_insert(table, columns, fields), list(_values_of(rows, fields)))
        return keys
    statement = f"COPY {table} ({columns}) FROM STDIN"
    texts = map(copied_text, in_batches(_values_of(rows, fields), _PORTION))
    if behind:
        behind.copy(statement, texts)
        return keys
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for text in texts:
            copy.write(text)
    return keys


def insert_missing(rows: Sequence[Model]) -> None:
    """As `insert_rows`, but a row that meets another one's unique key is left out; it keeps a primary key of no row."""
    if not rows:
        return
    _, table, columns, fields = _keyed(rows)
    lines, quote = list(_values_of(rows, fields)), connection.ops.quote_name
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            # As in `_update`, every value travels as text.
            arrays = ", ".join(["%s::text[]"] * len(fields))
            typed = ", ".join(f"{quote(field.column)}::{_kind(field)}" for field in fields)
            found = f"SELECT {typed} FROM unnest({arrays}) AS new({columns})"  # noqa: S608 our own names
            values = [array_of(column) for column in zip(*lines, strict=True)]
            cursor.execute(f"INSERT INTO {table} ({columns}) {found} ON CONFLICT DO NOTHING", values)
        else:
            cursor.executemany(f"{_insert(table, columns, fields)} ON CONFLICT DO NOTHING", lines)


def insert_from(model: type[Model], rows: QuerySet, columns: Mapping[str, object], *, may_meet: bool = True) -> int:
    """INSERT … SELECT: one row for each of `rows`, columns by attname (an expression of `rows`, or a value for all),
    the others with their defaults. What meets another row's unique key is left out. Returns how many were made.

    Rows that come in the order of the table's keys are written a fifth faster, and a third where none can meet another
    (`may_meet` false: an IntegrityError if one does).
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    chosen = {f"into_{field.attname}": _expression(field, columns) for field in fields}
    # Without any condition SQLite would take ON CONFLICT for the ON of a join.
    rows = rows.filter(pk__isnull=False)
    select, params = rows.annotate(**chosen).values_list(*chosen).query.sql_with_params()
    table, names = model._meta.db_table, ", ".join(connection.ops.quote_name(field.column) for field in fields)
    words = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) {select}"
    if may_meet:
        words += " ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(words, params)
        return cursor.rowcount


def _expression(field: Field, columns: Mapping[str, object]):
    value = columns[field.attname] if field.attname in columns else field.get_default()
    kind = field.target_field if field.is_relation else field
    return value if hasattr(value, "resolve_expression") else Value(value, output_field=kind)


def _keyed(rows: Sequence[Model], behind: Behind | None = None) -> tuple[list[int], str, str, list[Field]]:
    """Give unsaved rows primary keys; the keys, the names of the rows' table and its columns, and the fields."""
    model, quote = type(rows[0]), connection.ops.quote_name
    keys = behind.keys(model, len(rows)) if behind else new_keys(model, len(rows))
    key = model._meta.pk.attname
    for row, pk in zip(rows, keys, strict=True):
        row.__dict__[key] = pk  # what setting `pk` comes to, at a fifth of its cost
        row._state.adding = False
    fields = model._meta.concrete_fields
    return keys, quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields), fields


def _insert(table: str, columns: str, fields: Sequence[Field]) -> str:
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 our own names


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the columns `names` of saved instances of one model."""
    if not rows or not names:
        return
    fields = [rows[0]._meta.get_field(name) for name in names]
    for start in range(0, len(rows), _PORTION):
        _update(rows[start : start + _PORTION], fields)


def _update(rows: Sequence[Model], fields: list[Field]) -> None:
    meta, quote = rows[0]._meta, connection.ops.quote_name
    table, key = quote(meta.db_table), quote(meta.pk.column)
    columns = [quote(field.column) for field in fields]
    lines = list(_values_of(rows, [*fields, meta.pk]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Every value travels as text and is cast by the column's own type: an all-null column has no type to guess.
            sets = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}::{_kind(field)}" for field in fields)
            arrays = ", ".join(["%s::text[]"] * len(columns) + ["%s::bigint[]"])
            names = ", ".join([*columns, key])
            statement = (
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS new({names}) WHERE {table}.{key} = new.{key}"  # noqa: S608
            )
            cursor.execute(statement, [array_of(values) for values in zip(*lines, strict=True)])
        else:
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", lines)  # noqa: S608


def _kind(field: Field) -> str:
    """The type of a column without its length: a cast to that would cut off what the column itself refuses."""
    return re.sub(r"\(.*?\)", "", field.db_type(connection))


def delete_rows(model: type[Model], keys: Sequence[int]) -> None:
    """Delete rows by primary key, and nothing with them: who calls has seen to whatever points at them."""
    if not keys:
        return
    table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column))
    postgres = connection.vendor == "postgresql"
    chosen = "= ANY(%s)" if postgres else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(f"DELETE FROM {table} WHERE {key} {chosen}", [keys if postgres else json.dumps(keys)])  # noqa: S608


def take_stock(*models: type[Model]) -> None:
    """Let the database count again the tables that have just been filled; harmless inside a transaction.

    By itself PostgreSQL comes by minutes later, and until then plans for them as if they were empty; SQLite never does.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    if connection.vendor == "sqlite":
        _forget_small_tables()


def count_tables(*, today: date) -> dict[str, int]:
    """Let SQLite count all its tables, so that it knows which index is worth asking: half a second for 500,000 orders.

    PostgreSQL does so by itself. Counts: `tables` of which it now knows how large they are.
    """
    if connection.vendor != "sqlite":
        return {"tables": 0}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        _forget_small_tables()
        cursor.execute("SELECT COUNT(DISTINCT tbl) FROM sqlite_stat1")
        return {"tables": cursor.fetchone()[0]}


def _forget_small_tables() -> None:
    """SQLite reads a table of which it knows two rows from end to end, also when a file has brought 50,000 since.

    One of which it knows nothing is taken for large.
    """
    small = "SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING MAX(CAST(stat AS integer)) < %s"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM sqlite_stat1 WHERE tbl IN ({small})", [_SMALL])  # noqa: S608 our own words
        cursor.execute("ANALYZE sqlite_schema")  # read them again


def _values_of(rows: Sequence[Model], fields: Sequence[Field]):
    """The rows' column values as the driver takes them."""
    # Straight from the instance: the descriptors of a model's columns would cost more than the database does.
    names = [field.attname for field in fields]
    read = itemgetter(*names) if len(names) > 1 else lambda columns: (columns[names[0]],)
    turns = [(place, turn) for place, field in enumerate(fields) if (turn := _turn(field))]
    if not turns:
        yield from (read(row.__dict__) for row in rows)
        return
    for row in rows:
        values = list(read(row.__dict__))
        for place, turn in turns:
            if values[place] is not None:
                values[place] = turn(values[place])
        yield values


def _turn(field: Field) -> Callable | None:
    """How a column's value must be changed for the driver; None for "not at all"."""
    if isinstance(field, JSONField):
        # One for all rows: `json.dumps` would make an encoder for each.
        return (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, DateTimeField):
        return lru_cache(maxsize=1_000)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field.target_field if field.is_relation else field, UUIDField):
        return attrgetter("hex")
    return None
