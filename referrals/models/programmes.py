"""What the shop promises who brings a friend, and the friend. One level, once, on the friend's own first paid order."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly
from staff.models import Store

from ..enums import BY_VOUCHER, Arm, RewardForm, Side, VoucherKind, WhoMayRefer
from ..querysets import ProgrammeQuerySet
from .vouchers import VoucherType


class Programme(models.Model):
    """A period in which introductions are thanked for. What was promised is not changed: end it and begin another."""

    name = models.CharField("名称", max_length=40)
    stores = models.ManyToManyField(Store, related_name="programmes", verbose_name="门店")
    first_on = models.DateField("从哪天起")
    last_on = models.DateField("到哪天止")
    who = models.CharField("谁可以介绍", max_length=6, choices=WhoMayRefer, default=WhoMayRefer.PAID)
    # A friend of a friend is nobody's merit but the one's who brought them (G1): there is no second level to set.
    paid_levels = models.PositiveSmallIntegerField("谢几层", default=1)
    minimum_fen = models.PositiveBigIntegerField("首单至少（分）", default=0)
    within_days = models.PositiveSmallIntegerField("登记后几天内来", default=90)
    hold_days = models.PositiveSmallIntegerField("首单满几天才谢", default=7)
    most_a_year = models.PositiveSmallIntegerField("一人一年最多谢几次", default=12)
    # So many friends within seven days are looked at by somebody first.
    many_a_week = models.PositiveSmallIntegerField("七天里几位就先看一眼", default=3)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "老带新活动"
        constraints = [
            models.CheckConstraint(
                name="programme_pays_one_level",
                condition=Q(paid_levels=1),
                violation_error_message="谢礼只能给直接介绍人一层：按《禁止传销条例》，再往上就可能是传销",
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_begins",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message="结束要在开始以后",
            ),
            models.CheckConstraint(
                name="programme_possible",
                condition=Q(
                    minimum_fen__gt=0, within_days__range=(1, 365), hold_days__range=(0, 90),
                    most_a_year__range=(1, 100), many_a_week__range=(2, 50),
                ),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def end(self, day: date):
        """The last day is `day`; what was promised until then is kept."""
        self.last_on = day
        self.save(update_fields=["last_on"])


class RewardTerm(AppendOnly):
    """What one side gets, in one of two forms. A sum or a thing, never a share of what somebody spends."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="terms", db_index=False)
    side = models.CharField("给谁", max_length=8, choices=Side)
    arm = models.CharField("哪一种", max_length=1, choices=Arm, default=Arm.A)
    form = models.CharField("形式", max_length=10, choices=RewardForm)
    points = models.PositiveIntegerField("几分", null=True)
    worth_fen = models.PositiveBigIntegerField("值多少（分）", null=True)
    what = models.CharField("什么", max_length=40, blank=True)
    # What is issued by itself. Terms from before vouchers were tied to them name none and are handed over by hand.
    voucher_type = models.ForeignKey(VoucherType, on_delete=models.PROTECT, null=True, related_name="terms")

    class Meta:
        verbose_name = "谢礼约定"
        constraints = [
            models.UniqueConstraint(fields=["programme", "side", "arm"], name="rewardterm_once"),
            models.CheckConstraint(name="rewardterm_for_the_two_only", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="rewardterm_of_a_known_form", condition=Q(form__in=RewardForm.values)),
            models.CheckConstraint(
                name="rewardterm_says_how_much",
                condition=Q(form=RewardForm.POINTS, points__gt=0, points__isnull=False)
                | Q(form__in=(RewardForm.VOUCHER, RewardForm.RED_PACKET), worth_fen__gt=0, worth_fen__isnull=False)
                | Q(form__in=(RewardForm.ITEM, RewardForm.GIFT)) & ~Q(what="")
                | Q(form__in=BY_VOUCHER, voucher_type__isnull=False) & ~Q(what=""),
            ),
            models.CheckConstraint(
                name="rewardterm_voucher_of_its_form", condition=Q(voucher_type__isnull=True) | Q(form__in=BY_VOUCHER)
            ),
        ]

    def __str__(self):
        return f"{self.get_form_display()} {self.size}"

    @staticmethod
    def issuing(kind: VoucherType) -> dict:
        """The facts of a term that gives this kind: its name and worth as they were promised."""
        is_money = kind.kind in (VoucherKind.AMOUNT, VoucherKind.PERCENT)
        form = RewardForm.VOUCHER if is_money else RewardForm.ITEM
        return {"form": form, "voucher_type": kind, "what": kind.name, "worth_fen": kind.amount_fen}

    @property
    def size(self) -> str:
        """How much of it: 200 分, ¥30, 臭氧消毒一次."""
        if self.form == RewardForm.POINTS:
            return f"{self.points:,} 分"
        if self.voucher_type_id:
            return self.what
        if self.form in (RewardForm.VOUCHER, RewardForm.RED_PACKET):
            return f"¥{self.worth_fen / 100:,.2f}".removesuffix(".00")
        return self.what
