"""无主记录 as people read them: one line per plate, with what is known of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from staff.models import User
from vehicles.rules import normalise_plate

from ..models import ImportBatch, ImportRow
from ..rules.orders import OrderRows
from .adopt import order_facts
from .files import layout_of

# Rows that one piece of a plate may bring; their last days are read from the file's own words.
MOST_ROWS = 200


@dataclass(frozen=True)
class OwnerlessLine:
    """A plate nobody is known for: `records` wait; of the first, what was done, when, and what was paid (fen)."""

    row: ImportRow
    records: int
    name: str
    item: str
    on: date | None
    paid_fen: int | None


@dataclass(frozen=True)
class OwnerlessPlate:
    """A plate nobody is known for, in short: how many records wait, and the last day of them."""

    plate: str
    records: int
    last_on: date | None


def ownerless_lines(rows: list[ImportRow]) -> list[OwnerlessLine]:
    """The first rows of some plates, with how many stand behind each; one query."""
    plates = {row.plate for row in rows}
    waiting = ImportRow.objects.ownerless().filter(plate__in=plates) if plates else ImportRow.objects.none()
    records = Counter(waiting.values_list("batch__store", "plate"))
    return [_line(row, records[row.batch.store_id, row.plate]) for row in rows]


def _line(row: ImportRow, records: int) -> OwnerlessLine:
    facts = order_facts(row.batch, [row])[0]
    day = facts.opened_at.date() if facts.opened_at else None
    return OwnerlessLine(row, records, facts.name, facts.item, day, facts.paid_fen)


def ownerless_plates(piece: str, *, user: User) -> list[OwnerlessPlate]:
    """The plates that hold this piece and wait for an owner where the user may see it, the latest first; one query."""
    rows = ImportRow.objects.visible_to(user).ownerless().plate_like(piece)
    read = ("kind", "mapping", "business_date")
    rows = rows.select_related("batch").only("plate", "cells", "number", *(f"batch__{column}" for column in read))
    days, records, readers = defaultdict(list), {}, {}
    for row in rows[:MOST_ROWS]:
        records[row.plate] = row.records
        reader = readers.get(row.batch_id) or readers.setdefault(row.batch_id, _reader(row.batch))
        facts = reader.skim(row.number, row.cells)
        days[row.plate] += [facts.opened_at.date()] if facts.opened_at else []
    lines = [OwnerlessPlate(plate, count, max(days[plate], default=None)) for plate, count in records.items()]
    return sorted(lines, key=lambda line: (line.last_on or date.min, line.plate), reverse=True)


def _reader(batch: ImportBatch) -> OrderRows:
    return OrderRows(layout_of(batch), today=batch.business_date)


def plate_typed(text: str) -> str:
    """A piece of a plate as somebody types it, as plates are kept."""
    return normalise_plate(text)[:12]
