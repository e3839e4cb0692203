"""A visit that was written on the wrong car, or the wrong person, is moved to the right one (16)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import OrderStatus, ReadingSource
from ..errors import CannotMove
from ..models import OdometerReading, ServiceOrder, Vehicle, VehicleChange
from .appointments import meet_appointment, release_appointment
from .odometer import move_readings, record_readings
from .quotes import follow_visit

MOVED_FIELDS = ("vehicle", "customer")


@transaction.atomic
def move_visit(
    order: ServiceOrder, *, to: Vehicle, by: User, why: str, today: date, customer: Customer | None = None
) -> ServiceOrder:
    """The visit was of the car `to`, and of `customer` (where not said, of that car's owner of that day).

    The odometer of both cars is judged again, and no import moves the visit back. Repeating changes nothing. Raises
    CannotMove for a cancelled visit, and for an open one of a car that is here already.
    """
    order = _locked(order)
    customer = customer or to.owner_on(order.opened_on) or order.customer
    if (order.vehicle_id, order.customer_id) == (to.pk, customer.pk):
        return order
    _refuse(order, to)
    before = {"edited": order.edited_fields}
    order.edited_fields = sorted({*order.edited_fields, *MOVED_FIELDS})
    return _move(order, to, customer, by=by, why=why, today=today, **before)


def _locked(order: ServiceOrder) -> ServiceOrder:
    """The visit; nobody opens or moves another one in its store meanwhile."""
    Store.objects.select_for_update(no_key=True).get(pk=order.store_id)
    return ServiceOrder.objects.select_for_update(of=["self"]).select_related("store").get(pk=order.pk)


def _refuse(order: ServiceOrder, to: Vehicle) -> None:
    if order.status == OrderStatus.CANCELLED:
        raise CannotMove("作废的工单不用移")
    standing = ServiceOrder.objects.standing(vehicle=to, store=order.store).exclude(pk=order.pk)
    if order.status == OrderStatus.OPEN and standing.exists():
        raise CannotMove("那台车现在也在厂，先处理它的工单")


def _move(
    order: ServiceOrder, to: Vehicle | None, customer: Customer, *, by: User, why: str, today: date, **facts
) -> ServiceOrder:
    before = {"vehicle": order.vehicle_id, "customer": order.customer_id}
    _move_odometer(order, to, today)
    release_appointment(order)
    order.vehicle, order.customer = to, customer
    order.save(update_fields=[*MOVED_FIELDS, "edited_fields"])
    meet_appointment(order, now=timezone.now())
    follow_visit(order, now=timezone.now())
    make_known(customer, store=order.store)
    after = {"vehicle": order.vehicle_id, "customer": order.customer_id}
    AuditEntry.objects.record(
        by=by, action=Action.MOVE_VISIT, subject=order, why=why, before=before, after=after, **facts
    )
    VehicleChange.objects.note([before["vehicle"], after["vehicle"]])
    CustomerChange.objects.note({before["customer"], after["customer"]}, ChangeKind.ORDER)
    return order


def _move_odometer(order: ServiceOrder, to: Vehicle | None, today: date) -> None:
    """What was read at the visit follows it, unless another visit of the old car read the same."""
    if order.km is None or to is None or order.vehicle_id == to.pk:
        return
    during = (order.opened_on, order.closed_on or max(today, order.opened_on))
    by_us = [ReadingSource.DESK, ReadingSource.ORDER]
    readings = OdometerReading.objects.filter(vehicle=order.vehicle_id, source__in=by_us, read_on__range=during)
    readings = readings.filter(km=order.km)
    others = ServiceOrder.objects.filter(vehicle=order.vehicle_id, km=order.km, opened_on__range=during)
    if readings.exists() and not others.exclude(pk=order.pk).exists():
        move_readings(readings, to=to.pk)
    else:
        record_readings([(to.pk, order.opened_on, order.km)], source=ReadingSource.ORDER)


@transaction.atomic
def undo_move(order: ServiceOrder, *, by: User, today: date) -> ServiceOrder:
    """Take back today's move: the visit is of the car and the person it was of before. Repeating changes nothing.

    Raises CannotMove for a move of another day, or when the old car is in the shop again.
    """
    order = _locked(order)
    entry = AuditEntry.objects.about(order, Action.MOVE_VISIT).order_by("-pk").first()
    if entry and entry.facts.get("taken_back"):
        return order
    if entry is None or localdate(entry.at) != today:
        raise CannotMove("只能撤销今天的移单")
    before = entry.facts["before"]
    to = Vehicle.objects.filter(pk=before["vehicle"]).first()
    if to:
        _refuse(order, to)
    order.edited_fields = entry.facts["edited"]
    customer = Customer.objects.get(pk=before["customer"])
    return _move(order, to, customer, by=by, why="撤销", today=today, taken_back=entry.pk)
