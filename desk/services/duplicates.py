"""Who is on file already under a plate, a phone or a VIN: asked while somebody types a new person in."""

from dataclasses import dataclass

from customers.enums import ContactKind
from customers.models import Customer
from customers.rules import phone_key
from staff.models import User
from vehicles.models import Vehicle


@dataclass(frozen=True)
class Known:
    """A car or a person on file under what was typed. What the user may not see is named by `query` only."""

    what: str  # plate, vin or phone
    query: str
    vehicle: Vehicle | None = None
    customer: Customer | None = None
    is_visible: bool = True

    @property
    def is_ownerless(self) -> bool:
        """A car on file without an owner: whoever drives it in may become one."""
        return self.vehicle is not None and self.customer is None


def known_already(*, plate: str, vin: str, phone: str, user: User) -> list[Known]:
    """What is on file under these normalised values, in the company; at most three rows, six queries."""
    found = [_car("plate", plate, user), _car("vin", vin, user), _person(phone, user)]
    seen, answers = set(), []
    for known in filter(None, found):
        row = known.vehicle.pk if known.vehicle else None, known.customer.pk if known.customer else None
        if row not in seen or not known.is_visible:
            answers.append(known)
        seen.add(row)
    return answers


def _car(what: str, value: str, user: User) -> Known | None:
    vehicle = Vehicle.objects.filter(**{what: value}).first() if value else None
    if vehicle is None:
        return None
    owner = vehicle.owner_now()
    # A car served here may meanwhile belong to somebody whom only another store knows: their name stays there.
    rows = Customer.objects if owner else Vehicle.objects
    if rows.visible_to(user).filter(pk=(owner or vehicle).pk).exists():
        return Known(what, value, vehicle, owner)
    return Known(what, value, is_visible=False)


def _person(phone: str, user: User) -> Known | None:
    holder = Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone)]).first() if phone else None
    if holder is None:
        return None
    if Customer.objects.visible_to(user).filter(pk=holder.pk).exists():
        return Known("phone", phone, customer=holder)
    return Known("phone", phone, is_visible=False)
