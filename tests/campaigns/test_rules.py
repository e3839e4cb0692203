"""The numbers of the worklist, how people are addressed, and what a text must say."""

from collections import defaultdict
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import UnlawfulTemplate
from campaigns.rules import (
    Caller,
    Waiting,
    address,
    check_template,
    hello,
    later_on,
    next_opening,
    share_out,
    within_hours,
)
from core.calendars import PLAIN_WEEK
from customers.enums import Purpose

SATURDAY = date(2026, 11, 21)


def test_calls_are_shared_evenly_among_equals_and_care_staff_come_first():
    calls = [Waiting(n, n) for n in range(6)]

    shared = list(share_out(calls, [Caller(1, 0, 10), Caller(2, 0, 10), Caller(3, 1, 45)]))

    assert shared == [(0, 1), (1, 2), (2, 1), (3, 2), (4, 3), (5, 3)]


def test_nobody_calls_about_a_car_they_received_while_somebody_else_could():
    callers = [Caller(1, 0, 45), Caller(2, 1, 5)]

    shared = list(share_out([Waiting(7, 7, avoid=1), Waiting(8, 8, avoid=1), Waiting(9, 9)], callers))

    assert shared == [(7, 2), (9, 1)]


def test_the_only_caller_calls_about_every_car():
    assert list(share_out([Waiting(7, 7, avoid=1)], [Caller(1, 0, 9)])) == [(7, 1)]


def test_a_long_visit_takes_the_room_of_several_calls():
    calls = [Waiting(0, 0, minutes=30), Waiting(1, 1), Waiting(2, 2, minutes=30), Waiting(3, 3)]

    shared = list(share_out(calls, [Caller(1, 0, 40), Caller(2, 0, 15)]))

    assert shared == [(0, 1), (1, 2), (3, 1)]


@given(
    st.lists(
        st.builds(
            Waiting, st.integers(), st.integers(0, 9), st.one_of(st.none(), st.integers(0, 3)), st.integers(1, 40)
        ),
        max_size=40,
        unique_by=lambda call: call.touch_id,
    ),
    st.lists(st.tuples(st.integers(0, 2), st.integers(-20, 100)), max_size=4),
)
def test_no_list_is_overfilled_and_nobody_is_called_twice(calls, sizes):
    callers = [Caller(number, rank, room) for number, (rank, room) in enumerate(sizes)]

    shared = list(share_out(calls, callers))

    minutes, given_to = {call.touch_id: call.minutes for call in calls}, defaultdict(int)
    for touch, caller in shared:
        given_to[caller] += minutes[touch]
    assert all(given_to[caller.user_id] <= max(caller.room, 0) for caller in callers)
    order = {touch: number for number, touch in enumerate(call.touch_id for call in calls)}
    assert len(shared) <= len({call.customer_id for call in calls})
    assert [order[touch] for touch, _ in shared] == sorted(order[touch] for touch, _ in shared)


def test_who_asked_to_be_called_later_is_called_in_three_working_days():
    assert later_on(SATURDAY, PLAIN_WEEK) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("salutation", "name", "words"),
    [
        ("王哥", "王建国", "王哥"),
        ("", "王建国", "王建国"),
        ("", "欧阳娜娜", "欧阳娜娜"),
        ("", "13800138000", ""),
        ("", "粤L12345 白色", ""),
        ("", "", ""),
        ("  ", "惠州市某某物流有限公司", ""),
    ],
)
def test_people_are_addressed_by_what_reads_like_a_name(salutation, name, words):
    assert address(salutation, name) == words
    assert hello(salutation, name) == f"{words}您好"


@pytest.mark.parametrize(("clock", "allowed"), [((8, 59), False), ((9, 0), True), ((19, 59), True), ((20, 0), False)])
def test_quiet_hours_end_and_begin_to_the_minute(clock, allowed):
    assert within_hours(datetime(2026, 11, 21, *clock), time(9), time(20)) is allowed  # noqa: DTZ001


@pytest.mark.parametrize(("hour", "opens"), [(3, 21), (9, 22), (21, 22)])
def test_a_held_message_waits_for_the_next_opening(hour, opens):
    now = datetime(2026, 11, 21, hour, 30)  # noqa: DTZ001

    assert next_opening(now, time(9)) == datetime(2026, 11, opens, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "purpose"),
    [("生日快乐", Purpose.CARE), ("【{store}】换季特惠", Purpose.MARKETING), ("退订回R", Purpose.MARKETING)],
)
def test_a_text_without_sender_or_way_out_is_refused(text, purpose):
    with pytest.raises(UnlawfulTemplate):
        check_template(text, purpose=purpose)


def test_a_lawful_text_passes():
    check_template("【{store}】换季检查，退订回R", purpose=Purpose.MARKETING)
    check_template("【{store}】生日快乐", purpose=Purpose.CARE)
