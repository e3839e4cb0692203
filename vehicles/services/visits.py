"""A car drives in, is worked on, is paid for, drives out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.timezone import localdate

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import OrderSource, OrderStatus, ReadingSource
from ..errors import CannotReopen, VisitNotOpen
from ..models import ServiceLine, ServiceOrder, Vehicle, VehicleChange
from ..rules.visits import MOST_A_DAY, desk_number, place_of
from .appointments import meet_appointment, release_appointment
from .items import meanings_of
from .odometer import record_readings
from .rework import name_again, named_by_reworks, refuse_foreign


class LineDraft(NamedTuple):
    """A line as the desk typed it; money in fen, None where unknown."""

    name: str
    labour_fen: int | None = None
    material_fen: int | None = None
    technician: str = ""
    rework_of_id: int | None = None


@transaction.atomic
def open_visit(
    vehicle: Vehicle, *, customer: Customer, store: Store, by: User, today: date, now: datetime, **facts
) -> ServiceOrder:
    """The car is in the shop. Arriving again while it is there gives the visit that is open already, unchanged.

    `facts`: km, advisor, complaint, promised_at, brought_by. A doubtful km is kept as a reading and moves nothing.
    Where a file has brought today's order and says the car is still here, it is that visit.
    """
    # Numbers are handed out one at a time per store; the weaker lock lets others write orders of this store meanwhile.
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    standing = ServiceOrder.objects.standing(vehicle=vehicle, store=store).first()
    if standing:
        return standing
    number = _next_number(store, today)
    brought = ServiceOrder.objects.brought_by_file(vehicle=vehicle, store=store, day=today).open().first()
    if brought:
        order = _meet(brought, number, facts)
    else:
        order = ServiceOrder.objects.create(
            store=store, source=OrderSource.DESK, number=number, desk_number=number, vehicle=vehicle,
            customer=customer, opened_at=now, opened_on=today, **facts,
        )  # fmt: skip
    make_known(customer, store=store)
    _read_odometer(order, today)
    meet_appointment(order, now=now)
    CustomerChange.objects.note([customer.pk], ChangeKind.ORDER)
    return order


def _meet(brought: ServiceOrder, number: str, facts: dict) -> ServiceOrder:
    """The desk receives a car whose order a file has brought: one visit; what the desk notes is the desk's."""
    said = {name: value for name, value in facts.items() if value not in (None, "")}
    for name, value in said.items():
        setattr(brought, name, value)
    brought.desk_number = number
    brought.edited_fields = sorted({*brought.edited_fields, *said})
    brought.save(update_fields=[*said, "desk_number", "edited_fields"])
    return brought


def _next_number(store: Store, today: date) -> str:
    taken = ServiceOrder.objects.numbered_between(store, desk_number(today, 0), desk_number(today, MOST_A_DAY))
    last = taken.aggregate(last=Max("desk_number"))["last"]
    return desk_number(today, place_of(last) + 1 if last else 1)


def _read_odometer(order: ServiceOrder, today: date) -> None:
    if order.km is not None:
        record_readings([(order.vehicle_id, today, order.km)], source=ReadingSource.DESK)


@transaction.atomic
def note_arrival(order: ServiceOrder, *, today: date, now: datetime, **facts) -> ServiceOrder:
    """Correct or add what was noted at arrival: km, advisor, complaint, promised_at, brought_by.

    Raises VisitNotOpen. A corrected km is a further reading; the earlier one stays on file.
    """
    order = _locked(order)
    if order.status != OrderStatus.OPEN:
        raise VisitNotOpen
    if "promised_at" in facts and _has_missed(order, now):
        facts["missed_at"] = order.missed_at or order.promised_at
    for name, value in facts.items():
        setattr(order, name, value)
    order.save(update_fields=list(facts))
    if "km" in facts:
        _read_odometer(order, today)
    return order


def _has_missed(order: ServiceOrder, now: datetime) -> bool:
    return order.promised_at is not None and order.promised_at < now


@transaction.atomic
def write_lines(order: ServiceOrder, *, lines: Sequence[LineDraft]) -> ServiceOrder:
    """The visit has exactly these lines, in this order. Raises VisitNotOpen."""
    order = _locked(order)
    if order.status != OrderStatus.OPEN:
        raise VisitNotOpen
    _replace_lines(order, lines)
    order.save(update_fields=["labour_fen", "material_fen"])
    return order


def _replace_lines(order: ServiceOrder, lines: Sequence[LineDraft]) -> None:
    refuse_foreign(order, {line.rework_of_id for line in lines if line.rework_of_id})
    named = named_by_reworks(order)
    order.lines.all().delete()
    meanings = meanings_of(line.name for line in lines)
    ServiceLine.objects.bulk_create(
        ServiceLine(order=order, position=place, **meanings[line.name]._asdict(), **line._asdict())
        for place, line in enumerate(lines, start=1)
    )
    name_again(order, named)
    order.labour_fen = _sum([line.labour_fen for line in lines])
    order.material_fen = _sum([line.material_fen for line in lines])


def _sum(amounts: list[int | None]) -> int | None:
    known = [fen for fen in amounts if fen is not None]
    return sum(known) if known else None


@transaction.atomic
def close_visit(
    order: ServiceOrder, *, lines: Sequence[LineDraft], by: User, today: date, now: datetime, **bill
) -> ServiceOrder:
    """The work is done and settled; the customer of that day stays on the order. Closing twice changes nothing.

    `bill`: paid_fen (the total received), insurer_fen and warranty_fen (of it), discount_fen, pay_method, remark,
    next_on, next_km; what is unknown stays None. Raises VisitNotOpen for a cancelled visit.
    """
    order = _locked(order)
    if order.status == OrderStatus.CLOSED:
        return order
    if order.status == OrderStatus.CANCELLED:
        raise VisitNotOpen
    _replace_lines(order, lines)
    for name, value in bill.items():
        setattr(order, name, value)
    order.status, order.closed_at, order.closed_on = OrderStatus.CLOSED, now, today
    order.save()
    _noted(order, by, Action.CLOSE_VISIT)
    return order


@transaction.atomic
def plan_next_visit(order: ServiceOrder, *, next_on: date | None, next_km: int | None) -> ServiceOrder:
    """Write down when the car should come again; no import overwrites it."""
    order = _locked(order)
    order.next_on, order.next_km = next_on, next_km
    order.edited_fields = sorted({*order.edited_fields, "next_on", "next_km"})
    order.save(update_fields=["next_on", "next_km", "edited_fields"])
    VehicleChange.objects.note([order.vehicle_id])
    CustomerChange.objects.note([order.customer_id], ChangeKind.ORDER)
    return order


@transaction.atomic
def cancel_visit(order: ServiceOrder, *, reason: str, by: User) -> ServiceOrder:
    """The visit does not take place; it counts nowhere. Cancelling twice changes nothing.

    Raises VisitNotOpen for a closed visit: reopen it first.
    """
    order = _locked(order)
    if order.status == OrderStatus.CANCELLED:
        return order
    if order.status == OrderStatus.CLOSED:
        raise VisitNotOpen
    order.status = OrderStatus.CANCELLED
    order.save(update_fields=["status"])
    release_appointment(order)
    _noted(order, by, Action.CANCEL_VISIT, why=reason)
    return order


@transaction.atomic
def reopen_visit(order: ServiceOrder, *, by: User, today: date) -> ServiceOrder:
    """Take back a closing or cancelling of today. Reopening an open visit changes nothing. Raises CannotReopen."""
    order = _locked(order)
    if order.status == OrderStatus.OPEN:
        return order
    ended_as = order.status
    _refuse_reopening(order, today)
    order.status, order.closed_at, order.closed_on = OrderStatus.OPEN, None, None
    order.save(update_fields=["status", "closed_at", "closed_on"])
    meet_appointment(order, now=timezone.now())
    action = Action.CLOSE_VISIT if ended_as == OrderStatus.CLOSED else Action.CANCEL_VISIT
    _noted(order, by, action, why="撤销", taken_back=True)
    return order


def _refuse_reopening(order: ServiceOrder, today: date) -> None:
    if order.source != OrderSource.DESK:
        raise CannotReopen("这张工单已经和导入的工单对上，不能撤销")
    if (order.closed_on or _cancelled_on(order)) != today:
        raise CannotReopen("只能撤销今天的操作")
    if ServiceOrder.objects.standing(vehicle=order.vehicle, store=order.store).exists():
        raise CannotReopen("这台车又进厂了，请在新的工单上处理")


def _cancelled_on(order: ServiceOrder) -> date:
    """A cancelled visit carries no day of its own: the audit trail knows it."""
    return localdate(AuditEntry.objects.about(order, Action.CANCEL_VISIT).latest("at").at)


def _noted(order: ServiceOrder, by: User, action: Action, *, why: str = "", **facts) -> None:
    AuditEntry.objects.record(by=by, action=action, subject=order, why=why, **facts)
    VehicleChange.objects.note([order.vehicle_id])
    CustomerChange.objects.note([order.customer_id], ChangeKind.ORDER)


def _locked(order: ServiceOrder) -> ServiceOrder:
    return ServiceOrder.objects.select_for_update(of=["self"]).get(pk=order.pk)
