"""By which numbers customers are judged: a version per change, the newest rules."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.append_only import AppendOnly

from ..querysets import Given, SegmentPolicyQuerySet
from ..rules.numbers import defaults


class SegmentPolicy(AppendOnly):
    """A version of the numbers (rules.numbers) by which every axis is decided. Older ones say why people were there.

    What is estimated from the shop's own history stands in the version too, so that a night moves only those whose
    facts or dates changed: `cuts`, the RFM cut points {"recency": [days…], "frequency": […], "monetary": [fen…]}, and
    `model`, the BG/NBD parameters {"r", "alpha", "a", "b"} in weeks. Null: too little history so far.
    """

    version = models.PositiveIntegerField("版本", unique=True)
    numbers = models.JSONField("数值", default=defaults)
    cuts = models.JSONField("RFM 分位点", null=True, blank=True)
    model = models.JSONField("BG/NBD 参数", null=True, blank=True)
    why = models.CharField("为什么改", max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SegmentPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "分群规则"
        get_latest_by = "version"

    def __str__(self):
        return f"第 {self.version} 版"

    def given(self, today: date) -> Given:
        """What the picture of a day is drawn with."""
        return Given(today, self.all_numbers, self.cuts)

    @property
    def all_numbers(self) -> dict[str, int]:
        """By name; what was not asked yet when the version was written stands at its default."""
        return defaults() | self.numbers
