"""A file as named tables of rows. A table can be read again and again; a row is (its number from 1, its cells)."""

import csv
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import python_calamine

from ...enums import Container
from ...errors import Encrypted, NoHeader, NoRows, SheetTooLong, TextTooLong, Truncated
from ...rules.layout import HEADER_WITHIN, SAMPLE, Layout, Row, find_layout
from ...rules.values import is_blank
from .limits import MAX_SHEET_ROWS, SheetShape, inspect_workbook
from .sniff import TextForm, container_of, text_form_of

MAX_RECORDS = 500_000
_SEPARATORS = ",;\t|，；"
_PORTION = 500
_LONGEST_FIELD = 1 << 20
# A quoted field with more lines than this is a stray quote that has swallowed the rows below it.
_LINES_IN_A_FIELD = 100
# With fewer columns a remark of several lines could pass for records.
_FEWEST_SEPARATORS = 3


@dataclass
class Table:
    """One sheet, or one text file."""

    name: str
    visible: bool = True
    hidden: frozenset[int] = frozenset()
    # A text record may have more or fewer fields than its header; a sheet is a rectangle.
    is_text: bool = False

    def rows(self) -> Iterator[Row]:
        raise NotImplementedError

    def height(self) -> int:
        """How many rows there are, blank ones included."""
        raise NotImplementedError

    def sample(self) -> list[Row]:
        """The first rows that hold anything, enough to understand the table."""
        return list(islice(((n, cells) for n, cells in self.rows() if not all(map(is_blank, cells))), SAMPLE))


@dataclass
class SheetTable(Table):
    path: Path | None = None
    _spool: BinaryIO | None = field(default=None, repr=False)
    _end: int = 0
    _height: int = 0

    def rows(self) -> Iterator[Row]:
        """Rows from the spool. The reader's grid of a large sheet is 150 MB; it is copied out once and let go."""
        if self._spool is None:
            self._fill_spool()
        place = 0
        while place < self._end:
            self._spool.seek(place)
            portion = pickle.load(self._spool)  # noqa: S301 our own rows, written a moment ago to an unnamed file
            place = self._spool.tell()
            yield from portion

    def height(self) -> int:
        if self._spool is None:
            self._fill_spool()
        return self._height

    def release(self) -> None:
        """Let the copy of a sheet that was looked at and not chosen go."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _fill_spool(self) -> None:
        with _translated(), self.path.open("rb") as stream:
            sheet = python_calamine.load_workbook(stream).get_sheet_by_name(self.name)
        if sheet.total_height > MAX_SHEET_ROWS + 1:
            raise SheetTooLong
        # Unnamed, and gone with the process: nobody else ever sees it.
        self._spool, self._height = tempfile.TemporaryFile(), 0  # noqa: SIM115
        rows = _filled(sheet)
        while portion := list(islice(rows, _PORTION)):
            pickle.dump(portion, self._spool, protocol=pickle.HIGHEST_PROTOCOL)
            self._height = portion[-1][0]
        self._end = self._spool.tell()


def _filled(sheet) -> Iterator[Row]:
    """Rows with vertically merged cells filled in: an owner merged over three cars owns all three."""
    falling = _vertical_merges(sheet)
    running: dict[int, tuple[int, object]] = {}
    for index, cells in enumerate(sheet.iter_rows()):
        for column, (last, value) in list(running.items()):
            if index > last:
                del running[column]
            elif is_blank(cells[column]):
                cells[column] = value
        for column, last in falling.get(index, ()):
            if column < len(cells) and not is_blank(cells[column]):
                running[column] = (last, cells[column])
        yield index + 1, cells


def _vertical_merges(sheet) -> dict[int, list[tuple[int, int]]]:
    """{first row: [(column, last row), …]} of the cells merged downwards, rows and columns from 0."""
    falling: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            falling.setdefault(top, []).append((left, bottom))
    return falling


@dataclass
class TextTable(Table):
    path: Path | None = None
    form: TextForm | None = None
    separator: str = ","
    quoted: bool = True
    records: int = 0

    def height(self) -> int:
        return self.records

    def rows(self) -> Iterator[Row]:
        """Records as they stand; a quoted line break does not end one."""
        yield from enumerate(self._records(), start=1)

    def _records(self) -> Iterator[list[str]]:
        with self.form.open(self.path) as stream:
            yield from self._reader(stream)

    def _reader(self, stream):
        csv.field_size_limit(_LONGEST_FIELD)
        style = {"quoting": csv.QUOTE_MINIMAL} if self.quoted else {"quoting": csv.QUOTE_NONE, "quotechar": None}
        return csv.reader(stream, delimiter=self.separator, **style)

    def settle(self) -> None:
        """Choose the separator that makes the best header, and give up quotes where a stray one swallows rows."""
        self.quoted = True
        self.separator = max(_SEPARATORS, key=self._worth)
        count = self._count()
        if count is None:
            self.quoted = False
            self.separator = max(_SEPARATORS, key=self._worth)
            count = self._count()
        if count is None:
            raise Truncated
        if count > MAX_RECORDS:
            raise TextTooLong
        self.records = count

    def _worth(self, separator: str) -> tuple[int, int]:
        trial = TextTable(name=self.name, path=self.path, form=self.form, separator=separator, quoted=self.quoted)
        try:
            rows = trial.sample()
        except csv.Error:
            return 0, 0
        layout = find_layout(rows)
        widths = [len(cells) for _, cells in rows]
        alike = max((widths.count(width) for width in set(widths) if width > 1), default=0)
        return len(layout.meanings) if layout else 0, alike

    def _count(self) -> int | None:
        """How many records; None where quoting goes wrong."""
        count = width = line = 0
        try:
            with self.form.open(self.path) as stream:
                reader = self._reader(stream)
                for count, record in enumerate(reader, start=1):
                    if count > MAX_RECORDS:
                        return count
                    # Only a record of three lines or more can hold another one whole.
                    if reader.line_num - line > 2 and any(self._swallowed(text, width) for text in record):
                        return None
                    line = reader.line_num
                    width = max(width, len(record)) if count <= HEADER_WITHIN else width
        except csv.Error:
            return None
        return count

    def _swallowed(self, text: str, width: int) -> bool:
        """Whether a field has taken in whole records: a stray quote opened it and another closed it."""
        lines = text.splitlines()
        separators = max(width - 1, _FEWEST_SEPARATORS)
        return len(lines) > _LINES_IN_A_FIELD or any(line.count(self.separator) >= separators for line in lines[1:-1])


@dataclass
class Source:
    """A file that may be read: its tables, the likeliest one chosen by its header."""

    path: Path
    container: Container
    tables: list[Table]
    description: str = ""

    def choose(self, *, kind=None) -> tuple[Table, Layout]:
        """The table with the best header and how to read it; of equals the fuller one, then the earlier.

        A visible table goes before a hidden one, and one with rows before an empty template of the same header.
        """
        best: tuple[tuple, Table, Layout] | None = None
        for place, table in enumerate(self.tables):
            sample = table.sample()
            layout = find_layout(sample, kind=kind, hidden=table.hidden)
            rank = _rank(table, layout, sample) + (-place,) if layout else None
            if rank and (best is None or rank > best[0]):
                if best:
                    _release(best[1])
                best = rank, table, layout
            else:
                _release(table)
        if best is None:
            raise NoHeader
        if not best[0][1]:
            raise NoRows
        return best[1], best[2]

    def table(self, name: str) -> Table:
        """The table of that name, else the first."""
        return next((table for table in self.tables if table.name == name), self.tables[0])


def _rank(table: Table, layout: Layout, sample: list[Row]) -> tuple[bool, bool, int, int]:
    """How likely a table is the one that was meant: visible, holding rows, knowing fields, how many rows."""
    rows = sum(1 for number, _ in sample if number > layout.header_row)
    return table.visible, rows > 0, len(set(layout.meanings.values())), rows


def _release(table: Table) -> None:
    if isinstance(table, SheetTable):
        table.release()


def open_source(path: Path, *, name: str = "", inspect: bool = True) -> Source:
    """Open a file after every check that needs no parsing. Raises ImportRefused with a Chinese sentence.

    Not to `inspect` is for a workbook that has passed: which columns are hidden is not known then.
    """
    container = container_of(path)
    if container == Container.TEXT:
        form = text_form_of(path)
        table = TextTable(name=name or path.name, is_text=True, path=path, form=form)
        table.settle()
        return Source(path, container, [table], form.encoding.label)
    shapes = inspect_workbook(path) if inspect and container == Container.XLSX else {}
    return Source(path, container, _sheets(path, shapes), container.label)


def _sheets(path: Path, shapes: dict[str, SheetShape]) -> list[Table]:
    with _translated(), path.open("rb") as stream:
        sheets = python_calamine.load_workbook(stream).sheets_metadata
    return [
        SheetTable(
            name=sheet.name,
            visible=sheet.visible == python_calamine.SheetVisibleEnum.Visible,
            hidden=shapes[sheet.name].hidden if sheet.name in shapes else frozenset(),
            path=path,
        )
        for sheet in sheets
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]


class _translated(suppress):
    """The reader's own exceptions, said in a sentence the shop can act on."""

    def __init__(self):
        super().__init__()

    def __exit__(self, kind, error, trace):
        if kind is None:
            return False
        if issubclass(kind, python_calamine.PasswordError):
            raise Encrypted from error
        if issubclass(kind, (python_calamine.CalamineError, OSError, ValueError)):
            raise Truncated from error
        return False
