"""Setting a proposal of the briefing aside."""

from customers.models import Customer
from staff.models import User

from ..enums import ActionKind
from ..models import DismissedAction


def dismiss(customer: Customer, *, kind: ActionKind | str, subject: str, reason: str, by: User) -> None:
    """Don't propose `subject` again until the fact it names changes. Repeating changes nothing."""
    row = DismissedAction(customer=customer, kind=kind, subject=subject, reason=reason, by=by)
    DismissedAction.objects.bulk_create([row], ignore_conflicts=True)
