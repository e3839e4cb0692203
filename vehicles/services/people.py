"""Who drives a car, pays for it and decides about it, besides its owner."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import CarRole
from ..errors import CannotSetRole
from ..models import CarPerson, Ownership, Vehicle

# Of these a car has one at a time: naming another ends the first. Drivers there may be many.
ONE_AT_A_TIME = frozenset({CarRole.PAYER, CarRole.DECIDER})


@transaction.atomic
def set_car_role(
    vehicles: Iterable[Vehicle], *, customer: Customer, role: CarRole, by: User, today: date
) -> list[CarPerson]:
    """`customer` is `role` of these cars from today on; the rows that are new. What is so already is left alone.

    Set-based: a fleet costs as many statements as one car. Raises CannotSetRole for whoever owns one of them.
    """
    cars = _locked(car.pk for car in vehicles)
    _refuse(customer, cars)
    standing = CarPerson.objects.current().filter(vehicle__in=cars, role=role)
    mine = set(standing.filter(customer=customer).values_list("vehicle", flat=True))
    fresh = [car for car in cars if car.pk not in mine]
    if not fresh:
        return []
    replaced = list(standing.filter(vehicle__in=fresh)) if role in ONE_AT_A_TIME else []
    _end(replaced, today)
    facts = {"customer": customer, "role": role, "valid_from": today, "recorded_by": by}
    began = CarPerson.objects.bulk_create(CarPerson(vehicle=car, **facts) for car in fresh)
    make_known(customer, store=by.working_store)
    _noted(customer, began=began, ended=replaced, by=by)
    return began


def _locked(pks: Iterable[int]) -> list[Vehicle]:
    return list(Vehicle.objects.filter(pk__in=list(pks)).select_for_update(of=["self"]).order_by("pk"))


def _refuse(customer: Customer, cars: Sequence[Vehicle]) -> None:
    if customer.ended_at:
        raise CannotSetRole("这位客户已经停用，请选合并后的那位")
    owned = Ownership.objects.current().filter(customer=customer, vehicle__in=cars).select_related("vehicle").first()
    if owned:
        raise CannotSetRole(f"{owned.vehicle} 就是他的车，不用另外登记")


def _end(rows: Iterable[CarPerson], today: date) -> None:
    for row in rows:
        row.end(today)


@transaction.atomic
def end_car_role(person: CarPerson, *, by: User, today: date) -> None:
    """From today on they are this no longer. Ending twice is once."""
    _locked([person.vehicle_id])
    row = CarPerson.objects.current().filter(pk=person.pk).select_related("customer").first()
    if row:
        row.end(today)
        _noted(row.customer, began=[], ended=[row], by=by)


def _noted(customer: Customer, *, began: Sequence[CarPerson], ended: Sequence[CarPerson], by: User) -> None:
    rows = {"began": [row.pk for row in began], "ended": [row.pk for row in ended]}
    cars = sorted({row.vehicle_id for row in (*began, *ended)})
    AuditEntry.objects.record(by=by, action=Action.HOUSEHOLD, subject=customer, cars=cars, **rows)
    CustomerChange.objects.note([row.customer_id for row in (*began, *ended)], ChangeKind.VEHICLE)


@transaction.atomic
def undo_car_role(customer: Customer, *, by: User, today: date) -> None:
    """Take back today's last change of what `customer` is to cars: whoever they replaced has the place again.

    Repeating changes nothing. Raises CannotSetRole for another day, or when somebody was named in the meantime.
    """
    entry = AuditEntry.objects.about(customer, Action.HOUSEHOLD).order_by("-pk").first()
    if entry and "taken_back" in entry.facts:
        return
    if entry is None or localdate(entry.at) != today:
        raise CannotSetRole("只能撤销今天的操作")
    cars = _locked(entry.facts["cars"])
    began = CarPerson.objects.filter(pk__in=entry.facts["began"])
    ended = list(CarPerson.objects.filter(pk__in=entry.facts["ended"]))
    standing = CarPerson.objects.current().filter(vehicle__in=cars).exclude(pk__in=entry.facts["began"])
    taken = {_place(row) for row in standing}
    if began.filter(valid_to__isnull=False).exists() or taken & {_place(row) for row in ended}:
        raise CannotSetRole("后来又改过，不能撤销；请在这里重新登记")
    people = [*began.values_list("customer", flat=True), *(row.customer_id for row in ended)]
    began.delete()
    for row in ended:
        row.resume()
    AuditEntry.objects.record(by=by, action=Action.HOUSEHOLD, subject=customer, why="撤销", taken_back=entry.pk)
    CustomerChange.objects.note(people, ChangeKind.VEHICLE)


def _place(row: CarPerson) -> tuple:
    """What only one row may hold at a time."""
    return (row.vehicle_id, row.role) if row.role in ONE_AT_A_TIME else (row.vehicle_id, row.role, row.customer_id)
