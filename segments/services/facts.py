"""What is on file of a few people, as rules.holding reads it; as many statements for one as for many."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from core.calendars import Birthday
from customers.models import Customer

from ..querysets.people import cars, linked
from ..rules.fields import FIELDS, NOBODY, Field, Source
from ..rules.holding import CARS, TITLE

_OF = {source: [field for field in FIELDS.values() if field.source is source] for source in Source}


def facts_of(people: Collection[Customer], *, asked: Collection[Field], today: date) -> dict[int, dict]:
    """By customer, what `asked` speaks of; `people` came with their profiles."""
    pks = [person.pk for person in people]
    found = {person.pk: _own(person) | {CARS: []} for person in people}
    for field in (one for one in _OF[Source.LINKED] if one in asked):
        rows, code = linked(field.name, today)
        codes = defaultdict(set)
        for pk, value in rows.filter(customer__in=pks).values_list("customer", code):
            codes[pk].add(str(value))
        for pk in pks:
            found[pk][field.name] = frozenset(codes[pk])
    if not any(field.is_of_car for field in asked):
        return found
    for owned in cars().filter(customer__in=pks).select_related("vehicle").order_by("-pk"):
        found[owned.customer_id][CARS].append(_of_car(owned))
    return found


def _own(person: Customer) -> dict:
    profile = getattr(person, "profile", None)
    facts = {field.name: getattr(profile, field.column, None) for field in _OF[Source.PROFILE]}
    facts |= {field.name: getattr(person, field.column) for field in _OF[Source.PERSON]}
    born = Birthday(person.birthday_calendar, person.birth_month, person.birth_day, person.birth_in_leap_month)
    return facts | {"advisor": str(person.advisor_id or NOBODY), "birthday": born}


def _of_car(owned) -> dict:
    facts = {field.name: getattr(owned.vehicle, field.column or "plate") for field in _OF[Source.CAR]}
    return facts | {"plate_kind": owned.plate_kind, TITLE: str(owned.vehicle)}
