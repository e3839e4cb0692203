"""Three ways to look inside a text, each with an index behind it on PostgreSQL and plain LIKE on SQLite.

`name__holds="三丰"` anywhere · `plate__starts="粤L"` · `key__ends="8000"`; letter case never matters. On PostgreSQL
they need shop_grams() of core.postgres and indexes on the same expressions; trigrams find nothing in two characters.
"""

from django.db.models import CharField, Func, Lookup


def grams(text: str) -> list[str]:
    """Pairs of neighbouring characters in lower case, as shop_grams() stores them; of one character, itself.

    张三丰 → 张三 三丰
    """
    folded = text.lower()
    return [folded[n : n + 2] for n in range(len(folded) - 1)] or [folded]


class TextLookup(Lookup):
    """Like LIKE, with the wildcards of what was typed taken literally."""

    prepare_rhs = False
    pattern = "%{}%"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s ESCAPE '\\'", [*params, self.like(connection, self.rhs)]

    def like(self, connection, text: str) -> str:
        return self.pattern.format(connection.ops.prep_for_like_query(text))


@CharField.register_lookup
class Holds(TextLookup):
    lookup_name = "holds"

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        sql = f"(shop_grams({column}) @> %s::text[] AND lower({column}) LIKE %s)"
        return sql, [*params, grams(self.rhs), *params, self.like(connection, self.rhs.lower())]


@CharField.register_lookup
class Starts(TextLookup):
    lookup_name = "starts"
    pattern = "{}%"

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f'lower({column}) COLLATE "C" LIKE %s', [*params, self.like(connection, self.rhs.lower())]


@CharField.register_lookup
class Ends(TextLookup):
    lookup_name = "ends"
    pattern = "%{}"

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        turned = connection.ops.prep_for_like_query(self.rhs.lower()[::-1])
        return f'reverse(lower({column})) COLLATE "C" LIKE %s', [*params, f"{turned}%"]


class ByStart(Func):
    """Orders what starts alike so that the exact one comes first; on PostgreSQL in the order of the index itself."""

    template = "LENGTH(%(expressions)s)"

    def as_postgresql(self, compiler, connection):
        return super().as_sql(compiler, connection, template='lower(%(expressions)s) COLLATE "C"')


class ByEnd(Func):
    """Orders what ends alike so that the exact one comes first."""

    template = "LENGTH(%(expressions)s)"

    def as_postgresql(self, compiler, connection):
        return super().as_sql(compiler, connection, template='reverse(lower(%(expressions)s)) COLLATE "C"')
