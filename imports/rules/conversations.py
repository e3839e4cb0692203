"""The verdict on every row of a file of conversations: when, with whom, what was said, who wrote it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from customers.enums import Channel, Direction, Mood

from ..enums import Field, Reason, Verdict
from .layout import Layout, RecordShape
from .ledger import Ledger
from .reading import CellReader, RowFacts
from .tally import Tally
from .values import Cell, Unreadable, moment_of

# Somebody who does not work here stays with what they wrote, at its end.
_BY = re.compile(r"(?:\A|(?<=.)\n)（记录人：(?P<name>[^（）\n]+)）\Z", re.DOTALL)
_LONGEST_BODY = 5_000
# What other systems call it; the first that is found decides.
_CHANNELS = {
    Channel.WECHAT: re.compile(r"微信|企微"),
    Channel.SMS: re.compile(r"短信"),
    Channel.EMAIL: re.compile(r"邮件|email", re.IGNORECASE),
    Channel.VISIT: re.compile(r"到店|进店|面谈|当面|上门"),
    Channel.CALL: re.compile(r"电话|来电|去电|外呼|呼入|呼出|回访"),
}
_MOODS = {
    Mood.UNHAPPY: re.compile(r"不满|投诉|生气|差评"),
    Mood.GOOD: re.compile(r"高兴|满意|好评"),
    Mood.CALM: re.compile(r"平静|一般"),
}
_FROM_THEM = re.compile(r"客户找我们|来电|呼入|来访|客户主动")


def signed(body: str, author: str) -> str:
    """What somebody wrote whom no login stands for: their name follows in a line of its own."""
    return f"{body}{chr(10) if body else ''}（记录人：{author}）" if author else body


def parted(body: str) -> tuple[str, str]:
    """What was written and by whom, where :func:`signed` put it together."""
    found = _BY.search(body)
    return (body[: found.start()], found["name"]) if found else (body, "")


@dataclass(slots=True)
class TalkFacts(RowFacts):
    """What a row says of a conversation; moments in shop time."""

    at: datetime | None = None
    channel: Channel = Channel.CALL
    direction: Direction = Direction.OUT
    mood: Mood | str = ""
    subject: str = ""
    body: str = ""
    author: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    problem: Reason | None = None

    @property
    def words(self) -> tuple:
        """The same for two rows that tell of one conversation with one person; whoever wrote it down."""
        return self.at, str(self.channel), str(self.direction), self.subject, self.body


@dataclass(slots=True)
class TalkVerdict:
    facts: TalkFacts
    verdict: Verdict
    reason: Reason | None = None
    warnings: tuple = ()
    person: int | None = None


class TalkRows:
    """Reads rows into facts; knows nothing of other rows."""

    def __init__(self, layout: Layout, *, today: date, shape: RecordShape | None = None):
        self._reader = CellReader(layout)
        self._today = today
        self._shape = shape

    def read(self, number: int, cells: list[Cell]) -> TalkFacts:
        facts = TalkFacts(number, cells=cells)
        if self._shape and self._shape.overflows(cells):
            facts.problem = Reason.COLUMN_COUNT
            return facts
        self._reader.people(cells, facts)
        self._reader.known_by(cells, facts)
        self._reader.plate(cells, facts)
        facts.at = self._moment(cells, Field.SPOKEN)
        if facts.at is None or facts.at.date() > self._today:
            facts.problem = Reason.BAD_DATE
            return facts
        self._said(cells, facts)
        return facts

    def _moment(self, cells: list[Cell], field: Field) -> datetime | None:
        try:
            return moment_of(self._reader.cell(cells, field))
        except Unreadable:
            return None

    def _said(self, cells: list[Cell], facts: TalkFacts) -> None:
        text = self._reader.text
        way = text(cells, Field.CHANNEL)
        channel = _found(_CHANNELS, way)
        facts.channel = channel or Channel.CALL
        facts.direction = Direction.IN if _FROM_THEM.search(way + text(cells, Field.DIRECTION)) else Direction.OUT
        facts.mood = _found(_MOODS, text(cells, Field.MOOD)) or ""
        facts.subject = text(cells, Field.SUBJECT, longest=60)
        body, signature = parted(text(cells, Field.BODY, longest=_LONGEST_BODY))
        # A way we have no word for is not lost.
        facts.body = f"（方式：{way}）{body}" if way and channel is None else body
        facts.author = text(cells, Field.AUTHOR, longest=30) or signature
        facts.settled_at = self._moment(cells, Field.SETTLED)
        facts.settled_by = text(cells, Field.SETTLED_BY, longest=30)


def _found(words: dict, text: str):
    return next((value for value, word in words.items() if word.search(text)), None)


class TalkJudge:
    """Decides about rows in the order they stand, remembering what came before."""

    def __init__(self, *, ledger: Ledger | None = None):
        self.ledger = ledger or Ledger()
        self.tally = Tally()
        self._seen: set[int] = set()

    def judge(self, facts: TalkFacts) -> TalkVerdict:
        self.tally.rows_data += 1
        person = None if facts.problem else self._person_of(facts)
        reason = facts.problem or (Reason.NO_CUSTOMER if person is None else None)
        if reason:
            self.tally.rejected[reason] += 1
            return TalkVerdict(facts, Verdict.REJECT, reason)
        self.tally.customers.add(person)
        mark = hash((person, facts.words))
        if mark in self._seen:
            self.tally.duplicates += 1
            return TalkVerdict(facts, Verdict.DUPLICATE, person=person)
        self._seen.add(mark)
        self.tally.talks += 1
        return TalkVerdict(facts, Verdict.CREATE, person=person)

    def _person_of(self, facts: TalkFacts) -> int | None:
        """Whoever holds the number, new if nobody does; without one the owner of the plate."""
        ledger = self.ledger
        known_by = facts.phones or facts.keys
        if known_by:
            person = ledger.person_of(known_by)
            if person is None and not facts.phones:
                return None
            person = ledger.add_person(facts.name, known_by) if person is None else person
            ledger.hold(person, known_by)
            return person
        car = ledger.car_of(facts.plate, "") if facts.plate else None
        return ledger.owner[car] if car is not None else None
