"""Committing a batch from its first row to its last. A broken run is simply run again: what is there is left alone."""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from itertools import islice

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from core.ahead import Ahead
from core.behind import Behind
from core.bulk import collecting_seldom, looking_up_keys
from vehicles.enums import ReadingSource

from ...enums import BatchState, Kind, RowKind, Verdict
from ...errors import ImportRefused
from ...models import ImportBatch, ImportRow
from ...rules.conversations import TalkJudge, TalkRows
from ...rules.customers import CustomerJudge, CustomerRows
from ...rules.layout import Layout, RecordShape, Row, RowJudge, shape_of
from ...rules.ledger import Ledger
from ...rules.members import Introducers, MemberBook, MemberJudge, MemberRows
from ...rules.orders import FileBook, OrderJudge, OrderRows, RecordFacts
from ...rules.reading import RowFacts
from ..reading.source import Table
from .cards import CardsWriter
from .cars import CarsWriter, Sighting
from .homes import HomesWriter
from .introductions import IntroductionsWriter
from .journal import Journal
from .known import Known
from .people import PeopleWriter
from .talks import TalksWriter
from .visits import VisitsWriter

logger = logging.getLogger(__name__)

CHUNK = 2_000
# A batch can be undone for so long; until then its traces are kept.
UNDO_FOR = timedelta(days=30)
_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has taken the batch over."""


class FileRows:
    """The data rows of a table as facts; may be gone through again."""

    def __init__(self, table: Table, layout: Layout, *, today: date):
        shape: RecordShape | None = shape_of(table.sample(), layout) if table.is_text else None
        self.layout = layout
        self._table = table
        self._judge = RowJudge(layout)
        # Numbers of the rows below the header that are no data, once a passage has come to the end.
        self._others: set[int] | None = None
        if layout.kind == Kind.ORDERS:
            self._reader = OrderRows(layout, today=today, shape=shape)
        elif layout.kind == Kind.INTERACTIONS:
            self._reader = TalkRows(layout, today=today, shape=shape)
        elif layout.kind == Kind.MEMBERS:
            self._reader = MemberRows(layout, shape=shape)
        else:
            self._reader = CustomerRows(layout, shape=shape)

    def rows(self) -> Iterator[Row]:
        """The data rows as they stand."""
        below = ((number, cells) for number, cells in self._table.rows() if number > self.layout.header_row)
        if self._others is not None:
            yield from (row for row in below if row[0] not in self._others)
            return
        others = set()
        for number, cells in below:
            if self._judge.kind_of(cells) == RowKind.DATA:
                yield number, cells
            else:
                others.add(number)
        self._others = others

    def facts(self) -> Iterator[RowFacts]:
        for number, cells in self.rows():
            yield self._reader.read(number, cells)

    def skimmed(self) -> Iterator[RowFacts]:
        """The facts a first look at an order file needs."""
        for number, cells in self.rows():
            yield self._reader.skim(number, cells)

    def read(self, number: int, cells: list) -> RowFacts:
        return self._reader.read(number, cells)


def chunks_of(facts: Iterable[RowFacts], size: int = CHUNK) -> Iterator[list[RowFacts]]:
    """Portions of about `size` rows that do not part the lines of an order."""
    facts = iter(facts)
    chunk = list(islice(facts, size))
    while chunk:
        following = None
        for following in facts:
            if not _same_order(chunk[-1], following):
                break
            chunk.append(following)
            following = None
        yield chunk
        chunk = [following] if following is not None else []
        chunk += islice(facts, size - len(chunk))


def _same_order(one: RowFacts, other: RowFacts) -> bool:
    return isinstance(one, RecordFacts) and bool(one.order_number) and one.order_number == other.order_number


class CustomersRun:
    """One passage through a file of customers."""

    def __init__(self, journal: Journal, rows: FileRows, *, today: date, writes: bool = True):
        self._journal = journal
        self._rows = rows
        self._writes = writes
        self._judge = CustomerJudge(strict=journal.batch.is_strict, ledger=Ledger())
        self._known = Known(self._judge.ledger)
        self._people = PeopleWriter(self._known, journal)
        self._cars = CarsWriter(self._known, journal, today=today)
        self._homes = HomesWriter(self._known, journal)

    @property
    def tally(self):
        return self._judge.tally

    def chunks(self) -> Iterator[list[RowFacts]]:
        return chunks_of(self._rows.facts())

    def take(self, chunk: list[RowFacts]) -> list:
        """Judge a chunk and, unless this is a preview, write what is accepted. Returns the verdicts."""
        self._known.learn(chunk)
        verdicts = [self._judge.judge(facts) for facts in chunk]
        accepted = [verdict for verdict in verdicts if verdict.verdict != Verdict.REJECT]
        if self._writes:
            self._people.write(accepted)
            self._homes.hear(accepted)
            sightings = self._cars.sightings(accepted)
            self._cars.write(accepted, sightings)
            self._cars.read_again(sightings)
        return verdicts

    def newcomers(self) -> dict:
        """How many of the file's people and cars the database does not know yet."""
        return _newcomers(self._known, self.tally)

    def finish(self) -> Iterable[None]:
        """What can be written only when the whole file is known, portion by portion."""
        yield from self._people.write_spare_numbers(CHUNK)
        yield from self._homes.write(CHUNK)


class OrdersRun:
    """One passage through a file of orders; a first one has noted whose plates they are."""

    def __init__(
        self, journal: Journal, rows: FileRows | None, *, today: date, writes: bool = True, facts=None, chosen=None
    ):
        self._journal = journal
        self._rows = rows
        self._writes = writes
        self._facts = facts
        self._book = FileBook(self._rows.skimmed() if facts is None else facts)
        self._judge = OrderJudge(self._book, ledger=Ledger())
        self._known = Known(self._judge.ledger)
        self._people = PeopleWriter(self._known, journal)
        self._cars = CarsWriter(self._known, journal, today=today)
        self._visits = VisitsWriter(
            self._known, journal, self._cars, today=today, scattered=self._book.scattered,
            is_ours=rows is not None and rows.layout.is_ours, chosen=chosen,
        )  # fmt: skip

    @property
    def tally(self):
        return self._judge.tally

    def chunks(self) -> Iterator[list[RecordFacts]]:
        return chunks_of(self._rows.facts() if self._facts is None else self._facts)

    def take(self, chunk: list[RecordFacts]) -> list:
        """Judge a chunk and, unless this is a preview, write what is accepted. Returns the verdicts."""
        sound = [facts for facts in chunk if facts.problem is None]
        on_file = self._visits.on_file(sound)
        for number, plate in self._visits.plates_of(on_file, sound).items():
            self._book.claim(number, plate)
        phones = [phone for f in sound if not f.phones for phone in self._book.phones_with(f.plate)]
        self._known.learn(sound, more_phones=phones)
        verdicts = [self._judge.judge(facts) for facts in chunk]
        lines = [verdict for verdict in verdicts if verdict.verdict == Verdict.LINE]
        if self._writes:
            self._people.write(lines)
            self._cars.write(lines, _sightings(lines))
            self._visits.write(lines, on_file)
        return verdicts

    def newcomers(self) -> dict:
        """How many of the file's people and cars the database does not know yet."""
        return _newcomers(self._known, self.tally)

    def finish(self) -> Iterable[None]:
        return self._people.write_spare_numbers(CHUNK)


class TalksRun:
    """One passage through a file of conversations."""

    def __init__(self, journal: Journal, rows: FileRows, *, today: date, writes: bool = True):
        self._rows = rows
        self._writes = writes
        self._judge = TalkJudge(ledger=Ledger())
        self._known = Known(self._judge.ledger)
        self._people = PeopleWriter(self._known, journal)
        self._talks = TalksWriter(self._known, journal)

    @property
    def tally(self):
        return self._judge.tally

    def chunks(self) -> Iterator[list[RowFacts]]:
        return chunks_of(self._rows.facts())

    def take(self, chunk: list[RowFacts]) -> list:
        """Judge a chunk and, unless this is a preview, write what is accepted. Returns the verdicts."""
        self._known.learn(chunk)
        verdicts = [self._judge.judge(facts) for facts in chunk]
        accepted = [verdict for verdict in verdicts if verdict.verdict != Verdict.REJECT]
        if self._writes:
            self._people.write(accepted)
            self._talks.write(accepted)
        return verdicts

    def newcomers(self) -> dict:
        """How many of the file's people the database does not know yet."""
        return _newcomers(self._known, self.tally)

    def finish(self) -> Iterable[None]:
        return self._people.write_spare_numbers(CHUNK)


class MembersRun:
    """One passage through a file of members; a first one has found out whose numbers are one person's."""

    def __init__(self, journal: Journal, rows: FileRows, *, today: date, writes: bool = True):
        self._rows = rows
        self._writes = writes
        ledger = Ledger()
        self._known = Known(ledger)
        book = MemberBook(rows.facts())
        self._known.learn_numbers([*book.numbers, *(said for said in book.asked_for if said.isdigit())])
        named = book.settle(ledger)
        for name, people in self._known.named(book.asked_for).items():
            named[name] |= people
        self._introductions = IntroductionsWriter(self._known, journal)
        introducers = Introducers(ledger, named, self._known.nodes(), self._introductions.on_file())
        self._judge = MemberJudge(introducers, strict=journal.batch.is_strict, ledger=ledger)
        self._people = PeopleWriter(self._known, journal)
        self._cars = CarsWriter(self._known, journal, today=today)
        self._cards = CardsWriter(self._known, journal, today=today)

    @property
    def tally(self):
        return self._judge.tally

    def chunks(self) -> Iterator[list[RowFacts]]:
        return chunks_of(self._rows.facts())

    def take(self, chunk: list[RowFacts]) -> list:
        """Judge a chunk and, unless this is a preview, write what is accepted. Returns the verdicts."""
        self._known.learn(chunk)
        self._known.learn_plates({plate for facts in chunk for plate in facts.more_plates})
        self._judge.learn_cards(self._cards.holders(facts.card.number for facts in chunk if facts.card))
        verdicts = [self._judge.judge(facts) for facts in chunk]
        if self._writes:
            self._write([verdict for verdict in verdicts if verdict.person is not None])
        return verdicts

    def _write(self, verdicts: list) -> None:
        cars = [each for verdict in verdicts for each in verdict.cars]
        self._people.write(verdicts)
        sightings = self._cars.sightings(cars)
        self._cars.write(cars, sightings)
        self._cars.read_again(sightings)
        self._cards.write(verdicts)
        self._introductions.hear(verdicts)

    def newcomers(self) -> dict:
        """How many of the file's people and cars the database does not know yet."""
        return _newcomers(self._known, self.tally)

    def finish(self) -> Iterable[None]:
        """What can be written only when the whole file is known, portion by portion."""
        yield from self._people.write_spare_numbers(CHUNK)
        yield from self._introductions.write(CHUNK)


def _sightings(verdicts) -> list[Sighting]:
    """When the orders saw their cars: one sighting per order, with the first odometer value among its lines."""
    found: dict[int, Sighting] = {}
    for verdict in verdicts:
        facts, earlier = verdict.facts, found.get(verdict.order)
        if verdict.car is not None and (earlier is None or (earlier.km is None and facts.km is not None)):
            found[verdict.order] = Sighting(verdict.car, facts.opened_at.date(), facts.km, ReadingSource.ORDER)
    return list(found.values())


def _newcomers(known: Known, tally) -> dict:
    return {
        "customers": sum(known.person_pk(person) is None for person in tally.customers),
        "vehicles": sum(known.car_pk(car) is None for car in tally.vehicles),
    }


def run_of(
    journal: Journal, rows: FileRows, *, today: date, writes: bool = True
) -> CustomersRun | OrdersRun | TalksRun | MembersRun:
    """The passage that fits the kind of the file."""
    runs = {Kind.ORDERS: OrdersRun, Kind.INTERACTIONS: TalksRun, Kind.MEMBERS: MembersRun}
    return runs.get(rows.layout.kind, CustomersRun)(journal, rows, today=today, writes=writes)


def commit(batch: ImportBatch, table: Table, layout: Layout, *, key: uuid.UUID, in_one: bool = False) -> None:
    """Write a claimed batch. `in_one`: the caller holds a transaction (a rehearsal), so nothing commits in between.

    Somebody may create the same customer at the desk between our look and our write: the run starts over and finds
    them. Raises LeaseLost, ImportRefused.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with collecting_seldom(), looking_up_keys():
                return _pass_through(batch, table, layout, key=key, in_one=in_one)
        except (IntegrityError, OperationalError):
            if in_one or attempt == _ATTEMPTS:
                raise
            logger.warning("import %s met a row somebody else wrote, starting over", batch.pk, exc_info=True)
            batch.refresh_from_db()
    return None


def _pass_through(batch: ImportBatch, table: Table, layout: Layout, *, key: uuid.UUID, in_one: bool) -> None:
    behind = Behind()
    journal = Journal(batch, behind=behind)
    run = run_of(journal, FileRows(table, layout, today=batch.business_date), today=batch.business_date)
    step = nullcontext if in_one else transaction.atomic
    chunks = Ahead(run.chunks())
    for chunk in chunks:
        with step(), behind:
            for verdict in run.take(chunk):
                journal.note(verdict)
            chunks.begin()  # while the database writes and commits
            _keep(journal, run, key, rows_done=chunk[-1].number)
    with step(), behind:
        for _ in run.finish():
            pass
        _keep(journal, run, key)


def _keep(journal: Journal, run, key: uuid.UUID, **progress) -> None:
    """Write what the chunk collected together with how far the batch has come."""
    journal.flush()
    batch = journal.batch
    batch.counts = {"totals": run.tally.totals(), "created": dict(journal.created), "updated": dict(journal.updated)}
    if not ImportBatch.objects.hold(batch.pk, key, counts=batch.counts, **progress):
        raise LeaseLost


def finish(batch: ImportBatch, *, key: uuid.UUID) -> None:
    """The batch is done: count what waits for a person and let the lease go."""
    batch.refresh_from_db()
    batch.counts["open_conflicts"] = ImportRow.objects.filter(batch=batch).conflicts().count()
    ended = {
        "state": BatchState.DONE,
        "finished_at": timezone.now(),
        "undo_until": timezone.now() + UNDO_FOR,
        "lease_until": None,
        "rows_done": batch.rows_total,
    }
    ImportBatch.objects.filter(pk=batch.pk, lease_key=key).update(counts=batch.counts, **ended)
    batch.refresh_from_db()


def fail(batch: ImportBatch, *, key: uuid.UUID, error: ImportRefused) -> None:
    """The batch cannot be done, and a person is told why."""
    now = timezone.now()
    ended = {"state": BatchState.FAILED, "finished_at": now, "lease_until": None, "undo_until": now + UNDO_FOR}
    ImportBatch.objects.filter(pk=batch.pk, lease_key=key).update(error=str(error)[:300], **ended)
    batch.refresh_from_db()
