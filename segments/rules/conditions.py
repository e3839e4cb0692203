"""Conditions by which people are chosen: groups of conditions and groups, read from JSON that anybody may have sent.

    {"join": "all", "items": [{"field": "visits", "op": "least", "value": 6},
                              {"join": "none", "items": [{"field": "tag", "op": "in", "value": ["12"]}]}]}

Conditions of one group that speak of a car speak of one and the same car.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from ..enums import Join, Op
from ..errors import BadConditions
from .fields import FIELDS, Choices, Field, codes_of

MOST_DEPTH, MOST_CONDITIONS, MOST_CODES, MOST_TEXT = 3, 30, 100, 40
MOST_NUMBER, MOST_DAYS, MOST_YEARS = 10**9, 3650, 60
FIRST_YEAR, LAST_YEAR = 1950, 2150
# Where the tree begins; the place of a part is this and where it stands in each group, as "0-2-1".
ROOT = "0"

Value = tuple[str, ...] | int | date | str | None


@dataclass(frozen=True)
class Condition:
    field: Field
    op: Op
    value: Value = None


@dataclass(frozen=True)
class Group:
    join: Join
    items: tuple["Condition | Group", ...]

    @property
    def conditions(self) -> list[Condition]:
        """Its own, about the person."""
        return [item for item in self.items if isinstance(item, Condition) and not item.field.is_of_car]

    @property
    def of_car(self) -> list[Condition]:
        """Its own, about one car."""
        return [item for item in self.items if isinstance(item, Condition) and item.field.is_of_car]

    @property
    def groups(self) -> list["Group"]:
        return [item for item in self.items if isinstance(item, Group)]

    @property
    def fields(self) -> list[Field]:
        """What is asked for, however deep."""
        own = [item.field for item in self.items if isinstance(item, Condition)]
        return [*own, *(field for group in self.groups for field in group.fields)]


def parse(raw: object, choices: Choices | None = None) -> Group:
    """The tree that `raw` describes. Raises BadConditions, whatever was sent.

    With `choices` a code must be one of those; without, it may be of something that is gone: then nobody has it.
    """
    reader = _Reader(choices)
    found = reader.read(raw, ROOT, depth=1)
    if reader.count > MOST_CONDITIONS:
        reader.problems = {ROOT: f"最多 {MOST_CONDITIONS} 条条件。"}
    elif not reader.problems and not isinstance(found, Group):
        reader.problems[ROOT] = "没有条件。"
    if reader.problems:
        raise BadConditions(reader.problems)
    return found


def as_json(part: Group | Condition) -> dict:
    """What `parse` reads the same tree from."""
    if isinstance(part, Group):
        return {"join": part.join.value, "items": [as_json(item) for item in part.items]}
    value = part.value.isoformat() if isinstance(part.value, date) else part.value
    said = {} if value is None else {"value": list(value) if isinstance(value, tuple) else value}
    return {"field": part.field.name, "op": part.op.value, **said}


class _Reader:
    """Reads a tree and collects what is wrong with it by place."""

    def __init__(self, choices: Choices | None):
        self.choices = choices
        self.problems: dict[str, str] = {}
        self.count = 0

    def read(self, raw: object, place: str, *, depth: int) -> Group | Condition | None:
        try:
            if isinstance(raw, dict) and "join" in raw:
                return self._group(raw, place, depth)
            return self._condition(raw)
        except _Wrong as wrong:
            self.problems[place] = str(wrong)
            return None

    def _group(self, raw: dict, place: str, depth: int) -> Group:
        items = raw.get("items")
        if raw["join"] not in Join.values or not isinstance(items, list):
            raise _Wrong("这一组看不懂，请删掉重加。")
        if depth > MOST_DEPTH:
            raise _Wrong(f"组里套组最多 {MOST_DEPTH} 层。")
        if not items:
            raise _Wrong("这一组还是空的：加一条条件，或者删掉这一组。")
        if len(items) > MOST_CONDITIONS:
            raise _Wrong(f"最多 {MOST_CONDITIONS} 条条件。")
        found = [self.read(item, f"{place}-{n}", depth=depth + 1) for n, item in enumerate(items)]
        return Group(Join(raw["join"]), tuple(item for item in found if item))

    def _condition(self, raw: object) -> Condition:
        self.count += 1
        name, op = (raw.get("field"), raw.get("op")) if isinstance(raw, dict) else (None, None)
        if not isinstance(name, str) or name not in FIELDS:
            raise _Wrong("请选一个项目。")
        field = FIELDS[name]
        if not isinstance(op, str) or op not in {known.value for known in field.kind.ops}:
            raise _Wrong(f"“{field.words}”不能这样比，请重选。")
        op = Op(op)
        return Condition(field, op, self._value(field, op, raw.get("value")))

    def _value(self, field: Field, op: Op, value: object) -> Value:
        shape = SHAPES[op]
        if shape is Shape.CODES:
            return _codes(value, None if field.codes is None and self.choices is None else self._known(field))
        return _READ[shape](value)

    def _known(self, field: Field) -> Collection[str]:
        return codes_of(field, self.choices or {})


class _Wrong(Exception):
    """What is wrong with one part."""


class Shape:
    """What is asked for beside a comparison."""

    CODES, NUMBER, DAYS, YEARS, DAY, TEXT, NOTHING = "codes", "number", "days", "years", "day", "text", "nothing"


SHAPES: dict[Op, str] = {
    **dict.fromkeys((Op.IN, Op.OUT, Op.MONTH), Shape.CODES),
    **dict.fromkeys((Op.LEAST, Op.MOST), Shape.NUMBER),
    **dict.fromkeys((Op.LAST, Op.OVER, Op.NEXT), Shape.DAYS),
    **dict.fromkeys((Op.OLDER, Op.YOUNGER), Shape.YEARS),
    **dict.fromkeys((Op.FROM, Op.UNTIL), Shape.DAY),
    **dict.fromkeys((Op.IS, Op.CONTAINS, Op.LACKS), Shape.TEXT),
    **dict.fromkeys((Op.KNOWN, Op.UNKNOWN), Shape.NOTHING),
}


def _codes(value: object, known: Collection[str] | None) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Wrong("请至少选一个。")
    if len(value) > MOST_CODES:
        raise _Wrong(f"一次最多选 {MOST_CODES} 个。")
    if not all(isinstance(code, str) and (code in known if known is not None else _is_id(code)) for code in value):
        raise _Wrong("选中的里面有已经不在的，请重选。")
    return tuple(dict.fromkeys(value))


def _is_id(code: str) -> bool:
    return code.isascii() and code.isdecimal() and len(code) <= 18


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _Wrong("请填一个整数。")
        if not least <= value <= most:
            raise _Wrong(f"要在 {least} 到 {most} 之间。")
        return value

    return read


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Wrong("请填一个日期，例如 2026-01-31。")
    return day


def _text(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > MOST_TEXT or not text.isprintable():
        raise _Wrong(f"请填 1 到 {MOST_TEXT} 个字。")
    return text


_READ: dict[str, Callable[[object], Value]] = {
    Shape.NUMBER: _whole(0, MOST_NUMBER),
    Shape.DAYS: _whole(1, MOST_DAYS),
    Shape.YEARS: _whole(1, MOST_YEARS),
    Shape.DAY: _day,
    Shape.TEXT: _text,
    Shape.NOTHING: lambda value: None,
}
