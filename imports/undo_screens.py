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
from .services.commit.journal import plural
from .services.undo.tables import TABLES, words_for

# What people look for first stands first.
_FIRST = (Customer, Vehicle, ServiceOrder)
_WORDS = {plural(model): words_for(model) for model in dict.fromkeys((*_FIRST, *TABLES))}
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
    places = _places(rows)
    cars = Vehicle.objects.in_bulk(places["vehicle"].values())
    visits = ServiceOrder.objects.select_related("vehicle").in_bulk(places["order"].values())
    owners = dict(Ownership.objects.current().filter(vehicle__in=cars).values_list("vehicle", "customer"))
    people = {*places["customer"].values(), *owners.values(), *(visit.customer_id for visit in visits.values())}
    seen = Customer.objects.visible_to(user).in_bulk(people)
    lines = []
    for row in rows:
        visit = visits.get(places["order"].get((row.table, row.row_id)))
        car = visit.vehicle if visit else cars.get(places["vehicle"].get((row.table, row.row_id)))
        whose = visit.customer_id if visit else places["customer"].get((row.table, row.row_id))
        lines.append(_line(row, visit, car, seen.get(whose or (car and owners.get(car.pk)))))
    return lines


def _places(rows: list[KeptRow]) -> dict[str, dict[tuple[str, int], int]]:
    """{what: {(table, row): the customer, car or visit that it is or belongs to}}."""
    places: dict[str, dict] = {"customer": {}, "order": {}, "vehicle": {}}
    own = {Customer: "customer", ServiceOrder: "order", Vehicle: "vehicle"}
    of_table = defaultdict(list)
    for row in rows:
        of_table[row.table].append(row.row_id)
    for table, pks in of_table.items():
        model = apps.get_model(table)
        names = {field.name for field in model._meta.fields}
        column = "pk" if model in own else next((name for name in places if name in names), None)
        if column:
            found = model._base_manager.filter(pk__in=pks).values_list("pk", column)
            places[own.get(model, column)].update({(table, pk): whose for pk, whose in found})
    return places


def _line(row: KeptRow, visit: ServiceOrder | None, car: Vehicle | None, customer: Customer | None) -> KeptLine:
    url = reverse("desk:visit", args=[visit.pk]) if visit else customer.get_absolute_url() if customer else ""
    title = " ".join(filter(None, [visit and visit.number, str(customer or "")]))
    return KeptLine(words_for(apps.get_model(row.table)), title, car.plate if car else "", url, _why(row))


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
