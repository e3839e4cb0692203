"""A car outlives its owner: ownership and plates are dated, old orders stay with the old owner."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer

from ..enums import CarRole, ReadingSource
from ..querysets import (
    CarPersonQuerySet,
    OwnershipQuerySet,
    UsualMileageQuerySet,
    VehicleQuerySet,
    VehicleWarningQuerySet,
)
from ..rules.inspection import Inspection, next_inspection
from ..rules.mileage import Shown, Usage, shown_on, usage
from ..rules.odometer import Reading

# Below so many kilometres a day a decimal is worth saying.
SLOW_KM = 10


class Vehicle(models.Model):
    """A car. Found by its plate, else by its VIN."""

    plate = models.CharField("车牌", max_length=12, blank=True)
    vin = models.CharField("车架号", max_length=17, blank=True)
    engine_no = models.CharField("发动机号", max_length=40, blank=True)
    brand = models.CharField("品牌", max_length=40, blank=True)
    series = models.CharField("车系", max_length=60, blank=True)
    model = models.CharField("车型", max_length=100, blank=True)
    energy = models.CharField("能源", max_length=20, blank=True)
    registered_on = models.DateField("上牌日期", null=True, blank=True)
    insurer = models.CharField("保险公司", max_length=60, blank=True)
    # 保险到期 as the shop writes it (compulsory insurance where the file tells them apart).
    insured_until = models.DateField("保险到期", null=True, blank=True)
    commercial_insured_until = models.DateField("商业险到期", null=True, blank=True)
    premium_fen = models.BigIntegerField("上年保费（分）", null=True, blank=True)
    inspected_until = models.DateField("年检到期", null=True, blank=True)
    # The latest plausible reading, kept beside the car so that the desk need not search the log.
    odometer_km = models.PositiveIntegerField("里程（公里）", null=True, blank=True)
    odometer_on = models.DateField("里程日期", null=True, blank=True)
    # How it is driven (rules.mileage): metres a day, and by how many per cent of its course a stretch strays.
    daily_metres = models.PositiveIntegerField("每天多少米", null=True, blank=True)
    daily_spread = models.PositiveSmallIntegerField("上下差多少（%）", null=True, blank=True)
    edited_fields = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField("建档时间", default=timezone.now)
    owners = models.ManyToManyField(Customer, through="Ownership", related_name="vehicles")

    objects = VehicleQuerySet.as_manager()

    class Meta:
        verbose_name = "车辆"
        indexes = [
            models.Index(fields=["vin"], name="vehicle_by_vin"),
            models.Index(fields=["insured_until"], name="vehicle_by_insured_until"),
            models.Index(fields=["registered_on"], name="vehicle_by_registered_on"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plate"], condition=~Q(plate=""), name="vehicle_one_per_plate"),
            models.UniqueConstraint(
                fields=["vin"], condition=Q(plate="") & ~Q(vin=""), name="vehicle_one_per_vin_without_plate"
            ),
            models.CheckConstraint(name="vehicle_has_plate_or_vin", condition=~Q(plate="") | ~Q(vin="")),
            models.CheckConstraint(
                name="vehicle_odometer_km_and_on_together",
                condition=Q(odometer_km__isnull=True, odometer_on__isnull=True)
                | Q(odometer_km__isnull=False, odometer_on__isnull=False),
            ),
            models.CheckConstraint(
                name="vehicle_daily_metres_and_spread_together",
                condition=Q(daily_metres__isnull=True, daily_spread__isnull=True)
                | Q(daily_metres__isnull=False, daily_spread__isnull=False),
            ),
            models.CheckConstraint(
                name="vehicle_premium_not_negative", condition=Q(premium_fen__isnull=True) | Q(premium_fen__gte=0)
            ),
        ]

    def __str__(self):
        return self.plate or self.vin

    @property
    def title(self) -> str:
        """What people call the car: brand and series, else the model as written."""
        return " ".join(part for part in (self.brand, self.series) if part) or self.model

    def next_inspection(self, today: date) -> Inspection | None:
        """What the rule says where nobody has typed a date."""
        if self.inspected_until:
            return None
        return next_inspection(self.registered_on, today=today, model=f"{self.series} {self.model}")

    @property
    def daily_km(self) -> str:
        """How far it is driven a day, as precisely as that is known: 41, 3.5."""
        km = self.daily_metres / 1000
        return f"{km:.0f}" if km >= SLOW_KM else f"{km:.1f}"

    def odometer_at(self, day: date) -> Shown | None:
        """What the odometer shows on `day`, reckoned; None before anything was read."""
        if self.odometer_on is None:
            return None
        how = usage(()) if self.daily_metres is None else Usage(self.daily_metres, self.daily_spread)
        return shown_on(day, last=Reading(self.odometer_on, self.odometer_km), usage=how)

    def owner_now(self) -> Customer | None:
        """Whose car it is today, with their advisor; one query."""
        owned = self.ownerships.current().select_related("customer__advisor").first()
        return owned and owned.customer

    def owner_on(self, day: date) -> Customer | None:
        """Whose car it was on a day; before the first owner we know of, and between two, the next one's."""
        owned = self.ownerships.select_related("customer").order_by("valid_from", "pk")
        then = owned.on(day).last() or owned.filter(valid_from__gt=day).first()
        return then and then.customer

    def mark_edited(self, *fields: str):
        """Remember that people wrote these fields, so that no import overwrites them; the caller saves."""
        self.edited_fields = sorted({*self.edited_fields, *fields})


class VehiclePlate(models.Model):
    """A plate a car carried, from when to when."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="plates")
    plate = models.CharField("车牌", max_length=12)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "车牌记录"
        indexes = [models.Index(fields=["plate"], name="vehicleplate_by_plate")]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(valid_to__isnull=True), name="vehicleplate_one_current"
            ),
            models.UniqueConstraint(fields=["plate"], condition=Q(valid_to__isnull=True), name="vehicleplate_one_car"),
            models.CheckConstraint(
                name="vehicleplate_to_after_from", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self):
        return self.plate


class Ownership(models.Model):
    """Whose car it was, from when to when. A car has one owner at a time."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="ownerships")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="ownerships")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    objects = OwnershipQuerySet.as_manager()

    class Meta:
        verbose_name = "车主关系"
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(valid_to__isnull=True), name="ownership_one_current"
            ),
            models.CheckConstraint(
                name="ownership_to_after_from", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self):
        return f"{self.vehicle_id} – {self.customer_id}"

    def end(self, day: date):
        """From the morning of `day` the car is no longer theirs."""
        self.valid_to = day
        self.save(update_fields=["valid_to"])


class CarPerson(models.Model):
    """Who drives, pays for or decides about a car besides its owner, from when to when."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="people")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="car_roles")
    role = models.CharField("身份", max_length=8, choices=CarRole)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CarPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "用车人"
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "customer", "role"], condition=Q(valid_to__isnull=True), name="carperson_once"
            ),
            models.CheckConstraint(
                name="carperson_to_after_from", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self):
        return f"{self.vehicle_id} {self.get_role_display()} {self.customer_id}"

    def end(self, day: date):
        """From `day` on they are this no longer; a role written down later than that ends as it began."""
        self.valid_to = max(day, self.valid_from)
        self.save(update_fields=["valid_to"])

    def resume(self):
        """It had not ended after all."""
        self.valid_to = None
        self.save(update_fields=["valid_to"])


class OdometerReading(models.Model):
    """What the odometer showed on a day. An implausible reading is kept and shown, and moves nothing."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="readings", db_index=False)
    km = models.PositiveIntegerField("公里")
    read_on = models.DateField("日期")
    source = models.CharField("来源", max_length=8, choices=ReadingSource)
    is_plausible = models.BooleanField("可信", default=True)
    doubt = models.CharField("疑点", max_length=80, blank=True)

    class Meta:
        verbose_name = "里程记录"
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "read_on", "km"], name="odometerreading_once"),
            models.CheckConstraint(
                name="odometerreading_doubt_says_why", condition=Q(is_plausible=True) | ~Q(doubt="")
            ),
        ]

    def __str__(self):
        return f"{self.km} km {self.read_on}"


class UsualMileage(models.Model):
    """What cars of one kind of energy are driven in this shop, as of a day; "" for all cars together."""

    energy = models.CharField("能源", max_length=20, unique=True, blank=True)
    metres = models.PositiveIntegerField("每天多少米")
    cars = models.PositiveIntegerField("多少台车")
    estimated_on = models.DateField("估于")

    objects = UsualMileageQuerySet.as_manager()

    class Meta:
        verbose_name = "通常里程"

    def __str__(self):
        return f"{self.energy} {self.metres}"


class VehicleWarning(models.Model):
    """Something about a car that whoever serves it must know first; a safety warning outranks everything."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="warnings")
    body = models.CharField("提醒", max_length=200)
    is_safety = models.BooleanField("涉及安全", default=False)
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField("已处理", null=True, blank=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = VehicleWarningQuerySet.as_manager()

    class Meta:
        verbose_name = "车辆提醒"

    def __str__(self):
        return self.body

    def clear(self, *, by):
        """The matter is dealt with."""
        self.cleared_at, self.cleared_by = timezone.now(), by
        self.save(update_fields=["cleared_at", "cleared_by"])
