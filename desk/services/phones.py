"""Who may read a number or a WeChat account in full, and the line it leaves in the audit trail."""

from datetime import date, datetime, timedelta

from django.db import transaction

from campaigns.models import Touch
from customers.models import ContactPoint, Customer
from staff.enums import Action, Permission
from staff.models import AuditEntry, User

# One look at a number, however often the button was pressed.
SAME_LOOK = timedelta(minutes=1)


def call_due(customer: Customer, *, user: User, today: date) -> Touch | None:
    """The call to this customer that lies due on the list of `user`, who therefore needs the number."""
    return Touch.objects.visible_to(user).due_for(user, today).filter(customer=customer).first()


@transaction.atomic
def reveal_phones(customer: Customer, *, by: User, why: str, touch: Touch | None, now: datetime) -> list[ContactPoint]:
    """What reaches a customer, with a line in the audit trail: for a due call, or for the reason given."""
    action = Action.SEE_PHONE_ON_CALL if touch else Action.REVEAL_PHONE
    facts = {"touch": touch.pk} if touch else {}
    if not by.may(Permission.SEE_PHONE):
        looks = AuditEntry.objects.about(customer, action).filter(by=by)
        since = now.replace(hour=0, minute=0, second=0, microsecond=0) if touch else now - SAME_LOOK
        if not looks.filter(at__gte=since, why=why, facts=facts).exists():
            AuditEntry.objects.record(by=by, action=action, subject=customer, why=why, **facts)
    return list(ContactPoint.objects.live().filter(customer=customer))
