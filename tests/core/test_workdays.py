"""Days off and make-up days: as published, as a shop wrote them, and never guessed."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from core.calendars import PLAIN_WEEK, Mark, WorkDays, missing_notice, published, statutory, working_days_after
from core.enums import DayKind, DaySource, PartState
from core.models import CalendarDay
from core.probes import Part, days_off
from tests.shared import shared

SATURDAY = date(2026, 11, 21)


def write(day, kind=DayKind.OFF, *, source=DaySource.SHOP, name="店庆"):
    return CalendarDay.objects.create(date=day, kind=kind, source=source, name=name)


def notice(year):
    """The least a notice says: every statutory holiday."""
    return [write(day, source=DaySource.NOTICE, name=name) for day, name in statutory(year).items()]


@pytest.mark.parametrize(("day", "last"), [(SATURDAY, date(2026, 11, 25)), (date(2026, 11, 19), date(2026, 11, 24))])
def test_working_days_leave_out_the_weekend(day, last):
    assert working_days_after(day, 3, PLAIN_WEEK) == last


def test_working_days_leave_out_days_off_and_count_what_is_worked_for_them():
    days = WorkDays(published(2026))

    # 9月30日 is a Wednesday; a week is off; 10月10日 is a Saturday that is worked.
    assert working_days_after(date(2026, 9, 30), 1, days) == date(2026, 10, 8)
    assert working_days_after(date(2026, 9, 30), 3, days) == date(2026, 10, 10)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_published_notices_agrees(year):
    paper = json.loads(shared(f"holiday-cn/{year}.json").read_text())["days"]
    special = {date.fromisoformat(day["date"]): not day["isOffDay"] for day in paper}
    days = WorkDays(published(year))

    whole = [date(year, 1, 1) + timedelta(days=n) for n in range(366) if (date(year, 1, 1) + timedelta(n)).year == year]
    wrong = [day for day in whole if days.works_on(day) != special.get(day, day.weekday() < 5)]

    assert len(special) > 25
    assert wrong == []


def test_a_year_nobody_published_is_counted_by_plain_weeks():
    assert json.loads(shared("holiday-cn/2027.json").read_text())["days"] == []
    assert published(2027) == {}
    assert WorkDays(published(2027)).works_on(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("today", "known", "missing"),
    [
        (date(2026, 10, 31), {2026}, None),
        (date(2026, 11, 1), {2026}, 2027),
        (date(2026, 12, 31), {2026}, 2027),
        (date(2026, 12, 31), {2026, 2027}, None),
        (date(2027, 1, 1), {2026}, 2027),
        (date(2027, 6, 1), {2026, 2028}, 2027),
    ],
)
def test_the_next_notice_is_missed_from_november_on(today, known, missing):
    assert missing_notice(today, known) == missing


@pytest.mark.django_db
def test_what_a_shop_writes_outweighs_the_library():
    write(date(2026, 10, 8))
    write(date(2026, 10, 1), DayKind.WORKDAY)

    days = CalendarDay.objects.work_days(date(2026, 9, 1), date(2026, 10, 31))

    assert days.marks[date(2026, 10, 8)] == Mark(False, "店庆")
    assert days.works_on(date(2026, 10, 1))
    assert not days.works_on(date(2026, 10, 2))


@pytest.mark.django_db
def test_a_year_is_known_when_every_statutory_holiday_is_in_and_a_shops_own_day_is_no_notice():
    write(date(2027, 5, 20))
    assert CalendarDay.objects.known_years(2026, 2027) == {2026}

    days = notice(2027)
    assert CalendarDay.objects.known_years(2026, 2027) == {2026, 2027}

    days[3].delete()
    assert CalendarDay.objects.known_years(2026, 2027) == {2026}


@pytest.mark.django_db
def test_the_alarm_rings_until_the_notice_is_entered():
    assert days_off(date(2026, 10, 31)) == Part("days_off", PartState.OK)
    assert days_off(date(2026, 11, 1)) == Part("days_off", PartState.DEGRADED, {"missing": 2027})

    notice(2027)

    assert days_off(date(2026, 11, 1)) == Part("days_off", PartState.OK)


@pytest.mark.django_db
def test_the_year_ahead_is_asked_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        CalendarDay.objects.ahead(SATURDAY)


@pytest.mark.django_db
def test_a_day_is_written_once():
    write(SATURDAY)

    with pytest.raises(IntegrityError):
        write(SATURDAY)
