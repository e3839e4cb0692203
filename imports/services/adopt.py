"""无主记录: order records nobody was known for are kept by their plate, and attach once the plate has an owner."""

from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from vehicles.models import Ownership

from ..enums import Verdict
from ..models import ImportBatch, ImportRow
from ..rules.orders import OrderRows
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
    mine = [row.pk for row in rows if row.number in attached]
    return ImportRow.objects.filter(pk__in=mine).update(settled_at=timezone.now())
