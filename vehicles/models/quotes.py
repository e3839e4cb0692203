"""An honest quote: what must be done, what is watched until when, and what we advise against (2-33)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.photos import Photo
from customers.models import Customer
from staff.models import Store

from ..enums import Advice, DecidedHow, Decision, MaintenanceItem, OrderStatus, QuoteState
from ..querysets import QuoteLineQuerySet, QuotePhotoQuerySet, QuoteQuerySet
from ..rules.cards import Card, card_named
from ..rules.quotes import Totals, totals_of, watch_words
from .order import ServiceOrder
from .vehicle import Vehicle

# For reading a decision back: what a line looks like before anybody has said a word.
UNDECIDED = {"decision": "", "decided_how": "", "decided_at": None, "decided_by": None, "decline_reason": ""}


class Quote(models.Model):
    """What we advise for a car today. One is open per car and store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="quotes")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="quotes", db_index=False)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="quotes", db_index=False)
    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, null=True, related_name="quotes")
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="谁报的价"
    )
    state = models.CharField("状态", max_length=9, choices=QuoteState, default=QuoteState.OPEN)
    made_at = models.DateTimeField("报价时间", default=timezone.now)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    # When the customer last answered on the phone and nobody here has looked since.
    answered_at = models.DateTimeField("手机上答了", null=True, blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = "报价"
        indexes = [
            models.Index(fields=["customer", "-made_at"], name="quote_by_customer"),
            models.Index(fields=["vehicle", "-made_at"], name="quote_by_vehicle"),
            models.Index(
                fields=["store", "-answered_at"], name="quote_answered", condition=Q(answered_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "store"], condition=Q(state="open"), name="quote_one_open_per_car_and_store"
            ),
            models.CheckConstraint(
                name="quote_ended_at_iff_not_open",
                condition=Q(state="open", ended_at__isnull=True) | ~Q(state="open") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"报价 {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be written and decided: its visit, where there is one, is not over."""
        return self.state == QuoteState.OPEN and (self.order is None or self.order.status == OrderStatus.OPEN)

    @property
    def totals(self) -> Totals:
        return totals_of(self.lines.all())

    def answer(self, *, now):
        """The customer said something on the phone: the desk is told until it looks."""
        self.answered_at = now
        self.save(update_fields=["answered_at"])

    def look(self):
        self.answered_at = None
        self.save(update_fields=["answered_at"])

    def end(self, state: QuoteState, *, now):
        self.state, self.ended_at = state, now
        self.save(update_fields=["state", "ended_at"])

    def open_again(self):
        self.state, self.ended_at = QuoteState.OPEN, None
        self.save(update_fields=["state", "ended_at"])


class QuoteLine(models.Model):
    """One job: our advice, the reason in words for owners, the price, and what the customer said of it."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("项目", max_length=120)
    item = models.CharField("保养项目", max_length=20, choices=MaintenanceItem, blank=True)
    advice = models.CharField("建议", max_length=1, choices=Advice)
    reason = models.CharField("为什么", max_length=200, blank=True)
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    watch_on = models.DateField("观察到哪天", null=True, blank=True)
    watch_km = models.PositiveIntegerField("观察到多少公里", null=True, blank=True)
    # Which knowledge card explains it; blank for none.
    card = models.CharField("知识卡", max_length=30, blank=True)
    # Counts what was offered: a yes is good for the offer that was looked at, and for no other.
    revision = models.PositiveSmallIntegerField("第几次报", default=1)
    decision = models.CharField("客户决定", max_length=5, choices=Decision, blank=True)
    decided_how = models.CharField("怎么说的", max_length=6, choices=DecidedHow, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    # Who wrote it down; nobody where the customer did.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decline_reason = models.CharField("为什么不做", max_length=120, blank=True)
    revived_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revival", verbose_name="上次的哪一项"
    )

    objects = QuoteLineQuerySet.as_manager()

    class Meta:
        verbose_name = "报价项目"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quoteline_position_once"),
            models.CheckConstraint(name="quoteline_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="quoteline_advice_known", condition=Q(advice__in=Advice.values)),
            models.CheckConstraint(
                name="quoteline_amount_not_negative", condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0)
            ),
            models.CheckConstraint(
                name="quoteline_watched_until_iff_b",
                condition=Q(advice="b") & (Q(watch_on__isnull=False) | Q(watch_km__isnull=False))
                | ~Q(advice="b") & Q(watch_on__isnull=True, watch_km__isnull=True),
                violation_error_message="观察的项目要写到哪天或多少公里",
            ),
            models.CheckConstraint(
                name="quoteline_c_has_a_reason",
                condition=~Q(advice="c") | ~Q(reason=""),
                violation_error_message="不建议做的，写一句为什么",
            ),
            models.CheckConstraint(name="quoteline_c_is_not_decided", condition=~Q(advice="c") | Q(decision="")),
            models.CheckConstraint(
                name="quoteline_decision_with_how_and_when",
                condition=Q(decision="", decided_how="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(decision__in=Decision.values, decided_how__in=DecidedHow.values, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="quoteline_reason_only_if_declined",
                condition=Q(decline_reason="") | Q(decision__in=[Decision.NO, Decision.LATER]),
            ),
            models.CheckConstraint(name="quoteline_not_its_own_revival", condition=~Q(revived_from=F("id"))),
        ]

    def __str__(self):
        return self.name

    @property
    def watched_until(self) -> str:
        return watch_words(self.watch_on, self.watch_km)

    @property
    def lesson(self) -> Card | None:
        """The knowledge card that explains it."""
        return card_named(self.card)

    @property
    def needs_word(self) -> bool:
        """Whether the customer is asked about it."""
        return self.advice != Advice.SKIP

    def decide(self, decision: Decision, *, how: DecidedHow, by, now, reason: str = ""):
        """What the customer said, how and when."""
        self.decision, self.decided_how, self.decided_at, self.decided_by = decision, how, now, by
        self.decline_reason = reason if decision != Decision.YES else ""
        self.save(update_fields=list(UNDECIDED))

    def reopen(self):
        """Nothing was said, or it no longer counts."""
        for field, value in UNDECIDED.items():
            setattr(self, field, value)
        self.save(update_fields=list(UNDECIDED))


class QuotePhoto(Photo):
    """What a line is about, as the camera saw it: the customer sees it too."""

    line = models.ForeignKey(QuoteLine, on_delete=models.CASCADE, related_name="photos")

    objects = QuotePhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "报价照片"
        ordering = ["pk"]
