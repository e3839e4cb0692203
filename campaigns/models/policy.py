"""How often a customer may be spoken to: a version per change, the newest counts."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.append_only import AppendOnly

from ..querysets.plans import ContactPolicyQuerySet
from ..rules.numbers import defaults
from ..rules.planner import Budget


class ContactPolicy(AppendOnly):
    """A version of the numbers (rules.numbers) and of the days on which nobody works. Older ones say why it was so."""

    version = models.PositiveIntegerField("版本", unique=True)
    numbers = models.JSONField("数值", default=defaults)
    # ISO days: nobody calls, writes or visits; texts go out.
    closed = models.JSONField("休息日", default=list)
    why = models.CharField("为什么改", max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContactPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "触达规则"
        get_latest_by = "version"

    def __str__(self):
        return f"第 {self.version} 版"

    @property
    def all_numbers(self) -> dict[str, int]:
        """By name; what was not asked yet when the version was written stands at its default."""
        return defaults() | self.numbers

    @property
    def budget(self) -> Budget:
        return budget_of(self.all_numbers, self.closed)


def budget_of(numbers: dict[str, int], closed: list[str]) -> Budget:
    """What the planner plans by."""
    return Budget(numbers, closed=[date.fromisoformat(day).toordinal() for day in closed])
