"""A friend came through somebody: where that stands, every move, and the thanks of the two.

Who brought whom is `customers.Introduction`, and only there. A referral has no column for anybody else, nor has a
reward: it is the introducer's or the introduced one's of its introduction, so nobody further up can be paid (G1).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly
from customers.models import Customer, Introduction
from staff.models import Store

from ..enums import BY_VOUCHER, Arm, Reason, ReferralState, RewardForm, RewardState, Side
from ..querysets import ReferralQuerySet, RewardQuerySet
from .points import PointTransaction
from .programmes import Programme
from .vouchers import Voucher


class PersonalCode(models.Model):
    """What somebody tells their friends to say at the desk."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="personal_code")
    code = models.CharField("介绍码", max_length=8, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "介绍码"

    def __str__(self):
        return self.code


class Referral(models.Model):
    """An introduction that a programme thanks for, once it has come to something."""

    introduction = models.OneToOneField(Introduction, on_delete=models.PROTECT, related_name="referral")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="referrals")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    arm = models.CharField("谢礼", max_length=1, choices=Arm, default=Arm.A)
    arrived_on = models.DateField("登记日")
    state = models.CharField("状态", max_length=11, choices=ReferralState, default=ReferralState.ARRIVED)
    state_at = models.DateTimeField("何时", default=timezone.now)
    # A number, not a key: an order may be taken back with the file that brought it.
    order_id = models.BigIntegerField("首单", null=True)
    hold_until = models.DateField("满期", null=True)
    # Codes of what somebody should look at, and of what somebody has looked at.
    holds = models.JSONField("要看的", default=list)
    cleared = models.JSONField("看过的", default=list)
    is_doubtful = models.BooleanField("要人看", default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True)
    # The words of who decided; they may name people, so they stand beside the moves and can be erased.
    decided_why = models.CharField("审核意见", max_length=100, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "老带新"
        indexes = [
            models.Index(fields=["state", "id"], name="referral_by_state"),
            models.Index(fields=["arrived_on", "id"], name="referral_by_day"),
        ]
        constraints = [
            models.CheckConstraint(name="referral_of_a_known_state", condition=Q(state__in=ReferralState.values)),
            models.CheckConstraint(
                name="referral_counted_by_an_order",
                condition=~Q(state__in=("qualified", "held", "rewarded", "clawed_back"))
                | Q(order_id__isnull=False, hold_until__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_thanked_without_a_doubt", condition=~Q(state="rewarded", is_doubtful=True)
            ),
            models.CheckConstraint(
                name="referral_decided_by_another",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & (Q(entered_by__isnull=True) | ~Q(decided_by=F("entered_by"))),
                violation_error_message="自己经手的要由别人来审",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.introduction_id} {self.get_state_display()}"

    @property
    def needs_a_look(self) -> bool:
        return self.state == ReferralState.HELD and self.is_doubtful

    @property
    def doubts(self) -> list[str]:
        """What somebody should look at, in words; for staff."""
        return [Reason(code).label for code in self.holds]


class ReferralMove(AppendOnly):
    """A referral changed its state. Codes and ids only."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="moves")
    was = models.CharField("从", max_length=11, choices=ReferralState, blank=True)
    state = models.CharField("到", max_length=11, choices=ReferralState)
    reasons = models.JSONField("为什么", default=list)
    order_id = models.BigIntegerField("首单", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "老带新经过"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.referral_id} {self.get_state_display()}"

    @property
    def words(self) -> str:
        return "；".join(Reason(code).label for code in self.reasons)


class Reward(models.Model):
    """The thanks of one side of a referral, at most once. Whose it is the introduction says."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rewards", db_index=False)
    side = models.CharField("给谁", max_length=8, choices=Side)
    form = models.CharField("形式", max_length=10, choices=RewardForm)
    size = models.CharField("多少", max_length=40)
    worth_fen = models.PositiveBigIntegerField("值多少（分）", null=True)
    transaction = models.OneToOneField(PointTransaction, on_delete=models.PROTECT, null=True, related_name="reward")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, null=True, related_name="reward")
    state = models.CharField("状态", max_length=10, choices=RewardState, default=RewardState.DUE)
    made_on = models.DateField("哪天")
    # Whoever handed it over; of a red packet the receipt of finance and the tax they withheld.
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField("交付时间", null=True)
    receipt = models.CharField("凭证号", max_length=40, blank=True)
    tax_fen = models.PositiveBigIntegerField("代扣个税（分）", null=True)

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = "谢礼"
        indexes = [models.Index(fields=["made_on"], name="reward_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["referral", "side"], name="reward_once_per_side"),
            models.CheckConstraint(
                name="reward_for_the_two_only",
                condition=Q(side__in=Side.values),
                violation_error_message="谢礼只给直接介绍人和朋友本人，再往上按下线计酬就可能是传销",
            ),
            models.CheckConstraint(
                name="reward_points_by_the_ledger",
                condition=Q(form=RewardForm.POINTS, transaction__isnull=False)
                | ~Q(form=RewardForm.POINTS) & Q(transaction__isnull=True),
            ),
            models.CheckConstraint(
                name="reward_handed_by_somebody",
                condition=Q(state__in=("due", "cancelled"), handed_at__isnull=True, handed_by__isnull=True)
                | Q(form=RewardForm.POINTS, state__in=("given", "taken_back"))
                | Q(voucher__isnull=False, state__in=("given", "owed", "taken_back"))
                | Q(state__in=("given", "owed", "taken_back"), handed_at__isnull=False, handed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="reward_voucher_of_its_form", condition=Q(voucher__isnull=True) | Q(form__in=BY_VOUCHER)
            ),
            models.CheckConstraint(
                name="reward_red_packet_by_finance",
                condition=~Q(form=RewardForm.RED_PACKET)
                | Q(state__in=("due", "cancelled"))
                | ~Q(receipt="") & Q(tax_fen__isnull=False),
                violation_error_message="红包由财务发放，要写凭证号和代扣的个税",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_form_display()} {self.size}"
