"""Planned contacts and what came of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.enums import Purpose
from customers.models import Customer, Interaction
from staff.models import Store
from vehicles.models import ServiceOrder, Vehicle

from ..enums import Result, TouchChannel, TouchState
from ..querysets import TouchQuerySet


class Touch(models.Model):
    """A reason to speak to a customer, once per occasion and cycle. Re-derived nightly until frozen."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="touches")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="touches")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, related_name="+")
    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, null=True, related_name="+")
    occasion = models.CharField("由头", max_length=30)
    cycle = models.CharField("轮次", max_length=60)
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    channel = models.CharField("方式", max_length=8, choices=TouchChannel)
    priority = models.SmallIntegerField("优先级")
    due_on = models.DateField("应联系日")
    not_after = models.DateField("最晚")
    reason = models.CharField("为什么", max_length=200)
    state = models.CharField("状态", max_length=8, choices=TouchState, default=TouchState.WAITING)
    # The day the line lies on a caller's list; empty while it waits for room.
    listed_on = models.DateField("待办日", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="touches", verbose_name="经办人"
    )
    # Once a person or a channel has taken it, the night no longer rewrites it.
    frozen_at = models.DateTimeField("冻结", null=True, blank=True)
    drop_reason = models.CharField("取消原因", max_length=80, blank=True)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name = "触达"
        indexes = [
            models.Index(fields=["assignee", "listed_on"], condition=Q(state="listed"), name="touch_on_list"),
            models.Index(fields=["store", "state", "due_on"], name="touch_by_store_due"),
            models.Index(fields=["customer", "state"], name="touch_by_customer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "occasion", "cycle"], name="touch_once_per_cycle"),
            models.CheckConstraint(name="touch_not_after_due", condition=Q(not_after__gte=models.F("due_on"))),
            models.CheckConstraint(
                name="touch_listed_has_day_and_assignee",
                condition=~Q(state="listed", channel="call") | Q(listed_on__isnull=False, assignee__isnull=False),
            ),
            models.CheckConstraint(
                name="touch_ended_at_iff_ended",
                condition=Q(state__in=["waiting", "listed"], ended_at__isnull=True)
                | Q(state__in=["done", "dropped", "expired"], ended_at__isnull=False),
            ),
            models.CheckConstraint(name="touch_dropped_says_why", condition=~Q(state="dropped") | ~Q(drop_reason="")),
        ]

    def __str__(self):
        return f"{self.occasion} {self.customer_id} {self.cycle}"


class Outcome(models.Model):
    """What came of working a line once."""

    touch = models.ForeignKey(Touch, on_delete=models.PROTECT, related_name="outcomes")
    result = models.CharField("结果", max_length=14, choices=Result)
    note = models.CharField("备注", max_length=500, blank=True)
    next_on = models.DateField("下次联系", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, null=True, related_name="outcome")

    class Meta:
        verbose_name = "结果"
        indexes = [models.Index(fields=["touch", "-at"], name="outcome_by_touch")]

    def __str__(self):
        return self.get_result_display()
