"""Whose record is whose: people who were merged are one, and who brought them stands above them."""

from collections.abc import Iterable

from django.db import connection

from customers.enums import CustomerKind, EndedAs
from customers.models import Customer

# A tree of introductions is not deeper; a ring of them ends here.
DEEPEST = 50
ABOVE = """WITH RECURSIVE above(friend, ancestor, depth) AS (
        SELECT i.introduced_id, i.introducer_id, 1 FROM customers_introduction i WHERE i.introduced_id IN ({marks})
        UNION SELECT a.friend, i.introducer_id, a.depth + 1 FROM above a
            JOIN customers_introduction i ON i.introduced_id = a.ancestor WHERE a.depth < %s)
    SELECT DISTINCT friend, ancestor FROM above"""


class Kin:
    """The people of some records: the heir of each, every record that is theirs, who is gone and who is a unit."""

    def __init__(self, ids: Iterable[int]):
        self._rows: dict[int, dict] = {}
        wanted = set(ids)
        while wanted:
            found = Customer.objects.filter(pk__among=sorted(wanted)).values("pk", "kind", "merged_into", "ended_as")
            self._rows |= {row["pk"]: row for row in found}
            wanted = {row["merged_into"] for row in self._rows.values()} - {None, *self._rows}
        self._records = {self.heir(pk): {self.heir(pk)} for pk in self._rows}
        self._gather()

    def _gather(self) -> None:
        layer = {heir: heir for heir in self._records}
        while layer:
            merged = Customer.objects.filter(merged_into__among=sorted(layer)).values_list("pk", "merged_into")
            layer = {pk: layer[into] for pk, into in merged}
            for pk, heir in layer.items():
                self._records[heir].add(pk)

    def heir(self, pk: int) -> int:
        while into := self._rows[pk]["merged_into"]:
            pk = into
        return pk

    def records(self, pk: int) -> frozenset[int]:
        return frozenset(self._records[self.heir(pk)])

    @property
    def everybody(self) -> list[int]:
        return sorted(set().union(*self._records.values()))

    def is_gone(self, pk: int) -> bool:
        return self._rows[self.heir(pk)]["ended_as"] in (EndedAs.ERASED, EndedAs.CLOSED)

    def is_unit(self, pk: int) -> bool:
        return self._rows[self.heir(pk)]["kind"] == CustomerKind.UNIT


def ancestors_of(ids: Iterable[int]) -> dict[int, set[int]]:
    """Who brought them, and who brought those, in one statement: to find rings and to draw the tree, never to pay."""
    ids, found = sorted(set(ids)), {}
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(ABOVE.format(marks=", ".join(["%s"] * len(ids))), [*ids, DEEPEST])
        for friend, ancestor in cursor.fetchall():
            found.setdefault(friend, set()).add(ancestor)
    return found
