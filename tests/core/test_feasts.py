"""Solar terms and festivals by day, held against an ephemeris and an almanac."""

import csv
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import FEASTS, FeastKind, feasts_between, feasts_on
from tests.shared import shared


def names_on(day: date, kind: FeastKind) -> list[str]:
    return [one.feast.name for one in feasts_on(day) if one.feast.kind == kind]


def test_every_solar_term_of_the_ephemeris_is_on_its_day_in_china():
    with shared("solar_terms.csv").open(encoding="utf-8") as lines:
        rows = [(date.fromisoformat(row["date_cst"]), row["name_zh"]) for row in csv.DictReader(lines)]

    wrong = [row for row in rows if names_on(row[0], FeastKind.TERM) != [row[1]]]

    assert len(rows) == 72
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("雨水", "2026-02-18T23:51:43"),
        ("芒种", "2026-06-05T23:48:23"),
        ("立冬", "2027-11-07T23:38:21"),
        ("立春", "2017-02-03T23:33:55"),
    ],
)
def test_a_term_minutes_before_midnight_in_china_is_on_that_day(name, moment):
    day = datetime.fromisoformat(moment).date()

    assert names_on(day, FeastKind.TERM) == [name]
    assert names_on(day + timedelta(days=1), FeastKind.TERM) == []


def test_every_lunar_festival_of_the_almanac_is_on_its_day():
    with shared("lunar_festivals.csv").open(encoding="utf-8") as lines:
        rows = [(date.fromisoformat(row["gregorian_date"]), row["festival"]) for row in csv.DictReader(lines)]

    wrong = [row for row in rows if row[1] not in names_on(row[0], FeastKind.LUNAR)]

    assert len(rows) == 30
    assert wrong == []


def test_a_new_moon_at_23_56_begins_the_year_on_that_day():
    assert [one[1:] for one in feasts_on(date(2027, 2, 6))] == [(FEASTS["chunjie"], 2027)]
    assert [one[1:] for one in feasts_on(date(2027, 2, 5))] == [(FEASTS["chuxi"], 2026)]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 10), "母亲节"),
        (date(2026, 6, 21), "父亲节"),
        (date(2026, 11, 26), "感恩节"),
        (date(2026, 2, 14), "情人节"),
        (date(2026, 12, 25), "圣诞节"),
        (date(2027, 1, 1), "元旦"),
        (date(2026, 10, 1), "国庆节"),
    ],
)
def test_a_solar_festival_is_on_its_day(day, name):
    assert names_on(day, FeastKind.SOLAR) == [name]


@given(st.integers(1950, 2098))
def test_every_feast_comes_once_in_each_of_its_years(year):
    found = feasts_between(date(year, 1, 1), date(year + 2, 3, 1))

    turns = [one.feast.key for one in found if one.year == year + 1]
    assert sorted(turns) == sorted(FEASTS)


@given(st.dates(date(1950, 1, 1), date(2098, 1, 1)))
def test_asking_by_day_and_asking_by_span_agree(first):
    days = [first + timedelta(days=n) for n in range(60)]

    by_day = [one for day in days for one in sorted(feasts_on(day))]

    assert by_day == feasts_between(days[0], days[-1])


def test_days_beyond_the_tables_have_solar_festivals_only():
    kinds = {one.feast.kind for one in feasts_between(date(2150, 1, 1), date(2150, 12, 31))}

    assert kinds == {FeastKind.SOLAR}
