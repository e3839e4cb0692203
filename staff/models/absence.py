"""Somebody is not at work for some days: colleagues make their calls meanwhile."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..enums import AbsenceReason
from ..querysets import AbsenceQuerySet
from .people import User


class Absence(models.Model):
    """From the first to the last day, both included. One that was a slip ends and counts no more."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences", db_index=False)
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    reason = models.CharField("为什么", max_length=10, choices=AbsenceReason, default=AbsenceReason.LEAVE)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "不在"
        indexes = [models.Index(fields=["person", "last_on"], name="absence_by_person_last_day")]
        constraints = [
            models.CheckConstraint(
                name="absence_last_not_before_first",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message="结束的那天不能早于开始的那天",
            ),
        ]

    def __str__(self):
        days = dict.fromkeys(f"{day:%m-%d}" for day in (self.first_on, self.last_on))
        return f"{' 到 '.join(days)} {self.get_reason_display()}"
