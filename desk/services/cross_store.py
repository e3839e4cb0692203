"""Opening the record of a customer whom another store knows."""

from django.db import transaction

from customers.models import Customer
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import Match


@transaction.atomic
def open_here(customer: Customer, *, by: User, why: str, found_by: Match | str) -> bool:
    """From now on the store of `by` knows `customer`, who was found by a whole number; with a line in the audit trail.

    Repeating changes nothing: False when the customer was known here already.
    """
    # Locked, so that a second press waits and then finds the work done.
    Customer.objects.select_for_update().get(pk=customer.pk)
    if Customer.objects.visible_to(by).filter(pk=customer.pk).exists():
        return False
    make_known(customer, store=by.working_store)
    AuditEntry.objects.record(by=by, action=Action.CROSS_STORE, subject=customer, why=why, found_by=str(found_by))
    return True
