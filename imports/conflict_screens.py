"""Two who say different things, side by side: what the file says, what is on file, and what can be decided."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from core.display import mask_phone
from customers.enums import ContactKind
from customers.models import ContactPoint, Customer
from customers.rules import phone_key
from staff.models import User
from vehicles.models import Ownership, ServiceOrder, Vehicle

from . import services
from .enums import CHOICES_OF, Reason, Settlement
from .models import ImportRow
from .rules.reading import RowFacts

# What each decision is called on its button.
_WORDS = {
    (Reason.VEHICLE_CONFLICT, Settlement.KEPT): "车没换主人",
    (Reason.VEHICLE_CONFLICT, Settlement.TRANSFERRED): "过户给新客户",
    (Reason.VEHICLE_CONFLICT, Settlement.FAMILY): "是一家人",
    (Reason.VIN_DIFFERS, Settlement.KEPT): "保留现在的",
    (Reason.VIN_DIFFERS, Settlement.VIN): "用文件的",
    (Reason.VISIT_AMBIGUOUS, Settlement.APART): "都不是，单独一张",
}
_NOT_HERE = "别的门店的客户"


@dataclass(frozen=True)
class Side:
    """One of two: (what, how it is written); `url` leads to whom it speaks of."""

    title: str
    lines: list[tuple[str, str]]
    url: str = ""


@dataclass(frozen=True)
class Conflict:
    """A question, both sides of it, and (value, words) of what may be answered; `visits` may be chosen among."""

    row: ImportRow
    file: Side
    ours: Side
    choices: list[tuple[str, str]]
    visits: list[ServiceOrder] = field(default_factory=list)


def conflicts_of(rows: list[ImportRow], user: User) -> list[Conflict]:
    """The questions of these rows (with their batches), in as many queries however many rows."""
    return _Page(rows, user).conflicts() if rows else []


class _Page:
    """Everything the questions of one page speak of, fetched at once."""

    def __init__(self, rows: list[ImportRow], user: User):
        self._rows = rows
        self._facts = {row.pk: services.facts_of(row) for row in rows}
        self._cars = self._fetch_cars()
        self._owners = self._fetch_owners()
        self._holders = self._fetch_holders()
        people = {*self._owners.values(), *self._holders.values()}
        main = ContactPoint.objects.phones().filter(customer=OuterRef("pk")).values("key")[:1]
        seen = Customer.objects.visible_to(user).annotate(main_phone=Subquery(main))
        self._people = seen.in_bulk(people)
        self._visits = self._fetch_visits()

    def _fetch_cars(self) -> dict[str, Vehicle]:
        facts = self._facts.values()
        by_vin = Vehicle.objects.filter(vin__in={f.vin for f in facts if not f.plate} - {""}).order_by("-plate", "-pk")
        by_plate = Vehicle.objects.filter(plate__in={f.plate for f in facts} - {""})
        return {car.vin: car for car in by_vin} | {car.plate: car for car in by_plate}

    def _car(self, facts: RowFacts) -> Vehicle | None:
        return self._cars.get(facts.plate or facts.vin)

    def _fetch_owners(self) -> dict[int, int]:
        cars = {car.pk for car in self._cars.values()}
        return dict(Ownership.objects.current().filter(vehicle__in=cars).values_list("vehicle", "customer"))

    def _fetch_holders(self) -> dict[str, int]:
        keys = {phone_key(phone) for facts in self._facts.values() for phone in facts.phones}
        live = ContactPoint.objects.live().filter(kind=ContactKind.PHONE, key__in=keys)
        return dict(live.values_list("key", "customer"))

    def _fetch_visits(self) -> dict[int, list[ServiceOrder]]:
        """{row: the desk's visits it may be one of}."""
        asked = [row for row in self._rows if row.reason == Reason.VISIT_AMBIGUOUS]
        if not asked:
            return {}
        days = {row.pk: services.days_of_row(row) for row in asked}
        found, every = defaultdict(list), set().union(*days.values())
        stores = {row.batch.store_id for row in asked}
        for visit in ServiceOrder.objects.at_the_desk({row.plate for row in asked}, every, stores):
            found[visit.store_id, visit.vehicle.plate].append(visit)
        return {
            row.pk: [v for v in found[row.batch.store_id, row.plate] if {v.opened_on, v.closed_on} & days[row.pk]]
            for row in asked
        }

    def conflicts(self) -> list[Conflict]:
        return [self._conflict(row) for row in self._rows]

    def _conflict(self, row: ImportRow) -> Conflict:
        facts = self._facts[row.pk]
        car = self._car(facts)
        owner = self._owners.get(car.pk) if car else None
        newcomer = self._holder(facts)
        choices = CHOICES_OF[row.reason]
        if row.reason == Reason.VEHICLE_CONFLICT and not (self._people.get(owner) and self._people.get(newcomer)):
            choices = (Settlement.KEPT,)
        words = [(str(choice), _WORDS[row.reason, choice]) for choice in choices if (row.reason, choice) in _WORDS]
        ours = self._ours(row, car, owner)
        return Conflict(row, self._said(row, facts, newcomer), ours, words, self._visits.get(row.pk, []))

    def _holder(self, facts: RowFacts) -> int | None:
        return next((self._holders[key] for phone in facts.phones if (key := phone_key(phone)) in self._holders), None)

    def _said(self, row: ImportRow, facts: RowFacts, newcomer: int | None) -> Side:
        lines = [("客户", facts.name), ("电话", mask_phone(facts.phones[0]) if facts.phones else "")]
        if row.reason != Reason.VEHICLE_CONFLICT:
            lines.append(("车架号", facts.vin))
        if row.reason == Reason.VISIT_AMBIGUOUS:
            lines = [("工单号", row.order_number), *lines[:2]]
        customer = self._people.get(newcomer)
        title = f"文件里（第 {row.number} 行）"
        return Side(title, [line for line in lines if line[1]], customer.get_absolute_url() if customer else "")

    def _ours(self, row: ImportRow, car: Vehicle | None, owner: int | None) -> Side:
        customer = self._people.get(owner)
        lines = [("车主", str(customer) if customer else _NOT_HERE if owner else "没有登记车主")]
        if customer and customer.main_phone:
            lines.append(("电话", mask_phone(customer.main_phone)))
        if row.reason == Reason.VIN_DIFFERS and car:
            lines.append(("车架号", car.vin))
        if car and car.title:
            lines.append(("车型", car.title))
        return Side("系统里", lines, customer.get_absolute_url() if customer else "")
