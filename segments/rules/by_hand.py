"""What a person may decide of a grade or a stage: the rows of the axes themselves say whether their word counts."""

from collections.abc import Mapping
from datetime import date

from ..enums import ByHand
from .axes import AXES, DIGIT, LETTER, STAGE
from .places import PLACES
from .tables import Row, Table, Value, decide, holds
from .why import reason

# What is decided together.
GRADE, LIFECYCLE = (ByHand.LETTER, ByHand.DIGIT), (ByHand.STAGE,)
TABLES: dict[ByHand, Table] = {ByHand.LETTER: LETTER, ByHand.DIGIT: DIGIT, ByHand.STAGE: STAGE}
# By axis and code the row of a person's word. A fan has none: that is told by facts alone.
WORDS: dict[ByHand, dict[str, Row]] = {
    axis: {str(row.outcome): row for row in table.rows if row.conditions[0].fact == axis.fact}
    for axis, table in TABLES.items()
}


def words_of(axis: str, code: str) -> str:
    """A code as it is said."""
    return PLACES[axis][1].get(code, code)


def value_of(axis: str, code: str) -> Value:
    """A code as the tables compare it."""
    return int(code) if axis == ByHand.DIGIT else code


def with_axes(facts: Mapping[str, Value], numbers: Mapping[str, int], *, today: date) -> dict[str, Value]:
    """These facts, and every axis that is not among them yet."""
    found = dict(facts)
    for table in AXES:
        if table.axis not in found:
            found[table.axis] = decide(table, found, numbers, today=today).outcome
    return found


def by_rules(axis: ByHand, facts: Mapping[str, Value], numbers: Mapping[str, int], *, today: date) -> Row:
    """Where the rules alone put a customer with these facts."""
    return decide(TABLES[axis], {**facts, axis.fact: None}, numbers, today=today)


def refusal(axis: ByHand, code: str, facts: Mapping[str, Value], numbers: Mapping[str, int], *, today: date) -> str:
    """Why a person's word would not count for a customer with these facts, in a sentence; "" where it would."""
    word, facts = WORDS[axis][code], {**facts, axis.fact: value_of(axis, code)}
    took = decide(TABLES[axis], facts, numbers, today=today)
    if took is word:
        return ""
    unmet = tuple(one for one in word.conditions if not holds(one, facts[one.fact], numbers, today))
    blocking = Row(word.outcome, unmet) if unmet else took
    why = blocking.says or reason(blocking, facts, numbers, with_money=False) or "规则里没有这一级"
    return f"现在不能定为{words_of(axis, code)}：{why}。"
