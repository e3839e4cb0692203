"""Ways to look inside a column, each with an index behind it on PostgreSQL, and on SQLite where it can have one.

They are pieces of SQL with named parameters, for statements written by hand: the ORM took three times as long to write
the one statement of the search box as the database took to answer it. Letter case never matters. The PostgreSQL side
needs shop_grams() of core.postgres and indexes on the same expressions; trigrams find nothing in two characters.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Way:
    """A condition on a column, and the order that brings the exact one first ("" where the index has none)."""

    condition: str
    order: str = ""

    def of(self, column: str, text: str) -> "Way":
        """The same for one column and one parameter: `{text}` names the prefix of its parameters."""
        return Way(self.condition.format(c=column, t=text), self.order.format(c=column))


# From so many characters on SQLite finds the end of a text by an index.
TAIL = 4
_TURNED = Way('reverse(lower({c})) COLLATE "C" LIKE %({t}_turned)s', 'reverse(lower({c})) COLLATE "C"')
POSTGRESQL = {
    "is": Way("{c} = %({t}_is)s"),
    "holds": Way("shop_grams({c}) @> %({t}_grams)s::text[] AND lower({c}) LIKE %({t}_holds)s"),
    "starts": Way('lower({c}) COLLATE "C" LIKE %({t}_starts)s', 'lower({c}) COLLATE "C"'),
    "ends": _TURNED,
    "tail": _TURNED,
}
SQLITE = {
    "is": Way("{c} = %({t}_is)s"),
    "holds": Way("{c} LIKE %({t}_holds)s ESCAPE '\\'"),
    "starts": Way("{c} LIKE %({t}_starts)s ESCAPE '\\'", "length({c})"),
    "ends": Way("{c} LIKE %({t}_ends)s ESCAPE '\\'", "length({c})"),
    "tail": Way(f"substr({{c}}, -{TAIL}) = %({{t}}_tail)s AND {{c}} LIKE %({{t}}_ends)s ESCAPE '\\'", "length({c})"),
}
WAYS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}


def end_of(text: str) -> str:
    """The way to look for `text` at the end; "tail" takes it as the column keeps it, letter case included."""
    return "tail" if len(text) >= TAIL else "ends"


def parameters(prefix: str, text: str, connection: BaseDatabaseWrapper) -> dict[str, object]:
    """Every parameter that a way to look for `text` may name. Wildcards that were typed are taken literally."""
    like = connection.ops.prep_for_like_query(text.lower())
    turned = connection.ops.prep_for_like_query(text.lower()[::-1])
    return {
        f"{prefix}_is": text,
        f"{prefix}_grams": grams(text),
        f"{prefix}_holds": f"%{like}%",
        f"{prefix}_starts": f"{like}%",
        f"{prefix}_ends": f"%{like}",
        f"{prefix}_tail": text[-TAIL:],
        f"{prefix}_turned": f"{turned}%",
    }


def grams(text: str) -> list[str]:
    """Pairs of neighbouring characters in lower case, as shop_grams() stores them; of one character, itself.

    张三丰 → 张三 三丰
    """
    folded = text.lower()
    return [folded[n : n + 2] for n in range(len(folded) - 1)] or [folded]
