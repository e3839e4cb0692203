"""The conditions of a segment as a form: what a browser sent, what was pressed, and the tree drawn again."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from segments.enums import Join, Op
from segments.errors import BadConditions
from segments.rules.conditions import MOST_DEPTH, ROOT, SHAPES, Group, Shape, parse
from segments.rules.fields import FIELDS, PARTS, Choices, Field, codes_of

# Names of inputs: the place in the tree and what it says there, as "0-2-1-value".
_NAME = re.compile(r"(0(?:-\d{1,3}){0,5})-(join|field|op|value)", re.ASCII)
MOST_PLACES = 200
WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
BLANK = {"field": "", "op": ""}
NUMBERS = (Shape.NUMBER, Shape.DAYS, Shape.YEARS)
# What was pressed beside saving and looking: the word in `do`, followed by a place.
ADD, NEST, DROP = "add", "nest", "drop"


def blank() -> dict:
    """What a new segment starts from: one condition, nothing chosen."""
    return {"join": Join.ALL.value, "items": [dict(BLANK)]}


def sent(data: QueryDict) -> dict:
    """The tree a form describes, as rules.conditions.parse reads it, whatever was sent."""
    parts: dict[str, dict[str, list[str]]] = {}
    for name in list(data)[: MOST_PLACES * 4]:
        if found := _NAME.fullmatch(name):
            parts.setdefault(found[1], {})[found[2]] = data.getlist(name)
    tree = _group(ROOT, parts)
    return tree if "join" in parts.get(ROOT, {}) else blank()


def _group(place: str, parts: dict) -> dict:
    inner = [other for other in parts if other.rpartition("-")[0] == place]
    inner.sort(key=lambda other: int(other.rpartition("-")[2]))
    items = [_group(one, parts) if "join" in parts[one] else _condition(parts[one]) for one in inner]
    return {"join": parts.get(place, {}).get("join", [""])[0], "items": items}


def _condition(said: dict[str, list[str]]) -> dict:
    """One line; a comparison that another field left behind becomes the first one that this field knows."""
    name, op = (said.get(part, [""])[0] for part in ("field", "op"))
    field = FIELDS.get(name)
    if field is None:
        return dict(BLANK)
    if op not in list(field.kind.ops):
        return {"field": name, "op": next(iter(field.kind.ops)).value}
    shape = SHAPES[Op(op)]
    value = {} if shape is Shape.NOTHING else {"value": _value(shape, said.get("value", []))}
    return {"field": name, "op": op} | value


def _value(shape: str, values: list[str]):
    if shape is Shape.CODES:
        return values
    text = values[0].strip() if values else ""
    return int(text) if shape in NUMBERS and WHOLE.fullmatch(text) else text


def pressed(tree: dict, do: str) -> dict:
    """The tree after a press: a condition or a group added to a group, something taken out. Other words do nothing."""
    verb, _, place = do.partition(" ")
    way = [int(step) for step in place.split("-")[1:] if step.isdecimal()]
    if verb == DROP and way:
        group = _at(tree, way[:-1])
        if group and way[-1] < len(group["items"]):
            del group["items"][way[-1]]
    elif verb in (ADD, NEST) and (group := _at(tree, way)):
        group["items"].append(dict(BLANK) if verb == ADD else {"join": Join.ANY.value, "items": [dict(BLANK)]})
    return tree


def _at(tree: dict, way: list[int]) -> dict | None:
    for step in way:
        items = tree.get("items", ())
        tree = items[step] if step < len(items) else {}
    return tree if "items" in tree else None


class Editor:
    """A tree as the page draws it, with what is wrong in it."""

    def __init__(self, raw: dict, choices: Choices):
        self.raw, self.choices = raw, choices

    @cached_property
    def _read(self) -> tuple[Group | None, dict[str, str]]:
        try:
            return parse(self.raw, self.choices), {}
        except BadConditions as bad:
            return None, bad.problems

    @property
    def tree(self) -> Group | None:
        """What the conditions mean, once there is nothing wrong with them."""
        return self._read[0]

    @property
    def problems(self) -> dict[str, str]:
        return self._read[1]

    @property
    def unfinished(self) -> int:
        return len(self.problems)

    def drawn(self, *, with_problems: bool) -> "Box":
        """With what is wrong beside each part once somebody wanted to save; while one is at it, nothing is."""
        return _box(self.raw, ROOT, 1, self.choices, self.problems if with_problems else {})


@dataclass(frozen=True)
class Box:
    """A group as it is drawn."""

    place: str
    join: str
    items: list["Box | Line"]
    problem: str
    may_nest: bool
    is_group = True

    @property
    def joins(self) -> list[tuple[str, str]]:
        return Join.choices


@dataclass(frozen=True)
class Line:
    """A condition as it is drawn."""

    place: str
    field: Field | None
    op: str
    value: object
    codes: list[tuple[str, str, bool]]
    problem: str
    is_group = False
    parts = PARTS

    @property
    def shape(self) -> str:
        return SHAPES[Op(self.op)] if self.field else Shape.NOTHING

    @property
    def ops(self) -> list[tuple[str, str]]:
        return [(op.value, words) for op, words in self.field.kind.ops.items()]

    @property
    def is_number(self) -> bool:
        return self.shape in NUMBERS


def _box(raw: dict, place: str, depth: int, choices: Choices, problems: dict[str, str]) -> Box:
    items = [
        (_box if "items" in item else _line)(item, f"{place}-{n}", depth + 1, choices, problems)
        for n, item in enumerate(raw["items"])
    ]
    return Box(place, raw["join"], items, problems.get(place, ""), depth < MOST_DEPTH)


def _line(raw: dict, place: str, depth: int, choices: Choices, problems: dict[str, str]) -> Line:
    field, value = FIELDS.get(raw["field"]), raw.get("value", "")
    codes = []
    if field and SHAPES[Op(raw["op"])] is Shape.CODES:
        codes = [(code, words, code in value) for code, words in codes_of(field, choices).items()]
    return Line(place, field, raw["op"], value, codes, problems.get(place, ""))
