"""What a file is, from its bytes. Names lie: half the systems in the field export text and call it .xls."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ...enums import Container, Encoding
from ...errors import EmptyFile, Encrypted, FileTooLarge, OtherSpreadsheet, UnknownKindOfFile, WebPage
from .limits import MAX_FILE

_HEAD = 4096
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM", b"{\\rtf",
    b"\x7fELF", b"MZ", b"SQLite format 3", b"PK\x05\x06", b"PK\x07\x08",
)  # fmt: skip
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|table|head|meta|body|style|div|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<\?xml", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, Encoding.UTF_8),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16),
)
# A few control signs are dirt in a table; many are a file of another kind.
_STRAY_CONTROLS = 64
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 12, 13, 26, 27))
_CHUNK = 1 << 20


@dataclass(frozen=True)
class TextForm:
    """How to decode a text file; `broken` counts the characters that could not be."""

    encoding: Encoding
    broken: int = 0

    def open(self, path: Path):
        """The file as text, with its own line ends; bytes that cannot be read become �."""
        return path.open(encoding=self.encoding, errors="replace", newline="")


def container_of(path: Path) -> Container:
    """What the file is; refuses what is empty, too large, or no table."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile
    if size > MAX_FILE:
        raise FileTooLarge
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        return Container.XLSX
    if head.startswith(_OLE):
        return _of_ole(path)
    if head.startswith(_OTHER_KINDS):
        raise UnknownKindOfFile
    _refuse_markup(head)
    return Container.TEXT


def _of_ole(path: Path) -> Container:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Encrypted
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnknownKindOfFile
    return Container.XLS


def _refuse_markup(head: bytes) -> None:
    bare = head.removeprefix(codecs.BOM_UTF8)
    if bare.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        bare = bare[2:].replace(b"\0", b"")
    if _HTML.match(bare):
        raise WebPage
    if _XML.match(bare):
        raise WebPage if b"<html" in bare.lower() else OtherSpreadsheet


def text_form_of(path: Path) -> TextForm:
    """How a text file is encoded: a BOM, else UTF-8 if all of it is, else GB18030, else whichever breaks less."""
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return TextForm(encoding)
    wide = _wide_encoding(head)
    if wide:
        return TextForm(wide)
    if sum(head.count(code) for code in _CONTROL) > max(_STRAY_CONTROLS, len(head) // 20):
        raise UnknownKindOfFile
    as_utf8 = _broken(path, Encoding.UTF_8)
    if as_utf8 == 0:
        return TextForm(Encoding.UTF_8)
    as_gb = _broken(path, Encoding.GB18030)
    return TextForm(Encoding.GB18030, as_gb) if as_gb < as_utf8 else TextForm(Encoding.UTF_8, as_utf8)


def _wide_encoding(head: bytes) -> Encoding | None:
    """UTF-16 without a BOM: every second byte of its ASCII is zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    low, high = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if high > pairs * 0.2 and low < pairs * 0.02:
        return Encoding.UTF_16_LE
    if low > pairs * 0.2 and high < pairs * 0.02:
        return Encoding.UTF_16_BE
    return None


def _broken(path: Path, encoding: Encoding) -> int:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    broken = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            broken += decoder.decode(chunk).count("\ufffd")
    return broken + decoder.decode(b"", final=True).count("\ufffd")
