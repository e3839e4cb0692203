"""Which row is the header, what each column means, and what kind of row every other row is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

from customers.rules import phones_in
from vehicles.rules import VinVerdict, is_plate, judge_vin, normalise_plate, normalise_vin

from ..enums import FIELDS_OF, Field, Kind, RowKind
from .headers import Claim, assign, claim_of, claims_of, normalise_header, order_of_columns, settle
from .values import Cell, folded, is_blank, text_of

Row = tuple[int, list[Cell]]

HEADER_WITHIN = 60  # rows looked at for a header
SAMPLE = 200  # rows read to understand a sheet
_KEYS = frozenset({Field.PHONE, Field.PLATE, Field.VIN, Field.NUMBER})
_ORDER_MARKS = frozenset({Field.OPENED, Field.ITEM, Field.PAID, Field.LABOUR, Field.MATERIAL, Field.CLOSED})


@dataclass(frozen=True)
class Layout:
    """How a sheet is to be read. Columns count from 0, rows from 1."""

    kind: Kind
    header_row: int
    headers: tuple[str, ...]
    meanings: dict[int, Field]
    columns: dict[Field, tuple[int, ...]]
    hidden: frozenset[int] = frozenset()

    @property
    def signature(self) -> str:
        """The same for two files with the same header: what a remembered mapping hangs on."""
        words = "\x1f".join(normalise_header(text) for text in self.headers)
        return blake2b(f"{self.kind}\x1e{words}".encode(), digest_size=16).hexdigest()

    @property
    def width(self) -> int:
        return len(self.headers)

    def to_json(self) -> dict:
        """As a batch keeps it; see :meth:`from_json`."""
        return {
            "header_row": self.header_row,
            "signature": self.signature,
            "headers": list(self.headers),
            "hidden": sorted(self.hidden),
            "columns": {str(column): str(field) for column, field in sorted(self.meanings.items())},
        }

    @classmethod
    def from_json(cls, kept: dict, kind: Kind) -> "Layout":
        blank = cls(kind, kept["header_row"], tuple(kept["headers"]), {}, {}, frozenset(kept.get("hidden", ())))
        return blank.with_meanings({int(column): Field(field) for column, field in kept["columns"].items()})

    def with_meanings(self, meanings: dict[int, Field]) -> "Layout":
        """The same sheet read as a person says: {column: field}; a column left out is not imported."""
        kept = {column: field for column, field in meanings.items() if 0 <= column < self.width}
        claims = {c: claim for c, text in enumerate(self.headers) if (claim := claim_of(text, self.kind))}
        return replace(self, meanings=kept, columns=order_of_columns(kept, claims))


def find_layout(rows: list[Row], *, kind: Kind | None = None, hidden: frozenset[int] = frozenset()) -> Layout | None:
    """The best reading of the first rows of a sheet, or None where no row can be a header.

    The header is the row whose words name the most fields, a key (phone, plate, VIN, order number) among them; the
    first of equals. `kind` None finds out itself.
    """
    best: tuple[int, Layout] | None = None
    above: list[Cell] = []
    for number, cells in rows[:HEADER_WITHIN]:
        layout = _as_header(number, cells, above, kind, hidden)
        if layout and (best is None or len(set(layout.meanings.values())) > best[0]):
            best = len(set(layout.meanings.values())), layout
        above = cells
    if best is None:
        return None
    return _by_content(best[1], [cells for number, cells in rows if number > best[1].header_row])


def header_at(rows: list[Row], row: int, *, kind: Kind, hidden: frozenset[int] = frozenset()) -> Layout | None:
    """The reading of a sheet whose header row a person has pointed at, whatever its words."""
    above: list[Cell] = []
    for number, cells in rows:
        if number == row:
            layout = _read_header(number, cells, above, kind, hidden)
            return _by_content(layout, [later for n, later in rows if n > row])
        above = cells
    return None


def _as_header(number: int, cells: list[Cell], above: list[Cell], kind: Kind | None, hidden) -> Layout | None:
    found = None
    for each in [kind] if kind else [Kind.ORDERS, Kind.CUSTOMERS]:
        layout = _read_header(number, cells, above, each, hidden)
        fields = set(layout.meanings.values())
        if len(fields) < 2 or not fields & _KEYS or not _fits(each, fields, asked=kind is not None):
            continue
        if found is None or (each == Kind.CUSTOMERS and found.kind != Kind.ORDERS):
            found = layout
    return found


def _fits(kind: Kind, fields: set[Field], *, asked: bool) -> bool:
    """An order file has a number, or at least looks like one; everything else is about customers."""
    if asked or kind == Kind.CUSTOMERS:
        return True
    return (Field.NUMBER in fields and bool(fields & _ORDER_MARKS)) or len(fields & _ORDER_MARKS) >= 3


def _read_header(number: int, cells: list[Cell], above: list[Cell], kind: Kind, hidden) -> Layout:
    words = _header_words(cells, above, kind)
    claims = claims_of(words, kind)
    meanings = settle(assign(claims, hidden), claims, words, kind)
    return Layout(
        kind=kind,
        header_row=number,
        headers=tuple(words),
        meanings=meanings,
        columns=order_of_columns(meanings, claims),
        hidden=hidden,
    )


def _header_words(cells: list[Cell], above: list[Cell], kind: Kind) -> list[str]:
    """The header's words; a blank or unknown word is completed by the group header above it (保险 + 到期日)."""
    words, group = [], ""
    for column, cell in enumerate(cells):
        over = text_of(above[column]) if column < len(above) else ""
        group = over or group
        word = text_of(cell)
        if not word and over and claim_of(over, kind):
            word = over
        elif word and group and not claim_of(word, kind) and claim_of(group + word, kind):
            word = group + word
        words.append(word)
    while words and not words[-1]:
        words.pop()
    return words


@dataclass(frozen=True)
class RecordShape:
    """How many fields a text record must have. `may_be_short`: its system leaves blanks at the end out."""

    width: int
    may_be_short: bool = False

    def fits(self, cells: list[Cell]) -> bool:
        return len(cells) == self.width or (self.may_be_short and len(cells) < self.width)

    def overflows(self, cells: list[Cell]) -> bool:
        """Whether something stands beyond the last column."""
        return any(not is_blank(cell) for cell in cells[self.width :])


def shape_of(rows: list[Row], layout: Layout) -> RecordShape:
    """The width records should have: the header's, or a wider one nearly all share with blanks beyond the header."""
    header = next((len(cells) for number, cells in rows if number == layout.header_row), layout.width)
    widths = [len(cells) for number, cells in rows if number > layout.header_row]
    if not widths:
        return RecordShape(header)
    usual = max(set(widths), key=widths.count)
    beyond = (cells[header:] for number, cells in rows if number > layout.header_row)
    if usual > header and widths.count(usual) > len(widths) * 0.8 and all(all(map(is_blank, rest)) for rest in beyond):
        header = usual
    shorter = sum(1 for width in widths if width < header)
    return RecordShape(header, may_be_short=shorter > len(widths) * 0.2)


# --- what stands in a column says what it is ---

_PROOFS = {
    Field.PHONE: lambda text: bool(phones_in(text)),
    Field.PLATE: lambda text: is_plate(normalise_plate(text)),
    Field.VIN: lambda text: judge_vin(normalise_vin(text)) in (VinVerdict.GOOD, VinVerdict.CHECK_DIGIT),
}
_ENOUGH = 3
_SHARE = 0.6


def _by_content(layout: Layout, rows: list[list[Cell]]) -> Layout:
    """Find phone, plate and VIN by their values where no header named them."""
    meanings = dict(layout.meanings)
    for field, holds in _PROOFS.items():
        if field in meanings.values() or field not in FIELDS_OF[layout.kind]:
            continue
        column = _column_holding(holds, rows, taken=set(meanings))
        if column is not None and column < layout.width:
            meanings[column] = field
    return layout if meanings == layout.meanings else layout.with_meanings(meanings)


def _column_holding(holds, rows: list[list[Cell]], *, taken: set[int]) -> int | None:
    width = max((len(cells) for cells in rows), default=0)
    for column in range(width):
        if column in taken:
            continue
        texts = [text for cells in rows if column < len(cells) and (text := text_of(cells[column]))]
        if len(texts) >= _ENOUGH and sum(map(holds, texts)) >= _SHARE * len(texts):
            return column
    return None


# --- kinds of rows ---

_SUBTOTAL = re.compile(
    r"(?:本页|本日|本月|当日|当月|.{0,8})?(?:小计|页计|分计)[:：]?[\s\d.,户台条行笔项辆次单元￥¥()共]*"
)
_TOTAL = re.compile(
    r"(?:本页|本表|全部|总|.{0,4})?(?:合计|总计|共计|累计|汇总|总合计|总数)[:：]?[\s\d.,户台条行笔项辆次单人元￥¥()共]*"
    r"|共计?\s*[\d,]+\s*(?:条|户|台|行|笔|项|单|辆|人)(?:记录)?.*"
)
_FOOTER = re.compile(
    r"(?:制表|审核|打印|制单|经办|复核|填表|导出|报表|统计)(?:人|日期|时间|员|"
    r"单位)?\s*[:：].*|第\s*\d+\s*页.*|.*共\s*\d+\s*页.*|"
    r"(?:备注|说明|注|注意|提示|温馨提示|签字|盖章|负责人)\s*[:：].*|[-—=*]*\s*(?:以下空白|"
    r"以下无正文|完|END)\s*[-—=*]*",
    re.IGNORECASE,
)
_SEQUENCE = re.compile(r"(?:序号|序|编号|行号|no\.?|#|id)", re.IGNORECASE)


class RowJudge:
    """Says what kind of row each row after the header is."""

    def __init__(self, layout: Layout):
        self._layout = layout
        self._words = [normalise_header(text) for text in layout.headers]
        self._filled = sum(1 for word in self._words if word)
        self._keys = [(field, column) for field in _KEYS for column in layout.columns.get(field, ())]
        self._sequence = {
            c for c, word in enumerate(self._words) if _SEQUENCE.fullmatch(word) and c not in layout.meanings
        }

    def kind_of(self, cells: list[Cell]) -> RowKind:
        """DATA, or why the row is none."""
        if any(self._holds_key(cells, field, column) for field, column in self._keys):
            return RowKind.DATA
        filled = [column for column, cell in enumerate(cells) if not is_blank(cell)]
        if not filled or self._only_numbered(cells, filled):
            return RowKind.BLANK
        if self._repeats_header(cells, filled):
            return RowKind.REPEAT_HEADER
        return self._without_key(cells, filled)

    def _without_key(self, cells: list[Cell], filled: list[int]) -> RowKind:
        texts = [folded(text_of(cells[column])) for column in filled if isinstance(cells[column], str)]
        squeezed = [re.sub(r"\s+", "", text) for text in texts]
        if any(_SUBTOTAL.fullmatch(text) for text in squeezed[:3]):
            return RowKind.SUBTOTAL
        if any(_TOTAL.fullmatch(text) for text in squeezed[:3]):
            return RowKind.TOTAL
        if texts and _FOOTER.fullmatch(texts[0]) and len(filled) <= max(3, self._filled // 3):
            return RowKind.FOOTER
        if len(filled) == 1 and self._filled > 2 and not self._is_key_column(filled[0]):
            return RowKind.NOTE
        return RowKind.DATA

    def _only_numbered(self, cells: list[Cell], filled: list[int]) -> bool:
        """A template's prepared line: a running number and nothing else."""
        return len(filled) == 1 and filled[0] in self._sequence and text_of(cells[filled[0]]).isdigit()

    def _repeats_header(self, cells: list[Cell], filled: list[int]) -> bool:
        if len(filled) * 2 < self._filled:
            return False
        same = sum(
            1
            for column in filled
            if column < len(self._words)
            and isinstance(cells[column], str)
            and self._words[column]
            and normalise_header(cells[column]) == self._words[column]
        )
        return same * 2 > len(filled)

    def _is_key_column(self, column: int) -> bool:
        return self._layout.meanings.get(column) in _KEYS

    def _holds_key(self, cells: list[Cell], field: Field, column: int) -> bool:
        """Whether a key cell holds something only a data row has; a total's "480 台" under 车牌 does not count."""
        text = text_of(cells[column]) if column < len(cells) else ""
        if not text:
            return False
        if field == Field.PHONE:
            return bool(phones_in(text))
        if field == Field.PLATE:
            return is_plate(normalise_plate(text))
        if field == Field.VIN:
            return judge_vin(normalise_vin(text)) != VinVerdict.BAD
        return bool(re.search(r"\d", text)) and not _TOTAL.fullmatch(text) and not _SUBTOTAL.fullmatch(text)


def kinds_before(rows: Iterable[Row], header_row: int) -> Iterable[tuple[int, RowKind]]:
    """The kinds of the rows above and at the header."""
    for number, cells in rows:
        if number > header_row:
            return
        if number == header_row:
            yield number, RowKind.HEADER
        else:
            yield number, RowKind.BLANK if all(map(is_blank, cells)) else RowKind.TITLE


__all__ = ["Claim", "Layout", "RowJudge", "find_layout", "header_at", "kinds_before"]
