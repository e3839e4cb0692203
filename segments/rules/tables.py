"""Ordered rule tables: one description of who belongs where, read from the top.

A table is data. `decide` reads it in Python for one customer, `compiled` turns the same rows into SQL for a million,
and rules.why says in one line why a row took somebody. A property test proves that both readings agree, so that a new
axis is a new table and nothing else.

A condition speaks of a fact: a measure, an axis decided before it, or a day that comes by itself (`REACHED`). What is
unknown (None) meets no condition but `UNKNOWN`; there is no "not".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

Value = int | str | date | None
# What stands where nobody may or can judge: in every axis, "" or no row at all.
UNJUDGED = ""


class Op(Enum):
    """How a fact is compared; the SQL of each takes the column and the other side."""

    AT_LEAST = "{fact} >= {than}"
    BELOW = "{fact} < {than}"
    IS = "{fact} = {than}"
    KNOWN = "{fact} IS NOT NULL"
    UNKNOWN = "{fact} IS NULL"
    # A day: it has come, or it lies ahead.
    REACHED = "{fact} <= today"
    AHEAD = "{fact} > today"


@dataclass(frozen=True)
class Condition:
    """`than` is a number of the policy by its name, or a literal (a code of another axis, a plain number)."""

    fact: str
    op: Op
    than: str | int | None = None
    is_code: bool = False

    def other(self, numbers: Mapping[str, int]) -> Value:
        """The other side of the comparison under these numbers of a policy."""
        return numbers[self.than] if isinstance(self.than, str) and not self.is_code else self.than


def at_least(fact: str, than: str | int) -> Condition:
    return Condition(fact, Op.AT_LEAST, than)


def below(fact: str, than: str | int) -> Condition:
    return Condition(fact, Op.BELOW, than)


def is_(fact: str, code: str | int) -> Condition:
    """The fact is this code (of another axis) or this plain number."""
    return Condition(fact, Op.IS, code, is_code=True)


def known(fact: str) -> Condition:
    return Condition(fact, Op.KNOWN)


def unknown(fact: str) -> Condition:
    return Condition(fact, Op.UNKNOWN)


def reached(day: str) -> Condition:
    return Condition(day, Op.REACHED)


def ahead(day: str) -> Condition:
    return Condition(day, Op.AHEAD)


@dataclass(frozen=True)
class Row:
    """All conditions met: the outcome. `says` is the reason in words where the conditions alone would not tell it."""

    outcome: str | int
    conditions: tuple[Condition, ...]
    says: str = ""


@dataclass(frozen=True)
class Table:
    """The first row whose conditions are all met gives the outcome; none does: `otherwise`."""

    axis: str
    rows: tuple[Row, ...]
    otherwise: Row

    @property
    def outcomes(self) -> tuple[str | int, ...]:
        """Every outcome once, in the order of the table."""
        return tuple(dict.fromkeys(row.outcome for row in (*self.rows, self.otherwise)))

    @property
    def days(self) -> tuple[str, ...]:
        """The facts of this table that come by themselves."""
        conditions = (condition for row in self.rows for condition in row.conditions)
        return tuple(dict.fromkeys(one.fact for one in conditions if one.op in (Op.REACHED, Op.AHEAD)))


def decide(table: Table, facts: Mapping[str, Value], numbers: Mapping[str, int], *, today: date) -> Row:
    """The row of `table` that takes a customer with these facts on this day."""
    for row in table.rows:
        if all(holds(condition, facts[condition.fact], numbers, today) for condition in row.conditions):
            return row
    return table.otherwise


def holds(condition: Condition, fact: Value, numbers: Mapping[str, int], today: date) -> bool:
    """Whether a fact meets a condition."""
    if fact is None:
        return condition.op is Op.UNKNOWN
    return _MEETS[condition.op](fact, condition.other(numbers), today)


_MEETS: dict[Op, Callable[[Value, Value, date], bool]] = {
    Op.AT_LEAST: lambda fact, than, today: fact >= than,
    Op.BELOW: lambda fact, than, today: fact < than,
    Op.IS: lambda fact, than, today: fact == than,
    Op.KNOWN: lambda fact, than, today: True,
    Op.UNKNOWN: lambda fact, than, today: False,
    Op.REACHED: lambda fact, than, today: fact <= today,
    Op.AHEAD: lambda fact, than, today: fact > today,
}


def compiled(table: Table, numbers: Mapping[str, int]) -> str:
    """`decide` as an SQL expression over columns named as the facts, and a column `today`.

    Nothing is bound: names and codes are our own, numbers of a policy are whole.
    """
    if not table.rows:
        return _literal(table.otherwise.outcome)
    arms = (f"WHEN {_met(row, numbers)} THEN {_literal(row.outcome)}" for row in table.rows)
    return f"CASE {' '.join(arms)} ELSE {_literal(table.otherwise.outcome)} END"


def _met(row: Row, numbers: Mapping[str, int]) -> str:
    met = (one.op.value.format(fact=one.fact, than=_literal(one.other(numbers))) for one in row.conditions)
    return " AND ".join(met) or "TRUE"


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str) and not value.replace("_", "").isalnum() and value:
        raise ValueError(f"{value!r} is no code")
    return f"'{value}'" if isinstance(value, str) else str(int(value))


def next_day(tables: tuple[Table, ...], facts: Mapping[str, Value], *, today: date) -> date | None:
    """The first day after `today` on which time alone can move somebody: a day that a table speaks of comes."""
    days = {facts[day] for table in tables for day in table.days}
    return min((day for day in days if day and day > today), default=None)
