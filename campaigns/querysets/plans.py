"""How policies of the contact budget and plans are chosen."""

from django.db import models

from staff.querysets import StoreScopedQuerySet

from ..enums import BY_HAND, Verdict


class ContactPolicyQuerySet(models.QuerySet):
    def current(self):
        """The newest version; an empty table gets version 1 with the numbers every shop starts with."""
        return self.order_by("-version").first() or self.get_or_create(version=1)[0]


class PlanRunQuerySet(models.QuerySet):
    def shown(self):
        """The newest run that came to its end, if any."""
        return self.filter(finished_at__isnull=False).select_related("policy").order_by("-pk").first()


class PlanLineQuerySet(StoreScopedQuerySet):
    def contacts(self):
        """What will be a contact of its own."""
        return self.filter(verdict__in=[Verdict.KEPT, Verdict.POSTPONED])

    def by_hand(self):
        return self.filter(channel__in=BY_HAND)
