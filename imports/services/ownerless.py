"""无主记录 as people read them: one line per plate, with what is known of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from vehicles.rules import normalise_plate

from ..models import ImportRow
from .adopt import order_facts


@dataclass(frozen=True)
class OwnerlessLine:
    """A plate nobody is known for: `records` wait; of the first, what was done, when, and what was paid (fen)."""

    row: ImportRow
    records: int
    name: str
    item: str
    on: date | None
    paid_fen: int | None


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


def plate_typed(text: str) -> str:
    """A piece of a plate as somebody types it, as plates are kept."""
    return normalise_plate(text)[:12]
