"""Answers of the desk: written where they belong, and kept with who said so and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from customers.enums import TEXT_ITEMS, ContactKind, FactSource, ProfileItem
from customers.models import Customer
from customers.services import change_customer, set_contact
from customers.services.knowledge import learn_all
from segments.querysets.completeness import known_at_home
from segments.rules.completeness import AGEING, OF_CAR
from staff.models import User

# Several columns are one item; the others bear the item's own name.
_ITEM_OF = {
    "birthday_calendar": ProfileItem.BIRTHDAY,
    "birth_month": ProfileItem.BIRTHDAY,
    "birth_day": ProfileItem.BIRTHDAY,
    "emergency_name": ProfileItem.EMERGENCY,
    "emergency_phone": ProfileItem.EMERGENCY,
} | {item.value: item for item in ProfileItem}


@transaction.atomic
def collect(customer: Customer, *, item: ProfileItem, form, by: User, now: datetime) -> None:
    """The customer answered: the valid `form` puts the answer where it belongs, and may refuse. Twice is once."""
    form.write(customer, by=by)
    _told(customer, {item: form.said}, by=by, now=now)


@transaction.atomic
def confirm(customer: Customer, *, item: ProfileItem, by: User, now: datetime) -> None:
    """Everything is as it was: what is on file has been said again today. Twice is once."""
    _told(customer, {item: said_of(customer, item)}, by=by, now=now)


@transaction.atomic
def collect_several(
    customer: Customer, *, answers: Mapping[ProfileItem, object], same: Iterable[ProfileItem], by: User, now: datetime
) -> None:
    """Several answers of one conversation: valid forms by item, and what is still the same. Twice is once."""
    for item, form in answers.items():
        if item not in TEXT_ITEMS:  # a line of text finds its column when it is remembered
            form.write(customer, by=by)
    said = {item: form.said for item, form in answers.items()}
    _told(customer, said | {item: said_of(customer, item) for item in same}, by=by, now=now)


def may_stay(customer: Customer, item: ProfileItem) -> bool:
    """Whether "still the same" can be said of an item: it grows old by itself, and is known here or at home."""
    at_home = Customer.objects.annotate(**known_at_home()).get(pk=customer.pk)
    known = {
        ProfileItem.PHONE: at_home.reached_at_home or customer.contact_points.phones().exists(),
        ProfileItem.WECHAT: customer.contact_points.live().filter(kind=ContactKind.WECHAT).exists(),
        ProfileItem.EMERGENCY: at_home.emergency_at_home or customer.emergency_phone,
    }
    return item in AGEING and item not in OF_CAR and bool(known[item] if item in known else said_of(customer, item))


@transaction.atomic
def edit_person(customer: Customer, *, email: str, by: User, now: datetime, **facts) -> None:
    """The person as the desk knows them now. Raises ContactTaken when the address is somebody else's."""
    set_contact(customer, kind=ContactKind.EMAIL, value=email, key=email, by=by)
    changed = change_customer(customer, by=by, **facts)
    collect_edited(customer, fields=changed, by=by, now=now)


@transaction.atomic
def collect_edited(customer: Customer, *, fields: Iterable[str], by: User, now: datetime) -> None:
    """Columns of a customer were written by hand: each item among them was said now."""
    customer.refresh_from_db()
    written = sorted({_ITEM_OF[field] for field in fields if field in _ITEM_OF})
    # What was emptied is said no more, and change_customer has seen to it.
    _told(customer, {item: said for item in written if (said := said_of(customer, item))}, by=by, now=now)


def said_of(customer: Customer, item: ProfileItem) -> str:
    """What is on file, as a fact remembers it. Numbers stay out: who may see them is decided elsewhere."""
    words = {
        ProfileItem.EMERGENCY: customer.emergency_phone and (customer.emergency_name or "已登记"),
        ProfileItem.CARS_AT_HOME: customer.cars_at_home,
        ProfileItem.BIRTHDAY: "-".join(str(n) for n in (customer.birth_month, customer.birth_day) if n),
    }
    value = words[item] if item in words else getattr(customer, item, "")
    return "" if value is None else str(value)


def _told(customer: Customer, said: Mapping[ProfileItem, str], *, by: User, now: datetime) -> None:
    """Keep who said what of these items; what was said otherwise is over."""
    facts = [{"kind": item, "value": value, "source": FactSource.CUSTOMER} for item, value in said.items()]
    learn_all(customer, facts, by=by, at=now, replacing=True)
