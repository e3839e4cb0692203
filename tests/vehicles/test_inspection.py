"""When a private car has to be inspected: every worked answer of the fact table."""

import json
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import TODAY, CustomerFactory, VehicleFactory
from vehicles.rules.inspection import next_inspection, schedule

FACTS = json.loads((Path(__file__).parent.parent / "data/facts/inspection_insurance.json").read_text())


def day(words):
    return date.fromisoformat(words)


@pytest.mark.parametrize("case", FACTS["expected"], ids=lambda case: case["register_date"])
def test_the_next_one_is_as_worked_out(case):
    found = next_inspection(day(case["register_date"]), today=day(case["today"]))

    assert (found.due_on, found.until) == (day(case["next_due"]), day(case["next_due_month_end"]))
    assert (found.year, found.is_on_site) == (case["year_n"], case["kind"] == "on_site")


@pytest.mark.parametrize("case", FACTS["schedules"], ids=lambda case: case["register_date"])
def test_the_whole_course_is_as_worked_out(case):
    found = islice(schedule(day(case["register_date"])), len(case["schedule"]))

    assert [
        {
            "year_n": one.year, "due": one.due_on.isoformat(), "due_month_end": one.until.isoformat(),
            "kind": "on_site" if one.is_on_site else "mark_only",
        }
        for one in found
    ] == case["schedule"]  # fmt: skip


def test_one_whose_month_is_not_over_is_still_the_next():
    registered = date(2020, 11, 5)

    assert next_inspection(registered, today=date(2026, 11, 30)).year == 6
    assert next_inspection(registered, today=date(2026, 12, 1)).year == 8


@pytest.mark.parametrize("model", ["五菱之光 面包车", "福田 轻卡", "长城 皮卡", "考斯特 中巴"])
def test_of_what_is_no_car_nothing_is_said(model):
    assert next_inspection(date(2020, 5, 18), today=TODAY, model=model) is None
    assert next_inspection(None, today=TODAY) is None


@given(st.dates(date(1990, 1, 1), date(2026, 11, 1)), st.integers(0, 4_000))
def test_there_is_always_exactly_one_next_and_never_more_than_two_years_away(registered, later):
    today = registered + timedelta(days=later)

    found = next_inspection(registered, today=today)

    assert today <= found.until <= today + timedelta(days=2 * 366 + 31)
    assert [one for one in islice(schedule(registered), 40) if one.until >= today][0] == found


@pytest.mark.django_db
def test_the_briefing_and_the_form_propose_it_only_where_nobody_typed_a_date(login, front_desk, store):
    owner = CustomerFactory(store=store)
    car = VehicleFactory(owner=owner, registered_on=date(2025, 5, 18), inspected_until=None)
    client, words = login(front_desk), "年检应在"

    assert words in client.get(f"/customers/{owner.pk}/").content.decode()
    form = client.get(f"/vehicles/{car.pk}/edit/").content.decode()
    assert "按上牌日推算是 2027-05-31（第 2 年，免上线，领标志）" in form

    car.inspected_until = date(2027, 4, 30)
    car.save()
    assert words not in client.get(f"/customers/{owner.pk}/").content.decode()
    assert "按上牌日推算" not in client.get(f"/vehicles/{car.pk}/edit/").content.decode()
