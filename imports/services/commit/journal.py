"""What a chunk created and changed: kept so that a batch can be undone, and told to the change feed."""

from collections import Counter, defaultdict

from django.db.models import Model

from core.bulk import insert_rows, new_row, update_rows
from customers.models import CustomerChange

from ...enums import Verdict
from ...models import CreatedRows, ImportBatch, ImportRow, RowImage
from ...rules.values import text_of

_BATCH = 500
_LONGEST_CELL = 5000
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
}


class Journal:
    """Collects a chunk's writes and carries the running counts of the batch."""

    def __init__(self, batch: ImportBatch):
        self.batch = batch
        self.created = Counter(batch.counts.get("created", {}))
        self.updated = Counter(batch.counts.get("updated", {}))
        self._begin()

    def _begin(self) -> None:
        self._created_ids: dict[str, list[int]] = defaultdict(list)
        self._changed: dict[type[Model], dict[int, tuple[Model, set[str]]]] = defaultdict(dict)
        self._images: dict[tuple[str, int], dict] = {}
        self._customers: dict[int, str] = {}
        self._rows: list[ImportRow] = []

    def create(self, rows: list[Model]) -> None:
        """Insert rows of one table, each given its primary key."""
        if not rows:
            return
        model = type(rows[0])
        insert_rows(rows)
        self._created_ids[model._meta.label_lower].extend(row.pk for row in rows)
        self.created[_plural(model)] += len(rows)

    def note_created(self, model: type[Model], count: int) -> None:
        """Rows another app inserted for us."""
        if count:
            self.created[_plural(model)] += count

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
        return True

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
            ImportRow(
                batch=self.batch,
                number=facts.number,
                verdict=Verdict.CONFLICT if verdict.reason and verdict.verdict != Verdict.REJECT else verdict.verdict,
                reason=verdict.reason or "",
                warnings=[str(warning) for warning in verdict.warnings],
                cells=[text_of(cell)[:_LONGEST_CELL] for cell in facts.cells],
                plate=facts.plate,
            )
        )

    def flush(self) -> None:
        """Write the chunk's changes, images, rows and feed entries."""
        for model, rows in self._changed.items():
            names = sorted(set().union(*(fields for _, fields in rows.values())))
            update_rows([row for row, _ in rows.values()], names)
            self.updated[_plural(model)] += len(rows)
        images = [
            RowImage(batch=self.batch, table=table, row_id=pk, before=before)
            for (table, pk), before in self._images.items()
        ]
        RowImage.objects.bulk_create(images, ignore_conflicts=True, batch_size=_BATCH)
        created = [CreatedRows(batch=self.batch, table=table, row_ids=ids) for table, ids in self._created_ids.items()]
        CreatedRows.objects.bulk_create(created)
        ImportRow.objects.bulk_create(self._rows, ignore_conflicts=True, batch_size=_BATCH)
        insert_rows(
            [new_row(CustomerChange, customer_id=pk, kind=kind) for pk, kind in sorted(self._customers.items())]
        )
        self._begin()


def _plural(model: type[Model]) -> str:
    """The name a table goes by in counts."""
    return _PLURALS[model._meta.model_name]
