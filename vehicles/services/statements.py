"""The yearly statement goes out: a link for the customer's phone, made and ended."""

from datetime import datetime, timedelta

from django.db import transaction

from core.models import PublicToken
from customers.models import Customer
from staff.enums import Action
from staff.models import AuditEntry, User

STATEMENT = "statement"  # the purpose of the link
SHARED_FOR = timedelta(days=30)


@transaction.atomic
def share_statement(customer: Customer, *, by: User, now: datetime) -> str:
    """A secret that opens the customer's years; an earlier one ends."""
    secret = PublicToken.objects.issue(STATEMENT, customer.pk, until=now + SHARED_FOR, now=now)
    AuditEntry.objects.record(by=by, action=Action.QUOTE, subject=customer, did="statement")
    return secret


@transaction.atomic
def unshare_statement(customer: Customer, *, by: User, now: datetime) -> bool:
    """The link opens nothing more; False when there was none."""
    ended = PublicToken.objects.revoke(STATEMENT, customer.pk, now=now)
    if ended:
        AuditEntry.objects.record(by=by, action=Action.QUOTE, subject=customer, did="statement_ended")
    return bool(ended)
