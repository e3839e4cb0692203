"""What people do about points: claims for a help that was given, gifts, and the keys of the forms they send."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer
from staff.models import Store

from ..enums import ClaimState, EarnKind, GiftState
from ..querysets import GiftOrderQuerySet, GiftQuerySet, PointClaimQuerySet
from .points import PointTransaction


class FormKey(models.Model):
    """An act that has taken place: made with the form, kept with what was sent, so that sending again does nothing."""

    key = models.UUIDField("键", unique=True)
    digest = models.CharField("内容摘要", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.BigIntegerField("结果", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "表单键"

    def __str__(self):
        return str(self.key)


class EarningRule(models.Model):
    """What a lawful act earns. Nobody can be paid for sharing, for bringing people or for praise: no such kind."""

    kind = models.CharField("什么事", max_length=12, choices=EarnKind, unique=True)
    points = models.PositiveIntegerField("得几分")
    most_a_day = models.PositiveSmallIntegerField("一天最多几次", default=1)
    cool_down_days = models.PositiveSmallIntegerField("隔几天再算", default=0)
    is_on = models.BooleanField("启用", default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "得分的事"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="earningrule_only_lawful_acts",
                condition=Q(kind__in=EarnKind.values),
                violation_error_message="转发、拉人和好评不能给积分：按人头、按好评给好处是法律不许的；可以记一笔人情，当面道谢",
            ),
            models.CheckConstraint(
                name="earningrule_possible", condition=Q(points__range=(1, 10_000), most_a_day__range=(1, 20))
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class PointClaim(models.Model):
    """Somebody helped: what, when, and how we know. Another person than who wrote it says yes or no."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="point_claims", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("什么事", max_length=12, choices=EarnKind)
    points = models.PositiveIntegerField("几分")
    happened_on = models.DateField("哪天")
    proof = models.CharField("凭什么", max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField("状态", max_length=8, choices=ClaimState, default=ClaimState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why_not = models.CharField("为什么没批", max_length=100, blank=True)
    transaction = models.OneToOneField(PointTransaction, on_delete=models.PROTECT, null=True, related_name="claim")

    objects = PointClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "积分申请"
        indexes = [
            models.Index(fields=["customer", "kind", "happened_on"], name="pointclaim_by_act"),
            models.Index(fields=["id"], name="pointclaim_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(name="pointclaim_only_lawful_acts", condition=Q(kind__in=EarnKind.values)),
            models.CheckConstraint(name="pointclaim_has_a_proof", condition=~Q(proof="") & Q(points__gt=0)),
            models.CheckConstraint(
                name="pointclaim_decided_by_another",
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="waiting")
                & Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("made_by")),
                violation_error_message="自己写的要由别人来批",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_on}"


class ByHand(models.Model):
    """Why somebody gave or took points by hand. Beside the ledger: the words may name people and can be erased."""

    transaction = models.OneToOneField(PointTransaction, on_delete=models.PROTECT, related_name="by_hand")
    points = models.BigIntegerField("积分")
    why = models.CharField("为什么", max_length=100, blank=True)

    class Meta:
        verbose_name = "人工加减"
        constraints = [models.CheckConstraint(name="byhand_moves_something", condition=~Q(points=0))]

    def __str__(self):
        return f"{self.points:+}"


class Gift(models.Model):
    """What points can be exchanged for, on the shelf of a store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="gifts", db_index=False)
    name = models.CharField("礼品", max_length=40)
    points = models.PositiveIntegerField("几分换")
    cost_fen = models.PositiveBigIntegerField("进价（分）", null=True, blank=True)
    stock = models.PositiveIntegerField("库存", default=0)
    is_on = models.BooleanField("可以换", default=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = "礼品"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "name"], name="gift_once_per_store", violation_error_message="已经有这样礼品"
            ),
            models.CheckConstraint(name="gift_costs_points", condition=Q(points__gt=0)),
            models.CheckConstraint(name="gift_stock_not_negative", condition=Q(stock__gte=0)),
        ]

    def __str__(self):
        return self.name


class GiftOrder(models.Model):
    """A gift somebody exchanged points for: it waits on the picking list until it is handed over."""

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="gift_orders")
    points = models.PositiveIntegerField("积分")
    transaction = models.OneToOneField(PointTransaction, on_delete=models.PROTECT, related_name="gift_order")
    state = models.CharField("状态", max_length=9, choices=GiftState, default=GiftState.RESERVED)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = GiftOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "兑换"
        constraints = [
            models.CheckConstraint(
                name="giftorder_ended_iff_not_reserved",
                condition=Q(state="reserved", ended_at__isnull=True, ended_by__isnull=True)
                | ~Q(state="reserved") & Q(ended_at__isnull=False, ended_by__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.gift_id} {self.get_state_display()}"
