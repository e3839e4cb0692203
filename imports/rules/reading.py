"""What a row says about a person and a car, field by field, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import date

from customers.rules import normalise_email, phones_in, tidy_name
from vehicles.rules import VinVerdict, is_plate, judge_vin, normalise_plate, normalise_vin

from ..enums import Field, Reason
from .layout import Layout
from .ledger import reached_key, wechat_key
from .lists import car_people_in, plates_in
from .values import Cell, Unreadable, day_of, exact_text, fen_of, folded, km_of, text_of

# Longest texts the tables hold; what is longer is cut, never refused.
_LENGTHS = {
    Field.NAME: 60, Field.NEIGHBOURHOOD: 80, Field.CAME_THROUGH: 40, Field.ENGINE_NO: 40, Field.BRAND: 40,
    Field.SERIES: 60, Field.MODEL: 100, Field.ENERGY: 20, Field.INSURER: 60,
}  # fmt: skip
_CAR_TEXTS = (Field.ENGINE_NO, Field.BRAND, Field.SERIES, Field.MODEL, Field.ENERGY, Field.INSURER)
_CAR_DAYS = (Field.REGISTERED_ON, Field.INSPECTED_UNTIL, Field.INSURED_UNTIL, Field.COMMERCIAL_INSURED_UNTIL)
# A nickname or 已加 is no account that reaches anybody.
_WECHAT = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}|1[3-9]\d{9}")
_GOOD_VINS = (VinVerdict.GOOD, VinVerdict.UNCHECKED)


@dataclass
class RowFacts:
    """What a row says, in normal forms. Blank texts are "", unknown values None."""

    number: int
    name: str = ""
    phones: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    # Who somebody without a number is, in a file of our own: see CellReader.wechats.
    keys: tuple[str, ...] = ()
    # Whose number they borrow, where that is all that says who they are.
    through: str = ""
    phone_is_blank: bool = True
    plate: str = ""
    vin: str = ""
    vin_is_good: bool = False
    km: int | None = None
    km_on: date | None = None
    car: dict[Field, str | date | int] = field(default_factory=dict)
    person: dict[Field, str | tuple] = field(default_factory=dict)
    issues: list[Reason] = field(default_factory=list)
    # More fields than the header has: everything right of a stray separator stands in the wrong column.
    is_ragged: bool = False
    cells: list[Cell] = field(default_factory=list, repr=False)

    def note(self, reason: Reason) -> None:
        if reason not in self.issues:
            self.issues.append(reason)


class CellReader:
    """Reads a row's cells by what their columns mean."""

    def __init__(self, layout: Layout):
        self._columns = layout.columns
        self.is_exact = layout.is_ours
        self._single = {field: columns[0] for field, columns in layout.columns.items()}
        self._car_days = [each for each in _CAR_DAYS if self.has(each)]
        self._car_texts = [each for each in _CAR_TEXTS if self.has(each)]

    def has(self, field: Field) -> bool:
        """Whether the file has a column for it: of the many fields of a row most files have a few."""
        return field in self._single

    def cell(self, cells: list[Cell], field: Field) -> Cell:
        """The cell of a field, None where the row has none."""
        column = self._single.get(field)
        return cells[column] if column is not None and column < len(cells) else None

    def text(self, cells: list[Cell], field: Field, *, longest: int = 200, tidy=None) -> str:
        """A field as text, tidied and cut at `longest` characters; in a file of our own as it is."""
        column = self._single.get(field)
        if column is None or column >= len(cells):
            return ""
        return self._text(cells[column], longest, tidy)

    def _text(self, cell: Cell, longest: int, tidy) -> str:
        if self.is_exact:
            return exact_text(cell)
        text = text_of(cell)
        return tidy(text[: longest * 2])[:longest] if tidy else text[:longest]

    def first_text(self, cells: list[Cell], field: Field, *, longest: int = 200, tidy=None) -> str:
        """The text of the surest of a field's columns that says anything: a part's name where no job is named."""
        columns = (column for column in self._columns.get(field, ()) if column < len(cells))
        return next((text for column in columns if (text := self._text(cells[column], longest, tidy))), "")

    def number(self, cells: list[Cell], field: Field, parse) -> int | None:
        """A whole number as `parse` reads it; in a file of our own as it is. Raises Unreadable."""
        cell = self.cell(cells, field)
        if self.is_exact and (text := exact_text(cell)).isascii() and text.isdigit():
            return int(text)
        return parse(cell)

    def people(self, cells: list[Cell], facts: RowFacts) -> None:
        """Name and phones. The surest column with a usable number identifies; numbers of the others only reach.

        A driver's or a dispatcher's number beside the owner's may stand in the rows of many owners.
        """
        facts.name = self.text(cells, Field.NAME, longest=_LENGTHS[Field.NAME], tidy=tidy_name)
        texts = self._texts(cells, Field.PHONE)
        facts.phone_is_blank = not texts
        numbers = [phones for text in texts if (phones := phones_in(text))]
        facts.phones = numbers[0] if numbers else ()
        spare = [phone for phones in numbers[1:] for phone in phones]
        spare += [phone for text in self._texts(cells, Field.ALT_PHONE) for phone in phones_in(text)]
        facts.other_phones = tuple(dict.fromkeys(phone for phone in spare if phone not in facts.phones))

    def _texts(self, cells: list[Cell], field: Field) -> list[str]:
        columns = (column for column in self._columns.get(field, ()) if column < len(cells))
        return [text for column in columns if (text := text_of(cells[column]))]

    def wechats(self, cells: list[Cell]) -> tuple[str, ...]:
        """Accounts on WeChat; in a file of our own all but masked ones, in others what looks like one."""
        said = self.text(cells, Field.WECHAT).split("\n")
        return tuple(text for text in said if text and ("*" not in text if self.is_exact else _WECHAT.fullmatch(text)))

    def emails(self, cells: list[Cell]) -> tuple[str, ...]:
        """Addresses, what is none or masked left out."""
        return tuple(filter(None, map(normalise_email, re.split(r"[\s,，;；、]+", self.text(cells, Field.EMAIL)))))

    def known_by(self, cells: list[Cell], facts: RowFacts) -> None:
        """A row of ours without a number still says who it speaks of: their account, else whose number they use."""
        if not (self.is_exact and facts.phone_is_blank):
            return
        facts.keys = tuple(map(wechat_key, self.wechats(cells)))
        through = self.through(cells)
        if through and facts.name and not facts.keys:
            facts.through, facts.keys = through, (reached_key(through, facts.name),)

    def through(self, cells: list[Cell]) -> str:
        """Whose number reaches somebody of a household; "" where it is not said, or masked."""
        return next(iter(phones_in(self.text(cells, Field.REACHED_THROUGH))), "")

    def vehicle(self, cells: list[Cell], facts: RowFacts) -> None:
        """Plate, VIN, odometer and the car's other facts, each checked on its own."""
        self.plate(cells, facts)
        self._vin(cells, facts)
        for each in self._car_days:
            day = self.day(cells, each, facts)
            if day:
                facts.car[each] = day
        self._odometer(cells, facts)
        for each in self._car_texts:
            text = self.text(cells, each, longest=_LENGTHS[each], tidy=folded)
            if text:
                facts.car[each] = text
        premium = self.fen(cells, Field.PREMIUM, facts)
        if premium or (premium == 0 and self.is_exact):
            facts.car[Field.PREMIUM] = premium
        if self.has(Field.FORMER_PLATES) and (plates := plates_in(self.text(cells, Field.FORMER_PLATES))):
            facts.car[Field.FORMER_PLATES] = plates
        if self.has(Field.CAR_PEOPLE) and (people := car_people_in(self.text(cells, Field.CAR_PEOPLE))):
            facts.car[Field.CAR_PEOPLE] = people

    def plate(self, cells: list[Cell], facts: RowFacts) -> None:
        """The plate; junk is noted and left out."""
        if self.is_exact:
            facts.plate = self.text(cells, Field.PLATE)
            return
        plate = normalise_plate(self.text(cells, Field.PLATE))
        if plate and not is_plate(plate):
            facts.note(Reason.BAD_PLATE)
            plate = ""
        facts.plate = plate

    def _vin(self, cells: list[Cell], facts: RowFacts) -> None:
        if self.is_exact:
            facts.vin = self.text(cells, Field.VIN)
            facts.vin_is_good = judge_vin(facts.vin) in _GOOD_VINS
            return
        vin = normalise_vin(self.text(cells, Field.VIN))
        verdict = judge_vin(vin)
        if verdict == VinVerdict.BAD:
            facts.note(Reason.BAD_VIN)
            return
        if verdict == VinVerdict.CHECK_DIGIT:
            facts.note(Reason.VIN_CHECK_DIGIT)
        facts.vin, facts.vin_is_good = vin, verdict in _GOOD_VINS

    def _odometer(self, cells: list[Cell], facts: RowFacts) -> None:
        try:
            facts.km = self.number(cells, Field.KM, km_of)
        except Unreadable:
            facts.note(Reason.BAD_MILEAGE)
        facts.km_on = self.day(cells, Field.KM_ON, facts) if facts.km is not None else None

    def day(self, cells: list[Cell], field: Field, facts: RowFacts) -> date | None:
        """A field as a day; what cannot be read is noted and left blank."""
        cell = self.cell(cells, field)
        if cell is None or cell == "":
            return None
        try:
            return day_of(cell)
        except Unreadable:
            facts.note(Reason.BAD_DATE)
            return None

    def fen(self, cells: list[Cell], field: Field, facts: RowFacts, parse=fen_of) -> int | None:
        """A field as money in fen, never negative; what cannot be read is noted and left unknown."""
        cell = self.cell(cells, field)
        if cell is None or cell == "":
            return None
        try:
            fen = parse(cell)
        except Unreadable:
            facts.note(Reason.BAD_AMOUNT)
            return None
        if fen is not None and fen < 0:
            facts.note(Reason.BAD_AMOUNT)
            return None
        return fen
