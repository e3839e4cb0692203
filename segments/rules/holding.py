"""Whether conditions hold for one person, and why, in words. The same tree is worded for a million in querysets.people.

Facts of a person by the name of the field: what stands in the column, a set of codes of what is linked, and "cars", the
facts of each. What is unknown (None, "") meets no condition but those that ask for just that or say "not".
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from core.calendars import birthdays_on, months_before
from core.display import money_words

from ..enums import Join, Op
from .conditions import SHAPES, Condition, Group, Shape, Value
from .fields import Choices, Field, Kind, codes_of

CARS, TITLE = "cars", "title"
CENTS = 100
Facts = Mapping[str, object]


def holds(group: Group, facts: Facts, *, today: date) -> bool:
    """Whether the person with these facts is one of them."""
    own = [meets(one, facts, today=today) for one in group.conditions]
    inner = [holds(one, facts, today=today) for one in group.groups]
    cars = [any(_fits(group, car, today) for car in facts[CARS])] if group.of_car else []
    return _joined(group.join, [*own, *inner, *cars])


def _fits(group: Group, car: Facts, today: date) -> bool:
    """Whether one car meets what the group says of a car; none of it: what the person must not have."""
    met = [meets(one, car, today=today) for one in group.of_car]
    return all(met) if group.join == Join.ALL else any(met)


def _joined(join: Join, met: list[bool]) -> bool:
    return all(met) if join == Join.ALL else any(met) if join == Join.ANY else not any(met)


def meets(condition: Condition, facts: Facts, *, today: date) -> bool:
    """Whether one fact is as the condition says."""
    field, fact = condition.field, facts.get(condition.field.name)
    if field.kind is Kind.BIRTHDAY:
        return fact in birthdays_asked(condition, today=today)
    if condition.op in (Op.IN, Op.OUT):
        return bool(_codes(fact) & {*condition.value}) == (condition.op is Op.IN)
    if fact is None:
        return condition.op is Op.UNKNOWN
    return _MEETS[condition.op](fact, than(condition), today)


def _codes(fact: object) -> frozenset[str]:
    if isinstance(fact, frozenset):
        return fact
    return frozenset() if fact is None else frozenset({str(fact)})


def than(condition: Condition) -> Value:
    """What is asked for, as the column keeps it."""
    return condition.value * CENTS if condition.field.is_money else condition.value


_MEETS: dict[Op, Callable[[object, Value, date], bool]] = {
    Op.LEAST: lambda fact, than, today: fact >= than,
    Op.MOST: lambda fact, than, today: fact <= than,
    Op.LAST: lambda fact, than, today: today - timedelta(days=than) <= fact <= today,
    Op.OVER: lambda fact, than, today: fact < today - timedelta(days=than),
    Op.NEXT: lambda fact, than, today: today <= fact <= today + timedelta(days=than),
    Op.FROM: lambda fact, than, today: fact >= than,
    Op.UNTIL: lambda fact, than, today: fact <= than,
    Op.KNOWN: lambda fact, than, today: True,
    Op.UNKNOWN: lambda fact, than, today: False,
    Op.OLDER: lambda fact, than, today: fact <= months_before(today, 12 * than),
    Op.YOUNGER: lambda fact, than, today: fact > months_before(today, 12 * than),
    Op.IS: lambda fact, than, today: fact.casefold() == than.casefold(),
    Op.CONTAINS: lambda fact, than, today: than.casefold() in fact.casefold(),
    Op.LACKS: lambda fact, than, today: than.casefold() not in fact.casefold(),
}


def birthdays_asked(condition: Condition, *, today: date) -> frozenset:
    """The birthdays (core.calendars), solar and lunar, that fall on the days asked for; a month is the coming one."""
    if condition.op is Op.NEXT:
        days = [today + timedelta(days=n) for n in range(condition.value + 1)]
    else:
        days = [day for month in condition.value for day in _coming(int(month), today)]
    return frozenset(turn.birthday for day in days for turn in birthdays_on(day))


def _coming(month: int, today: date) -> list[date]:
    year = today.year + (month < today.month)
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


# In words


def said(condition: Condition, choices: Choices) -> str:
    """The condition as it is said: 24 个月到店 不少于 6 次."""
    field, op, value = condition.field, condition.op, condition.value
    shape, words = SHAPES[op], field.words + field.kind.ops[op]
    if shape is Shape.NOTHING:
        return words
    if shape is Shape.CODES:
        known = codes_of(field, choices)
        named = "、".join(known.get(code, "已不在的") for code in value)
        return words.replace("这几个月", "") + f" {named}"
    if shape is Shape.DAYS:
        return words.replace("几天", f" {value} 天")
    if shape is Shape.TEXT:
        return f"{words}“{value}”"
    return f"{words} {value} {field.unit if shape is not Shape.DAY else ''}".strip()


def summary(group: Group, choices: Choices) -> str:
    """The whole tree in one line: 价值是 A、B，并且（标签有 VIP，或者 品牌含有“特斯拉”）."""
    parts = [
        *(said(one, choices) for one in group.items if isinstance(one, Condition)),
        *(f"（{summary(one, choices)}）" for one in group.groups),
    ]
    if group.join == Join.NONE:
        return f"都不是：{'；'.join(parts)}"
    return {Join.ALL: "，并且 ", Join.ANY: "，或者 "}[group.join].join(parts).replace(" （", "（")


def why(group: Group, facts: Facts, choices: Choices, *, today: date, with_money: bool) -> list[str]:
    """Of somebody for whom the tree holds: the conditions that make it hold, with what is on file of them."""

    def told(one: Condition, of: Facts) -> str:
        return _told(one, of.get(one.field.name), choices, with_money=with_money)

    if group.join == Join.NONE:
        return [f"不在“{summary(Group(Join.ANY, group.items), choices)}”里"]
    found = [told(one, facts) for one in group.conditions if meets(one, facts, today=today)]
    car = next((car for car in facts[CARS] if group.of_car and _fits(group, car, today)), None)
    if car:
        met = [told(one, car) for one in group.of_car if meets(one, car, today=today)]
        found.append(f"{car[TITLE]}：{'，'.join(met)}")
    for inner in group.groups:
        if holds(inner, facts, today=today):
            found += why(inner, facts, choices, today=today, with_money=with_money)
    return found


def _told(condition: Condition, fact: object, choices: Choices, *, with_money: bool) -> str:
    """What is on file of one condition that holds."""
    field = condition.field
    if field.is_money and not with_money or field.kind is Kind.BIRTHDAY or condition.op is Op.OUT or fact is None:
        return said(condition, choices)
    if condition.op is Op.IN:
        codes = codes_of(field, choices)
        return f"{field.words} {'、'.join(codes.get(code, code) for code in condition.value if code in _codes(fact))}"
    return f"{field.words} {_fact(field, fact)}"


def _fact(field: Field, fact: object) -> str:
    if field.is_money:
        return money_words(fact)
    return fact.isoformat() if isinstance(fact, date) else f"{fact} {field.unit}".strip()
