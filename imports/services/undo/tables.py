"""What an import writes, how it hangs together, and who else in the house may speak of it."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.db.models import Model, QuerySet

from campaigns.models import DriveMember, PlanLine, Touch
from customers.models import (
    ContactPoint,
    Customer,
    CustomerStore,
    CustomerTag,
    Household,
    HouseholdMember,
    Interaction,
    Introduction,
    MemberCard,
    Tag,
)
from vehicles.models import (
    CarPerson,
    DueItem,
    OdometerReading,
    Opportunity,
    Outlook,
    Ownership,
    ServiceLine,
    ServiceOrder,
    Vehicle,
    VehiclePlate,
)


class Whole(NamedTuple):
    """A row that stands or goes together with its parts: `parts` are (table, column that names the whole)."""

    model: type[Model]
    parts: tuple[tuple[type[Model], str], ...]


ORDER = Whole(ServiceOrder, ((ServiceLine, "order_id"),))
CAR = Whole(Vehicle, ((VehiclePlate, "vehicle_id"), (Ownership, "vehicle_id"), (CarPerson, "vehicle_id")))
PERSON = Whole(
    Customer,
    (
        (ContactPoint, "customer_id"),
        (CustomerStore, "customer_id"),
        (CustomerTag, "customer_id"),
    ),
)
HOME = Whole(Household, ((HouseholdMember, "household_id"),))
TALK, TAG = Whole(Interaction, ()), Whole(Tag, ())
CARD, LINK = Whole(MemberCard, ()), Whole(Introduction, ())
WHOLES = (ORDER, TALK, CARD, LINK, CAR, HOME, PERSON, TAG)
# Everything a batch creates.
TABLES: tuple[type[Model], ...] = (
    *(whole.model for whole in WHOLES), *(part for whole in WHOLES for part, _ in whole.parts), OdometerReading,
)  # fmt: skip
# The floor of understanding is worked out from facts, and worked out again: it holds nothing and goes with the row.
_WORKED_OUT = "segments"
# So does what is only planned, or due.
_PLANNED = (PlanLine, DriveMember, DueItem, Opportunity, Outlook)
# Columns that go back together or not at all.
TOGETHER: dict[type[Model], tuple[tuple[str, ...], ...]] = {
    Customer: (
        ("name", "pinyin", "initials"),
        ("birthday_calendar", "birth_year", "birth_month", "birth_day", "birth_in_leap_month"),
    ),
    Vehicle: (("plate", "vin"),),
    ServiceOrder: (("status", "closed_at", "closed_on"), ("number", "source", "desk_number")),
}
# What people call the tables that have no name of their own on the screen.
_WORDS = {"customers.customerstore": "门店登记"}


class Link(NamedTuple):
    """A column of another table that names a row."""

    model: type[Model]
    column: str


@cache
def links_to(model: type[Model]) -> tuple[Link, ...]:
    """Every column anywhere that names a row of `model`, but those of its parts and of what the night works out."""
    parts = {link for whole in WHOLES if whole.model is model for link in whole.parts}
    return tuple(link for link in _all_links(model) if tuple(link) not in parts and not _is_worked_out(link))


@cache
def worked_out_of(model: type[Model]) -> tuple[Link, ...]:
    """The columns that name a row of `model` in what the night works out."""
    return tuple(link for link in _all_links(model) if _is_worked_out(link))


def _all_links(model: type[Model]) -> list[Link]:
    return [
        Link(relation.related_model, relation.field.attname)
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    ]


def _is_worked_out(link: Link) -> bool:
    return link.model._meta.app_label == _WORKED_OUT or link.model in _PLANNED


def rows_naming(link: Link, pks: Iterable[int]) -> QuerySet:
    """The rows that name one of `pks` and mean something: a call that is only planned does not."""
    rows = link.model._base_manager.all()
    if link.model is Touch:
        rows = Touch.objects.taken()
    return rows.filter(**{f"{link.column}__in": list(pks)})


def words_for(model: type[Model]) -> str:
    """What people call a table."""
    return _WORDS.get(model._meta.label_lower) or str(model._meta.verbose_name)


def portions(items: Iterable, size: int) -> Iterator[list]:
    items = iter(items)
    while portion := list(islice(items, size)):
        yield portion
