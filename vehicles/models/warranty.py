"""The shop's own word for work it has done: what, until when, on which terms."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..querysets import WarrantyCardQuerySet
from ..rules.warranty import limits_words
from .order import ServiceOrder


class WarrantyCard(models.Model):
    """One card of a visit. Whose car it is and who holds it stand on the visit."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, related_name="warranty_cards", db_index=False)
    place = models.PositiveSmallIntegerField("第几张")
    what = models.CharField("保什么", max_length=120)
    starts_on = models.DateField("从哪天")
    until_on = models.DateField("到哪天", null=True, blank=True)
    until_km = models.PositiveIntegerField("到多少公里", null=True, blank=True)
    terms = models.CharField("怎么保", max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("开卡时间", default=timezone.now)
    voided_at = models.DateTimeField("作废", null=True, blank=True)

    objects = WarrantyCardQuerySet.as_manager()

    class Meta:
        verbose_name = "质保卡"
        ordering = ["order", "place"]
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="warrantycard_numbered_once"),
            models.UniqueConstraint(
                fields=["order", "what"], condition=Q(voided_at__isnull=True), name="warrantycard_one_per_work"
            ),
            models.CheckConstraint(
                name="warrantycard_ends", condition=Q(until_on__isnull=False) | Q(until_km__isnull=False)
            ),
            models.CheckConstraint(
                name="warrantycard_ends_after_it_began",
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("starts_on")),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """The visit's number, and which card of it."""
        return f"{self.order.number}-{self.place}"

    @property
    def limits(self) -> str:
        return limits_words(self.until_on, self.until_km)

    def holds(self, today: date) -> bool:
        """By its day; what the odometer says is looked at when the car is here."""
        return self.voided_at is None and (self.until_on is None or today <= self.until_on)
