"""100% 触达行动 (0-15): for a while everybody of a store, or of a segment of it, is spoken to."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer
from segments.models import Segment
from staff.models import Store

from ..querysets.drives import DriveMemberQuerySet, DriveQuerySet
from ..rules import PRACTICE


class Drive(models.Model):
    """A store's drive, one at a time. Who is in is settled when it begins; the contact budget holds as ever."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="drives")
    # Whom it is about: a saved segment as it was on the first day; empty: everybody of the store.
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="人群")
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    # Who ended it early; empty when its days were over.
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DriveQuerySet.as_manager()

    class Meta:
        verbose_name = "100% 触达行动"
        constraints = [
            models.UniqueConstraint(
                fields=["store"], condition=Q(ended_at__isnull=True), name="drive_one_at_a_time_per_store"
            ),
            models.CheckConstraint(name="drive_ends_after_it_begins", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(
                name="drive_ended_by_only_when_ended", condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.store} {self.first_on}"

    @property
    def cycle(self) -> str:
        """How the touches of this drive are known."""
        return f"drive:{self.pk}"

    @property
    def counts_from(self) -> date:
        """Whoever was spoken with from this day on counts as reached: a conversation holds for some days."""
        return self.first_on - timedelta(days=PRACTICE.spoken_days)

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    def end(self, *, by=None, now: datetime):
        self.ended_at, self.ended_by = now, by
        self.save(update_fields=["ended_at", "ended_by"])


class DriveMember(models.Model):
    """Somebody to be reached in a drive. A plan, no record: it holds nobody back who was imported by mistake."""

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Why they must not be spoken to, as of last night: a DropReason.
    barred = models.CharField("不能联系", max_length=20, blank=True)

    objects = DriveMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "触达行动的客户"
        constraints = [models.UniqueConstraint(fields=["customer", "drive"], name="drive_member_once")]

    def __str__(self):
        return f"{self.drive_id} {self.customer_id}"
