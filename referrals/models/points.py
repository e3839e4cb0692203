"""The points ledger. Lines are added, never changed; a balance is a sum, kept beside it and proved every night.

A line takes points from one account and gives them to another, so that nothing can be made or lost on the way. It holds
ids and codes, no personal text.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly
from customers.models import Customer
from staff.models import Store

from ..enums import EITHER_SIDE, OF_CUSTOMER, OF_STORE, AccountKind, Cause
from ..querysets import PointAccountQuerySet, PointLotQuerySet, PointPolicyQuerySet, PointTransactionQuerySet
from ..rules.points import Terms


class PointPolicy(AppendOnly):
    """A version of the terms, from a day on. Without one the shop gives no points."""

    version = models.PositiveIntegerField("版本", unique=True)
    from_on = models.DateField("从哪天起")
    fen_per_point = models.PositiveIntegerField("实付多少分得 1 分", default=100)
    hold_days = models.PositiveSmallIntegerField("几天后到账", default=7)
    valid_months = models.PositiveSmallIntegerField("到账后几个月内有效", default=24)
    # What a point is thought to cost us: for the liability on the manager's page only.
    cost_fen = models.PositiveIntegerField("1 分的成本（分）", default=2)
    # How many points a person of the role may give and take by hand in a day.
    advisor_limit = models.PositiveIntegerField("服务顾问一天", default=200)
    manager_limit = models.PositiveIntegerField("店长一天", default=2_000)
    owner_limit = models.PositiveIntegerField("老板一天", default=20_000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PointPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "积分规则"
        constraints = [
            models.CheckConstraint(
                name="pointpolicy_possible",
                condition=Q(version__gte=1, fen_per_point__gte=1, valid_months__range=(1, 60), hold_days__lte=90),
            )
        ]

    def __str__(self):
        return f"第 {self.version} 版"

    @property
    def terms(self) -> Terms:
        return Terms(self.from_on, self.fen_per_point, self.hold_days, self.valid_months)

    def limit_of(self, role: str) -> int:
        """What somebody of a role may give and take by hand in a day."""
        return getattr(self, f"{role}_limit", 0)


class PointAccount(models.Model):
    """Where points are: three of a customer, four of a store. All balances together are nothing."""

    kind = models.CharField("账户", max_length=9, choices=AccountKind)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="point_accounts", db_index=False
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    balance = models.BigIntegerField("余额", default=0)

    objects = PointAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "积分账户"
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind"], name="pointaccount_once_per_customer"),
            models.UniqueConstraint(fields=["store", "kind"], name="pointaccount_once_per_store"),
            models.CheckConstraint(
                name="pointaccount_of_a_customer_or_a_store",
                condition=Q(kind__in=OF_CUSTOMER, customer__isnull=False, store__isnull=True)
                | Q(kind__in=OF_STORE, customer__isnull=True, store__isnull=False),
            ),
            models.CheckConstraint(
                name="pointaccount_never_overdrawn",
                condition=Q(kind__in=EITHER_SIDE)
                | Q(kind=AccountKind.DEBT, balance__lte=0)
                | ~Q(kind=AccountKind.DEBT) & Q(balance__gte=0),
                violation_error_message="积分不够",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class PointTransaction(AppendOnly):
    """Something happened that moved points, once: its key says what."""

    cause = models.CharField("事由", max_length=10, choices=Cause)
    cause_key = models.CharField("来源", max_length=80, unique=True)
    # The customer it was about when it was written, for reading; the lines say which accounts moved.
    about = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="point_transactions")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    # A number, not a key: an order may be taken back with the file that brought it, what it earned is never forgotten.
    order_id = models.BigIntegerField("工单", null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField("哪天")
    at = models.DateTimeField("时间", default=timezone.now)

    objects = PointTransactionQuerySet.as_manager()

    class Meta:
        verbose_name = "积分流水"
        constraints = [
            models.CheckConstraint(name="pointtransaction_of_a_known_cause", condition=Q(cause__in=Cause.values)),
            models.CheckConstraint(name="pointtransaction_has_a_key", condition=~Q(cause_key="")),
            models.CheckConstraint(
                name="pointtransaction_by_hand_by_somebody", condition=~Q(cause=Cause.BY_HAND) | Q(by__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.get_cause_display()} {self.pk}"


class PointLot(models.Model):
    """What is left of one earning, until its day. The oldest is spent first."""

    holder = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="point_lots", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.BigIntegerField("工单", null=True)
    points = models.BigIntegerField("原有")
    left_points = models.BigIntegerField("还剩")
    expired_points = models.BigIntegerField("过期了", default=0)
    is_pending = models.BooleanField("待到账", default=False)
    usable_on = models.DateField("哪天可用")
    expires_on = models.DateField("用到哪天")

    objects = PointLotQuerySet.as_manager()

    class Meta:
        verbose_name = "积分批次"
        indexes = [
            models.Index(fields=["holder", "expires_on"], name="pointlot_by_holder", condition=Q(left_points__gt=0)),
            models.Index(fields=["expires_on"], name="pointlot_by_end", condition=Q(left_points__gt=0)),
            models.Index(
                fields=["usable_on"], name="pointlot_ripening", condition=Q(left_points__gt=0, is_pending=True)
            ),
            models.Index(fields=["order_id"], name="pointlot_by_order", condition=Q(order_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="pointlot_never_more_than_it_was",
                condition=Q(points__gt=0, left_points__gte=0, left_points__lte=F("points"), expired_points__gte=0),
            )
        ]

    def __str__(self):
        return f"{self.left_points}/{self.points}"

    @property
    def left(self) -> int:
        return self.left_points


class PointEntry(AppendOnly):
    """One line: so many points from one account to another, and of which lot they are."""

    transaction = models.ForeignKey(PointTransaction, on_delete=models.PROTECT, related_name="entries")
    taken_from = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="taken")
    given_to = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="given")
    lot = models.ForeignKey(PointLot, on_delete=models.PROTECT, null=True, related_name="entries")
    points = models.BigIntegerField("积分")

    class Meta:
        verbose_name = "积分分录"
        constraints = [
            models.CheckConstraint(name="pointentry_moves_something", condition=Q(points__gt=0)),
            models.CheckConstraint(name="pointentry_between_two", condition=~Q(taken_from=F("given_to"))),
        ]

    def __str__(self):
        return f"{self.taken_from_id} → {self.given_to_id}: {self.points}"


class OrderEarning(models.Model):
    """What the ledger says of an order: what it has earned so far, whose it is, how often that was put right."""

    order_id = models.BigIntegerField("工单", unique=True)
    holder = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField("得了")
    turn = models.PositiveIntegerField("第几次", default=0)
    closed_on = models.DateField("结单日", db_index=True)

    class Meta:
        verbose_name = "工单积分"
        constraints = [models.CheckConstraint(name="orderearning_not_negative", condition=Q(points__gte=0))]

    def __str__(self):
        return f"{self.order_id}: {self.points}"


class LedgerProof(models.Model):
    """What a night found when it added everything up. `wrong` names every account and lot that differs."""

    proved_on = models.DateField("哪天", unique=True)
    proved_at = models.DateTimeField(default=timezone.now)
    wrong = models.JSONField("对不上的", default=list)
    total = models.BigIntegerField("所有余额之和", default=0)

    class Meta:
        verbose_name = "对账"

    def __str__(self):
        return f"{self.proved_on}"

    @property
    def is_right(self) -> bool:
        return not self.wrong and self.total == 0
