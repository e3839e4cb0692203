"""Cards of members as another system of the shop wrote them: recorded and shown, none are sold here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.append_only import AppendOnly
from staff.models import Store

from ..querysets import MemberCardQuerySet
from .customer import Customer


class MemberCard(models.Model):
    """A card by its number. `balance_fen` and `times` are what was left of it at the end of `as_of`, None: not said.

    Money on it is a record of the system that sold it; of `times` this house may take some off (`CardUse`).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    # As it is written, leading zeros and all.
    number = models.CharField("卡号", max_length=40, unique=True)
    kind = models.CharField("卡种", max_length=40, blank=True)
    balance_fen = models.PositiveBigIntegerField("余额（分）", null=True, blank=True)
    times = models.PositiveIntegerField("剩余次数", null=True, blank=True)
    opened_on = models.DateField("开卡日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    as_of = models.DateField("截至")
    # Uses up to this moment are in what the file said.
    recorded_at = models.DateTimeField("记下", default=timezone.now)

    objects = MemberCardQuerySet.as_manager()

    class Meta:
        verbose_name = "会员卡"
        constraints = [models.CheckConstraint(name="membercard_has_a_number", condition=~Q(number=""))]

    def __str__(self):
        return self.number

    def is_valid(self, today) -> bool:
        """Not past its end; the day it ends on still counts."""
        return self.valid_until is None or self.valid_until >= today


class CardUse(AppendOnly):
    """So many times taken off a card, once per `key`; taken back by a row that names it."""

    card = models.ForeignKey(MemberCard, on_delete=models.PROTECT, related_name="uses")
    times = models.IntegerField("次数")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "划卡"
        constraints = [
            models.CheckConstraint(
                name="carduse_takes_or_gives_back",
                condition=Q(times__gt=0, reverses__isnull=True) | Q(times__lt=0, reverses__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.card_id} {self.times:+}"
