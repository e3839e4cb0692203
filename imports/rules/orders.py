"""The verdict on every record of a file of service orders: one record is one item line, several make an order."""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from vehicles.enums import MaintenanceItem, OrderStatus, ServiceKind

from ..enums import Field, Reason, Verdict
from .layout import Layout, RecordShape
from .ledger import Ledger
from .reading import CellReader, RowFacts
from .tally import Tally
from .values import Cell, Unreadable, fen_of, folded, km_of, moment_of, paid_fen_of

_CANCELLED = re.compile(
    r"(?<![未没不非])(?:作废|取消|撤销|撤单|退单|废单|无效|已删|删除|红冲|冲红|冲销|void|cancel)", re.IGNORECASE
)
_YES = re.compile(r"是|有|[1-9yYtT√✓]|true|yes", re.IGNORECASE)
_UNFINISHED = re.compile(r"维修中|施工中|在修|派工|在厂|进行中|待料|未完工|待交车|待维修|接车中|检测中")
# A car that has been "in repair" for longer has left; nobody closed the order.
_UNFINISHED_DAYS = 14
_SPACES = re.compile(r"\s+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}")
_NUMBER_LENGTH = 60
_UNMET, _UNKNOWN = -2, -1


@dataclass
class RecordFacts(RowFacts):
    """What an order record says. Money in fen; None is unknown."""

    order_number: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    promised_at: datetime | None = None
    item: str = ""
    item_kind: str = ""
    item_meant: str = ""
    labour_fen: int | None = None
    material_fen: int | None = None
    cost_fen: int | None = None
    discount_fen: int | None = None
    paid_fen: int | None = None
    insurer_fen: int | None = None
    warranty_fen: int | None = None
    status: OrderStatus = OrderStatus.CLOSED
    next_on: date | None = None
    next_km: int | None = None
    texts: dict[Field, str] = field(default_factory=dict)
    technician: str = ""
    fingerprint: int = 0
    problem: Reason | None = None

    def twin(self) -> "RecordFacts":
        """A copy with a list of issues of its own; `copy()` would take ten times as long."""
        other = RecordFacts.__new__(RecordFacts)
        other.__dict__.update(self.__dict__, issues=list(self.issues))
        return other


@dataclass(slots=True)
class RecordVerdict:
    """What becomes of a record: the order, person and car it belongs to (numbers of the judge and the ledger)."""

    facts: RecordFacts
    verdict: Verdict
    reason: Reason | None = None
    warnings: list[Reason] = field(default_factory=list)
    order: int | None = None
    person: int | None = None
    car: int | None = None


_TEXTS = {
    Field.ADVISOR: 30, Field.PAY_METHOD: 20, Field.STATUS: 20, Field.COMPLAINT: 2000,
    Field.REMARK: 2000, Field.BROUGHT_BY: 60, Field.BROUGHT_PHONE: 30, Field.DESK_NUMBER: 60,
}  # fmt: skip


# What differs from line to line of one order; everything else is the order's, its customer's or its car's.
_OF_THE_LINE = (
    Field.ITEM, Field.ITEM_KIND, Field.ITEM_MEANT, Field.LABOUR, Field.MATERIAL, Field.COST, Field.TECHNICIAN,
)  # fmt: skip
# What the first look through a file reads.
_SKIMMED = (Field.NUMBER, Field.NAME, Field.PHONE, Field.ALT_PHONE, Field.PLATE, Field.OPENED)
_KINDS = {kind.label: kind for kind in ServiceKind}
_MEANT = {item.label: item for item in MaintenanceItem}
_STATUSES = {status.label: status for status in OrderStatus}


class OrderRows:
    """Reads records into facts. The lines of an order repeat most of their columns: what is repeated is read once."""

    def __init__(self, layout: Layout, *, today: date, shape: RecordShape | None = None):
        self._reader = CellReader(layout)
        self._texts = [(each, longest) for each, longest in _TEXTS.items() if self._reader.has(each)]
        self._today = today
        self._shape = shape
        own = {column for each in _OF_THE_LINE for column in layout.columns.get(each, ())}
        self._shared = sorted({column for columns in layout.columns.values() for column in columns} - own)
        looked_at = {column for each in _SKIMMED for column in layout.columns.get(each, ())}
        self._looked_at = sorted(looked_at)
        self._last: tuple[list[Cell], RecordFacts] | None = None
        self._last_skimmed: tuple[list[Cell | int], RecordFacts] | None = None

    def read(self, number: int, cells: list[Cell]) -> RecordFacts:
        """A record's facts. `problem` says why it can be no order line, whatever the other records say."""
        shared = [cells[column] if column < len(cells) else None for column in self._shared]
        if self._last and self._last[0] == shared and self._fits(cells):
            facts = self._last[1].twin()
            facts.number, facts.cells = number, cells
        else:
            facts = self._read_shared(number, cells)
            self._last = shared, facts.twin()
        if facts.problem is None:
            self._read_line(cells, facts)
        return facts

    def skim(self, number: int, cells: list[Cell]) -> RecordFacts:
        """Only what the first look through a file needs: number, plate, name, phones, whether the record will do.

        The next line of the same order says the same, and is answered with the same facts.
        """
        shown = [cells[column] if column < len(cells) else None for column in self._looked_at]
        shown.append(len(cells))
        if self._last_skimmed is None or self._last_skimmed[0] != shown:
            self._last_skimmed = shown, self._skim(number, cells)
        return self._last_skimmed[1]

    def _skim(self, number: int, cells: list[Cell]) -> RecordFacts:
        facts = RecordFacts(number)
        if not self._fits(cells):
            facts.problem = Reason.COLUMN_COUNT
            return facts
        said = self._reader.text(cells, Field.NUMBER, longest=_NUMBER_LENGTH * 2)
        facts.order_number = said if self._reader.is_exact else order_number_of(said)
        self._reader.people(cells, facts)
        self._reader.plate(cells, facts)
        self._opened(cells, facts)
        return facts

    def _fits(self, cells: list[Cell]) -> bool:
        return self._shape is None or self._shape.fits(cells)

    def _read_shared(self, number: int, cells: list[Cell]) -> RecordFacts:
        facts = self._skim(number, cells)
        facts.cells = cells
        if facts.problem == Reason.COLUMN_COUNT:
            return facts
        self._reader.vehicle(cells, facts)
        if facts.problem is None:
            self._closed(cells, facts)
            self._of_the_order(cells, facts)
        return facts

    def _read_line(self, cells: list[Cell], facts: RecordFacts) -> None:
        facts.fingerprint = fingerprint_of(cells)
        facts.labour_fen = self._reader.fen(cells, Field.LABOUR, facts)
        facts.material_fen = self._reader.fen(cells, Field.MATERIAL, facts)
        facts.cost_fen = self._reader.fen(cells, Field.COST, facts)
        facts.item = self._reader.first_text(cells, Field.ITEM, longest=400, tidy=_item_of)
        facts.item_kind = _KINDS.get(self._reader.text(cells, Field.ITEM_KIND), "")
        facts.item_meant = _MEANT.get(self._reader.text(cells, Field.ITEM_MEANT), "")
        facts.technician = self._reader.text(cells, Field.TECHNICIAN, longest=30)

    def _opened(self, cells: list[Cell], facts: RecordFacts) -> None:
        try:
            facts.opened_at = moment_of(self._reader.cell(cells, Field.OPENED))
        except Unreadable:
            facts.opened_at = None
        if not facts.order_number:
            facts.problem = Reason.NO_ORDER_NO
        elif facts.opened_at is None or facts.opened_at.date() > self._today:
            facts.problem = Reason.BAD_DATE

    def _closed(self, cells: list[Cell], facts: RecordFacts) -> None:
        closed_at = self._moment(cells, Field.CLOSED, facts)
        closed_on = self._reader.day(cells, Field.CLOSED_ON, facts)
        # A car cannot leave tomorrow, nor before it came; the visit is kept and ends on the day it began.
        opened_on = facts.opened_at.date()
        if closed_at and opened_on <= closed_at.date() <= self._today:
            facts.closed_at = closed_at
        if closed_on and opened_on <= closed_on <= self._today:
            facts.closed_on = closed_on
        facts.promised_at = self._moment(cells, Field.PROMISED, facts)

    def _moment(self, cells: list[Cell], field: Field, facts: RecordFacts) -> datetime | None:
        try:
            return moment_of(self._reader.cell(cells, field))
        except Unreadable:
            facts.note(Reason.BAD_DATE)
            return None

    def _of_the_order(self, cells: list[Cell], facts: RecordFacts) -> None:
        fen = self._reader.fen
        facts.discount_fen = fen(cells, Field.DISCOUNT, facts, parse=_discount_of)
        facts.paid_fen = fen(cells, Field.PAID, facts, parse=paid_fen_of)
        facts.insurer_fen = fen(cells, Field.INSURER_PAID, facts, parse=paid_fen_of)
        facts.warranty_fen = fen(cells, Field.WARRANTY_PAID, facts, parse=paid_fen_of)
        for each, longest in self._texts:
            text = self._reader.text(cells, each, longest=longest)
            if text:
                facts.texts[each] = text
        facts.status = self._status(cells, facts)
        facts.next_on = self._reader.day(cells, Field.NEXT_ON, facts)
        try:
            facts.next_km = self._reader.number(cells, Field.NEXT_KM, km_of)
        except Unreadable:
            facts.note(Reason.BAD_MILEAGE)

    def _status(self, cells: list[Cell], facts: RecordFacts) -> OrderStatus:
        said = facts.texts.get(Field.STATUS, "")
        if self._reader.is_exact and said in _STATUSES:
            return _STATUSES[said]
        voided = self._reader.text(cells, Field.VOIDED)
        if _CANCELLED.search(said) or _CANCELLED.search(voided) or _YES.fullmatch(voided):
            return OrderStatus.CANCELLED
        days = (self._today - facts.opened_at.date()).days
        is_open = not (facts.closed_at or facts.closed_on) and days <= _UNFINISHED_DAYS and _UNFINISHED.search(said)
        return OrderStatus.OPEN if is_open else OrderStatus.CLOSED


def order_number_of(text: str) -> str:
    """An order number as it identifies: trimmed, half width, upper case; "" where a spreadsheet ate its digits.

    ``2.02411E+14`` stands for every order of a day: taken as a number it would make one order of them.
    """
    number = folded(text).upper()[:_NUMBER_LENGTH]
    return "" if _SCIENTIFIC.fullmatch(number) else number


@lru_cache(maxsize=4_096)
def _item_of(text: str) -> str:
    return _SPACES.sub(" ", folded(text))[:120]


def fingerprint_of(cells: list[Cell]) -> int:
    """Equal for two records that are equal in every column; different ones share it once in 10^19 pairs."""
    # Numbers as text: to hash() -1 and -2 are one.
    texts = [cell.strip() if isinstance(cell, str) else repr(cell) for cell in cells]
    while texts and texts[-1] == "":
        texts.pop()
    return hash(tuple(texts))


def _discount_of(cell: Cell) -> int | None:
    """A discount in fen; some systems write it as a negative amount."""
    fen = fen_of(cell)
    return abs(fen) if fen is not None else None


class FileBook:
    """A first look through the file: whose phone a plate came with, and which orders' lines do not stand together.

    Orders and plates are numbered; half a million records must not weigh.
    """

    def __init__(self, records: Iterable[RecordFacts] = ()):
        self.orders: dict[str, int] = {}
        self.scattered: set[str] = set()
        self._plates: dict[str, int] = {}
        self._plate_of = array("q")  # order → the first plate of its sound records, _UNKNOWN where none has one
        self._phones: list[tuple[str, ...]] = []
        self._names: list[str] = []
        last = None
        for facts in records:
            if not facts.problem:
                self._learn(facts, is_same=facts.order_number == last)
                last = facts.order_number

    def _learn(self, facts: RecordFacts, *, is_same: bool) -> None:
        """Take note of a record that will stand: the first phone met with a plate is its customer's."""
        known = facts.order_number in self.orders
        if known and not is_same:
            self.scattered.add(facts.order_number)
        if not known:
            self.orders[facts.order_number] = len(self.orders)
            self._plate_of.append(_UNKNOWN)
        if not facts.plate:
            return
        plate, order = self._number(facts.plate), self.orders[facts.order_number]
        if self._plate_of[order] == _UNKNOWN:
            self._plate_of[order] = plate
        if self._plate_of[order] == plate and facts.phones and not self._phones[plate]:
            self._phones[plate], self._names[plate] = facts.phones, facts.name

    def _number(self, plate: str) -> int:
        place = self._plates.setdefault(plate, len(self._plates))
        if place == len(self._phones):
            self._phones.append(())
            self._names.append("")
        return place

    def claim(self, order_number: str, plate: str) -> None:
        """An order of that number is on file for that plate, whatever this file says first."""
        if plate and order_number in self.orders:
            self._plate_of[self.orders[order_number]] = self._number(plate)

    def is_claimed_by(self, order_number: str, plate: str) -> bool:
        """Whether a record of that number and plate is a line of the order; one without a plate contradicts nobody."""
        first = self._plate_of[self.orders[order_number]]
        return not plate or first in (_UNKNOWN, self._plates.get(plate, _UNMET))

    def phones_with(self, plate: str) -> tuple[str, ...]:
        """The phones a plate came with; none where the file never says."""
        place = self._plates.get(plate)
        return self._phones[place] if place is not None else ()

    def name_with(self, plate: str) -> str:
        return self._names[self._plates[plate]]


class OrderJudge:
    """Decides about records in the order they stand, remembering what came before."""

    def __init__(self, book: FileBook, *, ledger: Ledger | None = None):
        self.ledger = ledger or Ledger()
        self.tally = Tally()
        self._book = book
        self._paid = array("q", [_UNMET]) * len(book.orders)
        # Records that are equal belong to one order: only orders in pieces are remembered for longer than they last.
        self._seen: set[int] = set()
        self._seen_in_pieces: set[int] = set()
        self._last = ""

    def judge(self, facts: RecordFacts) -> RecordVerdict:
        self.tally.rows_data += 1
        reason, person = facts.problem, None
        if reason is None and not self._book.is_claimed_by(facts.order_number, facts.plate):
            reason = Reason.ORDER_NO_CONFLICT
        if reason is None:
            person = self._person_of(facts)
            reason = Reason.NO_CUSTOMER if person is None and not facts.phones else None
        if reason:
            self.tally.rejected[reason] += 1
            return RecordVerdict(facts, Verdict.REJECT, reason)
        if self._is_repeated(facts):
            self.tally.duplicates += 1
            return RecordVerdict(facts, Verdict.DUPLICATE)
        return self._accept(facts, person)

    def _is_repeated(self, facts: RecordFacts) -> bool:
        if facts.order_number != self._last:
            self._last = facts.order_number
            self._seen.clear()
        seen = self._seen_in_pieces if facts.order_number in self._book.scattered else self._seen
        if facts.fingerprint in seen:
            return True
        seen.add(facts.fingerprint)
        return False

    def _person_of(self, facts: RecordFacts) -> int | None:
        """Phone first; without one the owner of the plate, else whoever the plate came with in this file."""
        ledger = self.ledger
        if facts.phones:
            return ledger.person_of(facts.phones)
        if not facts.plate:
            return None
        car = ledger.car_of(facts.plate, "")
        if car is not None and ledger.owner[car] is not None:
            return ledger.owner[car]
        phones = self._book.phones_with(facts.plate)
        if not phones:
            return None
        person = ledger.person_of(phones)
        return ledger.add_person(self._book.name_with(facts.plate), phones) if person is None else person

    def _accept(self, facts: RecordFacts, person: int | None) -> RecordVerdict:
        found = RecordVerdict(facts, Verdict.LINE, warnings=list(facts.issues), person=person)
        if not facts.phones and not facts.phone_is_blank:
            found.warnings.append(Reason.BAD_PHONE)
        self._meet_person(facts, found)
        self._meet_car(facts, found)
        self._meet_order(facts, found)
        self.tally.lines += 1
        self.tally.customers.add(found.person)
        self.tally.warnings.update(found.warnings)
        return found

    def _meet_person(self, facts: RecordFacts, found: RecordVerdict) -> None:
        ledger = self.ledger
        if found.person is None:
            found.person = ledger.add_person(facts.name, facts.phones)
        ledger.hold(found.person, facts.phones)
        if facts.phones and not ledger.names[found.person]:
            ledger.names[found.person] = facts.name

    def _meet_car(self, facts: RecordFacts, found: RecordVerdict) -> None:
        """The plate's car. Without a plate a VIN may find a car that is known, but makes none."""
        ledger = self.ledger
        car = ledger.car_of(facts.plate, facts.vin)
        if car is None and not facts.plate:
            return
        if car is None:
            car = ledger.add_car(facts.plate, facts.vin, found.person)
        elif ledger.owner[car] is None:
            ledger.owner[car] = found.person
        known_vin = ledger.vins[car]
        if known_vin and facts.vin_is_good and facts.vin != known_vin:
            found.reason = Reason.VIN_DIFFERS
        ledger.identify(car, facts.plate, facts.vin)
        found.car = car
        if facts.plate:
            self.tally.vehicles.add(car)

    def _meet_order(self, facts: RecordFacts, found: RecordVerdict) -> None:
        """The first line of an order counts its total; later lines repeat it (or fill it in where it was unknown)."""
        order = found.order = self._book.orders[facts.order_number]
        if self._paid[order] == _UNMET:
            self._paid[order] = _UNKNOWN
            self.tally.orders += 1
        if self._paid[order] == _UNKNOWN and facts.paid_fen is not None and facts.status != OrderStatus.CANCELLED:
            self._paid[order] = facts.paid_fen
            self.tally.revenue_fen += facts.paid_fen
