"""Who sent this customer: asked once, about the one who sent them (G3: the friend's own number is never taken here)."""

from django.db import transaction

from customers.enums import ChangeKind, ContactKind
from customers.models import Customer, CustomerChange, Introduction
from customers.rules import normalise_phone, phone_key
from staff.enums import Action
from staff.models import AuditEntry, User
from vehicles.models import Vehicle
from vehicles.rules import normalise_plate

from ..errors import IntroducedByOneself, NobodyFound


@transaction.atomic
def record_introducer(customer: Customer, *, typed: str, by: User) -> Introduction:
    """Remember the introducer, named by their whole plate or phone. The first answer stands; repeating changes nothing.

    Raises NobodyFound and IntroducedByOneself.
    """
    standing = Introduction.objects.filter(introduced=customer).first()
    if standing:
        return standing
    introducer = _holder_of(typed)
    if introducer == customer:
        raise IntroducedByOneself
    introduction, is_new = Introduction.objects.get_or_create(
        introduced=customer, defaults={"introducer": introducer, "how_known": "本人到店时说的"}
    )
    if is_new:
        AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=customer, fields=["introducer"])
        CustomerChange.objects.note([customer.pk, introducer.pk], ChangeKind.PERSON)
    return introduction


def _holder_of(typed: str) -> Customer:
    phone, plate = normalise_phone(typed), normalise_plate(typed)
    holder = phone and Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone)]).first()
    car = plate and Vehicle.objects.filter(plate=plate).first()
    found = holder or (car and car.owner_now())
    if not found:
        raise NobodyFound
    return found
