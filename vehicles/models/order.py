"""A visit and its lines. Money in integer fen; null means unknown, never zero and never minus one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer
from staff.models import Store

from ..enums import MaintenanceItem, OrderSource, OrderStatus, ServiceKind
from ..querysets import ServiceLineQuerySet, ServiceOrderQuerySet
from ..rules.warranty import Guarantee, guarantee_of
from .vehicle import Vehicle

_MONEY = ("labour_fen", "material_fen", "discount_fen", "paid_fen", "insurer_fen", "warranty_fen")


class ServiceOrder(models.Model):
    """A visit: one car, the customer of that day, who brought it, what was done and paid."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders", db_index=False)
    source = models.CharField("来源", max_length=8, choices=OrderSource, default=OrderSource.DESK)
    number = models.CharField("工单号", max_length=60)
    # The desk's own number stays when the shop system's order is matched to the visit.
    desk_number = models.CharField("前台单号", max_length=60, blank=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, related_name="orders", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    brought_by = models.CharField("送修人", max_length=60, blank=True)
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name="服务顾问"
    )
    advisor_name = models.CharField("顾问（原文）", max_length=30, blank=True)
    status = models.CharField("状态", max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)
    opened_at = models.DateTimeField("进厂")
    opened_on = models.DateField("进厂日")
    closed_at = models.DateTimeField("出厂", null=True, blank=True)
    closed_on = models.DateField("结单日", null=True, blank=True)
    promised_at = models.DateTimeField("答应交车", null=True, blank=True)
    # A promised time that passed before another was named: it was not kept, whatever was promised afterwards.
    missed_at = models.DateTimeField("错过的交车时间", null=True, blank=True)
    km = models.PositiveIntegerField("进厂里程", null=True, blank=True)
    complaint = models.TextField("客户描述", blank=True)
    labour_fen = models.BigIntegerField("工时费（分）", null=True, blank=True)
    material_fen = models.BigIntegerField("材料费（分）", null=True, blank=True)
    discount_fen = models.BigIntegerField("优惠（分）", null=True, blank=True)
    # The order's total as received; of it, what an insurer and a warranty paid.
    paid_fen = models.BigIntegerField("实收（分）", null=True, blank=True)
    insurer_fen = models.BigIntegerField("其中保险（分）", null=True, blank=True)
    warranty_fen = models.BigIntegerField("其中质保（分）", null=True, blank=True)
    pay_method = models.CharField("支付方式", max_length=20, blank=True)
    next_on = models.DateField("下次保养日期", null=True, blank=True)
    next_km = models.PositiveIntegerField("下次保养里程", null=True, blank=True)
    remark = models.TextField("备注", blank=True)
    edited_fields = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ServiceOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "工单"
        indexes = [
            # Covers the night's aggregate of 24 months: see performance.md.
            models.Index(fields=["customer", "closed_on", "paid_fen"], name="order_by_customer_closed_paid"),
            models.Index(fields=["vehicle", "-opened_on"], name="order_by_vehicle"),
            models.Index(fields=["store", "closed_on"], name="order_by_store_closed"),
            models.Index(fields=["store", "opened_at"], condition=Q(status="open"), name="order_in_shop"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "source", "number"], name="order_one_per_number"),
            models.UniqueConstraint(
                fields=["store", "desk_number"], condition=~Q(desk_number=""), name="order_one_per_desk_number"
            ),
            models.UniqueConstraint(
                fields=["vehicle", "store"],
                condition=Q(status="open", source="desk"),
                name="order_one_open_visit_per_car",
                violation_error_message="这台车已经在厂",
            ),
            models.CheckConstraint(
                name="order_closed_on_iff_closed",
                condition=Q(status="closed", closed_on__isnull=False)
                | ~Q(status="closed") & Q(closed_on__isnull=True, closed_at__isnull=True),
            ),
            *[
                models.CheckConstraint(
                    name=f"order_{field}_not_negative",
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                )
                for field in _MONEY
            ],
        ]

    def __str__(self):
        return self.number

    @property
    def own_fen(self) -> int | None:
        """What the customer paid: neither the insurer's share nor a warranty's; None where nobody wrote it down."""
        if self.paid_fen is None:
            return None
        return max(self.paid_fen - (self.insurer_fen or 0) - (self.warranty_fen or 0), 0)

    @property
    def guarantee(self) -> Guarantee | None:
        """What the law promises of the work, once the car has left; reads the lines."""
        if self.closed_on is None:
            return None
        lines = [(line.kind, line.name) for line in self.lines.all()]
        return guarantee_of(lines, closed_on=self.closed_on, km=self.km)


class ServiceLine(models.Model):
    """One item of a visit as it was written, and what kind of service it was."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("项目", max_length=120)
    kind = models.CharField("类别", max_length=12, choices=ServiceKind, default=ServiceKind.OTHER)
    # Which item of regular maintenance the line stands for, by the item dictionary; blank for none.
    item = models.CharField("保养项目", max_length=20, choices=MaintenanceItem, blank=True)
    labour_fen = models.BigIntegerField("工时费（分）", null=True, blank=True)
    material_fen = models.BigIntegerField("材料费（分）", null=True, blank=True)
    cost_fen = models.BigIntegerField("成本（分）", null=True, blank=True)
    technician = models.CharField("技师", max_length=30, blank=True)
    # The earlier line of this car that had to be done again; `services.rework` says which may be named.
    rework_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reworks", db_index=False, verbose_name="返工的是"
    )

    objects = ServiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering = ["position"]
        # Few among millions.
        indexes = [models.Index(fields=["rework_of"], condition=Q(rework_of__isnull=False), name="serviceline_reworks")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="serviceline_position_once"),
            models.CheckConstraint(name="serviceline_not_its_own_rework", condition=~Q(rework_of=F("id"))),
        ]

    def __str__(self):
        return self.name
