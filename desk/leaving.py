"""What somebody holds who is about to go: nothing of it is lost, but somebody has to take it over."""

from dataclasses import dataclass

from campaigns.models import Touch
from customers.models import Customer, Promise
from staff.models import User


@dataclass(frozen=True)
class Held:
    """How much lies in one person's hands."""

    calls: int
    promises: list[Promise]
    customers: int

    def __bool__(self):
        return bool(self.calls or self.promises or self.customers)


def held_by(person: User) -> Held:
    """Open calls go back to the queue at night by themselves; promises and customers wait for a colleague."""
    promises = Promise.objects.open().held_by(person).filter(customer__ended_at__isnull=True)
    return Held(
        calls=Touch.objects.listed().by_hand().filter(assignee=person).count(),
        promises=list(promises.select_related("customer").order_by("due_at", "pk")),
        customers=Customer.objects.live().filter(advisor=person).count(),
    )
