"""无主记录: order records nobody was known for are kept by their plate, and attach once the plate has an owner."""

from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.bulk import update_rows
from vehicles.enums import OrderSource
from vehicles.models import Ownership, ServiceOrder

from ..enums import Field, Reason, Settlement, Verdict
from ..models import ImportBatch, ImportRow
from ..rules.orders import OrderRows, RecordFacts
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
    if ImportBatch.objects.undoing().exists():
        return 0  # the owner may be on their way out
    owned = Ownership.objects.current().filter(vehicle__plate=OuterRef("plate"))
    rows = ImportRow.objects.ownerless().filter(Exists(owned)).order_by("batch", "number")
    found = list(rows.select_related("batch__store")[:MOST_AT_ONCE])
    return sum(_adopt(batch, list(mine)) for batch, mine in groupby(found, key=lambda row: row.batch))


def _adopt(batch: ImportBatch, rows: list[ImportRow]) -> int:
    done = [row.pk for row in write_orders(batch, rows)]
    return ImportRow.objects.filter(pk__in=done).update(settled_at=timezone.now(), settled_as=Settlement.ADOPTED)


def order_facts(batch: ImportBatch, rows: list[ImportRow]) -> list[RecordFacts]:
    """What kept rows say, read as the batch was."""
    reader = OrderRows(layout_of(batch), today=batch.business_date)
    return [reader.read(row.number, row.cells) for row in rows]


@transaction.atomic
def write_orders(
    batch: ImportBatch, rows: list[ImportRow], *, phones: tuple[str, ...] = (), chosen: dict | None = None
) -> list[ImportRow]:
    """Write rows that had waited as the import would have done; those that became orders.

    `phones`: whose they are, whatever they say. `chosen`: {order number: the desk's visit it is, None for none}.
    """
    facts = order_facts(batch, rows)
    for each in facts if phones else ():
        each.phones, each.phone_is_blank = phones, False
    journal = Journal(batch)
    verdicts = OrdersRun(journal, None, today=batch.business_date, facts=facts, chosen=chosen).take(facts)
    journal.flush()
    refused = {v.facts.number for v in verdicts if v.verdict == Verdict.REJECT or v.reason == Reason.VISIT_AMBIGUOUS}
    written = [row for row in rows if row.number not in refused]
    _note_orders(batch, written)
    return written


def _note_orders(batch: ImportBatch, rows: list[ImportRow]) -> None:
    for row in rows:
        row.order_number = order_number_of(row)
    numbers = {row.order_number for row in rows}
    mine = ServiceOrder.objects.filter(store=batch.store, source=OrderSource.IMPORT, number__in=numbers)
    orders = dict(mine.values_list("number", "pk"))
    for row in rows:
        row.became_order = orders.get(row.order_number)
    update_rows(rows, ["order_number", "became_order"])


def order_number_of(row: ImportRow) -> str:
    """The order a row speaks of, as identities are compared; rows kept by earlier versions are read again."""
    text = CellReader(layout_of(row.batch)).text(row.cells, Field.NUMBER, longest=120)
    return row.order_number or normal_number(text)
