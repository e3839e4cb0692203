"""DIFFERENTIATE: what the night worked out about a customer, and by which rules."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer

from ..enums import ValueTier
from ..querysets import ProfileQuerySet, SegmentPolicyQuerySet
from ..rules import Thresholds


class SegmentPolicy(models.Model):
    """A version of the thresholds. The newest row rules; older ones say why people were where they were."""

    version = models.PositiveIntegerField("版本", unique=True)
    frequent_visits = models.PositiveSmallIntegerField("常来：24 个月到店次数不少于", default=6)
    steady_visits = models.PositiveSmallIntegerField("较常来：24 个月到店次数不少于", default=3)
    high_ticket_fen = models.BigIntegerField("客单价高：每次不少于（分）", default=100_000)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SegmentPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "分群规则"
        get_latest_by = "version"
        constraints = [
            models.CheckConstraint(
                name="segmentpolicy_thresholds_ordered",
                condition=Q(
                    steady_visits__gte=1, frequent_visits__gt=models.F("steady_visits"), high_ticket_fen__gte=0
                ),
                violation_error_message="“常来”的次数要大于“较常来”",
            )
        ]

    def __str__(self):
        return f"第 {self.version} 版"

    @property
    def thresholds(self) -> Thresholds:
        """The numbers the rules ask for."""
        return Thresholds(self.frequent_visits, self.steady_visits, self.high_ticket_fen)


class Profile(models.Model):
    """One row per customer, recomputed at night when a fact changed or time alone changes it."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile")
    visits = models.PositiveIntegerField("24 个月到店次数", default=0)
    # Own money and insurer's (or warranty's) apart; unknown amounts count as visits but not as money.
    own_fen = models.BigIntegerField("24 个月自费（分）", default=0)
    insurer_fen = models.BigIntegerField("24 个月保险与质保（分）", default=0)
    ticket_fen = models.BigIntegerField("客单价（分）", null=True)
    first_visit_on = models.DateField("首次到店", null=True)
    last_visit_on = models.DateField("最近到店", null=True)
    lifetime_visits = models.PositiveIntegerField("累计到店次数", default=0)
    lifetime_own_fen = models.BigIntegerField("累计自费（分）", default=0)
    lifetime_insurer_fen = models.BigIntegerField("累计保险与质保（分）", default=0)
    # Blank: too little is known (no visit), or the customer opted out of profiling.
    value_tier = models.CharField("价值", max_length=1, choices=ValueTier, blank=True)
    policy = models.ForeignKey(SegmentPolicy, on_delete=models.PROTECT, related_name="+")
    computed_on = models.DateField("计算日")
    # The day on which time alone (a visit leaving the window) will next change this row.
    next_change_on = models.DateField("下次变化", null=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "画像"
        indexes = [
            models.Index(fields=["next_change_on"], name="profile_by_next_change"),
            models.Index(fields=["last_visit_on", "customer"], name="profile_by_last_visit"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.value_tier}"
