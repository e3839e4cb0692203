"""Looks into a zip before anything parses it: sizes are what really comes out, not what headers promise."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ...errors import (
    Encrypted,
    MacroWorkbook,
    OtherSpreadsheet,
    SheetTooLong,
    SheetTooWide,
    Truncated,
    UnpackedTooLarge,
)

MAX_FILE = 50 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 200
MAX_SHEET_ROWS = 100_000
MAX_COLUMNS = 512
# The reader holds a sheet as a dense grid of 32-byte cells.
MAX_CELLS = 4_000_000
MAX_STRINGS = 2_000_000
_CHUNK = 1 << 20
_TAIL = 64

# What lies far out is believed wherever it says so, in a row's number or in a cell's: the reader makes a grid up to
# there. The plain forms are much faster; the others read whatever else XML allows.
_PLAIN = re.compile(rb' r="[A-Za-z]{0,3}(\d{4,})'), re.compile(rb' r="([A-Za-z]{2,})\d')
_ODD = (
    re.compile(rb"""[\s"']r\s*=\s*["'][A-Za-z]{0,3}(\d{4,})"""),
    re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]{2,})\d"""),
)
# What only the other forms hold: another quote, white space beside "=", or no plain blank before the r. By the sign
# that is looked for first: for one sign nothing is faster.
_ODD_SIGNS = {
    b"'": (b"r='", b"'r"),
    b'"': (b'"r',),
    b" ": (b" =", b"= "),
    b"\t": (b"\tr", b"\t=", b"=\t"),
    b"\n": (b"\nr", b"\n=", b"=\n"),
    b"\r": (b"\rr", b"\r=", b"=\r"),
}
_PREFIXED = {b"row": re.compile(rb"<\w+:row\b"), b"c": re.compile(rb"<\w+:c\b")}
_HIDDEN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*["']([^"']*)["']""")


@dataclass
class SheetShape:
    """What a worksheet's XML says about its size, and which columns it hides (from 0)."""

    rows: int = 0
    cells: int = 0
    columns: int = 26
    hidden: frozenset[int] = frozenset()


def inspect_workbook(path: Path) -> dict[str, SheetShape]:
    """The shape of every worksheet of an xlsx: {sheet name: shape}. Refuses what is too large, no xlsx, or broken."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_names(members)
            shapes, texts = _read_members(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError) as error:
        raise Truncated from error
    except RuntimeError as error:  # what zipfile raises for a member with a password
        raise Encrypted from error
    return _by_sheet_name(shapes, texts)


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnpackedTooLarge
    if "xl/vbaProject.bin" in names:
        raise MacroWorkbook
    if "xl/workbook.xml" not in names:
        raise OtherSpreadsheet


def _read_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]):
    """Unpack everything once, piece by piece, and measure it on the way."""
    shapes: dict[str, SheetShape] = {}
    texts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for member in members:
        name = member.filename
        shape = SheetShape() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
        keep = name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        with archive.open(member) as stream:
            left -= _measure(
                stream, left, shape, strings=name == "xl/sharedStrings.xml", keep=texts if keep else None, name=name
            )
        if shape:
            shapes[name] = shape
    return shapes, texts


def _measure(stream, left: int, shape: SheetShape | None, *, strings: bool, keep: dict | None, name: str) -> int:
    size, tail, seen_strings = 0, b"", 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > left:
            raise UnpackedTooLarge
        window = tail + chunk
        if shape is not None:
            _measure_sheet(shape, window, tail, first=size == len(chunk))
        if strings:
            seen_strings += window.count(b"<si") - tail.count(b"<si")
            if seen_strings > MAX_STRINGS:
                raise UnpackedTooLarge
        if keep is not None:
            keep[name] = keep.get(name, b"") + chunk
        tail = window[-_TAIL:]
    return size


def _measure_sheet(shape: SheetShape, window: bytes, tail: bytes, *, first: bool) -> None:
    if first:
        shape.hidden = _hidden_columns(window)
    shape.rows += _tags(window, b"row") - _tags(tail, b"row")
    shape.cells += _tags(window, b"c") - _tags(tail, b"c")
    far_row, wide_column = _ODD if _is_odd(window) else _PLAIN
    shape.rows = max([shape.rows, *(int(number[:9]) for number in set(far_row.findall(window)))])
    wide = (_column_number(letters[:4]) for letters in set(wide_column.findall(window)))
    shape.columns = max([shape.columns, *wide])
    if shape.rows > MAX_SHEET_ROWS + 1:
        raise SheetTooLong
    if shape.columns > MAX_COLUMNS or shape.cells > MAX_CELLS:
        raise SheetTooWide
    if shape.columns > 60 and shape.columns * shape.rows > MAX_CELLS:
        raise SheetTooWide


def _tags(text: bytes, name: bytes) -> int:
    """How many tags begin with the name; a few more than cells begin with "c" (cols, cfRule)."""
    return text.count(b"<" + name) + (len(_PREFIXED[name].findall(text)) if b":" + name in text else 0)


def _is_odd(window: bytes) -> bool:
    return any(first in window and any(sign in window for sign in signs) for first, signs in _ODD_SIGNS.items())


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _hidden_columns(head: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for tag in _HIDDEN.findall(head[: head.find(b"sheetData")]):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get(b"hidden") in (b"1", b"true"):
            first, last = int(attributes.get(b"min", 1)), int(attributes.get(b"max", 1))
            hidden.update(range(first - 1, min(last, MAX_COLUMNS)))
    return frozenset(hidden)


_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_TAG_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')


def _by_sheet_name(shapes: dict[str, SheetShape], texts: dict[str, bytes]) -> dict[str, SheetShape]:
    targets = {}
    for tag in _RELATION.findall(texts.get("xl/_rels/workbook.xml.rels", b"")):
        attributes = dict(_TAG_ATTRIBUTE.findall(tag))
        target = attributes.get(b"Target", b"").decode(errors="replace").lstrip("/")
        targets[attributes.get(b"Id")] = target if target.startswith("xl/") else f"xl/{target}"
    named = {}
    for tag in _SHEET.findall(texts.get("xl/workbook.xml", b"")):
        attributes = dict(_TAG_ATTRIBUTE.findall(tag))
        part = targets.get(attributes.get(b"r:id"))
        if part in shapes:
            named[attributes.get(b"name", b"").decode(errors="replace")] = shapes[part]
    return named
