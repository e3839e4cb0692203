"""无主记录 as people read them: one line per plate, with what is known of it."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.text_search import WAYS, parameters
from staff.enums import COMPANY_ROLES
from staff.models import User
from vehicles.rules import normalise_plate

from ..enums import Kind
from ..models import ImportRow
from ..rules.layout import Layout
from ..rules.orders import OrderRows
from .adopt import order_facts

# Rows that one piece of a plate may bring; their last days are read from the file's own words.
MOST_ROWS = 200
# What `ImportRow.objects.ownerless()` says, by hand as the arms of the search box are: it is asked at every key.
_LIKE = f"""
SELECT r.plate, COUNT(*) OVER (PARTITION BY r.plate), r.number, r.cells, r.batch_id, b.kind, b.mapping, b.business_date
FROM imports_importrow r JOIN imports_importbatch b ON b.id = r.batch_id
WHERE r.reason = 'no_customer' AND r.settled_at IS NULL AND NOT (r.plate = '')
    AND b.state NOT IN ('undoing', 'undone') AND {{way}}{{known}}
ORDER BY r.id DESC LIMIT {MOST_ROWS}
"""  # noqa: S608 — no word of anybody's


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
    days, records, readers = defaultdict(list), {}, {}
    for plate, count, number, cells, batch, *read_as in _rows_like(piece, user):
        reader = readers.get(batch) or readers.setdefault(batch, _reader(*read_as))
        facts = reader.skim(number, json.loads(cells))
        days[plate] += [facts.opened_at.date()] if facts.opened_at else []
        records[plate] = count
    lines = [OwnerlessPlate(plate, count, max(days[plate], default=None)) for plate, count in records.items()]
    return sorted(lines, key=lambda line: (line.last_on or date.min, line.plate), reverse=True)


def _rows_like(piece: str, user: User) -> list[tuple]:
    way = WAYS[connection.vendor]["holds"].of("r.plate", "piece").condition
    statement = _LIKE.format(way=way, known="" if user.role in COMPANY_ROLES else " AND b.store_id = %(store)s")
    values = parameters("piece", piece, connection) | {"store": user.store_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
        return cursor.fetchall()


def _reader(kind: str, mapping: str, day: date | str) -> OrderRows:
    return OrderRows(Layout.from_json(json.loads(mapping), Kind(kind)), today=date.fromisoformat(str(day)))


def plate_typed(text: str) -> str:
    """A piece of a plate as somebody types it, as plates are kept."""
    return normalise_plate(text)[:12]
