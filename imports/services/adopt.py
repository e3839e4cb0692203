"""无主记录: order records nobody was known for are kept by their plate, and attach once the plate has an owner."""

from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.bulk import update_rows
from vehicles.enums import OrderSource
from vehicles.models import Ownership, ServiceOrder

from ..enums import Field, Settlement, Verdict
from ..models import ImportBatch, ImportRow
from ..rules.orders import OrderRows
from ..rules.orders import order_number_of as normal_number
from ..rules.reading import CellReader
from .commit.journal import Journal
from .commit.run import OrdersRun
from .files import layout_of

MOST_AT_ONCE = 2_000


def adopt_ownerless() -> int:
    """Write the kept records whose plate has an owner by now, as part of the batch they came with. How many rows.

    The numbers the batch has reported stay as they are; what is created is on its record, so that undoing it takes
    this along. Repeating finds nothing left to do.
    """
    owned = Ownership.objects.current().filter(vehicle__plate=OuterRef("plate"))
    rows = ImportRow.objects.ownerless().filter(Exists(owned)).order_by("batch", "number")
    found = list(rows.select_related("batch__store")[:MOST_AT_ONCE])
    return sum(_adopt(batch, list(mine)) for batch, mine in groupby(found, key=lambda row: row.batch))


@transaction.atomic
def _adopt(batch: ImportBatch, rows: list[ImportRow]) -> int:
    reader = OrderRows(layout_of(batch), today=batch.business_date)
    facts = [reader.read(row.number, row.cells) for row in rows]
    journal = Journal(batch)
    verdicts = OrdersRun(journal, None, today=batch.business_date, facts=facts).take(facts)
    journal.flush()
    attached = {v.facts.number for v in verdicts if v.verdict != Verdict.REJECT and v.reason is None}
    mine = [row for row in rows if row.number in attached]
    return note_orders(mine, settled_at=timezone.now(), settled_as=Settlement.ADOPTED)


def note_orders(rows: list[ImportRow], **settled) -> int:
    """These rows of one batch have become orders: note which, and how they were settled. How many rows."""
    for row in rows:
        row.order_number = row.order_number or order_number_of(row)
    numbers = {row.order_number for row in rows}
    mine = ServiceOrder.objects.filter(source=OrderSource.IMPORT, number__in=numbers)
    orders = dict(mine.filter(store__in={row.batch.store_id for row in rows}).values_list("number", "pk"))
    for row in rows:
        row.became_order = orders.get(row.order_number)
        for name, value in settled.items():
            setattr(row, name, value)
    update_rows(rows, ["order_number", "became_order", *settled])
    return len(rows)


def order_number_of(row: ImportRow) -> str:
    """The order a row speaks of, as identities are compared; rows kept by earlier versions are read again."""
    text = CellReader(layout_of(row.batch)).text(row.cells, Field.NUMBER, longest=120)
    return row.order_number or normal_number(text)
