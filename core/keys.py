"""Primary keys before there are rows."""

from django.db import connection
from django.db.models import Model


def new_keys(model: type[Model], count: int) -> list[int]:
    """So many primary keys nobody else will be given, ascending; on SQLite only until the transaction ends."""
    meta = model._meta
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up by a query of its own: in the call itself it would be, again for each row.
            sequence = "SELECT pg_get_serial_sequence(%s, %s)::regclass"
            sequence = f"SELECT nextval(({sequence})) FROM generate_series(1, %s)"  # noqa: S608 our own words
            cursor.execute(sequence, [connection.ops.quote_name(meta.db_table), meta.pk.column, count])
            return [key for (key,) in cursor.fetchall()]
        # The write lock is held since the transaction began (IMMEDIATE), so nobody inserts between look and write.
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [meta.db_table])
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))
