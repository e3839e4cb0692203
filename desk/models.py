"""What the desk itself remembers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer
from customers.querysets import OfCustomerQuerySet

from .enums import ActionKind


class DismissedAction(models.Model):
    """A proposal of the briefing that somebody set aside, and why. It stays away until the fact behind it changes."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="dismissed_actions", db_index=False)
    kind = models.CharField("建议", max_length=12, choices=ActionKind)
    # Names the fact and its value (insurance:12:2026-12-01): with a new value it is another subject.
    subject = models.CharField("对象", max_length=80)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = "搁置的建议"
        constraints = [
            models.UniqueConstraint(fields=["customer", "subject"], name="dismissedaction_once"),
            models.CheckConstraint(name="dismissedaction_says_why", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.subject}"
