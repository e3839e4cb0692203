"""When something of a car is due: every worked answer of the fact tables, and what holds whatever the facts."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendars import months_before
from vehicles.enums import Basis, Energy, MaintenanceItem
from vehicles.rules import item_of_name
from vehicles.rules.due import (
    FIRST_LATE_DAYS,
    Driven,
    Interval,
    Work,
    due_of,
    inspection_due,
    insurance_due,
    last_work,
)
from vehicles.rules.intervals import SHIPPED, Cars, energy_of, folded, interval_for
from vehicles.rules.mileage import Usage
from vehicles.rules.odometer import Reading

FACTS = Path(__file__).parent.parent / "data/facts"
TABLE = json.loads((FACTS / "maintenance_intervals.json").read_text())
LAW = json.loads((FACTS / "inspection_insurance.json").read_text())
TODAY = date(2026, 11, 27)
OIL = Interval(5_000, 6)


def day(words):
    return date.fromisoformat(words)


def driven(on, km, *, metres=40_000, spread=0):
    return Driven(Reading(on, km), Usage(metres, spread))


def due(interval=OIL, *, work=None, registered_on=None, way=None, today=TODAY):
    return due_of(interval, work=work, registered_on=registered_on, driven=way, today=today)


# --- The fact tables


@pytest.mark.parametrize("case", TABLE["expected"], ids=lambda case: case["last_date"])
def test_the_next_time_is_as_worked_out(case):
    on, km = day(case["last_date"]), case["last_km"]

    found = due(
        Interval(case["km"], case["months"]), work=Work(on, km), way=driven(on, km, metres=case["daily_km"] * 1_000)
    )

    assert found.by_time == day(case["due_date_by_time"])
    assert found.by_km == day(case["due_date_by_km"])
    assert found.on == day(case["due"])
    if "overdue" in case:
        assert (found.on < day(case["today"])) is case["overdue"]


@pytest.mark.parametrize(
    "row", [row for row in TABLE["sets"][0]["items"] if row["by"] == "interval"], ids=lambda row: row["name"]
)
def test_the_shipped_intervals_are_those_of_the_table(row):
    item = item_of_name(row["name"].replace("机油滤清器", "机油机滤"))

    assert SHIPPED[item, Cars()] == Interval(row["km"], row["months"])


def test_what_is_renewed_after_a_look_has_no_interval():
    looked_at = {item_of_name(f"更换{row['name']}") for row in TABLE["sets"][0]["items"] if row["by"] == "inspection"}

    assert {MaintenanceItem.BRAKE_PADS, MaintenanceItem.BATTERY, MaintenanceItem.BELTS} <= looked_at
    assert [item for item in looked_at if interval_for(item, Cars(), SHIPPED).says_when] == []


@pytest.mark.parametrize("case", LAW["expected"], ids=lambda case: case["register_date"])
def test_an_inspection_nobody_typed_is_due_by_the_end_of_its_month(case):
    found = inspection_due(None, registered_on=day(case["register_date"]), model="", today=day(case["today"]))

    assert (found.on, found.basis) == (day(case["next_due_month_end"]), Basis.BY_RULE)
    assert found.ends_on == found.on + timedelta(days=1)


@pytest.mark.parametrize("case", LAW["insurance"]["expected"], ids=lambda case: case["start"])
def test_an_insurance_is_due_on_its_last_day(case):
    until = day(case["end_inclusive"])

    assert insurance_due(None, until).on == until


def test_a_typed_date_is_the_truth():
    found = inspection_due(date(2027, 3, 5), registered_on=date(2020, 5, 18), model="", today=TODAY)

    assert (found.on, found.basis, found.ends_on) == (date(2027, 3, 5), Basis.TYPED, None)
    assert insurance_due(None, None) is None
    assert insurance_due(date(2027, 3, 5), date(2027, 2, 1)).on == date(2027, 2, 1)


# --- From what it is counted


def test_a_later_reading_moves_the_day_of_the_kilometres():
    work, slow = Work(date(2026, 9, 1), 42_000), driven(date(2026, 11, 1), 43_000, metres=20_000)

    found = due(work=work, way=slow)

    assert found.by_km == date(2026, 11, 1) + timedelta(days=200)
    assert (found.at_km, found.on) == (47_000, date(2027, 3, 1))


def test_kilometres_that_are_driven_already_are_due_since_they_were_reached():
    found = due(work=Work(date(2026, 9, 1), 42_000), way=driven(date(2026, 11, 1), 48_000))

    # 5,000 of the 6,000 kilometres of these 61 days.
    assert found.on == date(2026, 9, 1) + timedelta(days=51)
    assert (found.low, found.high) == (found.on, found.on)


def test_a_long_journey_right_after_the_last_time_does_not_make_it_due_on_that_day():
    found = due(work=Work(date(2026, 11, 13), 86_067), way=driven(date(2026, 11, 27), 96_485, metres=31_000))

    assert found.on == date(2026, 11, 20)


def test_without_the_reading_of_that_day_so_many_kilometres_are_driven_since():
    found = due(Interval(20_000), work=Work(date(2026, 9, 1)), way=driven(date(2026, 11, 1), 48_000))

    assert (found.on, found.at_km) == (date(2026, 9, 1) + timedelta(days=500), None)


def test_kilometres_alone_say_nothing_of_a_car_that_was_never_read():
    assert due(Interval(20_000), work=Work(date(2026, 9, 1))) is None
    assert due(OIL, work=Work(date(2026, 8, 31))).on == date(2027, 2, 28)


def test_a_reading_that_a_later_one_contradicts_moves_nothing():
    typo = Work(date(2026, 9, 1), 420_000)

    found = due(work=typo, way=driven(date(2026, 11, 1), 43_000))

    assert (found.at_km, found.last_km) == (None, None)
    assert found.on == date(2026, 9, 1) + timedelta(days=125)


def test_the_range_is_that_of_the_cars_straying_and_the_calendar_ends_it():
    work = Work(date(2026, 11, 1), 42_000)

    by_km = due(Interval(5_000), work=work, way=driven(work.on, 42_000, spread=25))
    both = due(Interval(5_000, 4), work=work, way=driven(work.on, 42_000, spread=25))
    wild = due(Interval(5_000), work=work, way=driven(work.on, 42_000, spread=90))

    days = [(one - work.on).days for one in (by_km.low, by_km.on, by_km.high)]
    assert days == [90, 125, 209]
    assert (both.low, both.on, both.high) == (by_km.low, date(2027, 3, 1), date(2027, 3, 1))
    assert wild.high is None


def test_what_the_order_says_of_the_next_time_goes_before_the_rule():
    written = Work(date(2026, 9, 1), 42_000, next_on=date(2027, 1, 10), next_km=49_500)

    found = due(work=written, way=driven(date(2026, 9, 1), 42_000, metres=10_000))

    assert (found.on, found.at_km, found.basis) == (date(2027, 1, 10), 49_500, Basis.WRITTEN)
    assert due(work=written._replace(next_on=date(2026, 8, 1), next_km=100)).basis == Basis.HERE


def test_what_was_done_elsewhere_counts_as_ours_does():
    here, there = Work(date(2026, 5, 1), 38_000), Work(date(2026, 9, 1), 42_000, is_here=False)

    found = due(work=last_work([here, there]))

    assert (found.basis, found.last_on) == (Basis.ELSEWHERE, date(2026, 9, 1))
    assert last_work([]) is None
    assert last_work([there._replace(on=here.on), here]) == here


def test_a_new_car_counts_from_its_plate_and_an_old_one_of_which_nothing_is_known_does_not():
    new = due(registered_on=date(2026, 8, 31))

    assert (new.on, new.basis) == (date(2027, 2, 28), Basis.NEW)
    assert new.ends_on == new.on + timedelta(days=FIRST_LATE_DAYS + 1)
    assert due(registered_on=date(2018, 8, 31)) is None
    assert due(registered_on=None) is None
    assert due(registered_on=TODAY + timedelta(days=1)) is None


def test_a_new_car_that_is_driven_far_is_due_by_its_kilometres_and_unknown_when_that_is_long_over():
    since = date(2026, 8, 31)

    assert due(registered_on=since, way=driven(date(2026, 11, 20), 4_800)).on == date(2026, 11, 25)
    assert due(registered_on=since, way=driven(date(2026, 11, 20), 48_000)) is None


def test_what_comes_once_is_over_when_it_was_done():
    first = Interval(5_000, 6, is_once=True)

    assert due(first, registered_on=date(2026, 8, 31)).on == date(2027, 2, 28)
    assert due(first, registered_on=date(2026, 8, 31), work=Work(date(2026, 10, 1))) is None


def test_a_car_without_a_way_is_due_by_the_calendar_alone():
    parked = driven(date(2026, 9, 1), 42_000, metres=0)

    assert due(work=Work(date(2026, 9, 1), 42_000), way=parked).on == date(2027, 3, 1)
    assert due(Interval(80_000), work=Work(date(2026, 9, 1), 42_000), way=driven(TODAY, 42_000, metres=100)) is None


# --- Which interval holds


def test_the_most_specific_rule_wins():
    oil = MaintenanceItem.ENGINE_OIL.value
    rules = {
        **SHIPPED,
        (oil, Cars("", "", Energy.HYBRID)): Interval(8_000, 12),
        (oil, Cars("本田")): Interval(7_500, 6),
        (oil, Cars("本田", "", Energy.HYBRID)): Interval(9_000, 12),
        (oil, Cars("本田", "cr-v")): Interval(10_000, 12),
    }

    def of(*cars):
        return interval_for(oil, Cars(*cars), rules).km

    assert of("大众", "朗逸", Energy.FUEL) == 5_000
    assert of("大众", "朗逸", Energy.HYBRID) == 8_000
    assert of("本田", "飞度", Energy.FUEL) == 7_500
    assert of("本田", "飞度", Energy.HYBRID) == 9_000
    assert of("本田", folded("CR-V "), Energy.HYBRID) == 10_000
    assert interval_for(MaintenanceItem.TYRES, Cars(), rules) == Interval()


@pytest.mark.parametrize(
    ("said", "plate", "energy"),
    [
        ("汽油", "", Energy.FUEL), ("柴油", "", Energy.FUEL), ("纯电动", "", Energy.ELECTRIC),
        ("插电式混合动力", "", Energy.HYBRID), ("油电混动", "", Energy.HYBRID), ("增程式电动", "", Energy.HYBRID),
        ("EV", "", Energy.ELECTRIC), ("PHEV", "", Energy.HYBRID), ("", "粤BD12345", Energy.ELECTRIC),
        ("", "粤BF12345", Energy.HYBRID), ("", "粤B12345D", Energy.ELECTRIC), ("", "粤B12345", ""), ("", "", ""),
        ("汽油", "粤BD12345", Energy.FUEL),
    ],
)  # fmt: skip
def test_what_a_car_runs_on_is_read_from_the_words_else_from_a_green_plate(said, plate, energy):
    assert energy_of(said, plate) == energy


def test_an_electric_car_is_not_told_to_change_its_engine_oil():
    electric = Cars(energy=Energy.ELECTRIC.value)

    assert not interval_for(MaintenanceItem.ENGINE_OIL, electric, SHIPPED).says_when
    assert interval_for(MaintenanceItem.BRAKE_FLUID, electric, SHIPPED) == Interval(40_000, 36)


# --- Whatever the facts

# A busy machine draws slowly; what is drawn is small.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DAYS = st.dates(date(2010, 1, 1), TODAY)
INTERVALS = st.builds(Interval, st.none() | st.integers(1_000, 100_000), st.none() | st.integers(1, 60), st.just(False))
WAYS = st.none() | st.builds(
    driven, DAYS, st.integers(0, 400_000), metres=st.integers(0, 300_000), spread=st.integers(0, 150)
)
WORKS = st.builds(Work, DAYS, st.none() | st.integers(0, 400_000), st.booleans(), next_on=st.none(), next_km=st.none())


@patient
@given(INTERVALS, WORKS, WAYS)
def test_whichever_comes_first_and_never_before_the_last_time_nor_outside_its_range(interval, work, way):
    found = due(interval, work=work, way=way)

    if found is None:
        assert not interval.months
        return
    assert found.on == min(one for one in (found.by_time, found.by_km) if one)
    assert work.on <= found.low <= found.on
    assert found.high is None or found.on <= found.high
    assert found.ends_on is None
    assert found.by_time == (months_before(work.on, -interval.months) if interval.months else None)


@patient
@given(INTERVALS, WORKS, WAYS, st.integers(0, 3_000))
def test_time_alone_never_moves_what_is_counted_from_work(interval, work, way, later):
    assert due(interval, work=work, way=way) == due(interval, work=work, way=way, today=TODAY + timedelta(days=later))


@patient
@given(INTERVALS, DAYS, WAYS, st.integers(0, 1_000))
def test_a_first_time_changes_on_the_day_it_says_and_on_no_other(interval, registered_on, way, later):
    today = TODAY + timedelta(days=later)
    before, after = (due(interval, registered_on=registered_on, way=way, today=one) for one in (TODAY, today))

    if before is None:
        assert after is None
    else:
        assert after == (before if today < before.ends_on else None)


@patient
@given(st.integers(1, 50), WORKS.filter(lambda work: work.km is not None), st.integers(1, 1_000))
def test_whoever_drives_more_is_due_no_later(months, work, more):
    slow, fast = (driven(work.on, work.km, metres=metres) for metres in (10_000, 10_000 + more))

    assert due(Interval(5_000, months), work=work, way=fast).on <= due(Interval(5_000, months), work=work, way=slow).on
