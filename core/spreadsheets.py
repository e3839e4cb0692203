"""Tables out, as xlsx or csv: no cell is a live formula, and every text comes back exactly as it was.

A text that a spreadsheet would take for a formula carries an apostrophe before it; our reader takes that one away
again. A text that brings apostrophes of its own before such a sign gets one more: see docs/adr/0016.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

Cell = str | int | float | date | datetime | None

_TRIGGERS = "=+\\-@\t\r\n＝＋－＠"
_LIVE = re.compile(f"[{_TRIGGERS}]")
_TO_GUARD = re.compile(f"'*[{_TRIGGERS}]")
_FIRST = frozenset("'=+-@\t\r\n＝＋－＠")
_GUARDED = re.compile(f"'+[{_TRIGGERS}]")
# What Excel holds in one cell; XlsxWriter drops what is longer without a word.
LONGEST_CELL = 32_767
_FIRST_YEAR = 1900  # of Excel's calendar
_WIDEST = 40
_NO_GUESSING = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}


class CellTooLong(Exception):
    """A text longer than a cell of a workbook can hold."""


def guard(text: str) -> str:
    """A text as a csv may hold it: ``=1+1`` → ``'=1+1``, ``'=1+1`` → ``''=1+1``; all others as they are."""
    return f"'{text}" if text[:1] in _FIRST and _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """The text that :func:`guard` was given. A text nobody guarded stays as it is unless it looks guarded."""
    return text[1:] if _GUARDED.match(text) else text


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A csv with a BOM, so that Excel reads it as UTF-8. Days and moments as ISO, numbers plain."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(headers)
        for cells in rows:
            out.writerow([_plain(cell) for cell in cells])


def _plain(cell: Cell) -> Cell:
    if cell is None or cell == "":
        return cell
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell


@dataclass
class Sheet:
    """A workbook of one sheet, written from the top down in flat memory. Texts are texts, numbers numbers."""

    book: xlsxwriter.Workbook
    sheet: object
    _row: int = 0

    def __post_init__(self):
        form = self.book.add_format
        self._head = form({"bold": True, "bottom": 1})
        self._text = form({"num_format": "@"})
        # Excel's own mark for "this is text": the cell stays text when somebody edits it.
        self._guarded = form({"num_format": "@", "quote_prefix": True})
        self._day, self._moment = form({"num_format": "yyyy-mm-dd"}), form({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def head(self, headers: Sequence[str]) -> None:
        for column, text in enumerate(headers):
            self.sheet.set_column(column, column, min(_WIDEST, 6 + 2 * len(text)))
            self.sheet.write_string(0, column, text, self._head)
        self.sheet.freeze_panes(1, 0)
        self._row = 1

    def write(self, cells: Sequence[Cell], *, as_read=False) -> None:
        """One more row; `as_read`: its texts stand as they stood in another file. Raises CellTooLong."""
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                # The mark is invisible to a reader, so only a text with apostrophes of its own needs one more.
                self._write_text(column, cell if as_read or cell[:1] != "'" else guard(cell))
            elif isinstance(cell, date) and cell.year < _FIRST_YEAR:
                self._write_text(column, str(cell))
            elif isinstance(cell, date):
                shape = self._moment if isinstance(cell, datetime) else self._day
                self.sheet.write_datetime(self._row, column, cell, shape)
            elif cell is not None:
                self.sheet.write_number(self._row, column, cell)
        self._row += 1

    def _write_text(self, column: int, text: str) -> None:
        if len(text) > LONGEST_CELL:
            raise CellTooLong
        if text:
            self.sheet.write_string(self._row, column, text, self._guarded if _LIVE.match(text) else self._text)


@contextmanager
def sheet_in(target: Path | BinaryIO, *, title: str, tmpdir: Path | None = None, **properties) -> Iterator[Sheet]:
    """A new workbook at `target` with one sheet; `properties` (author, comments …) are what its file info shows."""
    with closing(xlsxwriter.Workbook(target, _NO_GUESSING | {"tmpdir": str(tmpdir) if tmpdir else None})) as book:
        book.set_properties(properties)
        yield Sheet(book, book.add_worksheet(title))
