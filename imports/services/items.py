"""Item names and the kinds of service they stand for: said once by a person, for all lines and all files to come."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from core.bulk import insert_rows
from customers.enums import ChangeKind
from customers.models import CustomerChange
from staff.models import Store, User
from vehicles.enums import ServiceKind
from vehicles.models import ServiceLine

from ..models import ItemMeaning
from ..rules.likeness import likely_kind

LOOKED_BACK = timedelta(days=365)
SHOWN = 40
_KNOWN = 300
_EARNED = Coalesce(Sum("labour_fen"), 0) + Coalesce(Sum("material_fen"), 0)


@dataclass(frozen=True)
class UnknownItem:
    """An item name whose kind nobody has said: how often it occurs and what it earned, in fen."""

    name: str
    times: int
    fen: int
    suggestion: str


@dataclass(frozen=True)
class Items:
    """Unknown items of the last year, those that earn most first, and the share of revenue of all such, in per cent."""

    unknown: list[UnknownItem]
    share: int


def unknown_items(user: User, *, today: date) -> Items:
    """What the stores a user sees have done under names of no known kind."""
    stores = Store.objects.visible_to(user)
    lines = ServiceLine.objects.filter(order__store__in=stores, order__closed_on__gte=today - LOOKED_BACK)
    unsaid = lines.filter(kind=ServiceKind.OTHER).exclude(name__in=ItemMeaning.objects.values("name"))
    rows = list(_by_name(unsaid)[:SHOWN])
    known = dict(_by_name(lines.exclude(kind=ServiceKind.OTHER)).values_list("name", "kind")[:_KNOWN]) if rows else {}
    # Of all unknown names, not only of those shown: the share must not shrink because the list is long.
    every, unknown = lines.aggregate(fen=_EARNED)["fen"], unsaid.aggregate(fen=_EARNED)["fen"]
    found = [UnknownItem(row["name"], row["times"], row["fen"], likely_kind(row["name"], known)) for row in rows]
    return Items(found, round(unknown * 100 / every) if every else 0)


def _by_name(lines):
    return lines.order_by().values("name", "kind").annotate(times=Count("pk"), fen=_EARNED).order_by("-fen", "name")


@transaction.atomic
def say_items(kinds: dict[str, str], *, by: User) -> int:
    """Say which kind item names stand for; lines of those names change with it, and the night hears whose they are.

    How many lines changed. Saying it again changes nothing.
    """
    rows = [ItemMeaning(name=name, kind=ServiceKind(kind), said_by=by) for name, kind in kinds.items()]
    ItemMeaning.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=["kind", "said_by"]
    )
    changed, customers = 0, set()
    for name, kind in kinds.items():
        lines = ServiceLine.objects.filter(name=name).exclude(kind=kind)
        customers |= set(lines.values_list("order__customer_id", flat=True).distinct())
        changed += lines.update(kind=kind)
    insert_rows([CustomerChange(customer_id=pk, kind=ChangeKind.ORDER) for pk in sorted(customers)])
    return changed
