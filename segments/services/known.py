"""What is on file of one customer, read from rows that a screen has fetched already."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.timezone import localdate

from customers.enums import CustomerKind, ProfileItem
from customers.models import ContactPoint, Customer
from vehicles.models import Vehicle

from ..rules.completeness import NEVER, Known


def known_of(
    person: Customer, car: Vehicle | None, *, contacts: Iterable[ContactPoint], said: Mapping[str, datetime],
    is_introduced: bool, has_visited: bool,
) -> Known:  # fmt: skip
    """When each item of a customer, and of the car `car`, was last known to be true.

    `person` was fetched with querysets.completeness.known_at_home, `said` with last_said.
    """
    added: dict[str, datetime] = {}
    for point in contacts:
        added[point.kind] = max(point.added_at, added.get(point.kind, point.added_at))
    seen = {}
    for item, value in _of_person(person, added, is_introduced).items():
        since = added.get(item, person.created_at)
        if value:
            seen[item] = localdate(max(since, said.get(item, since)))
    return Known(
        is_unit=person.kind == CustomerKind.UNIT,
        has_car=car is not None,
        has_visited=has_visited,
        seen=seen | (_of_car(car) if car else {}),
    )


def _of_person(person: Customer, added: Mapping[str, datetime], is_introduced: bool) -> dict:
    return {
        ProfileItem.NAME: person.name,
        ProfileItem.SALUTATION: person.salutation,
        ProfileItem.PHONE: ProfileItem.PHONE in added or person.reached_at_home,
        ProfileItem.WECHAT: ProfileItem.WECHAT in added,
        ProfileItem.EMERGENCY: person.emergency_phone or person.emergency_at_home,
        ProfileItem.BIRTHDAY: person.has_birthday,
        ProfileItem.NEIGHBOURHOOD: person.neighbourhood,
        ProfileItem.CARS_AT_HOME: person.cars_at_home is not None,
        ProfileItem.CAME_THROUGH: person.came_through or is_introduced,
        ProfileItem.NEED: person.primary_need,
    }


def _of_car(car: Vehicle) -> dict:
    seen = {
        ProfileItem.PLATE: car.plate and NEVER,
        ProfileItem.VIN: car.vin and NEVER,
        ProfileItem.MODEL: (car.series or car.model) and NEVER,
        ProfileItem.REGISTERED_ON: car.registered_on,
        ProfileItem.KM: car.odometer_on,
        ProfileItem.INSURED_UNTIL: car.insurer and car.insured_until,
        ProfileItem.INSPECTED_UNTIL: car.inspected_until,
    }
    return {item: seen_on for item, seen_on in seen.items() if seen_on}
