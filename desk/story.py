"""What a person's story is made of: for every kind of entry its rows, when they happened, what is fetched with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet

from customers.enums import FactSource
from customers.models import (
    Consent,
    Customer,
    CustomerTag,
    Enquiry,
    Interaction,
    ProfileFact,
    Promise,
    PromiseMove,
    WechatGroup,
)
from staff.models import User
from vehicles.models import CardTaught, Quote, ServiceLine, ServiceOrder


@dataclass(frozen=True)
class Source:
    """One kind of entry: its rows of a customer, as a user may see them at a moment, and the column that dates them."""

    model: type
    moment: str
    rows: Callable[[Customer, User, datetime], QuerySet]


def _of_customer(model: type, moment: str, *conditions: Q, **filters) -> Source:
    """Rows that whoever sees the customer sees; those without a moment have not happened."""
    happened = Q(**{f"{moment}__isnull": False})
    return Source(
        model,
        moment,
        lambda customer, user, now: model.objects.filter(happened, *conditions, customer=customer, **filters),
    )


def _visits(customer: Customer, user: User, now: datetime) -> QuerySet:
    return ServiceOrder.objects.visible_to(user).not_cancelled().filter(customer=customer)


def _enquiries(customer: Customer, user: User, now: datetime) -> QuerySet:
    return Enquiry.objects.visible_to(user).filter(customer=customer)


def _broken(customer: Customer, user: User, now: datetime) -> QuerySet:
    """Promises whose time came before they were kept or given up."""
    kept_late = Q(kept_at__isnull=True) | Q(kept_at__gt=F("due_at"))
    given_up_late = Q(given_up_at__isnull=True) | Q(given_up_at__gt=F("due_at"))
    return Promise.objects.filter(kept_late, given_up_late, customer=customer, due_at__lte=now)


def _moves(customer: Customer, user: User, now: datetime) -> QuerySet:
    return PromiseMove.objects.filter(promise__customer=customer)


def _quotes(customer: Customer, user: User, now: datetime) -> QuerySet:
    return Quote.objects.visible_to(user).standing().filter(customer=customer)


# The name is part of the order: of two entries at the same moment the later name comes first. Letters only: databases
# agree on the order of nothing else.
STORY = {
    "visit": Source(ServiceOrder, "opened_at", _visits),
    "quote": Source(Quote, "made_at", _quotes),
    "taught": _of_customer(CardTaught, "taught_at"),
    "talk": _of_customer(Interaction, "at"),
    "enquiry": Source(Enquiry, "at", _enquiries),
    "consent": _of_customer(Consent, "given_at"),
    # What a note taught stands in the note; what a file brought is no event of its own.
    "fact": _of_customer(ProfileFact, "recorded_at", ~Q(source=FactSource.IMPORT), interaction__isnull=True),
    "promise": _of_customer(Promise, "made_at"),
    "broken": Source(Promise, "due_at", _broken),
    "dropped": _of_customer(Promise, "given_up_at"),
    "kept": _of_customer(Promise, "kept_at"),
    "moved": Source(PromiseMove, "at", _moves),
    "tag": _of_customer(CustomerTag, "added_at"),
    "untagged": _of_customer(CustomerTag, "removed_at"),
    "group": _of_customer(WechatGroup, "recorded_at"),
    "disbanded": _of_customer(WechatGroup, "ended_at"),
}


def rows_with_all(model: type) -> QuerySet:
    """Rows of one table with everything an entry prints."""
    if model is ServiceOrder:
        lines = Prefetch("lines", ServiceLine.objects.order_by("position"))
        return ServiceOrder.objects.select_related("vehicle", "advisor", "store").prefetch_related(lines)
    if model is Quote:
        return Quote.objects.select_related("advisor", "vehicle").prefetch_related("lines")
    if model is Interaction:
        taught = Prefetch("facts", ProfileFact.objects.order_by("pk"), to_attr="taught")
        return Interaction.objects.select_related("by", "outcome").prefetch_related(taught)
    return model.objects.select_related(*PEOPLE[model])


PEOPLE = {
    CardTaught: ["by"],
    Enquiry: ["by"],
    Consent: ["recorded_by"],
    ProfileFact: ["recorded_by"],
    Promise: ["made_by", "kept_by", "given_up_by"],
    PromiseMove: ["by", "promise"],
    CustomerTag: ["tag", "added_by", "removed_by"],
    WechatGroup: ["recorded_by", "ended_by"],
}
