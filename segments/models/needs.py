"""What customers need beyond the job (2-17): the shop's own vocabulary, and what stands of it for whom."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from customers.models import Customer

from ..enums import NeedState
from ..querysets.needs import CustomerNeedQuerySet, NeedQuerySet
from ..rules.needs import Wording, days_of, words_of


class Need(models.Model):
    """A need the shop tells customers apart by, and the words that speak of it."""

    name = models.CharField("需求", max_length=20, unique=True)
    serve = models.CharField("怎么待这样的客户", max_length=120)
    said = models.TextField("说到这些话算", max_length=1000, blank=True)
    bought = models.TextField("买过这些项目算", max_length=1000, blank=True)
    months = models.PositiveSmallIntegerField(
        "多少个月内算数", default=18, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    retired_at = models.DateTimeField("停用", null=True, blank=True)
    # Whether every customer was looked at with these words; the night sees to it.
    is_drawn = models.BooleanField(default=False, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "需求"
        constraints = [
            models.CheckConstraint(name="need_name_not_blank", condition=~Q(name="")),
            models.CheckConstraint(
                name="need_has_words",
                condition=~Q(said="") | ~Q(bought=""),
                violation_error_message="至少写一个词，系统才认得出",
            ),
            models.CheckConstraint(name="need_counts_for_months", condition=Q(months__range=(1, 60))),
        ]

    def __str__(self):
        return self.name

    @property
    def wording(self) -> Wording:
        return Wording(self.pk or 0, words_of(self.said), words_of(self.bought), days_of(self.months))


class CustomerNeed(models.Model):
    """What stands of one need of one customer. The evidence is not copied: it is derived from the facts.

    `pieces`: on how many different days facts spoke of it. A suggestion goes when its last piece has grown old; what a
    person decided stays: confirmed until dismissed, dismissed for a year.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="needs", db_index=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="of_customers", db_index=False)
    state = models.CharField("状态", max_length=9, choices=NeedState, default=NeedState.SUGGESTED)
    pieces = models.PositiveIntegerField("几天里有迹象", default=0)
    first_on = models.DateField("最早", null=True, blank=True)
    last_on = models.DateField("最近", null=True, blank=True)
    # The day on which time alone will next change what is counted.
    next_change_on = models.DateField("下次变化", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("何时决定", null=True, blank=True)
    reason = models.CharField("为什么", max_length=120, blank=True)

    objects = CustomerNeedQuerySet.as_manager()

    class Meta:
        verbose_name = "客户的需求"
        indexes = [
            models.Index(fields=["need", "state", "customer"], name="customerneed_by_need_state"),
            models.Index(fields=["next_change_on"], name="customerneed_by_next_change"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "need"], name="customerneed_once"),
            models.CheckConstraint(
                name="customerneed_suggested_by_evidence",
                condition=Q(state="suggested", pieces__gte=1, decided_at__isnull=True, reason="")
                | ~Q(state="suggested") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="customerneed_pieces_have_days",
                condition=Q(pieces=0, first_on__isnull=True, last_on__isnull=True, next_change_on__isnull=True)
                | Q(pieces__gte=1, first_on__isnull=False, last_on__isnull=False, next_change_on__isnull=False),
            ),
            models.CheckConstraint(
                name="customerneed_first_before_last", condition=Q(pieces=0) | Q(first_on__lte=models.F("last_on"))
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.need_id} {self.state}"
