"""What the shop means to say in the coming days: found and decided anew every night, kept until the next."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from customers.enums import Purpose
from customers.models import Customer
from staff.models import Store
from vehicles.models import ServiceOrder, Vehicle

from ..enums import DropReason, TouchChannel, Verdict, Why
from ..querysets.plans import PlanLineQuerySet, PlanRunQuerySet
from .policy import ContactPolicy


class PlanRun(models.Model):
    """One planning of the days from `today` to `until`. The newest finished one is shown."""

    today = models.DateField("哪天排的")
    until = models.DateField("排到哪天")
    policy = models.ForeignKey(ContactPolicy, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("排完", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlanRunQuerySet.as_manager()

    class Meta:
        verbose_name = "触达排期"

    def __str__(self):
        return f"{self.today} – {self.until}"

    def portions(self, size: int) -> range:
        """Where portions of the lines begin: so many ids each."""
        ends = self.lines.aggregate(first=models.Min("pk"), last=models.Max("pk"))
        return range(ends["first"], ends["last"] + 1, size) if ends["last"] else range(0)

    @transaction.atomic
    def finish(self):
        """From now on this is the plan; older ones go."""
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])
        old = PlanRun.objects.superseded_by(self)
        PlanLine.objects.filter(run__in=old)._raw_delete("default")
        old.delete()


class PlanLine(models.Model):
    """A proposal of one run with what was decided. A plan, no record: what comes of it are touches.

    Nothing holds on to a row that disappears meanwhile: no constraint ties a plan to customers, cars and orders. Nor to
    its run, which goes with all its lines: a million of them are looked up for nothing.
    """

    run = models.ForeignKey(
        PlanRun, on_delete=models.CASCADE, related_name="lines", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    order = models.ForeignKey(
        ServiceOrder, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    occasion = models.CharField("由头", max_length=30)
    cycle = models.CharField("轮次", max_length=60)
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    channel = models.CharField("方式", max_length=8, choices=TouchChannel)
    priority = models.SmallIntegerField("优先级")
    due_on = models.DateField("应联系日")
    not_after = models.DateField("最晚")
    reason = models.CharField("为什么", max_length=200)
    # Proposed for the day of the run itself: it becomes a touch. The others are only foreseen.
    is_current = models.BooleanField(default=False)
    verdict = models.CharField("决定", max_length=10, choices=Verdict, blank=True)
    planned_on = models.DateField("安排在", null=True, blank=True)
    # How far it may be put off when staff is short, without crowding the customer.
    latest_on = models.DateField(null=True, blank=True)
    lead = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, related_name="merged", db_constraint=False, db_index=False
    )
    why = models.CharField("原因", max_length=10, choices=Why, blank=True)
    # Which number stood against it, and how many contacts there were already.
    cap = models.CharField(max_length=20, blank=True)
    count = models.PositiveSmallIntegerField(default=0)
    drop_reason = models.CharField("不能联系", max_length=20, choices=DropReason, blank=True)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = "触达计划"
        indexes = [
            models.Index(fields=["run", "store", "planned_on"], name="plan_line_by_day"),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="plan_line_by_lead"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "customer", "occasion", "cycle"], name="plan_line_once_per_cycle"),
        ]

    def __str__(self):
        return f"{self.occasion} {self.customer_id} {self.cycle}"

    @property
    def key(self) -> str:
        """What the planner knows it by."""
        return f"{self.occasion}|{self.cycle}"
