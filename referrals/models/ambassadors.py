"""口碑大使 (0-7): customers who speak of us openly, what they agreed to, and thanks that cost nothing."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly
from customers.enums import ConsentHow
from customers.models import Customer
from staff.models import Store

from ..enums import AmbassadorEnd, ThanksKind, ThanksWay
from ..querysets import AmbassadorQuerySet, SourceCostQuerySet
from ..rules.ambassadors import TOLD


class Ambassador(models.Model):
    """A customer who agreed to speak of us as what they are. Nothing is paid for the role itself (G2)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="ambassador_roles")
    # Who agreed, while their record is part of another one.
    moved_from = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    since = models.DateField("从哪天起")
    text_version = models.CharField("告知文本版本", max_length=20)
    how = models.CharField("怎么同意的", max_length=8, choices=ConsentHow)
    agreed_at = models.DateTimeField("同意时间")
    may_name = models.BooleanField("可以印名字", default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("不再是", null=True, blank=True)
    ended_as = models.CharField("为什么", max_length=12, choices=AmbassadorEnd, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AmbassadorQuerySet.as_manager()

    class Meta:
        verbose_name = "口碑大使"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ended_at__isnull=True),
                name="ambassador_one_live",
                violation_error_message="他已经是口碑大使",
            ),
            models.CheckConstraint(name="ambassador_moved_from_another", condition=~Q(moved_from=F("customer"))),
            models.CheckConstraint(
                name="ambassador_told_and_agreed", condition=~Q(text_version="") & Q(how__in=ConsentHow.values)
            ),
            models.CheckConstraint(
                name="ambassador_ended_for_a_reason",
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=AmbassadorEnd.values),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.since}"

    @property
    def whose(self) -> int:
        """Who agreed."""
        return self.moved_from_id or self.customer_id

    @property
    def told(self) -> tuple[str, ...]:
        """What they were told, in the words of that day."""
        return TOLD.get(self.text_version, ())

    def end(self, why: AmbassadorEnd, *, by, now: datetime) -> bool:
        """They are no ambassador from now on; False when that was so already."""
        facts = {"ended_at": now, "ended_as": why, "ended_by": by}
        return bool(Ambassador.objects.live().filter(pk=self.pk).update(**facts))

    def go_to(self, heir: Customer) -> bool:
        """It stands, with whose record it is now; False when a person ended it."""
        facts = {"customer": heir, "moved_from": None if heir.pk == self.whose else self.whose}
        mine = Ambassador.objects.filter(pk=self.pk, ended_by__isnull=True)
        return bool(mine.update(**facts, ended_at=None, ended_as=""))


class Thanks(AppendOnly):
    """A word of thanks between a customer and us: nothing of it can be spent."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="thanks")
    way = models.CharField("谁谢谁", max_length=8, choices=ThanksWay)
    kind = models.CharField("什么", max_length=6, choices=ThanksKind)
    on = models.DateField("哪天")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "致谢"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="thanks_of_words_only", condition=Q(kind__in=ThanksKind.values, way__in=ThanksWay.values)
            )
        ]

    def __str__(self):
        return f"{self.get_way_display()} {self.get_kind_display()}"


class ThanksWords(models.Model):
    """What was said. It may name people, so it stands beside the thanks and can be erased."""

    thanks = models.OneToOneField(Thanks, on_delete=models.PROTECT, related_name="said")
    words = models.CharField("说了什么", max_length=200)

    class Meta:
        verbose_name = "致谢的话"

    def __str__(self):
        return f"{self.thanks_id}"


class SourceCost(AppendOnly):
    """What a way of winning customers cost a store in a month; a slip is put right by a negative amount."""

    source = models.CharField("来源", max_length=40)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField("哪个月")
    fen = models.BigIntegerField("多少（分）")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SourceCostQuerySet.as_manager()

    class Meta:
        verbose_name = "来源的花费"
        indexes = [models.Index(fields=["store", "month"], name="sourcecost_by_month")]
        constraints = [
            models.CheckConstraint(name="sourcecost_of_something", condition=~Q(source="") & ~Q(fen=0)),
        ]

    def __str__(self):
        return f"{self.source} {self.month:%Y-%m}"
