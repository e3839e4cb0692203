"""What a promise needs besides words: the visit it belongs to, a loaner car, a place in the children's corner."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models import Promise
from staff.models import Store

from ..querysets import CornerPlaceQuerySet, LoanerCarQuerySet, LoanQuerySet, VisitPromiseQuerySet
from .appointment import Appointment
from .order import ServiceOrder


class VisitPromise(models.Model):
    """The visit or the appointment for which something was promised."""

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, related_name="visit")
    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, null=True, related_name="promises")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="promises")

    objects = VisitPromiseQuerySet.as_manager()

    class Meta:
        verbose_name = "到店的承诺"
        constraints = [
            models.CheckConstraint(
                name="visitpromise_of_something", condition=Q(order__isnull=False) | Q(appointment__isnull=False)
            )
        ]

    def __str__(self):
        return f"{self.promise_id} {self.order_id or self.appointment_id}"


class LoanerCar(models.Model):
    """A car of a store that customers may use while theirs is here."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="loaners", verbose_name="门店")
    plate = models.CharField("车牌", max_length=12, unique=True, error_messages={"unique": "这块车牌已经是代步车"})
    title = models.CharField("什么车", max_length=40, blank=True)
    retired_at = models.DateTimeField("停用", null=True, blank=True)

    objects = LoanerCarQuerySet.as_manager()

    class Meta:
        verbose_name = "代步车"
        ordering = ["store", "plate"]

    def __str__(self):
        return f"{self.plate} {self.title}".strip()


class Loan(models.Model):
    """A loaner car kept for a customer from a time to another; the promise says for whom and when it begins.

    Two loans of a car never share a moment: `lend` looks under a lock. That only one is out is a constraint.
    """

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, related_name="loan")
    car = models.ForeignKey(LoanerCar, models.PROTECT, related_name="loans", db_index=False, verbose_name="哪台车")
    starts_at = models.DateTimeField("从什么时候")
    until = models.DateTimeField("到什么时候")
    out_at = models.DateTimeField("交车", null=True, blank=True)
    out_km = models.PositiveIntegerField("交车里程", null=True, blank=True)
    back_at = models.DateTimeField("还车", null=True, blank=True)
    back_km = models.PositiveIntegerField("还车里程", null=True, blank=True)
    back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "借车"
        indexes = [models.Index(fields=["car", "starts_at"], name="loan_by_car")]
        constraints = [
            models.UniqueConstraint(
                fields=["car"],
                condition=Q(out_at__isnull=False, back_at__isnull=True),
                name="loan_one_out_per_car",
                violation_error_message="这台车还没有还回来",
            ),
            models.CheckConstraint(
                name="loan_ends_after_it_began",
                condition=Q(until__gt=F("starts_at")),
                violation_error_message="还车要在交车以后",
            ),
            models.CheckConstraint(
                name="loan_back_after_out",
                condition=Q(back_at__isnull=True) | Q(out_at__isnull=False, back_at__gte=F("out_at")),
            ),
            models.CheckConstraint(
                name="loan_km_goes_up",
                condition=Q(out_km__isnull=True) | Q(back_km__isnull=True) | Q(back_km__gte=F("out_km")),
                violation_error_message="还车里程比交车时还少",
            ),
        ]

    def __str__(self):
        return f"{self.car_id} {self.starts_at:%m-%d %H:%M}"

    @property
    def is_out(self) -> bool:
        return self.out_at is not None and self.back_at is None

    @property
    def driven_km(self) -> int | None:
        return None if self.out_km is None or self.back_km is None else self.back_km - self.out_km

    def is_overdue(self, now: datetime) -> bool:
        """Out beyond the time that was agreed."""
        return self.is_out and self.until < now


class CornerPlace(models.Model):
    """One place in a store's children's corner for an hour. Of the child nothing is kept, not even that there is one.

    Places are numbered up to what the store has, so no hour can be given away more often than that.
    """

    HOUR = timedelta(hours=1)

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, related_name="corner")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField("几点")
    number = models.PositiveSmallIntegerField("第几位")
    is_released = models.BooleanField("不用了", default=False)

    objects = CornerPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "儿童角"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "starts_at", "number"],
                condition=Q(is_released=False),
                name="cornerplace_given_once",
            ),
            models.CheckConstraint(name="cornerplace_numbered_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self):
        return f"{self.starts_at:%m-%d %H:%M} {self.number}"
