"""What a customer says of marketing at the desk. Pressing twice is pressing once."""

from django.db import transaction

from customers.enums import ConsentHow, Purpose
from customers.models import Customer, Refusal
from customers.services import contact_keys, postpone_consent, record_consent, refuse
from staff.models import User


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
