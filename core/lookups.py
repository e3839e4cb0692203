"""`among`: one of many values, as `in`, but sent as a single parameter.

For thousands of values the ORM's list of as many parameters costs more to word and to parse than to answer.
"""

import json

from django.db.models import Lookup

from .texts import array_of


class Among(Lookup):
    """`filter(key__among=keys)`: the numbers or texts stand as the column holds them; none of them is None."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [array_of(value) if connection.vendor == "postgresql" else json.dumps(list(value))]

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        _, values = self.process_rhs(compiler, connection)
        # Of the column's own type: numbers of a smaller one PostgreSQL compares one by one with every row.
        kind = "text" if self.lhs.output_field.get_internal_type() in ("CharField", "TextField") else "bigint"
        chosen = f"= ANY(%s::{kind}[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {chosen}", (*column_params, *values)
