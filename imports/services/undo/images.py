"""Putting columns back to what they were before a batch, where they still say what the batch wrote."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from core.bulk import update_rows
from customers.enums import ChangeKind
from customers.models import Customer, MemberCard
from vehicles.models import Ownership, ServiceLine, ServiceOrder, Vehicle

from ...enums import KeptBecause
from ...models import ImportBatch, RowImage
from ...rules.traces import returning, without_added
from .tables import TOGETHER


def typed(model: type[Model], values: dict) -> dict:
    """Column values as the ORM gives them, from how they were kept."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    # A column that has gone since is nobody's.
    return {name: fields[name].to_python(value) for name, value in values.items() if name in fields}


@dataclass
class Outcome:
    """`kept` are (table, pk, why, what); `let_go` foreign keys that name nobody any more; `changed` for the night."""

    restored: Counter = field(default_factory=Counter)
    kept: list[tuple[type[Model], int, KeptBecause, list[str]]] = field(default_factory=list)
    let_go: set[tuple[type[Model], str, int]] = field(default_factory=set)
    changed: dict[int, str] = field(default_factory=dict)


@dataclass
class _Change:
    """A row that goes back in `columns`."""

    row: Model
    image: RowImage
    columns: dict


class Restorer:
    """Restores rows image by image; an image that has been dealt with is gone, so that twice is once."""

    def __init__(self, batch: ImportBatch, *, writes: bool):
        self._batch, self._writes = batch, writes

    @staticmethod
    def model_of(table: str) -> type[Model]:
        return apps.get_model(table)

    def restore(self, images: list[RowImage]) -> Outcome:
        outcome, of_table = Outcome(), defaultdict(list)
        for image in images:
            of_table[image.table].append(image)
        for table, mine in of_table.items():
            self._restore_table(self.model_of(table), mine, outcome)
        if self._writes:
            RowImage.objects.filter(pk__in=[image.pk for image in images]).delete()
        return outcome

    def _restore_table(self, model: type[Model], images: list[RowImage], outcome: Outcome) -> None:
        rows = model._base_manager.filter(pk__in=[image.row_id for image in images])
        if self._writes:
            rows = rows.select_for_update(of=("self",))
        rows, staying, changes = rows.in_bulk(), {}, []
        for image in images:
            if row := rows.get(image.row_id):
                back, stay = _judge(model, row, image)
                changes += [_Change(row, image, back)] if back else []
                if stay:
                    staying[row.pk] = image, stay
        self._keep(model, staying, outcome)
        done = self._write(model, changes, outcome) if self._writes else changes
        outcome.restored[model] += len(done)
        for change in done:
            emptied = {name for name, value in change.columns.items() if name.endswith("_id") and value is None}
            outcome.let_go |= {(model, name, change.row.pk) for name in emptied}
        if self._writes:
            outcome.changed.update(_concerned(model, [change.row for change in done]))

    def _keep(self, model: type[Model], staying: dict, outcome: Outcome) -> None:
        """List what stays. A later import that wrote over this one takes over how the column was before both."""
        later = RowImage.objects.filter(table=model._meta.label_lower, row_id__in=list(staying))
        over = defaultdict(list)
        for image in later.exclude(batch=self._batch).order_by("pk") if staying else ():
            over[image.row_id].append(image)
        inherited = []
        for pk, (image, names) in staying.items():
            by_file = False
            for name in names:
                heir = next((other for other in over[pk] if other.pk > image.pk and name in other.after), None)
                if heir and heir.before.get(name) == image.after[name]:
                    heir.before[name], by_file = image.before[name], True
                    inherited.append(heir)
            reason = KeptBecause.LATER if by_file else KeptBecause.CHANGED
            outcome.kept.append((model, pk, reason, sorted(names)))
        if self._writes:
            update_rows(list({heir.pk: heir for heir in inherited}.values()), ["before"])

    def _write(self, model: type[Model], changes: list[_Change], outcome: Outcome) -> list[_Change]:
        """Write all at once; where one does not fit what people have done since, each by itself."""
        for change in changes:
            for name, value in change.columns.items():
                setattr(change.row, name, value)
        try:
            with transaction.atomic():
                _save(changes)
            return changes
        except IntegrityError:
            return [change for change in changes if self._fits(model, change, outcome)]

    def _fits(self, model: type[Model], change: _Change, outcome: Outcome) -> bool:
        try:
            with transaction.atomic():
                _save([change])
        except IntegrityError:
            outcome.kept.append((model, change.row.pk, KeptBecause.BLOCKED, sorted(change.columns)))
            return False
        return True


def _judge(model: type[Model], row: Model, image: RowImage) -> tuple[dict, set[str]]:
    before, after = typed(model, image.before), typed(model, image.after)
    now = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    edited = after.pop("edited_fields", None)
    back, stay = returning(before, after, now, together=TOGETHER.get(model, ()))
    if edited is not None and not stay:
        back["edited_fields"] = without_added(before["edited_fields"], edited, now["edited_fields"])
    return back, stay


def _save(changes: list[_Change]) -> None:
    of_columns = defaultdict(list)
    for change in changes:
        of_columns[tuple(sorted(change.columns))].append(change.row)
    for names, rows in of_columns.items():
        update_rows(rows, names)


def _concerned(model: type[Model], rows: Iterable[Model]) -> dict[int, str]:
    """Whose facts changed, and of what kind."""
    pks = [row.pk for row in rows]
    if model is Customer:
        return dict.fromkeys(pks, ChangeKind.PERSON)
    if model is Vehicle:
        owners = Ownership.objects.current().filter(vehicle__in=pks).values_list("customer", flat=True)
        return dict.fromkeys(owners, ChangeKind.VEHICLE)
    if model is ServiceLine:
        customers = ServiceOrder.objects.filter(lines__in=pks).values_list("customer", flat=True)
        return dict.fromkeys(customers, ChangeKind.ORDER)
    if model in (ServiceOrder, MemberCard):
        return dict.fromkeys((row.customer_id for row in rows), ChangeKind.ORDER)
    return {}
