"""DIFFERENTIATE: what the night worked out about a customer, and by which rules."""

from django.db import models

from customers.models import Customer
from customers.querysets import OfCustomerQuerySet

from ..enums import Attitude, Axis, Behaviour, Cause, Loyalty, Rhythm, Stage, ValueTier
from ..querysets import ProfileQuerySet
from .policy import SegmentPolicy


class Facts(models.Model):
    """What is counted of a customer, and the days on which time alone will move them; the tables of rules.axes read it.

    Visits are closed orders, a window is the last 24 months, money is fen. Own money and the insurer's (or warranty's)
    are apart; unknown amounts count as visits but not as money.
    """

    visits = models.PositiveIntegerField("24 个月到店次数", default=0)
    own_fen = models.BigIntegerField("24 个月自费（分）", default=0)
    insurer_fen = models.BigIntegerField("24 个月保险与质保（分）", default=0)
    ticket_fen = models.BigIntegerField("客单价（分）", null=True)
    discounted = models.PositiveIntegerField("24 个月用了优惠的次数", default=0)
    first_visit_on = models.DateField("首次到店", null=True)
    last_visit_on = models.DateField("最近到店", null=True)
    lifetime_visits = models.PositiveIntegerField("累计到店次数", default=0)
    lifetime_own_fen = models.BigIntegerField("累计自费（分）", default=0)
    lifetime_insurer_fen = models.BigIntegerField("累计保险与质保（分）", default=0)
    # Visits on one day are one visit to the rhythm.
    visit_days = models.PositiveIntegerField("累计到店天数", default=0)
    interval_days = models.PositiveIntegerField("自己的间隔（天）", null=True)
    came_back = models.PositiveSmallIntegerField("流失后又来", default=0)
    kept = models.PositiveSmallIntegerField("间隔之内来了第二次", default=0)
    # Of the last twelve months.
    unhappy = models.PositiveSmallIntegerField("一年内不满次数", default=0)
    good = models.PositiveSmallIntegerField("一年内高兴次数", default=0)
    doubts = models.PositiveSmallIntegerField("一年内嫌贵次数", default=0)
    # Visits at which earlier work had to be made good.
    reworks = models.PositiveSmallIntegerField("一年内返工次数", default=0)
    unsettled = models.PositiveSmallIntegerField("没安抚的不满", default=0)
    introduced = models.PositiveIntegerField("介绍来的人", default=0)
    brought = models.PositiveIntegerField("介绍来并到过店的人", default=0)
    # Of the last 24 months: maintenance of their cars done here, told to be done elsewhere, and due and not done.
    due_here = models.PositiveIntegerField("在本店做的保养项", default=0)
    due_works = models.PositiveIntegerField("该做的保养项", default=0)
    due_share = models.PositiveSmallIntegerField("在本店做的占几成（%）", null=True)
    cooling_on = models.DateField("从何时转淡", null=True)
    at_risk_on = models.DateField("从何时要流失", null=True)
    lost_on = models.DateField("从何时算流失", null=True)
    months_lost_on = models.DateField("固定月数规则何时算流失", null=True)
    ending_soon_on = models.DateField("保险年检从何时算急", null=True)
    ending_over_on = models.DateField("保险年检何时过了", null=True)
    interest_until = models.DateField("有兴趣到", null=True)
    next_on = models.DateField("约好的下次", null=True)
    card_until = models.DateField("卡券有效到", null=True)
    # The day after the last one on which a card with something on it, or a voucher, counts; the end of time for a card
    # without an end.
    prepaid_over_on = models.DateField("会员卡何时不能用了", null=True)
    voucher_over_on = models.DateField("代金券何时不能用了", null=True)

    class Meta:
        abstract = True


class Profile(Facts):
    """One row per customer, recomputed at night when a fact changed or time alone changes it."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile")
    # Blank: nothing can be said (no visit), or nobody may (the customer opted out of profiling, G9).
    value_tier = models.CharField("价值", max_length=1, choices=ValueTier, blank=True)
    rhythm = models.CharField("节奏", max_length=8, choices=Rhythm, blank=True)
    behaviour = models.CharField("行为忠诚", max_length=7, choices=Behaviour, blank=True)
    attitude = models.CharField("态度忠诚", max_length=7, choices=Attitude, blank=True)
    loyalty = models.CharField("忠诚", max_length=7, choices=Loyalty, blank=True)
    letter = models.CharField("分级", max_length=1, blank=True)
    digit = models.PositiveSmallIntegerField("级别", default=0)
    stage = models.CharField("阶段", max_length=7, choices=Stage, blank=True)
    funnel = models.PositiveSmallIntegerField("五步走到", default=0)
    # A person's word that counts on the day (models.override); the axes above follow it where they may.
    hand_letter = models.CharField("人定的字母", max_length=1, null=True)
    hand_digit = models.PositiveSmallIntegerField("人定的级别", null=True)
    hand_stage = models.CharField("人定的阶段", max_length=7, null=True)
    # RFM scores, 0 where there are none; the chance of being alive and what to expect are refreshed weekly.
    recency_score = models.PositiveSmallIntegerField("R", default=0)
    frequency_score = models.PositiveSmallIntegerField("F", default=0)
    monetary_score = models.PositiveSmallIntegerField("M", default=0)
    alive_percent = models.PositiveSmallIntegerField("还会再来的可能（%）", null=True)
    expected_visits = models.DecimalField("12 个月预计到店", max_digits=6, decimal_places=2, null=True)
    estimated_on = models.DateField("估计日", null=True)
    policy = models.ForeignKey(SegmentPolicy, on_delete=models.PROTECT, related_name="+")
    computed_on = models.DateField("计算日")
    # The day on which time alone (a visit leaving the window, an interval running out) will next change this row.
    next_change_on = models.DateField("下次变化", null=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "画像"
        indexes = [
            models.Index(fields=["next_change_on"], name="profile_by_next_change"),
            models.Index(fields=["last_visit_on", "customer"], name="profile_by_last_visit"),
            # A mark of 分群 may have few people or none: found without reading everybody.
            models.Index(fields=["value_tier", "rhythm", "customer"], name="profile_by_value_rhythm"),
            models.Index(fields=["letter", "digit", "customer"], name="profile_by_grade"),
            models.Index(fields=["stage", "customer"], name="profile_by_stage"),
            models.Index(fields=["loyalty", "customer"], name="profile_by_loyalty"),
            models.Index(fields=["first_visit_on", "customer"], name="profile_by_first_visit"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.value_tier}"

    @property
    def facts(self) -> dict:
        """What the tables of rules.axes read, of the day it was computed. Whoever opted out has no such row."""
        own = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        return own | {"opted_out": 0, "levels": self.policy.all_numbers["levels"]}


class SegmentChange(models.Model):
    """Somebody moved along an axis in one night. Codes only: why is worked out by the policy when it is shown."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="segment_changes")
    axis = models.CharField("维度", max_length=10, choices=Axis)
    before = models.CharField("从", max_length=8, blank=True)
    after = models.CharField("到", max_length=8, blank=True)
    cause = models.CharField("因为", max_length=4, choices=Cause, default=Cause.RULES, blank=True)
    moved_on = models.DateField("日期")
    policy = models.ForeignKey(SegmentPolicy, on_delete=models.PROTECT, related_name="+")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = "分群变化"
        indexes = [
            models.Index(fields=["axis", "moved_on", "customer"], name="segmentchange_by_axis_day"),
            # On its first night a shop draws everybody from nowhere, which no list shows.
            models.Index(
                fields=["axis", "moved_on", "customer"], condition=~models.Q(before=""), name="segmentchange_moved"
            ),
        ]
        constraints = [
            models.CheckConstraint(name="segmentchange_moves", condition=~models.Q(before=models.F("after"))),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.axis} {self.before} → {self.after}"
