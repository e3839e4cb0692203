"""People who call or walk in and do not buy: ten seconds of writing, so that the second call knows of the first."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.enums import ChangeKind, Channel, ConsentHow, ContactKind, Purpose
from customers.errors import PhoneTaken
from customers.models import Customer, CustomerChange, Enquiry
from customers.rules import phone_key
from customers.services import create_customer, record_consent
from staff.models import Store, User
from vehicles.models import Vehicle

from .cross_store import open_here

# The same words by the same person within this time are one enquiry: a second press of the button.
SAME_ENQUIRY = timedelta(minutes=2)


@transaction.atomic
def record_enquiry(
    *,
    store: Store,
    by: User,
    now: datetime,
    channel: Channel,
    wish: str,
    why_not: str,
    plate: str,
    phone: str,
    name: str,
) -> Enquiry:
    """Write an enquiry down, linked to whoever it is about.

    `phone` is normalised and given only with the person's consent to be called about offers (G4), which is recorded.
    Without one a known plate links to the car's owner, where the user may see them.
    """
    # A second press waits here until the first is written, and then finds it.
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    customer = _of_phone(phone, name, store, by, channel) if phone else _of_plate(plate, by)
    words = {"channel": channel, "wish": wish, "why_not": why_not, "plate": plate, "customer": customer}
    same = Enquiry.objects.filter(store=store, by=by, at__gte=now - SAME_ENQUIRY, **words).first()
    if same:
        return same
    enquiry = Enquiry.objects.create(store=store, by=by, at=now, **words)
    if customer:
        CustomerChange.objects.note([customer.pk], ChangeKind.CONTACT)
    return enquiry


def _of_phone(phone: str, name: str, store: Store, by: User, channel: Channel) -> Customer:
    customer = Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone)]).first()
    if customer is None:
        try:
            customer = create_customer(name=name, store=store, by=by, phone=phone, came_through="来电来店询问")
        except PhoneTaken as taken:  # another store wrote the same person down a moment ago
            customer = taken.holder
    open_here(customer, by=by, why="本人来询问", found_by="phone")
    how = ConsentHow.CALL if channel == Channel.CALL else ConsentHow.DESK
    record_consent(customer, purpose=Purpose.MARKETING, how=how, by=by)
    return customer


def _of_plate(plate: str, by: User) -> Customer | None:
    car = Vehicle.objects.filter(plate=plate).first() if plate else None
    owner = car and car.owner_now()
    # The car may have been served here and since be sold to somebody whom only another store knows.
    return owner and Customer.objects.visible_to(by).filter(pk=owner.pk).first()
