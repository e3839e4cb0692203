"""What is due on a car and by which rule; what was done elsewhere; the feed of cars whose facts changed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly

from ..enums import DUE_ITEMS, Basis, Elsewhere, Energy, MaintenanceItem
from ..querysets import (
    DueItemQuerySet,
    MaintenanceRuleQuerySet,
    VehicleChangeQuerySet,
    WorkElsewhereQuerySet,
)
from ..rules.due import Interval
from ..rules.due_words import every_words
from ..rules.intervals import Cars, folded
from .vehicle import Vehicle


class MaintenanceRule(AppendOnly):
    """A version of how often an item is due on some cars; where there is none the shipped one holds."""

    item = models.CharField("项目", max_length=20, choices=MaintenanceItem)
    brand = models.CharField("品牌", max_length=40, blank=True)
    series = models.CharField("车系", max_length=60, blank=True)
    energy = models.CharField("能源", max_length=8, choices=Energy, blank=True)
    version = models.PositiveIntegerField("版本")
    km = models.PositiveIntegerField("每多少公里", null=True, blank=True)
    months = models.PositiveSmallIntegerField("每几个月", null=True, blank=True)
    is_once = models.BooleanField("只做一次", default=False)
    # The special rule is no more: the more general one holds again.
    is_dropped = models.BooleanField("不再单列", default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MaintenanceRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "保养周期"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "brand", "series", "energy", "version"], name="maintenancerule_version_once"
            ),
            models.CheckConstraint(name="maintenancerule_version_from_one", condition=Q(version__gte=1)),
            models.CheckConstraint(name="maintenancerule_series_of_a_brand", condition=Q(series="") | ~Q(brand="")),
            models.CheckConstraint(
                name="maintenancerule_more_than_nothing",
                condition=(Q(km__isnull=True) | Q(km__gt=0)) & (Q(months__isnull=True) | Q(months__gt=0)),
            ),
        ]

    def __str__(self):
        return f"{self.get_item_display()} 第 {self.version} 版"

    @property
    def cars(self) -> Cars:
        return Cars(folded(self.brand), folded(self.series), self.energy)

    @property
    def interval(self) -> Interval:
        return Interval(self.km, self.months, self.is_once)

    @property
    def words(self) -> str:
        return every_words(self.km, self.months, is_once=self.is_once)


class DueItem(models.Model):
    """When an item of a car is due next. Worked out from facts by rules.due, never typed; no row: not known."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="due_items", db_index=False)
    item = models.CharField("项目", max_length=20, choices=DUE_ITEMS)
    due_on = models.DateField("该做的日子")
    low_on = models.DateField("最早")
    high_on = models.DateField("最晚", null=True)
    by_time_on = models.DateField("按时间", null=True)
    by_km_on = models.DateField("按里程", null=True)
    at_km = models.PositiveIntegerField("到多少公里", null=True)
    basis = models.CharField("从哪里算起", max_length=9, choices=Basis)
    last_on = models.DateField("上次", null=True)
    last_km = models.PositiveIntegerField("上次里程", null=True)
    every_km = models.PositiveIntegerField("每多少公里", null=True)
    every_months = models.PositiveSmallIntegerField("每几个月", null=True)
    # From this day on time alone changes it.
    ends_on = models.DateField(null=True)

    objects = DueItemQuerySet.as_manager()

    class Meta:
        verbose_name = "该做的项目"
        indexes = [
            models.Index(fields=["due_on"], name="dueitem_by_due_on"),
            models.Index(fields=["ends_on"], condition=Q(ends_on__isnull=False), name="dueitem_by_ends_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "item"], name="dueitem_once_per_item"),
            models.CheckConstraint(
                name="dueitem_within_its_range",
                condition=Q(low_on__lte=F("due_on")) & (Q(high_on__isnull=True) | Q(high_on__gte=F("due_on"))),
            ),
        ]

    def __str__(self):
        return f"{self.get_item_display()} {self.due_on}"


class WorkElsewhere(models.Model):
    """An item that was done elsewhere, as somebody told us."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="works_elsewhere", db_index=False)
    item = models.CharField("做了什么", max_length=20, choices=MaintenanceItem)
    done_on = models.DateField("哪天做的")
    km = models.PositiveIntegerField("当时里程", null=True, blank=True)
    place = models.CharField("在哪做的", max_length=8, choices=Elsewhere)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = WorkElsewhereQuerySet.as_manager()

    class Meta:
        verbose_name = "别处做的"
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "item", "done_on"], name="workelsewhere_once_a_day"),
        ]

    def __str__(self):
        return f"{self.get_item_display()} {self.done_on}"


class VehicleChange(models.Model):
    """The feed of cars: a fact that decides what is due on one changed. The night drains it."""

    # A bare number: the feed must not slow or block the write it accompanies.
    vehicle_id = models.BigIntegerField()

    objects = VehicleChangeQuerySet.as_manager()

    def __str__(self):
        return str(self.vehicle_id)
