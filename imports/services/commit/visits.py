"""Writing the orders of a chunk: one visit per order number, attached to the desk's own visit where there is one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F
from django.utils.timezone import get_default_timezone

from core.bulk import new_row
from customers.enums import ChangeKind
from staff.models import User
from vehicles.enums import OrderSource, OrderStatus, ReadingSource
from vehicles.models import ServiceLine, ServiceOrder, VehiclePlate
from vehicles.services import Meaning, meaning_by_words, said_meanings

from ...enums import Field, Reason
from ...rules.orders import RecordFacts, RecordVerdict
from .cars import CarsWriter
from .journal import Journal
from .known import Known

UNNAMED_ITEM = "（未写项目名称）"
_MOST_LINES = 9_999
_TEXTS = {
    Field.PAY_METHOD: "pay_method",
    Field.ADVISOR: "advisor_name",
    Field.COMPLAINT: "complaint",
    Field.REMARK: "remark",
}
# Facts of the whole order, repeated on its lines: the first line that says something decides.
_FACTS = ("km", "discount_fen", "paid_fen", "insurer_fen", "warranty_fen", "next_on", "next_km")
_MOMENTS = ("opened_at", "closed_at", "promised_at")


@dataclass
class OrderDraft:
    """The lines of one order within a chunk."""

    verdicts: list[RecordVerdict] = field(default_factory=list)

    @property
    def facts(self) -> RecordFacts:
        return self.verdicts[0].facts

    @property
    def plate(self) -> str:
        return next((verdict.facts.plate for verdict in self.verdicts if verdict.facts.plate), "")

    @property
    def car(self) -> int | None:
        """The car its lines speak of; not every line need repeat the plate."""
        return next((verdict.car for verdict in self.verdicts if verdict.car is not None), None)

    def first(self, name: str):
        return next((v for verdict in self.verdicts if (v := getattr(verdict.facts, name)) is not None), None)

    def text(self, field: Field) -> str:
        return next((v for verdict in self.verdicts if (v := verdict.facts.texts.get(field))), "")


class VisitsWriter:
    """Creates orders with their lines, updates those that came before, and never makes two visits of one."""

    def __init__(
        self, known: Known, journal: Journal, cars: CarsWriter, *, today: date, scattered: set[str], is_ours=False,
        chosen=None,
    ):  # fmt: skip
        # A file we wrote ourselves names the desk's own visits too.
        self._is_ours = is_ours
        self._known, self._journal, self._cars = known, journal, cars
        self._store = journal.batch.store
        self._today = today
        self._scattered = scattered
        # {order number: the desk's visit a person says it is, None for none of them}.
        self._chosen: dict[str, ServiceOrder | None] = chosen or {}
        self._used: dict[str, Counter] = {}
        self._advisors = dict(User.objects.working().filter(store=self._store).values_list("display_name", "pk"))
        self._names = dict(User.objects.values_list("pk", "display_name"))
        self._zone = get_default_timezone()
        self._meanings = said_meanings()

    def on_file(self, chunk: list[RecordFacts]) -> dict[str, ServiceOrder]:
        """{number: order} of the chunk's numbers that earlier imports or chunks brought."""
        numbers = {facts.order_number for facts in chunk if facts.order_number}
        sources = [OrderSource.DESK, OrderSource.IMPORT] if self._is_ours else [OrderSource.IMPORT]
        mine = ServiceOrder.objects.filter(store=self._store, source__in=sources, number__among=numbers)
        # Should the desk and a file have used one number, the file's order has it.
        # Of the car only its plate: the two together would be read at twice the cost.
        return {order.number: order for order in mine.annotate(plate=F("vehicle__plate")).order_by("source", "pk")}

    def plates_of(self, orders: dict[str, ServiceOrder], chunk: list[RecordFacts]) -> dict[str, str]:
        """{number: plate} as the file should repeat it; a plate the car carried before is still its plate."""
        said = {facts.order_number: facts.plate for facts in reversed(chunk) if facts.plate}
        # A visit that people moved to the right car: the file goes on naming the wrong one and contradicts nobody.
        plates = {
            number: said.get(number, order.plate) if "vehicle" in order.edited_fields else order.plate
            for number, order in orders.items()
            if order.vehicle_id
        }
        doubtful = {n: orders[n].vehicle_id for n, plate in plates.items() if said.get(n, plate) != plate}
        if doubtful:
            former = VehiclePlate.objects.filter(vehicle_id__in=doubtful.values()).values_list("vehicle_id", "plate")
            carried = set(former)
            plates |= {n: said[n] for n, vehicle in doubtful.items() if (vehicle, said[n]) in carried}
        return plates

    def write(self, verdicts: list[RecordVerdict], on_file: dict[str, ServiceOrder]) -> None:
        """Verdicts of accepted records, in order."""
        drafts: dict[str, OrderDraft] = defaultdict(OrderDraft)
        for verdict in verdicts:
            drafts[verdict.facts.order_number].verdicts.append(verdict)
        new = {number: draft for number, draft in drafts.items() if number not in on_file}
        matched = self._match(new)
        created = self._create(
            {number: draft for number, draft in new.items() if number in matched and not matched[number]}
        )
        attached = {number: order for number, order in matched.items() if order}
        orders = {**{n: on_file[n] for n in drafts if n in on_file}, **attached, **created}
        # A reading on file was written down with the order, perhaps on a later day: it is not read again.
        read = {n for n, o in orders.items() if n not in created and o.km == drafts[n].first("km")}
        self._write_lines({number: drafts[number] for number in orders}, orders, created)
        self._read_odometers({number: drafts[number] for number in orders if number not in read}, orders)

    # --- the desk's own visits ---

    def _match(self, drafts: dict[str, OrderDraft]) -> dict[str, ServiceOrder | None]:
        """{number: the desk visit it belongs to, or None}; orders that fit several visits are left out and wait."""
        waiting = self._desk_visits(drafts)
        matched: dict[str, ServiceOrder | None] = {}
        for number, draft in drafts.items():
            candidates = {o.pk: o for day in days_of(draft.facts) for o in waiting.get((draft.plate, day), ())}
            if number in self._chosen:
                visit = self._chosen[number]
                candidates = {visit.pk: visit} if visit else {}
            if len(candidates) > 1:
                for verdict in draft.verdicts:
                    verdict.reason = Reason.VISIT_AMBIGUOUS
                continue
            order = next(iter(candidates.values()), None)
            matched[number] = order
            if order:
                self._take_over(order, number)
                for visits in waiting.values():
                    visits[:] = [other for other in visits if other.pk != order.pk]
        return matched

    def _desk_visits(self, drafts: dict[str, OrderDraft]) -> dict[tuple[str, date], list[ServiceOrder]]:
        plates = {draft.plate for draft in drafts.values() if draft.plate}
        days = {day for draft in drafts.values() for day in days_of(draft.facts)}
        if not plates:
            return {}
        waiting = defaultdict(list)
        for visit in ServiceOrder.objects.at_the_desk(plates, days, {self._store.pk}):
            for day in {visit.opened_on, visit.closed_on} - {None}:
                waiting[visit.vehicle.plate, day].append(visit)
        return waiting

    def _take_over(self, order: ServiceOrder, number: str) -> None:
        """Give the desk's visit the cash desk's number; what staff have written on it is theirs from now on."""
        written = [name for name in (*_FACTS, *_TEXTS.values(), "brought_by", "advisor") if getattr(order, name)]
        written += ["opened_at", "opened_on"]
        if order.status == OrderStatus.CLOSED:
            written += ["status", "closed_at", "closed_on"]
        values = {"number": number, "source": OrderSource.IMPORT, "desk_number": order.desk_number or order.number}
        values["edited_fields"] = sorted({*order.edited_fields, *written})
        self._journal.change(order, values)

    # --- orders ---

    def _create(self, drafts: dict[str, OrderDraft]) -> dict[str, ServiceOrder]:
        orders = {}
        for number, draft in drafts.items():
            order = self._journal.row(
                ServiceOrder, store_id=self._store.pk, source=OrderSource.IMPORT, number=number,
                vehicle_id=self._car_pk(draft), customer_id=self._known.person_pk(draft.verdicts[0].person),
            )  # fmt: skip
            for name, value in self._values(draft).items():
                setattr(order, name, value)
            order.labour_fen = _sum(v.facts.labour_fen for v in draft.verdicts)
            order.material_fen = _sum(v.facts.material_fen for v in draft.verdicts)
            orders[number] = order
        self._journal.create(list(orders.values()))
        self._journal.touch([order.customer_id for order in orders.values()], ChangeKind.ORDER)
        return orders

    def _car_pk(self, draft: OrderDraft) -> int | None:
        return self._known.car_pk(draft.car) if draft.car is not None else None

    def _values(self, draft: OrderDraft) -> dict:
        """What the file says of the order; nothing for what it leaves blank."""
        facts = draft.facts
        values = {name: draft.first(name) for name in _FACTS} | {n: draft.text(f) for f, n in _TEXTS.items()}
        values["advisor_id"] = self._advisors.get(values["advisor_name"])
        values["brought_by"] = draft.text(Field.BROUGHT_BY) or self._other_name(draft)
        values = {name: value for name, value in values.items() if value is not None and value != ""}
        values |= {
            "opened_at": self._aware(facts.opened_at),
            "opened_on": facts.opened_at.date(),
            "status": facts.status,
        }
        if facts.promised_at:
            values["promised_at"] = self._aware(facts.promised_at)
        if self._is_ours and draft.text(Field.DESK_NUMBER):
            values["desk_number"] = draft.text(Field.DESK_NUMBER)
        if facts.status == OrderStatus.CLOSED:
            values["closed_on"] = facts.closed_on or (facts.closed_at or facts.opened_at).date()
            if facts.closed_at:
                values["closed_at"] = self._aware(facts.closed_at)
        else:
            values["closed_at"] = values["closed_on"] = None
        return values

    def _other_name(self, draft: OrderDraft) -> str:
        """A name on the order that is not the customer's: whoever brought the car."""
        name = "" if self._is_ours else draft.facts.name
        return name if name and name != self._known.ledger.names[draft.verdicts[0].person] else ""

    def _aware(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self._zone)

    # --- lines ---

    def _write_lines(self, drafts: dict[str, OrderDraft], orders: dict[str, ServiceOrder], created) -> None:
        before = self._lines_on_file([order.pk for number, order in orders.items() if number not in created])
        lines: list[ServiceLine] = []
        for number, draft in drafts.items():
            order, old = orders[number], before.get(orders[number].pk, [])
            # The desk wrote this visit's lines itself; the cash desk's must not stand beside them.
            if number not in created and order.desk_number and old:
                fresh = []
            else:
                fresh = self._lines(number, draft, order, old)
            lines += fresh
            if number not in created:
                self._update(order, draft, [*old, *fresh])
        self._journal.create(lines)

    def _lines_on_file(self, order_pks: list[int]) -> dict[int, list[ServiceLine]]:
        before = defaultdict(list)
        if order_pks:
            for line in ServiceLine.objects.filter(order_id__among=order_pks).order_by("order_id", "position"):
                before[line.order_id].append(line)
        return before

    def _lines(self, number: str, draft: OrderDraft, order: ServiceOrder, old: list[ServiceLine]) -> list[ServiceLine]:
        """The lines the order does not have yet. The n-th line of a name is the same line in the next file."""
        used = self._used.setdefault(number, Counter()) if number in self._scattered else Counter()
        standing = defaultdict(list)
        for line in old:
            standing[line.name].append(line)
        position, fresh = max((line.position for line in old), default=0), []
        for verdict in draft.verdicts:
            values = self._line_values(verdict.facts)
            if values is None:
                continue
            place, used[values["name"]] = used[values["name"]], used[values["name"]] + 1
            if place < len(standing[values["name"]]):
                said = {name: value for name, value in values.items() if value is not None and value != ""}
                # What the name stands for is the dictionary's to say, for all its lines at once.
                amounts = {name: value for name, value in said.items() if name not in Meaning._fields}
                self._journal.change(standing[values["name"]][place], amounts)
            elif position < _MOST_LINES:
                position += 1
                fresh.append(new_row(ServiceLine, order_id=order.pk, position=position, **values))
        return fresh

    def _line_values(self, facts: RecordFacts) -> dict | None:
        """A line's columns; None for a record that speaks of the order only."""
        amounts = {"labour_fen": facts.labour_fen, "material_fen": facts.material_fen, "cost_fen": facts.cost_fen}
        if not facts.item and all(value is None for value in amounts.values()):
            return None
        name = facts.item or UNNAMED_ITEM
        # What people said here goes before what our own file says, and that before the words of the name.
        written = Meaning(facts.item_kind, facts.item_meant) if facts.item_kind else meaning_by_words(name)
        meaning = self._meanings.get(name) or written
        return {"name": name, **meaning._asdict(), "technician": facts.technician, **amounts}

    def _update(self, order: ServiceOrder, draft: OrderDraft, lines: list[ServiceLine]) -> None:
        """Bring an order that came before up to date; blanks in the file erase nothing."""
        values = self._news(order, self._values(draft))
        if order.desk_number and order.status == OrderStatus.OPEN and order.opened_on >= self._today:
            # The car is still in the shop by the desk's own word: today the desk closes its visit itself.
            values = {n: v for n, v in values.items() if n not in ("status", "closed_at", "closed_on")}
        if order.number in self._scattered:
            # An earlier part of the order has spoken already.
            values = {name: value for name, value in values.items() if getattr(order, name) in (None, "")}
        totals = {name: _sum(getattr(line, name) for line in lines) for name in ("labour_fen", "material_fen")}
        values |= {name: total for name, total in totals.items() if total is not None}
        if order.vehicle_id is None and draft.car is not None:
            values["vehicle_id"] = self._car_pk(draft)
        if self._journal.change(order, values):
            self._journal.touch([order.customer_id], ChangeKind.ORDER)

    def _news(self, order: ServiceOrder, values: dict) -> dict:
        """What the file says differently: a file knows no parts of seconds, and an advisor by name only."""
        for name in _MOMENTS:
            known = getattr(order, name)
            if known and known.replace(microsecond=0) == values.get(name):
                values.pop(name)
        said = values.get("advisor_name")
        is_same = bool(said) and said == self._names.get(order.advisor_id)
        if is_same:
            values.pop("advisor_name")
        if is_same or "advisor" in order.edited_fields:
            values.pop("advisor_id", None)
        return values

    def _read_odometers(self, drafts: dict[str, OrderDraft], orders: dict[str, ServiceOrder]) -> None:
        readings = [
            (orders[number].vehicle_id, draft.facts.opened_at.date(), km)
            for number, draft in drafts.items()
            if orders[number].vehicle_id and (km := draft.first("km")) is not None
        ]
        self._cars.record(readings, ReadingSource.ORDER)


def days_of(facts: RecordFacts) -> set[date]:
    """The days on which the visit began or ended: the desk knows it by one of them."""
    return {facts.opened_at.date(), (facts.closed_at or facts.opened_at).date()}


def _sum(amounts) -> int | None:
    known = [fen for fen in amounts if fen is not None]
    return sum(known) if known else None
