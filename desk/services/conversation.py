"""What was said at the desk or on the phone, and of marketing. Pressing twice is pressing once."""

from datetime import date, datetime

from django.db import transaction

from campaigns.services import reset_rhythm, take_up_rhythm
from customers.enums import ConsentHow, Purpose
from customers.models import Customer, Interaction, Refusal
from customers.services import (
    add_note,
    contact_keys,
    postpone_consent,
    record_consent,
    refuse,
    take_back_note,
)
from staff.models import Store, User


@transaction.atomic
def note(customer: Customer, *, store: Store, by: User, at: datetime, today: date, **said) -> Interaction:
    """customers' `add_note`, and nobody calls them for want of a word any more."""
    talk = add_note(customer, store=store, by=by, at=at, **said)
    reset_rhythm(customer, today=today)
    return talk


@transaction.atomic
def unnote(talk: Interaction, *, by: User, at: datetime, today: date) -> None:
    """customers' `take_back_note`, and what had been put off is to be said again."""
    customer, since = talk.customer, talk.at
    take_back_note(talk, by=by, at=at)
    take_up_rhythm(customer, since=since, today=today)


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
