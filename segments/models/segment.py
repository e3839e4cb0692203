"""人群: people chosen by conditions that somebody put together, saved under a name."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..querysets.segments import SegmentQuerySet
from ..rules.conditions import Group, parse


class Segment(models.Model):
    """Conditions under a name, company-wide; who is in is asked anew each time. `conditions`: rules.conditions."""

    name = models.CharField("名字", max_length=30, unique=True)
    conditions = models.JSONField("条件")
    # How often it was written: who changes one says which they saw.
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField("停用", null=True, blank=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = "人群"
        constraints = [models.CheckConstraint(name="segment_name_not_blank", condition=~models.Q(name=""))]

    def __str__(self):
        return self.name

    @property
    def tree(self) -> Group:
        return parse(self.conditions)
