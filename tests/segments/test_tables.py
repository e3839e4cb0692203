"""A rule table says the same in Python and in SQL, and knows the day on which time alone moves somebody."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segments.enums import ByHand, Stage
from segments.rules.axes import AXES
from segments.rules.numbers import NUMBERS, ORDERED, defaults, problems_with
from segments.rules.tables import Op, Row, Table, at_least, compiled, decide, is_, next_day, reached
from tests.factories import TODAY

CODES = {table.axis: table.outcomes for table in AXES}
USED = [condition for table in AXES for row in table.rows for condition in row.conditions]
DAYS = sorted({one.fact for one in USED if one.op in (Op.REACHED, Op.AHEAD)})
# Words of people: text, where it is not the number of a level.
TEXTS = {ByHand.LETTER.fact: "ABCD", ByHand.STAGE.fact: Stage.values}
COUNTS = sorted({one.fact for one in USED} - set(DAYS) - CODES.keys() - TEXTS.keys())


def small(low: int, high: int):
    return st.integers(low, high)


@st.composite
def numbers(draw):
    found = {name: draw(small(number.low, min(number.high, number.low + 9))) for name, number in NUMBERS.items()}
    for less, more in ORDERED:
        found[more] = max(found[more], found[less] + 1)
    return found


facts = st.fixed_dictionaries(
    {name: st.none() | small(0, 8) for name in COUNTS}
    | {name: st.none() | st.sampled_from(codes) for name, codes in TEXTS.items()}
    | {name: st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)) for name in DAYS}
)


def asked(expression: str, given_facts: dict, today: date):
    """The value of an SQL expression over these facts as columns."""
    columns = {**given_facts, "today": today}
    is_day = {name: name in DAYS or name == "today" for name in columns}
    cast = "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"
    whole = "CAST(%s AS integer)"
    text = "CAST(%s AS text)"
    is_text = {name: name in TEXTS or isinstance(CODES.get(name, (0,))[0], str) for name in columns}
    kinds = {name: cast if is_day[name] else text if is_text[name] else whole for name in columns}
    select = ", ".join(f"{kinds[name]} AS {name}" for name in columns)
    values = [value.isoformat() if isinstance(value, date) else value for value in columns.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression} FROM (SELECT {select}) AS facts", values)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts, numbers())
def test_every_axis_says_the_same_in_python_and_in_sql(given_facts, given_numbers):
    assert problems_with(given_numbers) == {}
    known_so_far = dict(given_facts)
    for table in AXES:
        here = decide(table, known_so_far, given_numbers, today=TODAY).outcome
        assert asked(compiled(table, given_numbers), known_so_far, TODAY) == here
        known_so_far[table.axis] = here


@settings(max_examples=300, deadline=None)
@given(facts, numbers())
def test_nothing_moves_before_the_day_that_is_foretold(given_facts, given_numbers):
    then = next_day(AXES, given_facts, today=TODAY)
    before = (then or TODAY + timedelta(days=30)) - timedelta(days=1)

    def everything(today):
        found = dict(given_facts)
        for table in AXES:
            found[table.axis] = decide(table, found, given_numbers, today=today).outcome
        return found

    assert everything(before) == everything(TODAY)
    assert then is None or then > TODAY


def test_the_first_row_that_fits_decides():
    table = Table("size", (Row("L", (at_least("n", 10),)), Row("M", (at_least("n", 5),))), Row("S", ()))

    assert [decide(table, {"n": n}, {}, today=TODAY).outcome for n in (12, 10, 9, 5, 4)] == ["L", "L", "M", "M", "S"]


def test_what_is_unknown_meets_no_condition():
    table = Table("x", (Row("yes", (at_least("n", 0),)), Row("came", (reached("day"),))), Row("no", ()))

    assert decide(table, {"n": None, "day": None}, {}, today=TODAY).outcome == "no"


def test_a_code_that_is_not_ours_never_reaches_the_database():
    table = Table("x", (Row("yes", (is_("name", "'; DROP TABLE"),)),), Row("no", ()))

    with pytest.raises(ValueError, match="no code"):
        compiled(table, {})


def test_the_numbers_a_shop_starts_with_are_a_policy():
    assert problems_with(defaults()) == {}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"frequent_visits": 3}, "frequent_visits"),
        ({"lost_percent": 120}, "lost_percent"),
        ({"levels": 5}, "levels"),
        ({"steady_visits": -1}, "steady_visits"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_a_number_out_of_bounds_or_out_of_order_is_named(change, name):
    assert list(problems_with(defaults() | change)) == [name]


def test_a_missing_number_is_named():
    given_numbers = defaults()
    del given_numbers["levels"]

    assert problems_with(given_numbers) == {"levels": "没有填"}
