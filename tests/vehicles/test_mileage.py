"""How far a car is driven: few readings are drawn towards the usual, journeys and typos are no habit."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import TODAY, VehicleFactory
from vehicles.enums import ReadingSource
from vehicles.models import UsualMileage, Vehicle
from vehicles.rules.mileage import USUAL_METRES, Usage, shown_on, usage
from vehicles.rules.odometer import Reading
from vehicles.services import backtest, estimate_mileage, record_readings

START = date(2023, 3, 1)


def steady(km_a_day, *days, start=10_000):
    return [Reading(START + timedelta(days=day), start + round(km_a_day * day)) for day in days]


def test_without_two_readings_a_car_is_driven_as_is_usual():
    assert usage([]) == usage(steady(80, 0)) == Usage(USUAL_METRES, 30)
    assert usage(steady(80, 0), usual=20_000).metres == 20_000


def test_the_longer_a_car_is_known_the_more_its_own_course_counts():
    rates = [usage(steady(80, 0, days)).metres for days in (30, 120, 720)]

    assert rates == sorted(rates) and USUAL_METRES < rates[0] < 50_000 and 70_000 < rates[2] < 80_000


def test_a_steady_car_is_foretold_narrowly_and_an_erratic_one_widely():
    erratic = [
        Reading(START + timedelta(days=n * 90), 10_000 + km) for n, km in enumerate((0, 100, 9_000, 9_100, 20_000))
    ]

    assert usage(steady(41, 0, 90, 180, 270, 360)).spread < 15
    assert usage(erratic).spread > 50


def test_what_was_driven_years_ago_counts_less_than_what_is_driven_now():
    more = [*steady(10, 0, 365), Reading(START + timedelta(days=730), 13_650 + 36_500)]
    less = [*steady(100, 0, 365), Reading(START + timedelta(days=730), 46_500 + 3_650)]

    assert usage(more).metres > 55_000 > 52_000 > usage(less).metres


def test_a_journey_over_spring_festival_moves_the_reading_and_not_the_rate():
    before = steady(30, 0, 120, 300)  # to the end of 2023
    home = Reading(date(2024, 2, 25), before[-1].km + 4_500)  # 春节 2024-02-10
    days = (home.read_on - before[-1].read_on).days
    assert days == 61

    near = [*before, Reading(date(2024, 1, 20), before[-1].km + 700), home._replace(km=before[-1].km + 5_200)]
    elsewhen = [reading._replace(read_on=reading.read_on + timedelta(days=150)) for reading in near]

    assert abs(usage(near).metres - usage(before).metres) < 1_000
    assert usage(elsewhen).metres > usage(before).metres + 5_000


def test_the_odometer_is_foretold_with_a_range_and_never_runs_backwards():
    last = Reading(TODAY, 50_000)

    assert shown_on(TODAY + timedelta(days=100), last=last, usage=Usage(40_000, 10)) == (53_360, 54_000, 54_640)
    assert shown_on(TODAY + timedelta(days=100), last=last, usage=Usage(40_000, 120)) == (50_000, 54_000, 60_000)
    assert shown_on(TODAY - timedelta(days=9), last=last, usage=Usage(40_000, 10)) == (50_000, 50_000, 50_000)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30_000)), max_size=12), st.integers(0, 200_000))
def test_any_history_gives_a_rate_between_the_usual_and_its_own_extremes(steps, usual):
    day, km, readings, rates = START, 5_000, [Reading(START, 5_000)], [usual]
    for days, more in steps:
        day, km = day + timedelta(days=days), km + more
        readings.append(Reading(day, km))
        rates += [more * 1000 / days] if days else []

    found = usage(readings, usual=usual)

    assert min(rates) - 1 <= found.metres <= max(rates) + 1
    assert 8 <= found.spread <= 150
    assert usage(readings[::-1], usual=usual) == found


def read(vehicle, *readings):
    record_readings([(vehicle.pk, day, km) for day, km in readings], source=ReadingSource.DESK)
    vehicle.refresh_from_db()


@pytest.mark.django_db
def test_a_car_follows_its_readings_as_they_are_written_and_a_typo_moves_nothing(django_assert_num_queries):
    car, other = VehicleFactory(), VehicleFactory()
    read(car, *steady(60, 0, 200, 400))
    rate = car.daily_metres
    assert rate == usage(steady(60, 0, 200, 400)).metres and car.daily_spread

    read(car, (START + timedelta(days=420), 340_000))

    assert car.daily_metres == rate
    assert car.odometer_at(START + timedelta(days=500)).likely == 34_000 + round(rate * 100 / 1000)
    assert other.odometer_at(TODAY) is None


@pytest.mark.django_db
def test_what_is_usual_is_estimated_once_a_month_by_energy_and_every_car_is_drawn_towards_it():
    slow = [VehicleFactory(energy="纯电") for _ in range(30)]
    for car in slow:
        read(car, *steady(20, 0, 200))
    lone = VehicleFactory(energy="纯电")
    Vehicle.objects.filter(pk=lone.pk).update(odometer_km=8_000, odometer_on=TODAY)  # from a file of long ago
    read(VehicleFactory(energy="汽油"), *steady(90, 0, 200))

    first = estimate_mileage(today=TODAY)

    usual = UsualMileage.objects.by_energy()
    assert usual == {"": round((30 * 20 + 90) / 31 * 1000), "纯电": 20_000}
    assert first == {"kinds": 2, "cars": 31 + 1}
    assert estimate_mileage(today=TODAY + timedelta(days=29)) == {"kinds": 0, "cars": 0}
    assert estimate_mileage(today=TODAY + timedelta(days=30)) == {"kinds": 2, "cars": 0}


@pytest.mark.django_db
def test_the_backtest_tells_how_far_off_each_way_of_foretelling_would_have_been():
    assert "推算不了" in told()
    read(VehicleFactory(), *steady(60, 0, 100, 200, 300))

    found = backtest()

    assert (found["cars"], found["readings"], found["within_range_percent"]) == (1, 2, 100)
    errors = found["median_absolute_error_km"]
    assert errors["last_rate"] == 0 < errors["ours"] < errors["fixed_15000_a_year"]
    assert json.loads(told("--json")) == found
    assert backtest(shortest_days=101)["readings"] == 0


def told(*options) -> str:
    call_command("backtest_odometer", *options, stdout=(out := StringIO()))
    return out.getvalue()
