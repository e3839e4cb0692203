"""Vouchers: a type, one in somebody's hands, each use and each taking back a row of its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.append_only import AppendOnly
from customers.models import Customer
from staff.models import Store

from ..enums import RolledBack, Stacking, VoucherKind, VoucherState
from ..querysets import VoucherQuerySet, VoucherRedemptionQuerySet, VoucherTypeQuerySet
from ..rules.vouchers import OF_INSURANCE, Held, Offer

_NOTHING_OF_INSURANCE = Q()
for _word in OF_INSURANCE:
    _NOTHING_OF_INSURANCE &= ~Q(name__contains=_word) & ~Q(item__contains=_word)


class VoucherType(models.Model):
    """What a voucher gives and under what conditions. What was handed out keeps its own days."""

    name = models.CharField("券名", max_length=40, unique=True, error_messages={"unique": "已经有这种券"})
    kind = models.CharField("给什么", max_length=7, choices=VoucherKind, default=VoucherKind.AMOUNT)
    amount_fen = models.PositiveBigIntegerField("抵多少（分）", null=True, blank=True)
    percent = models.PositiveSmallIntegerField("减百分之几", null=True, blank=True)
    item = models.CharField("做什么", max_length=60, blank=True)
    min_spend_fen = models.PositiveBigIntegerField("满多少才能用（分）", default=0)
    valid_days = models.PositiveSmallIntegerField("发出后几天内有效", default=90)
    stores = models.ManyToManyField(Store, related_name="+", verbose_name="哪些店能用", blank=True)
    holder_only = models.BooleanField("只能本人用", default=True)
    stacking = models.CharField("和别的券", max_length=5, choices=Stacking, default=Stacking.ALONE)
    # What one costs us where the bill does not say: work done instead of money.
    cost_fen = models.PositiveBigIntegerField("一张的成本（分）", null=True, blank=True)
    is_on = models.BooleanField("可以发", default=True)

    objects = VoucherTypeQuerySet.as_manager()

    class Meta:
        verbose_name = "代金券"
        ordering = ["-is_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="vouchertype_gives_what_it_says",
                condition=Q(kind="amount", amount_fen__isnull=False, amount_fen__gt=0)
                | Q(kind="percent", percent__isnull=False, percent__range=(1, 90))
                | Q(kind__in=("item", "package")) & ~Q(item=""),
                violation_error_message="写明抵多少钱、减百分之几，或者做什么",
            ),
            models.CheckConstraint(name="vouchertype_lasts_a_while", condition=Q(valid_days__range=(1, 1_100))),
            models.CheckConstraint(
                name="vouchertype_nothing_of_insurance",
                condition=_NOTHING_OF_INSURANCE,
                violation_error_message="不能有和保险挂钩的券：保险返利是法律不许的。可以送和保险无关的洗车、检查",
            ),
        ]

    def __str__(self):
        return self.name

    def offer(self, store_ids=frozenset()) -> Offer:
        return Offer(
            VoucherKind(self.kind), Stacking(self.stacking), self.amount_fen, self.percent, self.min_spend_fen,
            frozenset(store_ids), self.holder_only, self.item,
        )  # fmt: skip

    @property
    def gives(self) -> str:
        """抵 ¥50, 减 10%, or the work."""
        if self.kind == VoucherKind.AMOUNT:
            return f"抵 ¥{self.amount_fen / 100:,.2f}".removesuffix(".00")
        return f"减 {self.percent}%" if self.kind == VoucherKind.PERCENT else self.item


class Voucher(models.Model):
    """One voucher of one customer. Its state is changed by conditional UPDATE: however many ask, one uses it."""

    type = models.ForeignKey(VoucherType, on_delete=models.PROTECT, related_name="vouchers")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="vouchers")
    # Whom it was given to; a merge moves `customer` and its undoing brings it back.
    given_to = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("券码", max_length=10, unique=True)
    cause_key = models.CharField("来源", max_length=80, unique=True)
    state = models.CharField("状态", max_length=4, choices=VoucherState, default=VoucherState.OPEN)
    valid_from = models.DateField("从哪天起")
    expires_on = models.DateField("用到哪天")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = "券"
        indexes = [models.Index(fields=["expires_on"], name="voucher_open_by_end", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(
                name="voucher_ends_after_it_began", condition=Q(expires_on__gte=models.F("valid_from"))
            ),
            models.CheckConstraint(name="voucher_in_a_known_state", condition=Q(state__in=VoucherState.values)),
        ]

    def __str__(self):
        return self.code

    def held(self, store_ids) -> Held:
        offer = self.type.offer(store_ids)
        state = VoucherState(self.state)
        return Held(self.type_id, offer, state, self.customer_id, self.valid_from, self.expires_on)


class VoucherRedemption(AppendOnly):
    """A voucher counted at a visit: where, by whom, how much."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions", db_index=False)
    turn = models.PositiveSmallIntegerField("第几次")
    # A number, not a key: an order may be taken back with the file that brought it.
    order_id = models.BigIntegerField("工单", db_index=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_fen = models.BigIntegerField("抵了多少（分）", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    objects = VoucherRedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "用券"
        constraints = [models.UniqueConstraint(fields=["voucher", "turn"], name="voucherredemption_turn_once")]

    def __str__(self):
        return f"{self.voucher_id} @ {self.order_id}"


class VoucherRollback(AppendOnly):
    """A use was taken back: the voucher counts again, to its own last day. Once."""

    redemption = models.OneToOneField(VoucherRedemption, on_delete=models.PROTECT, related_name="rollback")
    why = models.CharField("为什么", max_length=9, choices=RolledBack)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "退券"
        constraints = [models.CheckConstraint(name="voucherrollback_why", condition=Q(why__in=RolledBack.values))]

    def __str__(self):
        return f"{self.redemption_id}"
