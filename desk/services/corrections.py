"""Putting right who owns a car and whose visit it was: whoever was about to be called wrongly is not."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models import Touch
from campaigns.services import end_untrue, revive
from customers.models import Customer
from staff.enums import Action
from staff.models import AuditEntry, User
from vehicles.models import Ownership, ServiceOrder, Vehicle
from vehicles.services import move_visit, transfer_vehicle, undo_move, undo_transfer


@transaction.atomic
def transfer(
    vehicle: Vehicle, *, to: Customer, by: User, today: date, why: str, since: date | None = None
) -> Ownership:
    """vehicles' `transfer_vehicle`, and nobody calls the old owner about the car any more."""
    owned = transfer_vehicle(vehicle, to=to, by=by, today=today, why=why, since=since)
    end_untrue(Touch.objects.filter(vehicle=vehicle), today=today)
    return owned


@transaction.atomic
def take_back_transfer(vehicle: Vehicle, *, by: User, today: date) -> Vehicle:
    """vehicles' `undo_transfer`, and what was to be said to the old owner is to be said again."""
    vehicle = undo_transfer(vehicle, by=by, today=today)
    _recheck(Touch.objects.filter(vehicle=vehicle), vehicle, Action.TRANSFER_VEHICLE, today)
    return vehicle


@transaction.atomic
def move(
    order: ServiceOrder, *, to: Vehicle, by: User, why: str, today: date, customer: Customer | None = None
) -> ServiceOrder:
    """vehicles' `move_visit`, and nobody asks the wrong person how the car goes."""
    order = move_visit(order, to=to, by=by, why=why, today=today, customer=customer)
    end_untrue(Touch.objects.filter(order=order), today=today)
    return order


@transaction.atomic
def take_back_move(order: ServiceOrder, *, by: User, today: date) -> ServiceOrder:
    """vehicles' `undo_move`, and whoever was to be asked about the visit is to be asked again."""
    order = undo_move(order, by=by, today=today)
    _recheck(Touch.objects.filter(order=order), order, Action.MOVE_VISIT, today)
    return order


def _recheck(touches: QuerySet[Touch], subject, action: Action, today: date) -> None:
    end_untrue(touches, today=today)
    taken_back = AuditEntry.objects.about(subject, action).order_by("-pk").first()
    act = AuditEntry.objects.get(pk=taken_back.facts["taken_back"])
    revive(touches, since=act.at, today=today)
