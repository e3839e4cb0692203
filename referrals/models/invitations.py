"""A happy customer passes it on: cards for friends, of whom nothing is kept but a hint without a number (G3)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer, Introduction
from staff.models import Store
from vehicles.enums import ServiceKind

from ..enums import CardState, HappyMoment, Relation
from ..querysets import InvitationCardQuerySet, InvitationSetQuerySet

MOST_CARDS = 5


class InvitationSet(models.Model):
    """Somebody was happy and was asked to pass it on: up to five cards, once in a quarter."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invitation_sets")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField("为什么现在", max_length=7, choices=HappyMoment)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("何时", default=timezone.now)
    ends_on = models.DateField("做卡到哪天")
    # They would rather not: they are not asked again.
    declined_at = models.DateTimeField("不想邀请", null=True, blank=True)

    objects = InvitationSetQuerySet.as_manager()

    class Meta:
        verbose_name = "一套邀请卡"
        constraints = [
            models.CheckConstraint(name="invitationset_of_a_moment", condition=Q(moment__in=HappyMoment.values))
        ]

    def __str__(self):
        return f"{self.customer_id} {self.made_at:%Y-%m-%d}"

    def is_open(self, today: date) -> bool:
        """Whether cards may still be made."""
        return self.declined_at is None and self.ends_on >= today


class InvitationCard(models.Model):
    """One invitation. Who made it says how they call the friend and what the friend may need; there is no place for
    a number, and the hint goes when the friend has answered, or never answers."""

    set = models.ForeignKey(InvitationSet, on_delete=models.PROTECT, related_name="cards", db_index=False)
    place = models.PositiveSmallIntegerField("第几张")
    # Of the form that made it: sent twice it is one card.
    key = models.UUIDField(unique=True)
    code = models.CharField("卡码", max_length=8, unique=True)
    nickname = models.CharField("怎么称呼", max_length=12, blank=True)
    relation = models.CharField("是他的什么人", max_length=9, choices=Relation, blank=True)
    need = models.CharField("可能想做什么", max_length=12, choices=ServiceKind, blank=True)
    may_say_name = models.BooleanField("可以说是谁介绍的", default=False)
    # Nobody: the customer made it on their own phone.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("何时", default=timezone.now)
    ends_on = models.DateField("用到哪天")
    answered_at = models.DateTimeField("朋友登记", null=True, blank=True)
    # None where whoever answered was known here before: they are not introduced anew.
    introduction = models.OneToOneField(
        Introduction, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation_card"
    )
    revoked_at = models.DateTimeField("收回", null=True, blank=True)

    objects = InvitationCardQuerySet.as_manager()

    class Meta:
        verbose_name = "邀请卡"
        indexes = [models.Index(fields=["ends_on"], name="invitationcard_with_hint", condition=~Q(nickname=""))]
        constraints = [
            models.UniqueConstraint(fields=["set", "place"], name="invitationcard_place_once"),
            models.CheckConstraint(name="invitationcard_at_most_five", condition=Q(place__range=(1, MOST_CARDS))),
            models.CheckConstraint(
                name="invitationcard_no_hint_afterwards",
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True)
                | Q(nickname="", relation="", need=""),
            ),
            models.CheckConstraint(
                name="invitationcard_answered_or_revoked",
                condition=Q(answered_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitationcard_introduces_by_an_answer",
                condition=Q(introduction__isnull=True) | Q(answered_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"第 {self.place} 张"

    def state_on(self, today: date) -> CardState:
        if self.revoked_at:
            return CardState.REVOKED
        if self.answered_at:
            return CardState.ANSWERED
        return CardState.INVITED if self.ends_on >= today else CardState.ENDED

    @property
    def whom(self) -> str:
        """老李（邻居）; which card it is, where nothing more is known of the friend."""
        relation = self.get_relation_display()
        return f"{self.nickname}{relation and f'（{relation}）'}" if self.nickname else str(self)

    @property
    def from_whom(self) -> str:
        """Whom the card names as its sender; "" where they would rather not be named."""
        sender = self.set.customer
        return (sender.salutation or str(sender)) if self.may_say_name else ""

    def answer(self, introduction: Introduction | None, *, now):
        """The friend has come forward: nothing said about them by others is kept."""
        self.answered_at, self.introduction = now, introduction
        self._forget("answered_at", "introduction")

    def revoke(self, *, now):
        self.revoked_at = now
        self._forget("revoked_at")

    def _forget(self, *fields: str):
        self.nickname = self.relation = self.need = ""
        self.save(update_fields=[*fields, "nickname", "relation", "need"])
