"""What the pages show of an undo: what goes, what returns, and the rows that stay, each with a way to it."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from customers.models import Customer
from staff.models import User
from vehicles.models import Ownership, ServiceOrder, Vehicle

from .enums import KeptBecause
from .models import ImportBatch, KeptRow

_WORDS = {
    "customers": "客户", "vehicles": "车辆", "orders": "工单", "lines": "项目", "contact_points": "联系方式",
    "readings": "里程记录", "ownerships": "车主关系", "plates": "车牌记录", "store_links": "门店登记",
}  # fmt: skip
_TABLES = {
    "customers.customer": "客户", "vehicles.vehicle": "车辆", "vehicles.serviceorder": "工单",
    "vehicles.serviceline": "项目", "customers.contactpoint": "联系方式", "vehicles.odometerreading": "里程记录",
    "vehicles.ownership": "车主关系", "vehicles.vehicleplate": "车牌记录", "customers.customerstore": "门店登记",
}  # fmt: skip
# Columns that carry no Chinese name of their own.
_COLUMNS = {"vehicle": "车辆", "customer": "客户", "store": "门店", "edited_fields": "手工改过的标记"}


@dataclass(frozen=True)
class Undone:
    """(word, number) of what goes and what returns; `kept` rows stay. `named` are the first of them."""

    removed: list[tuple[str, int]]
    restored: list[tuple[str, int]]
    kept: int
    named: list["KeptLine"]


@dataclass(frozen=True)
class KeptLine:
    """A row that stays: what it is, whose, where to look, and why."""

    word: str
    title: str
    plate: str
    url: str
    why: str


def undone_of(batch: ImportBatch) -> Undone:
    return _undone(batch.counts.get("undone", {}), [])


def undo_preview_of(batch: ImportBatch, user: User) -> Undone | None:
    """None while it is still being counted."""
    found = batch.counts.get("undo_preview")
    if found is None or batch.undo_asked_at:
        return None
    rows = [KeptRow(table=t, row_id=pk, reason=reason, what=what) for t, pk, reason, what in found["named"]]
    return _undone(found, kept_lines(rows, user))


def _undone(counts: dict, named: list[KeptLine]) -> Undone:
    return Undone(
        _in_words(counts.get("removed", {})), _in_words(counts.get("restored", {})), counts.get("kept", 0), named
    )


def _in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(word, counts[name]) for name, word in _WORDS.items() if counts.get(name)]


def kept_lines(rows: list[KeptRow], user: User) -> list[KeptLine]:
    """The rows as people know them, in as many queries however many rows; nothing of another store's customers."""
    people, cars, visits = _found(rows)
    owners = {o.vehicle_id: o.customer_id for o in Ownership.objects.current().filter(vehicle__in=cars)}
    wanted = {*people.values(), *owners.values(), *(visit.customer_id for visit in visits.values())}
    seen = Customer.objects.visible_to(user).in_bulk(wanted)
    return [_line(row, people, cars, visits, owners, seen) for row in rows]


def _found(rows: list[KeptRow]):
    """({(table, row): customer}, {vehicle: row}, {order: row}) that kept rows are or belong to."""
    of_table = defaultdict(list)
    for row in rows:
        of_table[row.table].append(row.row_id)
    people = {("customers.customer", pk): pk for pk in of_table.pop("customers.customer", ())}
    cars, orders = set(of_table.pop("vehicles.vehicle", ())), set(of_table.pop("vehicles.serviceorder", ()))
    for table, pks in of_table.items():
        model = apps.get_model(table)
        owner = next(name for name in ("customer", "order", "vehicle") if name in {f.name for f in model._meta.fields})
        for pk, whose in model._base_manager.filter(pk__in=pks).values_list("pk", f"{owner}_id"):
            people[table, pk] = whose if owner == "customer" else None
            (orders if owner == "order" else cars if owner == "vehicle" else set()).add(whose)
    return people, Vehicle.objects.in_bulk(cars), ServiceOrder.objects.select_related("vehicle").in_bulk(orders)


def _line(row: KeptRow, people, cars, visits, owners, seen) -> KeptLine:
    visit = visits.get(row.row_id) if row.table == "vehicles.serviceorder" else None
    car = cars.get(row.row_id) if row.table == "vehicles.vehicle" else visit and visit.vehicle
    whose = people.get((row.table, row.row_id)) or (visit and visit.customer_id) or (car and owners.get(car.pk))
    customer = seen.get(whose)
    url = reverse("desk:visit", args=[visit.pk]) if visit else customer.get_absolute_url() if customer else ""
    title = " ".join(filter(None, [visit and visit.number, str(customer or "")]))
    return KeptLine(_TABLES.get(row.table, "资料"), title, car.plate if car else "", url, _why(row))


def _why(row: KeptRow) -> str:
    reason = KeptBecause(row.reason).label
    model = apps.get_model(row.table)
    words = list(dict.fromkeys(_column_words(model, name) for name in row.what))
    return f"{reason}：{'、'.join(words)}" if words else reason


def _column_words(model, name: str) -> str:
    """A column as people call it; the label of a table is one already."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    words = str(field.verbose_name)
    return _COLUMNS.get(field.name, "其他") if words.isascii() else words.partition("（")[0]
