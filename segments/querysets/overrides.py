"""How people's words on grades and stages are chosen."""

from datetime import date

from django.db.models import Q

from customers.enums import EndedAs
from customers.querysets import OfCustomerQuerySet


class OverrideQuerySet(OfCustomerQuerySet):
    def standing(self):
        """Not ended; those whose review day is over count no more, but are still to be looked at."""
        return self.filter(ended_at__isnull=True)

    def ruling(self, today: date):
        """Those that count: to the end of their review day."""
        return self.standing().filter(review_on__gte=today)

    def of_nobody(self):
        """Of people whom nobody may judge any more."""
        return self.filter(Q(customer__no_profiling=True) | Q(customer__ended_as=EndedAs.ERASED))

    def of_merged(self):
        """Standing ones of people who were merged into somebody."""
        return self.standing().filter(customer__ended_as=EndedAs.MERGED)
