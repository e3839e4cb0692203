"""Days that come round: pinned dates, a shop's published festivals, and properties over a century."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from borax.calendars.lunardate import LCalendars
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import (
    LUNAR,
    SOLAR,
    Birthday,
    birthdays_between,
    birthdays_on,
    lunar_words,
    months_before,
)

# As published by the almanac for 2024-2027.
FESTIVALS = Path(__file__).with_name("lunar_festivals.csv")
FESTIVAL_DAYS = {
    "春节": (1, 1),
    "元宵节": (1, 15),
    "龙抬头": (2, 2),
    "端午节": (5, 5),
    "七夕": (7, 7),
    "中元节": (7, 15),
    "中秋节": (8, 15),
    "重阳节": (9, 9),
    "腊八节": (12, 8),
    "除夕": (12, 30),
}
YEARS = range(1950, 2056)

any_birthday = st.one_of(
    st.builds(Birthday, st.just(SOLAR), st.integers(1, 12), st.integers(1, 28), st.just(False)),
    st.builds(Birthday, st.just(SOLAR), st.just(2), st.just(29), st.just(False)),
    st.builds(Birthday, st.just(LUNAR), st.integers(1, 12), st.integers(1, 30), st.booleans()),
)


def turns(birthday: Birthday, first: date, last: date):
    return birthdays_between(first, last, **birthday._asdict())


def lunar(month, day, year, *, is_leap=False):
    """The solar date of a lunar birthday in a lunar year."""
    found = birthdays_between(
        date(year, 1, 1), date(year + 1, 3, 1), calendar=LUNAR, month=month, day=day, is_leap=is_leap
    )
    return next(fallen for fallen, of_year in found if of_year == year)


@pytest.mark.parametrize(
    ("month", "day", "is_leap", "year", "fallen"),
    [
        (1, 1, False, 2026, date(2026, 2, 17)),
        (1, 1, False, 2027, date(2027, 2, 6)),  # the new moon is at 23:56
        (6, 1, False, 2025, date(2025, 6, 25)),
        (6, 1, True, 2025, date(2025, 7, 25)),  # the leap sixth month of 2025
        (6, 1, True, 2026, lunar(6, 1, 2026)),  # no leap month: the ordinary one
        (6, 30, True, 2025, date(2025, 8, 22)),  # the leap month is short: kept on its 29th
        (11, 1, True, 2033, date(2033, 12, 22)),  # the leap eleventh month of 2033
        (11, 1, False, 2033, date(2033, 11, 22)),
        (12, 30, False, 2023, date(2024, 2, 9)),
        (12, 30, False, 2024, date(2025, 1, 28)),  # 腊月 has 29 days
        (12, 30, False, 2026, date(2027, 2, 5)),
        (11, 13, False, 2025, date(2026, 1, 1)),
        (11, 13, False, 2026, date(2026, 12, 21)),
    ],
)
def test_a_lunar_birthday_falls_where_families_keep_it(month, day, is_leap, year, fallen):
    assert lunar(month, day, year, is_leap=is_leap) == fallen


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028, 2030, 2031])
def test_the_thirtieth_of_a_short_last_month_is_kept_on_new_years_eve(year):
    assert lunar(12, 30, year) == lunar(1, 1, year + 1) - timedelta(days=1)


def test_one_solar_year_may_hold_two_turns_of_a_lunar_birthday_and_the_next_none():
    year = [fallen.year for fallen, _ in turns(Birthday(LUNAR, 11, 13), date(2025, 1, 1), date(2028, 12, 31))]

    assert Counter(year) == {2026: 2, 2027: 1, 2028: 1}


def test_the_29th_of_february_is_kept_on_the_28th_of_a_common_year():
    found = turns(Birthday(SOLAR, 2, 29), date(2027, 1, 1), date(2028, 12, 31))

    assert found == [(date(2027, 2, 28), 2027), (date(2028, 2, 29), 2028)]


def test_the_published_festivals_fall_on_their_days():
    with FESTIVALS.open(encoding="utf-8") as lines:
        published = [(row["festival"], int(row["lunar_year"]), row["gregorian_date"]) for row in csv.DictReader(lines)]

    # 除夕 is published under the lunar year that it ends or the one it welcomes, according to the almanac.
    wrong = [
        (festival, year, day)
        for festival, year, day in published
        if day not in {lunar(*FESTIVAL_DAYS[festival], of).isoformat() for of in (year, year - (festival == "除夕"))}
    ]

    assert len(published) == 30
    assert wrong == []


@pytest.mark.parametrize(("year", "month"), [(2025, 6), (2028, 5), (2031, 3), (2033, 11), (2036, 6)])
def test_the_leap_months_of_the_coming_years(year, month):
    assert LCalendars.leap_month(year) == month


@settings(max_examples=50, deadline=None)
@given(any_birthday)
def test_every_birthday_comes_once_in_each_of_its_years(birthday):
    found = [year for _, year in turns(birthday, date(YEARS.start, 3, 1), date(YEARS.stop, 2, 1))]

    inner = [year for year in found if YEARS.start < year < YEARS.stop - 1]
    assert inner == list(range(YEARS.start + 1, YEARS.stop - 1))


@settings(max_examples=25, deadline=None)
@given(any_birthday, st.dates(date(1950, 1, 1), date(2055, 1, 1)))
def test_asking_by_day_and_asking_by_birthday_agree(birthday, first):
    last = first + timedelta(days=400)
    by_birthday = turns(birthday, first, last)

    days = [first + timedelta(days=n) for n in range(401)]
    by_day = [(day, turn.year) for day in days for turn in birthdays_on(day) if turn.birthday == birthday]

    assert by_day == by_birthday


@given(st.dates(date(1950, 1, 1), date(2055, 1, 1)))
def test_no_birthday_is_named_twice_on_one_day(day):
    names = [turn.birthday for turn in birthdays_on(day)]

    assert len(names) == len(set(names))


def test_days_beyond_the_lunar_tables_have_solar_birthdays_only():
    assert [turn.birthday.calendar for turn in birthdays_on(date(2150, 5, 3))] == [SOLAR]
    assert turns(Birthday(LUNAR, 5, 3), date(2150, 1, 1), date(2150, 12, 31)) == []


@pytest.mark.parametrize(
    ("month", "day", "is_leap", "words"),
    [
        (1, 1, False, "正月初一"),
        (6, 10, True, "闰六月初十"),
        (11, 15, False, "冬月十五"),
        (8, 20, False, "八月二十"),
        (9, 21, False, "九月廿一"),
        (12, 30, False, "腊月三十"),
    ],
)
def test_a_lunar_day_is_named_as_people_say_it(month, day, is_leap, words):
    assert lunar_words(month, day, is_leap=is_leap) == words


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 24, date(2024, 11, 21)),
        (date(2026, 2, 28), 24, date(2024, 2, 28)),
        (date(2028, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before_stay_inside_the_month(day, months, before):
    assert months_before(day, months) == before
