"""What is often done in a store: names and last prices offered while somebody types a line."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from staff.models import Store
from vehicles.models import ServiceLine

LOOKED_BACK = timedelta(days=90)
LINES_READ, ITEMS_OFFERED = 1500, 60


class Item(NamedTuple):
    """An item with what it cost last time in this store, in fen; None where unknown."""

    name: str
    labour_fen: int | None
    material_fen: int | None


class Frequent(NamedTuple):
    """The items and the technicians of a store, the most frequent first."""

    items: list[Item]
    technicians: list[str]


def frequent_in(store: Store, *, today: date) -> Frequent:
    """What was done most often in `store` lately, and by whom. One query, bounded."""
    lines = ServiceLine.objects.filter(order__store=store, order__closed_on__gte=today - LOOKED_BACK)
    columns = ("name", "labour_fen", "material_fen", "technician")
    items, people, latest = Counter(), Counter(), {}
    for name, labour, material, technician in lines.order_by("-order__closed_on", "-pk").values_list(*columns)[
        :LINES_READ
    ]:
        items[name] += 1
        people[technician] += 1
        latest.setdefault(name, Item(name, labour, material))
    del people[""]
    return Frequent(
        [latest[name] for name, _ in items.most_common(ITEMS_OFFERED)], [name for name, _ in people.most_common()]
    )
