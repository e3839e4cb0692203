"""The file itself: written row by row into a private folder, and gone from the disk before anybody reads it."""

import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from core.spreadsheets import CellTooLong, sheet_in, write_csv

from ...enums import FileForm
from ...errors import CellTooSmall
from ...resources import RESOURCES
from ...rules.own_files import headers_of
from .grants import Grant
from .wishes import read


def opened(grant: Grant) -> BinaryIO:
    """The granted file, open and nameless: closing it is the end of it. Raises CellTooSmall."""
    with tempfile.TemporaryDirectory(prefix="shopcrm-export-") as folder:
        path = Path(folder) / "export"
        write_to(path, grant)
        return path.open("rb")


def write_to(path: Path, grant: Grant) -> None:
    """Write the granted file to `path`, readable by its owner only. Raises CellTooSmall."""
    path.touch(mode=0o600, exist_ok=True)
    wish, sight = grant.wish, grant.sight
    headers = headers_of(wish.export, money=sight.money)
    if grant.form == FileForm.CSV:
        return write_csv(path, headers, _rows(grant))
    try:
        # Who took it and which note tells why stays with the file.
        mark = {"author": str(grant.entry.by or ""), "comments": f"导出编号 {grant.entry.pk}"}
        with sheet_in(path, title=wish.export.label, tmpdir=path.parent, **mark) as sheet:
            sheet.head(headers)
            for cells in _rows(grant):
                sheet.write(cells)
    except CellTooLong:
        path.unlink(missing_ok=True)
        raise CellTooSmall from None
    return None


def _rows(grant: Grant) -> Iterator[list]:
    rows = chain.from_iterable(read(grant.wish, grant.sight))
    return RESOURCES[grant.wish.export].cells(rows, money=grant.sight.money, masked=grant.sight.masked)
