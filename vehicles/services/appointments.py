"""The appointment book: made, moved, cancelled, kept, not kept; and every slip taken back."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import AppointmentState, DayPart, OrderStatus, ServiceKind
from ..errors import AlreadyExpected, AppointmentOver, CannotExpectAgain
from ..models import Appointment, ServiceOrder, Vehicle, VehicleChange

# A slip is taken back on the day it happened.
TAKEN_BACK = "撤销"


@transaction.atomic
def make_appointment(
    customer: Customer,
    *,
    store: Store,
    by: User,
    now: datetime,
    expected_on: date,
    part: DayPart,
    time: time | None = None,
    kind: ServiceKind = ServiceKind.MAINTENANCE,
    vehicle: Vehicle | None = None,
    note: str = "",
) -> Appointment:
    """Somebody comes. The same words again are the same appointment.

    Raises AlreadyExpected when the car, or the customer without one, is expected on that day otherwise.
    """
    facts = {"customer": customer, "store": store, "vehicle": vehicle, "expected_on": expected_on}
    said = {"part": part, "time": time, "kind": kind, "note": note}
    standing = _standing(customer, vehicle, expected_on)
    if standing is None:
        try:
            with transaction.atomic():
                return _made(Appointment.objects.create(**facts, **said, made_by=by, made_at=now), by)
        except IntegrityError:
            standing = _standing(customer, vehicle, expected_on)
    if standing.store_id == store.pk and all(getattr(standing, name) == value for name, value in said.items()):
        return standing
    raise AlreadyExpected(standing)


def _standing(customer: Customer, vehicle: Vehicle | None, day: date) -> Appointment | None:
    mine = {"vehicle": vehicle} if vehicle else {"vehicle": None, "customer": customer}
    return Appointment.objects.expected().filter(expected_on=day, **mine).first()


def _made(appointment: Appointment, by: User) -> Appointment:
    make_known(appointment.customer, store=appointment.store)
    _noted(appointment, by, did="made")
    return appointment


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, by: User, now: datetime, expected_on: date, part: DayPart, time: time | None
) -> Appointment:
    """They come at another time: a new appointment, to which the old one points. Moving to where it is changes nothing.

    Raises AppointmentOver, and AlreadyExpected for a day on which the car is expected already.
    """
    row = _expected(appointment)
    where = {"expected_on": expected_on, "part": part, "time": time}
    if all(getattr(row, name) == value for name, value in where.items()):
        return row
    # First away, then anew: a car is expected once a day, and may be moved within it.
    row.settle(AppointmentState.CANCELLED, now=now, by=by)
    if standing := _standing(row.customer, row.vehicle, expected_on):
        raise AlreadyExpected(standing)
    what = {"kind": row.kind, "vehicle": row.vehicle, "note": row.note, "store": row.store, "customer": row.customer}
    moved = Appointment.objects.create(**what, **where, made_by=by, made_at=now)
    row.settle(AppointmentState.CANCELLED, now=now, by=by, moved_to=moved)
    _noted(row, by, did="moved")
    return moved


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, by: User, now: datetime, why: str = "") -> bool:
    """They do not come; False when that was said already. Raises AppointmentOver when it was settled otherwise."""
    return _settle(appointment, AppointmentState.CANCELLED, by=by, now=now, why=why)


@transaction.atomic
def note_no_show(appointment: Appointment, *, by: User, now: datetime) -> bool:
    """They were to come and did not; False when that was said already. Raises AppointmentOver."""
    return _settle(appointment, AppointmentState.NO_SHOW, by=by, now=now)


def _settle(appointment: Appointment, state: AppointmentState, *, by: User, now: datetime, why: str = "") -> bool:
    row = _locked(appointment)
    if row.state == state and not row.moved_to_id:
        return False
    if not row.is_expected:
        raise AppointmentOver(row)
    row.settle(state, now=now, by=by, why=why)
    _noted(row, by, did=str(state))
    return True


@transaction.atomic
def expect_again(appointment: Appointment, *, by: User, now: datetime) -> Appointment:
    """Take back what settled it today: cancelling, moving, a no-show. Expecting it already changes nothing.

    Raises CannotExpectAgain for a car that came, another day's slip, or a car expected otherwise that day.
    """
    row = _locked(appointment)
    if row.is_expected:
        return row
    if row.state == AppointmentState.ARRIVED:
        raise CannotExpectAgain("车已经来了")
    if timezone.localdate(row.settled_at) != timezone.localdate(now):
        raise CannotExpectAgain("只能撤销今天的操作")
    if row.moved_to and not row.moved_to.is_expected:
        raise CannotExpectAgain("改过的那个预约已经了结了")
    if row.moved_to:
        row.moved_to.settle(AppointmentState.CANCELLED, now=now, by=by, why=TAKEN_BACK)
    if _standing(row.customer, row.vehicle, row.expected_on):
        raise CannotExpectAgain("这台车那天又约了别的时间")
    row.expect_again()
    _noted(row, by, did="expected")
    return row


def meet_appointment(order: ServiceOrder, *, now: datetime) -> None:
    """The car is here: what it was booked for today is kept, also where the desk had given it up."""
    rows = list(Appointment.objects.standing_for(order).select_for_update(of=["self"]))
    for row in [row for row in rows if row.is_expected] or rows:
        row.settle(AppointmentState.ARRIVED, now=now, order=order)


def release_appointment(order: ServiceOrder) -> None:
    """The visit does not take place, or was of another car: whoever it was booked for is expected as before."""
    for row in Appointment.objects.filter(order=order).select_for_update(of=["self"]).select_related("vehicle"):
        if _standing(row.customer, row.vehicle, row.expected_on) is None:
            row.expect_again()


@transaction.atomic
def settle_missed(*, today: date) -> dict:
    """The night looks at the days that are over: who came by a file's order did come, the others did not.

    Counts `arrived` and `no_show`; repeating finds nothing.
    """
    now, counts = timezone.now(), {"arrived": 0, "no_show": 0}
    for row in Appointment.objects.missed(today).select_for_update(of=["self"]).order_by("pk"):
        order = _came(row)
        state = AppointmentState.ARRIVED if order else AppointmentState.NO_SHOW
        row.settle(state, now=now, order=order)
        CustomerChange.objects.note([row.customer_id], ChangeKind.ORDER)
        VehicleChange.objects.note([row.vehicle_id])
        counts[state] += 1
    return counts


def _came(row: Appointment) -> ServiceOrder | None:
    mine = Q(vehicle=row.vehicle_id) if row.vehicle_id else Q(customer=row.customer_id)
    orders = ServiceOrder.objects.filter(mine, store=row.store_id, opened_on=row.expected_on)
    return orders.exclude(status=OrderStatus.CANCELLED).order_by("pk").first()


def _expected(appointment: Appointment) -> Appointment:
    row = _locked(appointment)
    if not row.is_expected:
        raise AppointmentOver(row)
    return row


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=["self"]).select_related("customer", "vehicle", "store", "moved_to")
    return rows.get(pk=appointment.pk)


def _noted(appointment: Appointment, by: User, *, did: str) -> None:
    facts = {"did": did, "appointment": appointment.pk, "on": appointment.expected_on.isoformat()}
    AuditEntry.objects.record(by=by, action=Action.APPOINTMENT, subject=appointment.customer, **facts)
    CustomerChange.objects.note([appointment.customer_id], ChangeKind.ORDER)
    VehicleChange.objects.note([appointment.vehicle_id])
