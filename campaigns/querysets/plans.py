"""How policies of the contact budget and plans are chosen."""

from datetime import timedelta

from django.db import models

from staff.querysets import StoreScopedQuerySet

from ..enums import BY_HAND, Verdict

BROKEN_OFF = timedelta(days=1)


class ContactPolicyQuerySet(models.QuerySet):
    def current(self):
        """The newest version; an empty table gets version 1 with the numbers every shop starts with."""
        return self.order_by("-version").first() or self.get_or_create(version=1)[0]


class PlanRunQuerySet(models.QuerySet):
    def superseded_by(self, run):
        """Older runs: those that ended, and those that something broke off."""
        over = models.Q(finished_at__isnull=False) | models.Q(created_at__lt=run.created_at - BROKEN_OFF)
        return self.filter(over, pk__lt=run.pk)

    def shown(self):
        """The newest run that came to its end, if any."""
        return self.filter(finished_at__isnull=False).select_related("policy").order_by("-pk").first()


class PlanLineQuerySet(StoreScopedQuerySet):
    def current(self):
        """Proposed for the day of the run itself: what becomes a touch."""
        return self.filter(is_current=True).order_by("customer_id", "pk")

    def contacts(self):
        """What will be a contact of its own."""
        return self.filter(verdict__in=[Verdict.KEPT, Verdict.POSTPONED])

    def by_hand(self):
        return self.filter(channel__in=BY_HAND)
