"""What a person decided of a customer's grade or stage, against or without the rules."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer

from ..enums import ByHand
from ..querysets import OverrideQuerySet
from ..rules.by_hand import WORDS, words_of

# So many days before its review day somebody is asked to look again.
DUE_DAYS = 7


class Override(models.Model):
    """Somebody's word on one axis of a customer. It wins over the rules until it is ended or its review day is over.

    Ended rows are kept: they say what was decided before. Whoever opts out or is erased loses all of them.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="overrides")
    axis = models.CharField("定的是", max_length=6, choices=ByHand)
    code = models.CharField("定为", max_length=7)
    reason = models.CharField("为什么", max_length=120)
    review_on = models.DateField("复核日")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("何时定的")
    ended_at = models.DateTimeField("何时撤的", null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "人工定级"
        indexes = [
            models.Index(fields=["review_on", "id"], name="override_by_review", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "axis"], name="override_one_stands_per_axis", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="override_is_a_word_of_its_axis",
                condition=Q(*[Q(axis=axis, code__in=list(codes)) for axis, codes in WORDS.items()], _connector=Q.OR),
            ),
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="override_ended_at_and_by_together",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.axis} {self.code}"

    @property
    def who(self) -> str:
        """The person who decided, as colleagues call them: their role and name, unless the name says the role."""
        role, name = self.set_by.get_role_display(), str(self.set_by)
        return name if role in name else role + name

    def told(self, words: str = "") -> str:
        """Who decided what, why, until when."""
        return f"{self.who}定为 {words or self.words}（{self.reason}，到 {self.review_on} 复核）"

    def is_over(self, today: date) -> bool:
        """Whether its review day has passed, so that the rules judge again."""
        return self.review_on < today

    def is_due(self, today: date) -> bool:
        """Whether somebody should look at it again by now."""
        return self.review_on <= today + timedelta(days=DUE_DAYS)

    @property
    def words(self) -> str:
        """What was decided, as it is said."""
        return words_of(self.axis, self.code)
