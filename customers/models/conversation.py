"""What was said: conversations, promises, and people who asked and did not buy."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.display import money_words
from staff.models import Store
from staff.querysets import StoreScopedQuerySet

from ..enums import DRIVEN, KEPT_FREE, Channel, Direction, Mood, PromiseKind
from ..querysets import InteractionQuerySet, PromiseQuerySet
from .customer import Customer


class Interaction(models.Model):
    """One conversation with a customer, however it took place. The timeline is made of these and of visits."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="interactions", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField("方式", max_length=8, choices=Channel)
    direction = models.CharField("方向", max_length=3, choices=Direction, default=Direction.OUT)
    subject = models.CharField("事由", max_length=60, blank=True)
    body = models.TextField("内容", blank=True)
    mood = models.CharField("情绪", max_length=8, choices=Mood, blank=True)
    mood_reason = models.CharField("为什么", max_length=120, blank=True)
    # An unhappy conversation stays open until somebody has put it right.
    settled_at = models.DateTimeField("安抚完成", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = "沟通"
        indexes = [
            models.Index(fields=["customer", "-at"], name="interaction_by_customer"),
            # Reception asks every minute who is still unhappy: a handful among millions.
            models.Index(
                fields=["store", "-at"],
                condition=Q(mood="unhappy", settled_at__isnull=True),
                name="interaction_open_unhappy",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="interaction_reason_of_a_mood", condition=Q(mood_reason="") | ~Q(mood="")),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.at:%Y-%m-%d}"

    @property
    def is_unsettled(self) -> bool:
        """It left the customer unhappy and nobody has put that right."""
        return self.mood == Mood.UNHAPPY and self.settled_at is None

    def settle(self, *, by):
        """The customer has been put at ease."""
        self.settled_at, self.settled_by = timezone.now(), by
        self.save(update_fields=["settled_at", "settled_by"])


class Promise(models.Model):
    """What we told a customer we would do, and by when. Red at reception when the time has passed."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="promises")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("哪一种", max_length=8, choices=PromiseKind, default=PromiseKind.WORD)
    body = models.CharField("答应的事", max_length=200)
    due_at = models.DateTimeField("何时之前")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Who sees to it; where nobody is named, whoever gave it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁去办"
    )
    # What was said it would cost: 0 is free, null is that nothing was said.
    fee_fen = models.BigIntegerField("收费（分）", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField("兑现时间", null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Released by the customer, or no longer possible: the customer has been told why.
    given_up_at = models.DateTimeField("放下时间", null=True, blank=True)
    given_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_up_why = models.CharField("为什么放下", max_length=120, blank=True)
    # The conversation in which it was given, where a note was made of it.
    interaction = models.ForeignKey(Interaction, on_delete=models.SET_NULL, null=True, related_name="promises")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺"
        indexes = [
            models.Index(
                fields=["store", "due_at"],
                condition=Q(kept_at__isnull=True, given_up_at__isnull=True),
                name="promise_open_by_due",
            ),
            models.Index(fields=["due_at"], name="promise_by_due"),
        ]
        constraints = [
            models.CheckConstraint(
                name="promise_kept_or_given_up", condition=Q(kept_at__isnull=True) | Q(given_up_at__isnull=True)
            ),
            models.CheckConstraint(
                name="promise_given_up_for_a_reason", condition=Q(given_up_at__isnull=True) | ~Q(given_up_why="")
            ),
            models.CheckConstraint(
                name="promise_fee_of_a_drive",
                condition=Q(fee_fen__isnull=True) | Q(fee_fen__gte=0, kind__in=DRIVEN),
            ),
        ]

    def __str__(self):
        return self.body

    @property
    def is_open(self) -> bool:
        """Neither kept nor given up."""
        return self.kept_at is None and self.given_up_at is None

    @property
    def can_move(self) -> bool:
        """Whether another time is the same promise."""
        return self.kind not in KEPT_FREE

    @property
    def terms(self) -> str:
        """免费 / ¥50; "" where nothing was said of money."""
        return "免费" if self.fee_fen == 0 else "" if self.fee_fen is None else money_words(self.fee_fen)

    @property
    def whose(self) -> str:
        """小林去办 / 小林答应的; who has left is named as such, "" where nobody is."""
        person, does = (self.owner, "去办") if self.owner else (self.made_by, "答应的")
        return f"{person}{'' if person.is_active else '（已离职）'}{does}" if person else ""


class PromiseMove(models.Model):
    """A promise was given another time: who moved it, when, why, and what it was before."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="moves")
    was_due_at = models.DateTimeField("原来的时间")
    due_at = models.DateTimeField("新的时间")
    why = models.CharField("为什么", max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "承诺改期"
        constraints = [
            models.CheckConstraint(name="promisemove_moves", condition=~Q(was_due_at=F("due_at"))),
            models.CheckConstraint(name="promisemove_for_a_reason", condition=~Q(why="")),
        ]

    def __str__(self):
        return f"{self.promise_id} → {self.due_at:%Y-%m-%d %H:%M}"


class Enquiry(models.Model):
    """Somebody called or walked in and did not buy: what they wanted, and why not today."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="enquiries", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="enquiries")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField("方式", max_length=8, choices=Channel)
    wish = models.CharField("想要什么", max_length=120)
    why_not = models.CharField("今天为什么没成", max_length=120, blank=True)
    plate = models.CharField("车牌", max_length=12, blank=True)

    objects = StoreScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "询问"
        indexes = [models.Index(fields=["store", "-at"], name="enquiry_by_store")]

    def __str__(self):
        return self.wish
