"""Dated reasons in a car's data to speak with its owner, what became of each, and when time alone changes them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer
from staff.models import Store, User

from ..enums import STANDING, Elsewhere, MaintenanceItem, OpportunityKind, OpportunityState
from ..querysets import OpportunityQuerySet, OutlookQuerySet
from .order import ServiceOrder
from .quotes import QuoteLine
from .vehicle import Vehicle

S = OpportunityState


class Opportunity(models.Model):
    """Once per car, kind and cycle. What it is about is worked out from facts; what became of it is somebody's word,
    or the order, the appointment or the day that says so."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="opportunities", db_index=False)
    kind = models.CharField("由头", max_length=11, choices=OpportunityKind)
    # The turn: which last time, which expiry, which line.
    cycle = models.CharField("哪一回", max_length=60)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="opportunities")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.ForeignKey(
        QuoteLine, on_delete=models.CASCADE, null=True, related_name="opportunities", verbose_name="报价里的哪一项"
    )
    items = models.CharField("保养项目", max_length=200, blank=True)
    begins_on = models.DateField("从哪天起")
    due_on = models.DateField("哪天前后")
    ends_on = models.DateField("到哪天止")
    value_fen = models.BigIntegerField("估值（分）", null=True)
    reason = models.CharField("凭什么", max_length=200)
    opened_on = models.DateField("哪天出现")
    state = models.CharField("状态", max_length=7, choices=OpportunityState, default=S.OPEN)
    # Of the latest word: when, and whose; nobody where a fact said it.
    said_at = models.DateTimeField("哪时改的", default=timezone.now)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField("哪时说的", null=True)
    booked_at = models.DateTimeField("哪时约的", null=True)
    settled_at = models.DateTimeField("哪时了结", null=True)
    # Whose customer it was when it was settled; until then it is the customer's advisor.
    advisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField("为什么不做", max_length=120, blank=True)
    lost_to = models.CharField("去了哪里", max_length=8, choices=Elsewhere, blank=True)
    order = models.ForeignKey(ServiceOrder, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    earned_fen = models.BigIntegerField("做成多少（分）", null=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = "商机"
        indexes = [
            models.Index(fields=["store", "due_on"], condition=Q(state__in=STANDING), name="opportunity_standing"),
            models.Index(fields=["due_on"], condition=Q(state__in=STANDING), name="opportunity_standing_due"),
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="opportunity_settled"),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="opportunity_by_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "kind", "cycle"], name="opportunity_once_per_cycle"),
            models.CheckConstraint(
                name="opportunity_within_its_window",
                condition=Q(begins_on__lte=models.F("due_on"), ends_on__gte=models.F("due_on")),
            ),
            models.CheckConstraint(
                name="opportunity_declined_says_why",
                condition=Q(state=S.DECLINED) & ~Q(decline_reason="") | ~Q(state=S.DECLINED) & Q(decline_reason=""),
                violation_error_message="客户不做的，写一句为什么",
            ),
            models.CheckConstraint(
                name="opportunity_lost_says_to_whom",
                condition=Q(state=S.LOST) & ~Q(lost_to="") | ~Q(state=S.LOST) & Q(lost_to=""),
                violation_error_message="去了别处的，选一下是哪里",
            ),
            models.CheckConstraint(
                name="opportunity_settled_at_iff_over",
                condition=Q(state__in=STANDING, settled_at__isnull=True)
                | ~Q(state__in=STANDING) & Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="opportunity_earned_only_when_done",
                condition=Q(state=S.DONE) | Q(order__isnull=True, earned_fen__isnull=True),
            ),
            models.CheckConstraint(
                name="opportunity_money_not_negative",
                condition=(Q(value_fen__isnull=True) | Q(value_fen__gte=0))
                & (Q(earned_fen__isnull=True) | Q(earned_fen__gte=0)),
            ),
            models.CheckConstraint(
                name="opportunity_invited_and_booked_when",
                condition=(~Q(state=S.INVITED) | Q(invited_at__isnull=False))
                & (~Q(state=S.BOOKED) | Q(booked_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_on}"

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    @property
    def item_labels(self) -> str:
        return "、".join(MaintenanceItem(item).label for item in self.items.split(",") if item)

    def say(self, state: OpportunityState, *, now: datetime, by: User | None = None, **facts):
        """What became of it; what only another state holds is emptied. The caller saves."""
        self.state, self.said_at, self.said_by = str(state), now, by
        self.settled_at = None if state in STANDING else now
        self.decline_reason, self.lost_to = facts.get("decline_reason", ""), facts.get("lost_to", "")
        self.order_id, self.earned_fen = facts.get("order_id"), facts.get("earned_fen")
        self.advisor_id = None if state in STANDING else facts.get("advisor_id")
        if state == S.INVITED:
            self.invited_at = now
        if state == S.BOOKED:
            self.booked_at = now

    def stand_again(self, *, now: datetime, by: User | None = None):
        """The latest word was a slip, or holds no more: as it was before. The caller saves."""
        invited_at = None if self.state == S.INVITED else self.invited_at
        self.say(S.INVITED if invited_at else S.OPEN, now=now, by=by)
        self.invited_at = invited_at


# What `say` writes.
SAID = [
    "state", "said_at", "said_by", "settled_at", "decline_reason", "lost_to", "order", "earned_fen", "advisor",
    "invited_at", "booked_at",
]  # fmt: skip


class Outlook(models.Model):
    """The first day on which time alone changes the opportunities of a car: one begins, or one is over."""

    vehicle = models.OneToOneField(Vehicle, on_delete=models.CASCADE, primary_key=True, related_name="outlook")
    changes_on = models.DateField()

    objects = OutlookQuerySet.as_manager()

    class Meta:
        verbose_name = "下次看商机"
        indexes = [models.Index(fields=["changes_on"], name="outlook_by_changes_on")]

    def __str__(self):
        return f"{self.vehicle_id} {self.changes_on}"
