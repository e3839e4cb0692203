"""One typo must not move anything."""

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import TODAY, VehicleFactory
from vehicles.enums import ReadingSource
from vehicles.models import OdometerReading
from vehicles.rules.odometer import Reading, doubts
from vehicles.services import record_readings

START = date(2024, 1, 1)


def on(day: int, km: int) -> Reading:
    return Reading(START + timedelta(days=day), km)


def test_a_steady_history_is_believed_whole():
    assert doubts([on(0, 10_000), on(90, 13_000), on(200, 18_000)]) == ["", "", ""]


def test_a_typo_at_the_end_is_doubted():
    assert doubts([on(0, 10_000), on(90, 13_000), on(100, 1_310_000)])[2] == "里程大得不可能"
    assert doubts([on(0, 10_000), on(90, 13_000), on(91, 31_000)]) == ["", "", "短时间内跳得太多"]


def test_a_typo_at_the_start_is_outvoted_by_later_readings():
    assert doubts([on(0, 199_105), on(30, 20_400), on(60, 21_000)]) == ["与后来的里程对不上", "", ""]


def test_a_lone_new_reading_that_goes_back_moves_nothing():
    assert doubts([on(0, 52_000), on(30, 5_300)]) == ["", "比以前的里程还少"]


@given(st.lists(st.integers(0, 200), max_size=8), st.integers(0, 8), st.integers(0, 999_999))
def test_one_bad_reading_never_costs_more_than_itself(steps, place, typo):
    km, good = 20_000, []
    for n, step in enumerate(steps):
        km += step * 30
        good.append(on(n * 30, km))
    readings = [*good[:place], on(place * 30 - 15, typo), *good[place:]]

    believed = [reading for reading, doubt in zip(readings, doubts(readings), strict=True) if not doubt]

    assert len(believed) >= len(good)


@pytest.mark.django_db
def test_a_reading_is_kept_once_and_a_typo_moves_nothing():
    vehicle = VehicleFactory()
    day = TODAY - timedelta(days=10)

    for _ in range(2):
        record_readings([(vehicle.pk, day, 52_000), (vehicle.pk, TODAY, 520_000)], source=ReadingSource.DESK)

    vehicle.refresh_from_db()
    assert (vehicle.odometer_km, vehicle.odometer_on) == (52_000, day)
    assert list(OdometerReading.objects.values_list("km", "is_plausible").order_by("km")) == [
        (52_000, True),
        (520_000, False),
    ]


@pytest.mark.django_db
def test_an_odometer_that_moves_leaves_the_indexes_alone():
    cars = [VehicleFactory() for _ in range(100)]

    record_readings([(car.pk, TODAY, 50_000 + n) for n, car in enumerate(cars)], source=ReadingSource.ORDER)

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_get_xact_tuples_hot_updated('vehicles_vehicle'::regclass)")
            assert cursor.fetchone()[0] >= 80
