"""A car changes hands: ownership is dated, and what was done before stays with whoever owned it then (16)."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange, HouseholdMember
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import CannotTransfer
from ..models import CarPerson, Ownership, ServiceOrder, Vehicle, VehicleChange


@transaction.atomic
def transfer_vehicle(
    vehicle: Vehicle, *, to: Customer, by: User, today: date, why: str, since: date | None = None
) -> Ownership:
    """The car belongs to `to` from `since` (today, where not said) on; orders stay with the owner of their day.

    Who drives, pays and decides for the old owner ends with it; people of the new owner's household stay. Repeating
    changes nothing. Raises CannotTransfer for a day to come or one before the present owner's first.
    """
    row, since = _locked(vehicle), since or today
    old = row.ownerships.current().first()
    if old and old.customer_id == to.pk:
        return old
    _refuse(row, to, since, today)
    if old:
        old.end(since)
    new = Ownership.objects.create(vehicle=row, customer=to, valid_from=since)
    roles = _end_roles(row, to, since)
    make_known(to, store=by.working_store)
    _noted(row, old, new, roles, by=by, why=why)
    return new


def _locked(vehicle: Vehicle) -> Vehicle:
    return Vehicle.objects.select_for_update(of=["self"]).get(pk=vehicle.pk)


def _refuse(vehicle: Vehicle, to: Customer, since: date, today: date) -> None:
    if to.ended_at:
        raise CannotTransfer("这位客户已经停用，请选合并后的那位")
    if since > today:
        raise CannotTransfer("过户日期不能在今天以后")
    earliest = earliest_transfer(vehicle)
    if earliest and since < earliest:
        raise CannotTransfer(f"过户日期不能早于 {earliest}：那天起才是上一位车主的")


def earliest_transfer(vehicle: Vehicle) -> date | None:
    """The first day on which the car can change hands without two owners on one day; None where any day will do."""
    days = vehicle.ownerships.values_list("valid_from", "valid_to")
    return max((until or start for start, until in days), default=None)


def _end_roles(vehicle: Vehicle, to: Customer, since: date) -> list[int]:
    """End what people were to the car under its old owner; ids. The new owner needs no role beside owning."""
    homes = to.memberships.current().values("household")
    at_home = HouseholdMember.objects.current().filter(household__in=homes).exclude(customer=to)
    ended = list(vehicle.people.current().exclude(customer__in=at_home.values("customer")))
    for role in ended:
        role.end(since)
    return [role.pk for role in ended]


def _noted(vehicle: Vehicle, old: Ownership | None, new: Ownership, roles: list[int], *, by: User, why: str) -> None:
    facts = {"before": old and old.customer_id, "after": new.customer_id, "since": new.valid_from.isoformat()}
    facts |= {"ended": old and old.pk, "started": new.pk, "roles": roles}
    AuditEntry.objects.record(by=by, action=Action.TRANSFER_VEHICLE, subject=vehicle, why=why, **facts)
    CustomerChange.objects.note({new.customer_id, *([old.customer_id] if old else [])}, ChangeKind.VEHICLE)
    VehicleChange.objects.note([vehicle.pk])


@transaction.atomic
def undo_transfer(vehicle: Vehicle, *, by: User, today: date) -> Vehicle:
    """Take back today's transfer: the old owner and everybody's roles stand as before. Repeating changes nothing.

    Raises CannotTransfer for one of another day, or when the new owner has been here with the car since.
    """
    row = _locked(vehicle)
    entry = AuditEntry.objects.about(row, Action.TRANSFER_VEHICLE).order_by("-pk").first()
    if entry and entry.facts.get("taken_back"):
        return row
    if entry is None or localdate(entry.at) != today:
        raise CannotTransfer("只能撤销今天的过户")
    new = row.ownerships.current().filter(pk=entry.facts["started"]).first()
    if new is None or _visits_since(new, entry).exists():
        raise CannotTransfer("新车主已经来过，不能撤销；要改请再过户一次")
    _restore(new, entry)
    facts = {"before": new.customer_id, "after": entry.facts["before"], "taken_back": entry.pk}
    AuditEntry.objects.record(by=by, action=Action.TRANSFER_VEHICLE, subject=row, why="撤销", **facts)
    return row


def _visits_since(new: Ownership, entry: AuditEntry) -> QuerySet[ServiceOrder]:
    return ServiceOrder.objects.filter(vehicle=new.vehicle, customer=new.customer, created_at__gte=entry.at)


def _restore(new: Ownership, entry: AuditEntry) -> None:
    before = entry.facts["before"]
    CustomerChange.objects.note({new.customer_id, *([before] if before else [])}, ChangeKind.VEHICLE)
    VehicleChange.objects.note([new.vehicle_id])
    new.delete()
    Ownership.objects.filter(pk=entry.facts["ended"]).update(valid_to=None)
    given_again = CarPerson.objects.current().filter(vehicle=entry.subject_id).values_list("customer", "role")
    standing = set(given_again)
    for role in CarPerson.objects.filter(pk__in=entry.facts["roles"]):
        if (role.customer_id, role.role) not in standing:
            role.resume()
