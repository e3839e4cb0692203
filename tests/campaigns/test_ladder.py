"""When nobody answers: other days, other hours, another way, then face to face."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import DayTime, TouchChannel
from campaigns.rules.ladder import LADDER, Next, after_no_answer, hour_of, other_hour

SATURDAY = date(2026, 11, 21)
MORNING, NOON, EVENING = DayTime


def after(tried, *, hours=(MORNING,), not_after=SATURDAY + timedelta(days=20), can_write=True):
    return after_no_answer(
        today=SATURDAY, not_after=not_after, tried_days=tried, tried_hours=hours, can_write=can_write
    )


def test_the_ladder_from_tomorrow_to_wechat_to_the_next_visit():
    days = [after(tried) for tried in range(1, 7)]

    assert [step and (step.day - SATURDAY).days for step in days] == [1, 1, 2, 3, 1, None]
    assert [step.channel for step in days[:5]] == [TouchChannel.CALL] * 4 + [TouchChannel.WECHAT]


def test_who_cannot_be_written_to_is_spoken_to_at_the_next_visit():
    assert after(5, can_write=False) is None


def test_a_reason_that_ends_sooner_is_tried_on_its_last_day_and_not_beyond():
    assert after(4, not_after=SATURDAY + timedelta(days=1)).day == SATURDAY + timedelta(days=1)
    assert after(1, not_after=SATURDAY) is None


@pytest.mark.parametrize(
    ("tried", "hour"),
    [
        ([], MORNING),
        ([MORNING], NOON),
        ([NOON], EVENING),
        ([EVENING], MORNING),
        ([MORNING, NOON], EVENING),
        ([MORNING, MORNING, EVENING], NOON),
        ([MORNING, NOON, EVENING], MORNING),
    ],
)
def test_the_next_try_is_at_the_hour_tried_least(tried, hour):
    assert other_hour(tried) == hour


@pytest.mark.parametrize(
    ("at", "hour"),
    [(time(0), MORNING), (time(10, 59), MORNING), (time(11), NOON), (time(14, 59), NOON), (time(15), EVENING)],
)
def test_which_time_of_the_day_it_is(at, hour):
    assert hour_of(at) == hour


@given(st.integers(1, 20), st.lists(st.sampled_from(list(DayTime)), max_size=20), st.integers(0, 30), st.booleans())
def test_the_next_try_is_later_within_the_reason_and_the_hours_stay_even(tried, hours, left, can_write):
    step = after(tried, hours=hours, not_after=SATURDAY + timedelta(days=left), can_write=can_write)

    assert step is None or step.day > SATURDAY
    assert step is None or step.channel == TouchChannel.WECHAT or step.day <= SATURDAY + timedelta(days=left)
    assert tried <= len(LADDER) or step is None
    if isinstance(step, Next) and step.hour:
        assert hours.count(step.hour) == min(hours.count(hour) for hour in DayTime)
