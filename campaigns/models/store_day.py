"""A store's own word on a day: it works although the company does not, or rests although the company works."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from staff.models import Store
from staff.querysets import StoreScopedQuerySet

from ..rules.closed import ClosedDays


class StoreDayQuerySet(StoreScopedQuerySet):
    def closed_days(self, company: list[str]) -> ClosedDays:
        """The days off of every store, `company` being those of all; one query."""
        words = self.values_list("store", "day", "works")
        shut = (date.fromisoformat(day).toordinal() for day in company)
        return ClosedDays(shut, ((store, day.toordinal(), works) for store, day, works in words))


class StoreDay(models.Model):
    """One per store and day; without one the company's days off hold."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField("哪天")
    works = models.BooleanField("联系客户")
    why = models.CharField("为什么", max_length=20, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    objects = StoreDayQuerySet.as_manager()

    class Meta:
        verbose_name = "门店的一天"
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="store_day_once")]

    def __str__(self):
        return f"{self.store_id} {self.day}"
