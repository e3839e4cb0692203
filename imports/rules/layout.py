"""Which row is the header, what each column means, and what kind of row every other row is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from customers.rules import phones_in
from vehicles.rules import VinVerdict, is_plate, judge_vin, normalise_plate, normalise_vin

from ..enums import FIELDS_OF, Field, Kind, RowKind
from . import own_files
from .headers import Claim, assign, claim_of, claims_of, normalise_header, order_of_columns, settle
from .values import Cell, folded, is_blank, text_of

Row = tuple[int, list[Cell]]

HEADER_WITHIN = 60  # rows looked at for a header
SAMPLE = 200  # rows read to understand a sheet
_KEYS = frozenset({Field.PHONE, Field.PLATE, Field.VIN, Field.NUMBER})
_ORDER_MARKS = frozenset({Field.OPENED, Field.ITEM, Field.PAID, Field.LABOUR, Field.MATERIAL, Field.CLOSED})

# Of a car that is on file for its own sake: a list of customers with their vehicles, whoever introduced them.
_CAR_PAPERS = frozenset({Field.VIN, Field.INSURED_UNTIL, Field.INSPECTED_UNTIL})


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
    def is_ours(self) -> bool:
        """Whether we wrote the file: it is read exactly, nothing tidied and nothing doubted."""
        return own_files.export_of(self.headers) is not None

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
    for each in [kind] if kind else [Kind.ORDERS, Kind.INTERACTIONS, Kind.CUSTOMERS, Kind.MEMBERS]:
        layout = _read_header(number, cells, above, each, hidden)
        fields = set(layout.meanings.values())
        if len(fields) < 2 or not fields & _KEYS or not _fits(each, fields, asked=kind is not None):
            continue
        # An order is an order whatever else stands beside it; of the others the one that knows more columns.
        if found is None or (found.kind != Kind.ORDERS and len(fields) > len(set(found.meanings.values()))):
            found = layout
    return found


def _fits(kind: Kind, fields: set[Field], *, asked: bool) -> bool:
    """An order file has a number, or at least looks like one; of talks a file says when and what, of members their
    cards, or who introduced them."""
    if asked or kind == Kind.CUSTOMERS:
        return True
    if kind == Kind.MEMBERS:
        return Field.CARD_NO in fields or (Field.INTRODUCER in fields and not fields & _CAR_PAPERS)
    if kind == Kind.INTERACTIONS:
        return {Field.SPOKEN, Field.BODY} <= fields
    return (Field.NUMBER in fields and bool(fields & _ORDER_MARKS)) or len(fields & _ORDER_MARKS) >= 3


def _read_header(number: int, cells: list[Cell], above: list[Cell], kind: Kind, hidden) -> Layout:
    words = _header_words(cells, above, kind)
    claims = claims_of(words, kind)
    ours = own_files.export_of(tuple(words))
    if ours and own_files.KIND_OF[ours] == kind:
        meanings = own_files.meanings_of(tuple(words))
    else:
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
    if layout.is_ours:
        return layout
    meanings = dict(layout.meanings)
    for field, holds in _PROOFS.items():
        if field in meanings.values() or field not in FIELDS_OF[layout.kind]:
            continue
        column = _column_holding(holds, rows, taken=set(meanings))
        if column is not None and column < layout.width:
            meanings[column] = field
    found = layout if meanings == layout.meanings else layout.with_meanings(meanings)
    return _with_sole_amount(found, rows)


# Words for an amount that may be a line's or a whole order's.
_SOME_AMOUNT = ("费用", "金额", "项目金额", "项目费用")


def _with_sole_amount(layout: Layout, rows: list[list[Cell]]) -> Layout:
    """Where every order has one row and the file but one amount, 费用 is what was paid, not a line's part of it."""
    amounts = {c: f for c, f in layout.meanings.items() if f in (Field.LABOUR, Field.MATERIAL, Field.GROSS, Field.PAID)}
    numbers = layout.columns.get(Field.NUMBER, ())
    if len(amounts) != 1 or len(numbers) != 1:
        return layout
    column = next(iter(amounts))
    if normalise_header(layout.headers[column]) not in _SOME_AMOUNT:
        return layout
    said = [text for cells in rows if numbers[0] < len(cells) and re.search(r"\d", text := text_of(cells[numbers[0]]))]
    if len(said) < _ENOUGH or len(set(said)) < len(said):
        return layout
    return layout.with_meanings(layout.meanings | {column: Field.PAID})


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

# What may follow 合计: amounts, counts, and what they count. All patterns meet text without blanks in it.
_SUMS = (
    r"(?:[\d.,:;%+\-()￥¥]|共|户|台|条|行|笔|项|辆|次|单|张|位|家|个|件|人|份|车|元|整|"
    r"金额|数量|费用|应收|实收|已收|优惠|欠款|大写|记录)*"
)
_SUBTOTAL = re.compile(rf".{{0,10}}(?:小计|页计|分计){_SUMS}")
_TOTAL = re.compile(
    rf".{{0,10}}(?:合计|总计|共计|累计|汇总|总数){_SUMS}"
    r"|(?:总|一)?共计?:?[\d,]+(?:条|户|台|行|笔|项|单|辆|人|张|位|个).*"
    r"|总?(?:记录|条|行|台|户|人|单|车辆|客户)数(?:量|目)?:?\d.*"
)
_FOOTER = re.compile(
    r"(?:制表|审核|打印|制单|经办|复核|填表|导出|报表|统计|操作|查询|生成|主管|财务|店长|会计|出纳|签字|签名|盖章|负责|单位)"
    r"(?:人|员|日期|时间|单位|条件|范围)?:.*"
    r"|(?:制表|打印|制单|导出|生成|统计)(?:日期|时间)\d.*"
    r"|(?:日期|时间)范围:?.*|(?:门店|店铺|店名|公司|地址):.*|(?:客服|投诉|咨询|服务|监督|救援|门店|公司)(?:热线|电话):.*|热线:.*"
    r"|第\d+页.*|.*共\d+页.*|page\d+(?:of|/)\d+|\d+/\d+页?"
    r"|(?:备注|说明|注|注意|提示|温馨提示|填写说明):.*"
    r"|[-—=*]*(?:以下空白|以下无正文|完|end)[-—=*]*",
    re.IGNORECASE,
)
_LABELLED = re.compile(r".{1,12}:.*")
_HINT = re.compile(r"[(\[【*]?(?:非必填|必填|选填|必输|可选|可空|可不填|不填|文本|数字|日期|格式)")
_GROUP = re.compile(r".{1,8}(?:信息|资料|情况|明细|档案)")
_SEQUENCE = re.compile(r"(?:序号|序|编号|行号|no\.?|#|id)?", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"(?:[^0-9A-Za-z]*[0-9A-Za-z]){3}")
_WRITTEN_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
# These say that a row is data whatever else stands in it; an order number does only where nothing speaks against it.
_STRONG_KEYS = (Field.PHONE, Field.PLATE, Field.VIN)


class RowJudge:
    """Says what kind of row each row after the header is."""

    def __init__(self, layout: Layout):
        self._layout = layout
        self._is_ours = layout.is_ours
        self._words = [normalise_header(text) for text in layout.headers]
        self._filled = sum(1 for word in self._words if word)
        self._keys = [(field, column) for field in _STRONG_KEYS for column in layout.columns.get(field, ())]
        self._items = layout.columns.get(Field.ITEM, ())
        self._sequence = {
            c for c, word in enumerate(self._words) if _SEQUENCE.fullmatch(word) and c not in layout.meanings
        }

    def kind_of(self, cells: list[Cell]) -> RowKind:
        """DATA, or why the row is none."""
        if self._is_ours:
            return RowKind.BLANK if all(map(is_blank, cells)) else RowKind.DATA
        if any(self._holds_key(cells, field, column) for field, column in self._keys):
            return RowKind.SUBTOTAL if self._sums_up_an_order(cells) else RowKind.DATA
        filled = [column for column, cell in enumerate(cells) if not is_blank(cell)]
        if not filled or self._only_numbered(cells, filled):
            return RowKind.BLANK
        if self._repeats_header(cells, filled):
            return RowKind.REPEAT_HEADER
        return self._without_key(cells, filled)

    def _without_key(self, cells: list[Cell], filled: list[int]) -> RowKind:
        texts = [_squeezed(cells[column]) for column in filled if isinstance(cells[column], str)]
        if any(_SUBTOTAL.fullmatch(text) for text in texts[:3]) or self._sums_up_an_order(cells):
            return RowKind.SUBTOTAL
        if any(_TOTAL.fullmatch(text) for text in texts[:3]):
            return RowKind.TOTAL
        if texts and _FOOTER.fullmatch(texts[0]) and self._is_sparse(filled, texts):
            return RowKind.FOOTER
        if len(texts) == len(filled) > 1:
            if all(map(_HINT.match, texts)):
                return RowKind.NOTE
            if all(map(self._is_header_word, texts)):
                return RowKind.REPEAT_HEADER
        if len(filled) == 1 and self._filled > 2 and not self._is_lone_key(cells, filled[0]):
            return RowKind.NOTE
        return RowKind.DATA

    def _is_sparse(self, filled: list[int], texts: list[str]) -> bool:
        """Whether a row is too empty for data, or each of its cells is labelled: 制表人：王 | 审核人：李."""
        return len(filled) <= max(3, self._filled // 3) or all(map(_LABELLED.fullmatch, texts))

    def _is_header_word(self, text: str) -> bool:
        """Whether a cell belongs to a header or to the group header above one."""
        word = normalise_header(text)
        begins = len(word) > 1 and any(known.startswith(word) for known in self._words)
        return begins or bool(_GROUP.fullmatch(word)) or any(claim_of(text, kind) for kind in Kind)

    def _sums_up_an_order(self, cells: list[Cell]) -> bool:
        """Whether the item is no item but the order's own sum: number, plate and phone may stand beside it."""
        return any(
            column < len(cells)
            and isinstance(cells[column], str)
            and len(cells[column]) <= 12
            and "计" in cells[column]
            and re.fullmatch(r"(?:本单|工单)?(?:小计|合计|总计):?", _squeezed(cells[column]))
            for column in self._items
        )

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

    def _is_lone_key(self, cells: list[Cell], column: int) -> bool:
        """Whether the one cell of a row is meant to be a number or a plate, and not a caption in their column."""
        if self._layout.meanings.get(column) not in _KEYS:
            return False
        text = folded(text_of(cells[column]))
        is_caption = len(_HAN.findall(text)) >= 4 or _WRITTEN_DAY.fullmatch(text)
        return bool(_CODE.match(text)) and not is_caption

    def _holds_key(self, cells: list[Cell], field: Field, column: int) -> bool:
        """Whether a key cell holds something only a data row has; a total's "480 台" under 车牌 does not count."""
        text = text_of(cells[column]) if column < len(cells) else ""
        return bool(text) and _is_key(field, text)


@lru_cache(maxsize=4_096)
def _is_key(field: Field, text: str) -> bool:
    if field == Field.PHONE:
        return bool(phones_in(text)) and (text[0].isdigit() or not _FOOTER.fullmatch(_squeezed(text)))
    if field == Field.PLATE:
        return is_plate(normalise_plate(text))
    return judge_vin(normalise_vin(text)) not in (VinVerdict.BAD, VinVerdict.BLANK)


def _squeezed(cell: Cell) -> str:
    """A cell's text in half width without any blanks."""
    return re.sub(r"\s+", "", folded(text_of(cell)))


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
