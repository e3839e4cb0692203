"""Who has learnt what from the knowledge cards: customers were taught (1-17), staff have studied (1-18)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer

from ..enums import TaughtHow
from ..rules.cards import card_named


def title_of(key: str) -> str:
    """What a card is called; a card that is shipped no more keeps its key."""
    card = card_named(key)
    return card.title if card else key


class CardTaught(models.Model):
    """A customer heard or read what a card says: once, the first time."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards_taught", db_index=False)
    card = models.CharField("知识卡", max_length=30)
    how = models.CharField("怎么讲的", max_length=5, choices=TaughtHow)
    taught_at = models.DateTimeField("时间", default=timezone.now)
    # Nobody where the customer read it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "给客户讲过的知识"
        constraints = [
            models.UniqueConstraint(fields=["customer", "card"], name="cardtaught_once_per_customer"),
            models.CheckConstraint(name="cardtaught_has_a_card", condition=~Q(card="")),
            models.CheckConstraint(
                name="cardtaught_by_somebody_iff_told",
                condition=Q(how="told", by__isnull=False) | Q(how="phone", by__isnull=True),
            ),
        ]

    def __str__(self):
        return title_of(self.card)


class CardStudied(models.Model):
    """Somebody of the staff says: I know this card."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cards_studied", db_index=False
    )
    card = models.CharField("知识卡", max_length=30)
    studied_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "员工学过的知识"
        constraints = [models.UniqueConstraint(fields=["person", "card"], name="cardstudied_once_per_person")]

    def __str__(self):
        return title_of(self.card)
