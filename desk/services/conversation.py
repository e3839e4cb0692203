"""What is said at the desk: notes, promises, consent. Pressing twice is pressing once."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.enums import Channel, ConsentHow, Purpose
from customers.models import Customer, Interaction, Promise, Refusal
from customers.services import contact_keys, log_interaction, postpone_consent, record_consent, refuse
from staff.models import User

# The same words by the same person within this time are one note.
SAME_NOTE = timedelta(minutes=10)


@transaction.atomic
def add_note(customer: Customer, *, by: User, now: datetime, channel: Channel, body: str, **said) -> Interaction:
    """Put what was said on the timeline."""
    _lock(customer)
    lately = Interaction.objects.filter(customer=customer, by=by, at__gte=now - SAME_NOTE)
    same = lately.filter(channel=channel, body=body).first()
    return same or log_interaction(customer, store=by.working_store, by=by, channel=channel, at=now, body=body, **said)


@transaction.atomic
def add_promise(customer: Customer, *, by: User, body: str, due_at: datetime) -> Promise:
    """Remember what we told a customer we would do, and by when."""
    _lock(customer)
    same = Promise.objects.open().filter(customer=customer, body=body, due_at=due_at).first()
    return same or Promise.objects.create(
        customer=customer, store=by.working_store, made_by=by, body=body, due_at=due_at
    )


@transaction.atomic
def answer_consent(customer: Customer, *, answer: str, by: User) -> None:
    """The customer's word on marketing: "yes", "no" or "later" (asked, undecided)."""
    _lock(customer)
    if answer == "yes":
        record_consent(customer, purpose=Purpose.MARKETING, how=ConsentHow.DESK, by=by)
    elif answer == "no":
        standing = Refusal.objects.of_keys(contact_keys(customer)).filter(purpose=Purpose.MARKETING)
        if not standing.exists():
            refuse(customer, purposes=[Purpose.MARKETING], by=by, how="前台当面")
    else:
        postpone_consent(customer)


def _lock(customer: Customer) -> None:
    """A second press waits here until the first is written, and then finds it."""
    Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
