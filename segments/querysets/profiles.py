"""How profiles and the policies they are drawn by are chosen."""

from datetime import date

from django.db import models

from customers.models import Customer
from customers.querysets import OfCustomerQuerySet


class SegmentPolicyQuerySet(models.QuerySet):
    def current(self):
        """The newest version; an empty table gets version 1 with the numbers every shop starts with."""
        return self.order_by("-version").first() or self.get_or_create(version=1)[0]

    def drawing(self):
        """Versions that some profile was computed by."""
        from ..models import Profile

        return self.filter(models.Exists(Profile.objects.filter(policy=models.OuterRef("pk"))))


class ProfileQuerySet(OfCustomerQuerySet):
    def due(self, today: date):
        """Profiles that time alone changes by `today`."""
        return self.filter(next_change_on__lte=today)

    def came(self):
        """Profiles of people who were here at least once and whom somebody may judge (G9)."""
        return self.filter(lifetime_visits__gt=0).exclude(rhythm="")

    def of_ended_customers(self):
        """Profiles of people who were merged, erased or closed."""
        return self.filter(customer__ended_at__isnull=False)


def living_customers(pks=None):
    """Customers that have a profile: all living ones, or those among `pks`."""
    living = Customer.objects.live()
    return living if pks is None else living.filter(pk__in=pks)
