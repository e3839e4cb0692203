"""Lookups of our own, for the ORM."""

import re

from django.db.models import CharField, Lookup

from .text_search import WAYS, parameters

_NAMED = re.compile(r"%\((\w+)\)s")


@CharField.register_lookup
class Holds(Lookup):
    """`plate__holds="8K9"`: the text stands anywhere in the column, whatever its case.

    On PostgreSQL along an index on shop_grams(column), from two characters on.
    """

    lookup_name = "holds"

    def as_sql(self, compiler, connection):
        column, bound = self.process_lhs(compiler, connection)
        condition = WAYS[connection.vendor]["holds"].of(column, "text").condition
        values = parameters("text", self.rhs, connection)
        return _NAMED.sub("%s", condition), [*bound, *(values[name] for name in _NAMED.findall(condition))]
