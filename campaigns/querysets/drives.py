"""Drives and their people, as they are chosen."""

from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from customers.enums import ContactKind
from customers.models import ContactPoint
from customers.querysets import OfCustomerQuerySet
from staff.querysets import StoreScopedQuerySet

from ..enums import Coverage
from .talks import spoken_since


class DriveQuerySet(StoreScopedQuerySet):
    def live(self):
        """Begun, or about to, and not ended."""
        return self.filter(ended_at__isnull=True)

    def on(self, day: date):
        return self.live().filter(first_on__lte=day, last_on__gte=day)


class DriveMemberQuerySet(OfCustomerQuerySet):
    def of(self, drive):
        """The people of a drive who are still customers, each with `coverage`: reached, left or never."""
        return self.filter(drive=drive, customer__ended_at__isnull=True).annotate(
            coverage=Case(
                When(spoken_since(drive.counts_from, "customer"), then=Value(Coverage.REACHED.value)),
                When(Q(barred="") & can_be_reached("customer"), then=Value(Coverage.LEFT.value)),
                default=Value(Coverage.NEVER.value),
            )
        )


def can_be_reached(customer: str = "pk") -> Exists:
    """Whether a number or an account of theirs is known to be valid."""
    kinds = (ContactKind.PHONE, ContactKind.WECHAT)
    return Exists(ContactPoint.objects.live().filter(kind__in=kinds, customer=OuterRef(customer)))
