"""A car is expected: whose, when, what for. An appointment that is moved stays, and names the one it became."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer
from staff.models import Store

from ..enums import AppointmentState, DayPart, ServiceKind
from ..querysets import AppointmentQuerySet
from .order import ServiceOrder
from .vehicle import Vehicle

NOON = time(12)


class Appointment(models.Model):
    """Somebody said when they come. One is expected per car and day; without a car, per customer and day."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="appointments")
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="车"
    )
    kind = models.CharField("做什么", max_length=12, choices=ServiceKind, default=ServiceKind.MAINTENANCE)
    expected_on = models.DateField("哪一天")
    part = models.CharField("上下午", max_length=2, choices=DayPart)
    # Where they named an hour; else the half of the day is all that is known.
    time = models.TimeField("几点", null=True, blank=True)
    note = models.CharField("备注", max_length=120, blank=True)
    state = models.CharField("状态", max_length=9, choices=AppointmentState, default=AppointmentState.EXPECTED)
    # Nobody where the customer booked on their own phone.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("约定时间", default=timezone.now)
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)
    # Nobody where the car's arrival or the night settled it.
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField("取消原因", max_length=120, blank=True)
    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, null=True, related_name="appointments")
    moved_to = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="moved_from")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "预约"
        indexes = [models.Index(fields=["store", "expected_on"], name="appointment_by_store_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "expected_on"], condition=Q(state="expected"), name="appointment_one_per_car_and_day"
            ),
            models.UniqueConstraint(
                fields=["customer", "expected_on"],
                condition=Q(state="expected", vehicle__isnull=True),
                name="appointment_one_per_customer_and_day",
            ),
            models.CheckConstraint(
                name="appointment_time_within_part",
                condition=Q(time__isnull=True) | Q(part="am", time__lt=NOON) | Q(part="pm", time__gte=NOON),
            ),
            models.CheckConstraint(
                name="appointment_settled_at_iff_settled",
                condition=Q(state="expected", settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(state="expected") & Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_visit_only_if_arrived", condition=Q(order__isnull=True) | Q(state="arrived")
            ),
            models.CheckConstraint(
                name="appointment_moved_is_cancelled", condition=Q(moved_to__isnull=True) | Q(state="cancelled")
            ),
            models.CheckConstraint(name="appointment_not_moved_to_itself", condition=~Q(moved_to=F("id"))),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.expected_on} {self.when}"

    @property
    def when(self) -> str:
        """上午 / 14:30."""
        return f"{self.time:%H:%M}" if self.time else self.get_part_display()

    @property
    def is_expected(self) -> bool:
        return self.state == AppointmentState.EXPECTED

    @property
    def outcome_words(self) -> str:
        """What became of it; where it was moved, to when."""
        if self.moved_to:
            return f"改到 {self.moved_to.expected_on:%m-%d} {self.moved_to.when}"
        return self.get_state_display()

    def settle(self, state: AppointmentState, *, now, by=None, why: str = "", order=None, moved_to=None):
        """It is expected no more."""
        self.state, self.settled_at, self.settled_by, self.why = state, now, by, why
        self.order, self.moved_to = order, moved_to
        self.save(update_fields=["state", "settled_at", "settled_by", "why", "order", "moved_to"])

    def expect_again(self):
        """What settled it was a slip."""
        self.state, self.settled_at, self.settled_by, self.why = AppointmentState.EXPECTED, None, None, ""
        self.order, self.moved_to = None, None
        self.save(update_fields=["state", "settled_at", "settled_by", "why", "order", "moved_to"])
