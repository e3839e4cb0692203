"""What comes after a job, as a shop has it: a version of one step."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..enums import FIRST_STEP_DAYS, LAST_STEP_DAYS, Job
from ..querysets import JourneyStepQuerySet
from ..rules.journey import Step


class JourneyStep(models.Model):
    """One version of a step: what is offered so many days after a job. Written once; the newest holds."""

    job = models.CharField("做了什么", max_length=12, choices=Job)
    days = models.PositiveSmallIntegerField("多少天以后")
    words = models.CharField("请他来做什么", max_length=80, blank=True)
    # The shop does not do this, also where it was shipped.
    is_dropped = models.BooleanField("不做", default=False)
    version = models.PositiveIntegerField("版本")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("时间", default=timezone.now)

    objects = JourneyStepQuerySet.as_manager()

    class Meta:
        verbose_name = "用车旅程"
        constraints = [
            models.UniqueConstraint(fields=["job", "days", "version"], name="journeystep_version_once"),
            models.CheckConstraint(name="journeystep_says_what", condition=~Q(words="") | Q(is_dropped=True)),
            models.CheckConstraint(
                name="journeystep_after_the_first_month",
                condition=Q(days__gte=FIRST_STEP_DAYS, days__lte=LAST_STEP_DAYS),
            ),
        ]

    def __str__(self):
        return f"{self.get_job_display()} {self.days} 天"

    @property
    def step(self) -> Step:
        return Step(self.job, self.days)
