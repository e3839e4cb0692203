"""The verdict on every row of a file of members: who they are, their cards, and who introduced them."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from customers.rules import phone_key, phones_in, tidy_name
from vehicles.rules import is_plate, normalise_plate

from ..enums import Field, Reason, Verdict
from .customers import CustomerJudge, CustomerRows, CustomerVerdict
from .ledger import Ledger
from .reading import RowFacts
from .values import Cell, Unreadable, day_of, fen_of, folded, text_of

# Between several plates of one cell; blanks only where nothing else parts them.
_SEPARATORS = re.compile(r"[/、，,;；\n]+")
_IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_CARD = re.compile(r"[0-9A-Z][0-9A-Z_-]{0,39}")
# A sheet wrote 1.38E+10: the digits behind it are lost.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_NO_CARD = re.compile(r"(?:无|无卡|没有|未办卡|[-—/]+|0)?")
# A number keeps so many digits as a sheet stores it.
_EXACT_DIGITS = 15
_NO_END = re.compile(r"(?:长期|永久|长期有效|永久有效|终身|不限|无限期?|无)?")
_MOST_TIMES = 9_999


class CardSaid(NamedTuple):
    """What a row says of a card: `balance_fen` and `times` None where it says nothing of them."""

    number: str
    kind: str = ""
    balance_fen: int | None = None
    times: int | None = None
    opened_on: date | None = None
    valid_until: date | None = None
    as_of: date | None = None

    @property
    def worth(self) -> tuple:
        """The same for two rows that tell of the card in one state."""
        return self.balance_fen, self.times


@dataclass
class MemberFacts(RowFacts):
    """`more_plates` stand in the cell behind `plate`; `introducer` is a phone's key or a name."""

    more_plates: tuple[str, ...] = ()
    card: CardSaid | None = None
    has_bad_card: bool = False
    introducer: str = ""


@dataclass(slots=True)
class MemberVerdict(CustomerVerdict):
    """`cars`: a verdict for each car of the row; `introducer`: the person who brought this one, where that is sure."""

    cars: list[CustomerVerdict] = field(default_factory=list)
    card: CardSaid | None = None
    introducer: int | None = None


class MemberRows(CustomerRows):
    """Reads rows into facts; knows nothing of other rows."""

    makes = MemberFacts

    def read(self, number: int, cells: list[Cell]) -> MemberFacts:
        facts = super().read(number, cells)
        if not facts.is_ragged:
            self._plates(cells, facts)
            self._card(cells, facts)
            facts.introducer = self._introducer(cells)
        return facts

    def _plates(self, cells: list[Cell], facts: MemberFacts) -> None:
        plates, has_junk = plates_of(text_of(self._reader.cell(cells, Field.PLATE)))
        if Reason.BAD_PLATE in facts.issues and not has_junk:
            facts.issues.remove(Reason.BAD_PLATE)
        facts.plate, facts.more_plates = (plates[0], plates[1:]) if plates else ("", ())

    def _card(self, cells: list[Cell], facts: MemberFacts) -> None:
        cell = self._reader.cell(cells, Field.CARD_NO)
        number = card_number(cell)
        if number is None:
            facts.has_bad_card = True
        elif number:
            facts.card = CardSaid(
                number,
                kind=self._reader.text(cells, Field.CARD_TYPE, longest=40, tidy=folded),
                balance_fen=self._reader.fen(cells, Field.BALANCE, facts, fen_of),
                times=self._times(cells, facts),
                opened_on=self._reader.day(cells, Field.CARD_FROM, facts),
                valid_until=self._end(cells, facts),
                as_of=self._reader.day(cells, Field.AS_OF, facts),
            )

    def _times(self, cells: list[Cell], facts: MemberFacts) -> int | None:
        text = folded(text_of(self._reader.cell(cells, Field.TIMES))).rstrip("次 ")
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text) <= _MOST_TIMES:
            return int(text)
        facts.note(Reason.BAD_AMOUNT)
        return None

    def _end(self, cells: list[Cell], facts: MemberFacts) -> date | None:
        cell = self._reader.cell(cells, Field.CARD_UNTIL)
        if _NO_END.fullmatch(folded(text_of(cell))):
            return None
        try:
            return day_of(cell)
        except Unreadable:
            facts.note(Reason.BAD_DATE)
            return None

    def _introducer(self, cells: list[Cell]) -> str:
        """The key of a number, wherever it stands; else the name; "" where nobody is named."""
        texts = [self._reader.text(cells, each) for each in (Field.INTRODUCER_PHONE, Field.INTRODUCER)]
        phones = [phone for text in texts for phone in phones_in(text)]
        if phones:
            return phone_key(phones[0])
        return tidy_name(_IN_BRACKETS.sub("", texts[1]))[:60] or texts[0]


def plates_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The plates of a cell, each once, and whether it holds anything that is none."""
    found, has_junk = [], False
    for part in _SEPARATORS.split(_IN_BRACKETS.sub(" ", folded(text))):
        whole = normalise_plate(part)
        pieces = [whole] if not whole or is_plate(whole) else [normalise_plate(piece) for piece in part.split()]
        found += [piece for piece in pieces if is_plate(piece)]
        has_junk = has_junk or any(piece and not is_plate(piece) for piece in pieces)
    return tuple(dict.fromkeys(found)), has_junk


def card_number(cell: Cell) -> str | None:
    """A card's number as text, leading zeros and all; "" for none, None for one that cannot be read."""
    text = re.sub(r"\s+", "", folded(text_of(cell))).upper()
    if _NO_CARD.fullmatch(text):
        return ""
    if isinstance(cell, int | float) and len(text.partition(".")[0]) > _EXACT_DIGITS:
        return None
    return None if _SCIENTIFIC.fullmatch(text) or not _CARD.fullmatch(text) else text


class MemberBook:
    """Which numbers are one person's: those of rows that share one. Made in a first passage through the file."""

    def __init__(self, facts: Iterable[MemberFacts]):
        self._joined: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self.asked_for: set[str] = set()
        for each in facts:
            if each.phones and not each.is_ragged:
                self._take(each)

    def _take(self, facts: MemberFacts) -> None:
        first, *others = map(phone_key, facts.phones)
        root = self._root(first)
        for key in others:
            other = self._root(key)
            if other != root:
                # Whoever stands first in the file gives the name.
                self._joined[other] = root
                self._names[root] = [*self._names.get(root, ()), *self._names.pop(other, ())]
        names = self._names.setdefault(root, [])
        if facts.name and facts.name not in names:
            names.append(facts.name)
        if facts.introducer:
            self.asked_for.add(facts.introducer)

    def _root(self, key: str) -> str:
        self._joined.setdefault(key, key)
        while self._joined[key] != key:
            self._joined[key] = key = self._joined[self._joined[key]]
        return key

    @property
    def numbers(self) -> list[str]:
        """Every number of the file, as keys."""
        return list(self._joined)

    def settle(self, ledger: Ledger) -> dict[str, set[int]]:
        """Give every number its person of the ledger, one that is known already or a new one: {name: people}."""
        groups, people = defaultdict(list), defaultdict(set)
        for key in self._joined:
            groups[self._root(key)].append(key)
        for root, keys in groups.items():
            names = self._names.get(root, [])
            person = ledger.person_of(keys)
            person = ledger.add_person(names[0] if names else "", keys) if person is None else person
            ledger.hold(person, keys)
            for name in names:
                people[name].add(person)
        return people


class Introducers:
    """Who is meant by a number or a name, and whether the link may stand.

    `named`: people by name, the file's and the database's. `node` turns a person into what `parents` speaks of:
    {introduced: introducer}, what is known before the file.
    """

    def __init__(self, ledger: Ledger, named: dict[str, set[int]], node: Callable, parents: dict):
        self._ledger, self._named, self._node, self._parents = ledger, named, node, dict(parents)

    def link(self, person: int, said: str) -> tuple[int | None, Reason | None]:
        """(introducer, None), or why there is none. A link that is made counts for the ones after it."""
        found = self._people(said)
        if not found:
            return None, Reason.INTRODUCER_UNKNOWN
        if len(found) > 1:
            return None, Reason.INTRODUCER_AMBIGUOUS
        (introducer,) = found
        if introducer == person:
            return None, Reason.INTRODUCER_SELF
        mine, theirs = self._node(person), self._node(introducer)
        if self._parents.get(mine, theirs) != theirs:
            return None, Reason.INTRODUCER_AMBIGUOUS
        if self._leads_to(theirs, mine):
            return None, Reason.INTRODUCER_CYCLE
        self._parents[mine] = theirs
        return introducer, None

    def _people(self, said: str) -> set[int]:
        holder = self._ledger.person_of([said]) if said.isdigit() else None
        return {holder} if holder is not None else self._named.get(said, set())

    def _leads_to(self, node, end) -> bool:
        while node is not None and node != end:
            node = self._parents.get(node)
        return node == end


_OUTCOMES = {
    None: "ok",
    Reason.INTRODUCER_SELF: "self",
    Reason.INTRODUCER_UNKNOWN: "unknown",
    Reason.INTRODUCER_AMBIGUOUS: "ambiguous",
    Reason.INTRODUCER_CYCLE: "cycle",
}


class MemberJudge(CustomerJudge):
    """Decides about rows in the order they stand; who is who, a first passage has found out."""

    def __init__(self, introducers: Introducers, *, strict: bool = False, ledger: Ledger):
        super().__init__(strict=strict, ledger=ledger)
        self.tally.referrals = Counter(dict.fromkeys(_OUTCOMES.values(), 0))
        self._introducers = introducers
        self._asked: dict[tuple[int, str], Reason | None] = {}
        # By card number: whose, and in which state.
        self._cards: dict[str, tuple[int, tuple]] = {}
        self._holders: dict[str, int] = {}

    def learn_cards(self, holders: dict[str, int]) -> None:
        """Whose a card of the database is: {number: person}."""
        self._holders |= holders

    def _accept(self, facts: MemberFacts) -> MemberVerdict:
        found = MemberVerdict(facts, Verdict.CREATE, warnings=list(facts.issues))
        self._find_person(facts, found)
        is_repeated = self._find_cars(facts, found) and found.person in self.tally.customers
        self.tally.customers.add(found.person)
        self._introduce(facts, found)
        is_same_card = self._find_card(facts, found)
        if found.verdict == Verdict.CREATE and is_repeated and is_same_card:
            found.verdict = Verdict.DUPLICATE
            self.tally.duplicates += 1
        return found

    def _find_cars(self, facts: MemberFacts, found: MemberVerdict) -> bool:
        """A verdict for each car; whether the file has spoken of all of them before."""
        seen = True
        for n, plate in enumerate((facts.plate, *facts.more_plates)):
            # What the row says of a car it says of the first.
            said = replace(facts) if n == 0 else replace(facts, plate=plate, vin="", vin_is_good=False, car={}, km=None)
            if not (said.plate or said.vin):
                continue
            each = CustomerVerdict(said, Verdict.CREATE, person=found.person)
            self._find_car(said, each)
            seen = seen and each.car in self.tally.vehicles
            self.tally.vehicles.add(each.car)
            found.cars.append(each)
            if each.verdict == Verdict.CONFLICT:
                self.tally.vehicle_conflicts += 1
                found.verdict, found.reason, facts.plate = each.verdict, each.reason, said.plate
        return seen

    def _find_card(self, facts: MemberFacts, found: MemberVerdict) -> bool:
        """Take up the row's card, or say why not; whether nothing about it is new."""
        if facts.has_bad_card:
            self._refuse(found, Reason.BAD_CARD_NO)
        if facts.card is None:
            return not facts.has_bad_card
        state = found.person, facts.card.worth
        known = self._cards.get(facts.card.number)
        if known == state:
            return True
        if known or self._holders.get(facts.card.number, found.person) != found.person:
            self._refuse(found, Reason.CARD_CONFLICT)
            return False
        self._cards[facts.card.number] = state
        self.tally.cards += 1
        found.card = facts.card
        return False

    def _refuse(self, found: MemberVerdict, reason: Reason) -> None:
        """The card stays out and the row comes back with the reason; whom and what it drives are kept all the same."""
        self.tally.rejected[reason] += 1
        if found.verdict != Verdict.CONFLICT:
            found.verdict, found.reason = Verdict.REJECT, reason

    def _introduce(self, facts: MemberFacts, found: MemberVerdict) -> None:
        if not facts.introducer:
            return
        asked = found.person, facts.introducer
        if asked not in self._asked:
            found.introducer, self._asked[asked] = self._introducers.link(*asked)
            self.tally.referrals[_OUTCOMES[self._asked[asked]]] += 1
        if self._asked[asked]:
            found.warnings.append(self._asked[asked])
