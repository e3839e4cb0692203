"""What a chunk created and changed: kept so that a batch can be undone, and told to the change feed."""

from collections import Counter, defaultdict

from django.db.models import Model
from django.utils import timezone

from core.behind import Behind
from core.bulk import insert_missing, insert_rows, new_row, update_rows
from customers.models import Customer, CustomerChange
from vehicles.models import Vehicle, VehicleChange

from ...enums import Verdict
from ...models import CreatedRows, ImportBatch, ImportRow, RowImage
from ...rules.values import written_text
from .traces import digests

_BATCH = 500
_LONGEST_CELL = 5000
# What a column that names the row can hold: the whole is among the cells.
_LONGEST = {name: ImportRow._meta.get_field(name).max_length for name in ("plate", "order_number")}
_PLURALS = {
    "customer": "customers",
    "contactpoint": "contact_points",
    "customerstore": "store_links",
    "vehicle": "vehicles",
    "vehicleplate": "plates",
    "ownership": "ownerships",
    "odometerreading": "readings",
    "serviceorder": "orders",
    "serviceline": "lines",
    "tag": "tags",
    "customertag": "tag_links",
    "interaction": "interactions",
    "household": "households",
    "carperson": "car_people",
    "householdmember": "household_members",
    "introduction": "introductions",
    "membercard": "cards",
}


class Journal:
    """Collects a chunk's writes and carries the running counts of the batch."""

    def __init__(self, batch: ImportBatch, *, behind: Behind | None = None):
        self.batch = batch
        self._behind = behind
        self.created = Counter(batch.counts.get("created", {}))
        self.updated = Counter(batch.counts.get("updated", {}))
        self._begin()

    def _begin(self) -> None:
        self._now = timezone.now()
        self._created: dict[type[Model], list[tuple[int, int]]] = defaultdict(list)
        self._changed: dict[type[Model], dict[int, tuple[Model, set[str]]]] = defaultdict(dict)
        self._images: dict[tuple[str, int], dict] = {}
        self._customers: dict[int, str] = {}
        self._cars: set[int] = set()
        self._rows: list[ImportRow] = []

    def row(self, model: type[Model], **columns) -> Model:
        """A row to be created, written down now."""
        return new_row(model, self._now, **columns)

    def create(self, rows: list[Model]) -> None:
        """Insert rows of one table, each given its primary key."""
        if not rows:
            return
        model = type(rows[0])
        keys = insert_rows(rows, behind=self._behind)
        self._created[model] += zip(keys, digests(model, [row.__dict__ for row in rows]), strict=True)
        self.created[plural(model)] += len(rows)
        self._speaks_of_cars(rows)

    def change(self, row: Model, values: dict) -> bool:
        """Set what differs on a row that exists, remembering how it was; True when anything did."""
        protected = getattr(row, "edited_fields", ())
        free = {name: value for name, value in values.items() if name not in protected}
        differing = {name: value for name, value in free.items() if getattr(row, name) != value}
        if not differing:
            return False
        key = (row._meta.label_lower, row.pk)
        if key not in self._images:
            self._images[key] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for name, value in differing.items():
            setattr(row, name, value)
        self._changed[type(row)].setdefault(row.pk, (row, set()))[1].update(differing)
        self._speaks_of_cars([row])
        return True

    def _speaks_of_cars(self, rows: list[Model]) -> None:
        """Rows that were written: what is due on the cars they are or belong to may be another thing now."""
        name = "id" if isinstance(rows[0], Vehicle) else "vehicle_id"
        self._cars.update(pk for row in rows if (pk := vars(row).get(name)))

    def touch(self, customer_ids, kind: str) -> None:
        """Facts about these customers changed. The feed hears of each once per chunk, by what touched it last."""
        self._customers.update(dict.fromkeys(customer_ids, kind))

    def note(self, verdict) -> None:
        """Keep a row that was not imported, waits for a person, or should be looked at."""
        if verdict.verdict in (Verdict.CREATE, Verdict.LINE, Verdict.DUPLICATE) and not (
            verdict.reason or verdict.warnings
        ):
            return
        facts = verdict.facts
        self._rows.append(
            new_row(
                ImportRow,
                batch_id=self.batch.pk,
                number=facts.number,
                verdict=Verdict.CONFLICT if verdict.reason and verdict.verdict != Verdict.REJECT else verdict.verdict,
                reason=verdict.reason or "",
                warnings=[str(warning) for warning in verdict.warnings],
                cells=[written_text(cell)[:_LONGEST_CELL] for cell in facts.cells],
                plate=facts.plate[: _LONGEST["plate"]],
                order_number=getattr(facts, "order_number", "")[: _LONGEST["order_number"]],
            )
        )

    def flush(self) -> None:
        """Write the chunk's changes, images, rows and feed entries."""
        for model, rows in self._changed.items():
            names = sorted(set().union(*(fields for _, fields in rows.values())))
            update_rows([row for row, _ in rows.values()], names)
            self.updated[plural(model)] += len(rows)
            self._keep_images(model, rows)
        kept = [
            new_row(CreatedRows, batch_id=self.batch.pk, table=model._meta.label_lower, row_ids=keys, digests=said)
            for model, rows in self._created.items()
            for keys, said in [zip(*rows, strict=True)]
        ]
        cars = self._cars | VehicleChange.objects.cars_of(self._known_before())
        customers = [new_row(CustomerChange, customer_id=pk, kind=kind) for pk, kind in sorted(self._customers.items())]
        for rows in (kept, customers, [new_row(VehicleChange, vehicle_id=pk) for pk in sorted(cars)]):
            insert_rows(rows, behind=self._behind)
        insert_missing(self._rows)
        self._begin()

    def _known_before(self) -> set[int]:
        """The customers the chunk touched who have more cars than those it spoke of, perhaps."""
        return self._customers.keys() - {pk for pk, _ in self._created.get(Customer, ())}

    def _keep_images(self, model: type[Model], rows: dict[int, tuple[Model, set[str]]]) -> None:
        """How the rows were before the batch's first change of each, and what it has made of them so far."""
        table = model._meta.label_lower
        standing = RowImage.objects.filter(batch=self.batch, table=table, row_id__in=list(rows))
        images = {image.row_id: image for image in standing}
        known = list(images.values())
        for pk, (row, names) in rows.items():
            image = images.setdefault(
                pk, RowImage(batch=self.batch, table=table, row_id=pk, before=self._images[table, pk])
            )
            image.after |= {column: getattr(row, column) for column in _columns(model, names)}
        update_rows(known, ["after"])
        RowImage.objects.bulk_create((image for image in images.values() if image.pk is None), batch_size=_BATCH)


def _columns(model: type[Model], names: set[str]) -> list[str]:
    return [model._meta.get_field(name).attname for name in sorted(names)]


def plural(model: type[Model]) -> str:
    """The name a table goes by in counts."""
    return _PLURALS[model._meta.model_name]
