"""The verdict on every row of a file of customers with their vehicles."""

import re
from dataclasses import dataclass, field

from customers.enums import CustomerKind
from customers.rules import phone_key

from ..enums import STRICT_ORDER, Field, Reason, Verdict
from .birthdays import Birthday, birthday_of
from .layout import Layout, RecordShape
from .ledger import Ledger, contact_key
from .lists import YES, HomeSaid, home_in, tags_in
from .reading import CellReader, RowFacts
from .tally import Tally
from .values import Cell, Unreadable, folded, text_of

_TEXTS = {
    Field.SALUTATION: 30, Field.NEIGHBOURHOOD: 80, Field.CAME_THROUGH: 40, Field.NEED: 80, Field.EMERGENCY_NAME: 30,
    Field.EMERGENCY_PHONE: 30, Field.ADVISOR: 30, Field.REMARK: 2000,
}  # fmt: skip
_UNIT = re.compile(r"单位|公司|企业|集团|机关|对公|团体")
_PERSON = re.compile(r"个人|私人|私家|自然人")
_MOST_CARS = 99
_LONGEST_TAG = 20


@dataclass(slots=True)
class CustomerVerdict:
    """What becomes of a row: the person and the car it speaks of (numbers of the ledger), and what is wrong with it."""

    facts: RowFacts
    verdict: Verdict
    reason: Reason | None = None
    warnings: list[Reason] = field(default_factory=list)
    person: int | None = None
    car: int | None = None


class CustomerRows:
    """Reads rows into facts; knows nothing of other rows."""

    makes: type[RowFacts] = RowFacts

    def __init__(self, layout: Layout, *, shape: RecordShape | None = None):
        self._reader = CellReader(layout)
        self._shape = shape
        self._texts = [(each, longest) for each, longest in _TEXTS.items() if self._reader.has(each)]
        # What is read in a way of its own, and the column that must be there for it.
        others = (
            (Field.CUSTOMER_KIND, Field.CUSTOMER_KIND, self._kind),
            (Field.CARS_AT_HOME, Field.CARS_AT_HOME, self._cars_at_home),
            (Field.WECHAT, Field.WECHAT, self._reader.wechats),
            (Field.EMAIL, Field.EMAIL, self._reader.emails),
            (Field.TAGS, Field.TAGS, self._tags),
            (Field.HOME, Field.HOME_KEY, self._home),
        )
        self._others = [(each, read) for each, column, read in others if self._reader.has(column)]

    def read(self, number: int, cells: list[Cell]) -> RowFacts:
        facts = self.makes(number, cells=cells)
        if self._shape and self._shape.overflows(cells):
            facts.is_ragged = True
            return facts
        self._reader.people(cells, facts)
        self._reader.known_by(cells, facts)
        self._reader.vehicle(cells, facts)
        self._person(cells, facts)
        return facts

    def _person(self, cells: list[Cell], facts: RowFacts) -> None:
        for each, longest in self._texts:
            text = self._reader.text(cells, each, longest=longest)
            if text:
                facts.person[each] = text
        if self._reader.has(Field.BIRTHDAY):
            self._birthday(cells, facts)
        for each, read in self._others:
            value = read(cells)
            if value is not None and value != ():
                facts.person[each] = value

    def _kind(self, cells: list[Cell]) -> CustomerKind | None:
        return _kind_of(self._reader.text(cells, Field.CUSTOMER_KIND))

    def _cars_at_home(self, cells: list[Cell]) -> int | None:
        return self._reader.number(cells, Field.CARS_AT_HOME, _few)

    def _tags(self, cells: list[Cell]) -> tuple:
        tags = tags_in(self._reader.text(cells, Field.TAGS), is_ours=self._reader.is_exact)
        return tuple(tag for tag in tags if len(tag.name) <= _LONGEST_TAG)

    def _home(self, cells: list[Cell]) -> HomeSaid | None:
        text = self._reader.text
        key = contact_key(text(cells, Field.HOME_KEY))
        if not key:
            return None
        kind, name = home_in(text(cells, Field.HOME, longest=60))
        relation = text(cells, Field.RELATION, longest=20)
        is_emergency = text(cells, Field.HOME_EMERGENCY) == YES
        return HomeSaid(key, kind, name, relation, is_emergency, phone_key(self._reader.through(cells)))

    def _birthday(self, cells: list[Cell], facts: RowFacts) -> None:
        try:
            birthday: Birthday | None = birthday_of(self._reader.cell(cells, Field.BIRTHDAY))
        except Unreadable:
            facts.note(Reason.BAD_DATE)
        else:
            if birthday:
                facts.person[Field.BIRTHDAY] = birthday


def _kind_of(text: str) -> CustomerKind | None:
    if _UNIT.search(text):
        return CustomerKind.UNIT
    return CustomerKind.PERSON if _PERSON.search(text) else None


def _few(cell: Cell) -> int | None:
    """A small number as a cell says it, ``2`` or ``2台``; None for anything else."""
    digits = folded(text_of(cell)).rstrip("台辆部 ")
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) <= _MOST_CARS else None


class CustomerJudge:
    """Decides about rows in the order they stand, remembering what came before."""

    def __init__(self, *, strict: bool = False, ledger: Ledger | None = None):
        self.ledger = ledger or Ledger()
        self.tally = Tally()
        self._strict = strict

    def judge(self, facts: RowFacts) -> CustomerVerdict:
        self.tally.rows_data += 1
        reason = self._rejection(facts)
        if reason:
            self.tally.rejected[reason] += 1
            return CustomerVerdict(facts, Verdict.REJECT, reason)
        verdict = self._accept(facts)
        self.tally.warnings.update(verdict.warnings)
        return verdict

    def _rejection(self, facts: RowFacts) -> Reason | None:
        if facts.is_ragged:
            return Reason.COLUMN_COUNT
        if not facts.phones and not facts.keys:
            return Reason.NO_PHONE if facts.phone_is_blank else Reason.BAD_PHONE
        if facts.through and not self.ledger.holds(facts.through):
            return Reason.NO_PHONE  # nobody could say who this is
        if self._strict:
            return next((reason for reason in STRICT_ORDER if reason in facts.issues), None)
        return None

    def _accept(self, facts: RowFacts) -> CustomerVerdict:
        found = CustomerVerdict(facts, Verdict.CREATE, warnings=list(facts.issues))
        self._find_person(facts, found)
        is_repeated = found.person in self.tally.customers
        if facts.plate or facts.vin:
            self._find_car(facts, found)
            is_repeated = is_repeated and found.car in self.tally.vehicles
            self.tally.vehicles.add(found.car)
        self.tally.customers.add(found.person)
        if found.verdict == Verdict.CONFLICT:
            self.tally.vehicle_conflicts += 1
        elif is_repeated:
            found.verdict = Verdict.DUPLICATE
            self.tally.duplicates += 1
        return found

    def _find_person(self, facts: RowFacts, found: CustomerVerdict) -> None:
        ledger = self.ledger
        known_by = facts.phones or facts.keys
        person = ledger.person_of(known_by)
        found.person = ledger.add_person(facts.name, known_by) if person is None else person
        ledger.hold(found.person, known_by)
        known = ledger.names[found.person]
        if not known:
            ledger.names[found.person] = facts.name
        elif facts.name and facts.name != known:
            found.warnings.append(Reason.NAME_DIFFERS)

    def _find_car(self, facts: RowFacts, found: CustomerVerdict) -> None:
        """The row's car: a new one, the same owner's again, or somebody else's, which waits for a person."""
        ledger = self.ledger
        car = ledger.car_of(facts.plate, facts.vin)
        if car is None:
            found.car = ledger.add_car(facts.plate, facts.vin, found.person)
            return
        found.car = car
        if ledger.owner[car] is None:
            ledger.owner[car] = found.person
        if ledger.owner[car] != found.person:
            found.verdict, found.reason = Verdict.CONFLICT, Reason.VEHICLE_CONFLICT
            return
        if ledger.vins[car] and facts.vin_is_good and facts.vin != ledger.vins[car]:
            found.reason = Reason.VIN_DIFFERS
        ledger.identify(car, facts.plate, facts.vin)
