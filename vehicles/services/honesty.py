"""The honest-quote ledger: what became of the lines of these cars, worked out from what was done and said since."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.timezone import localdate

from core.bulk import delete_rows, insert_rows, new_row, update_rows

from ..enums import Advice, LineFate
from ..models import LineOutcome, QuoteLine, ServiceLine, WorkElsewhere
from ..rules.honesty import Fate, Happened, Said, fate_of

_COLUMNS = ["fate", "happened_on", "days", "km"]


def settle_lines(vehicle_ids: Collection[int]) -> int:
    """Write what became of every line of these cars where it differs; how many rows changed. Twice is once.

    A fixed number of statements however many cars.
    """
    rows = QuoteLine.objects.standing().filter(quote__vehicle__among=list(vehicle_ids)).order_by("pk")
    lines = list(rows.select_related("quote__order"))
    facts = _facts_of({line.quote.vehicle_id for line in lines}) if lines else {}
    for line in lines:
        if line.advice == Advice.MUST:
            facts[line.quote.vehicle_id].append(_became_a_must(line))
    fates = {line.pk: fate_of(_said(line), _known_to(line, facts[line.quote.vehicle_id])) for line in lines}
    return _write(vehicle_ids, {pk: fate for pk, fate in fates.items() if fate})


def _said(line: QuoteLine) -> Said:
    quote = line.quote
    km = quote.order.km if quote.order else None
    job = (line.item, line.name, line.advice, line.decision)
    return Said(line.pk, quote.pk, quote.order_id, *job, localdate(quote.made_at), km)


def _became_a_must(line: QuoteLine) -> Happened:
    said = _said(line)
    return Happened(LineFate.MUST, said.on, said.km, said.item, said.name, quote=said.quote)


def _known_to(line: QuoteLine, facts: list[Happened]) -> list[Happened]:
    """A quote proves nothing about itself."""
    return [fact for fact in facts if fact.quote is None or fact.quote > line.quote_id]


def _facts_of(cars: set[int]) -> dict[int, list[Happened]]:
    """What was done to these cars, here and elsewhere."""
    facts, ids = defaultdict(list), list(cars)
    done = ServiceLine.objects.filter(order__vehicle__among=ids, order__closed_on__isnull=False).order_by()
    rows = done.values_list("order__vehicle", "order__closed_on", "order__km", "item", "name", "order")
    for car, *fact in rows.iterator():
        facts[car].append(Happened(LineFate.HERE, *fact))
    told = WorkElsewhere.objects.filter(vehicle__among=ids).values_list("vehicle", "done_on", "km", "item")
    for car, *fact in told:
        facts[car].append(Happened(LineFate.ELSEWHERE, *fact, name=""))
    return facts


def _write(vehicle_ids: Collection[int], fates: dict[int, Fate]) -> int:
    standing = LineOutcome.objects.filter(line__quote__vehicle__among=list(vehicle_ids))
    standing = {row.line_id: row for row in standing}
    changed, new = [], []
    for pk, fate in fates.items():
        values = dict(zip(_COLUMNS, (fate.fate.value, fate.on, fate.days, fate.km), strict=True))
        row = standing.pop(pk, None)
        if row is None:
            new.append(new_row(LineOutcome, line_id=pk, **values))
        elif any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            changed.append(row)
    insert_rows(new)
    update_rows(changed, _COLUMNS)
    delete_rows(LineOutcome, [row.pk for row in standing.values()])
    return len(new) + len(changed) + len(standing)
