"""The item dictionary: what people said a name stands for, else what its words say."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from core.bulk import insert_rows
from customers.enums import ChangeKind
from customers.models import CustomerChange
from staff.models import User

from ..models import ItemMeaning, ServiceLine, VehicleChange
from ..rules import item_of_name, kind_of_item


class Meaning(NamedTuple):
    """A ServiceKind and a MaintenanceItem, "" for none."""

    kind: str
    item: str


def meaning_by_words(name: str) -> Meaning:
    """What a name stands for where nobody has said it."""
    return Meaning(kind_of_item(name), item_of_name(name))


def said_meanings(names: Iterable[str] | None = None) -> dict[str, Meaning]:
    """What people said these names stand for (None: all of them)."""
    rows = ItemMeaning.objects.all() if names is None else ItemMeaning.objects.filter(name__in=list(names))
    return {name: Meaning(kind, item) for name, kind, item in rows.values_list("name", "kind", "item")}


def meanings_of(names: Iterable[str]) -> dict[str, Meaning]:
    """What these names stand for; one query."""
    names = set(names)
    return {name: meaning_by_words(name) for name in names} | said_meanings(names)


@transaction.atomic
def say_meanings(meanings: dict[str, Meaning | None], *, by: User | None) -> int:
    """Say what names stand for, None for what their words say; all lines of these names follow at once.

    The night hears whose lines changed. How many did; saying it again changes none.
    """
    said = {name: meaning for name, meaning in meanings.items() if meaning}
    rows = [ItemMeaning(name=name, kind=kind, item=item, said_by=by) for name, (kind, item) in said.items()]
    ItemMeaning.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=["kind", "item", "said_by", "said_at"]
    )
    ItemMeaning.objects.filter(name__in=meanings.keys() - said.keys()).delete()
    return _follow({name: meaning or meaning_by_words(name) for name, meaning in meanings.items()})


def _follow(meanings: dict[str, Meaning]) -> int:
    """Let the lines of these names say what the names stand for: a statement per meaning, however many lines."""
    names_of = defaultdict(list)
    for name, meaning in meanings.items():
        names_of[meaning].append(name)
    changed, customers, cars = 0, set(), set()
    for (kind, item), names in names_of.items():
        lines = ServiceLine.objects.filter(~Q(kind=kind) | ~Q(item=item), name__in=names)
        of = lines.order_by().values_list("order__customer", "order__vehicle").distinct()
        for customer, car in of:
            customers.add(customer)
            cars.add(car)
        changed += lines.update(kind=kind, item=item)
    insert_rows([CustomerChange(customer_id=pk, kind=ChangeKind.ORDER) for pk in sorted(customers)])
    VehicleChange.objects.note(cars)
    return changed
