"""How a day looked is kept: by store, by advisor, for the company; past days stay."""

from datetime import date, timedelta

import pytest

from customers.enums import Mood
from customers.models import Customer, CustomerStore, Introduction
from segments.enums import Headline, NeedState, Picture, Source
from segments.models import DailySnapshot, Need, SegmentChange, SegmentPolicy
from segments.rules.periods import bounds, quarters_back, quarters_between
from segments.services import decide_need, rebuild, retire_need, snapshot
from tests.factories import TODAY, CustomerFactory, InteractionFactory, ServiceOrderFactory, moment

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


def visits(customer, *days_ago, **facts):
    for ago in days_ago:
        ServiceOrderFactory(customer=customer, opened_on=TODAY - timedelta(days=ago), **facts)
    return customer


def night(today=TODAY):
    rebuild(today=today)
    return snapshot(today=today)


def numbers(picture, *, store=0, advisor=0, day=TODAY):
    rows = DailySnapshot.objects.filter(day=day, store_id=store, advisor_id=advisor, picture=picture)
    return {(row.x, row.y): row.people for row in rows}


def test_every_axis_is_counted_for_the_company_each_store_and_each_advisor(store, other_store, advisor):
    visits(CustomerFactory(store=store, advisor=advisor), 10, 60, 120, paid_fen=20_000)
    both = visits(CustomerFactory(store=store), 700)
    CustomerStore.objects.create(customer=both, store=other_store)

    night()

    regular, lost = ("C", "active"), ("D", "lost")
    assert numbers(Picture.VALUE_RHYTHM) == {regular: 1, lost: 1}
    assert numbers(Picture.VALUE_RHYTHM, store=store.pk) == {regular: 1, lost: 1}
    assert numbers(Picture.VALUE_RHYTHM, store=other_store.pk) == {lost: 1}
    assert numbers(Picture.VALUE_RHYTHM, advisor=advisor.pk) == {regular: 1}
    assert numbers(Picture.VALUE_RHYTHM, store=store.pk, advisor=advisor.pk) == {regular: 1}
    assert numbers(Picture.LOYALTY) == {("high", "unknown"): 1, ("unknown", "unknown"): 1}
    assert numbers(Picture.GRADE) == {("C", "2"): 1, ("D", "3"): 1}
    assert numbers(Picture.STAGE) == {("base", ""): 1, ("member", ""): 1}
    assert numbers(Picture.RHYTHM) == {("active", ""): 1, ("lost", ""): 1}
    assert numbers(Picture.FUNNEL) == {("2", ""): 1, ("1", ""): 1}
    row = DailySnapshot.objects.get(day=TODAY, store_id=0, advisor_id=0, picture=Picture.STAGE, x="base")
    assert row.own_fen == 60_000


def test_who_opted_out_of_profiling_is_in_no_picture(store):
    visits(CustomerFactory(store=store, no_profiling=True), 10, 60)

    assert night() == {"numbers": 0}


def test_who_opted_out_after_the_profiles_were_drawn_is_in_no_picture_either(store):
    customer = visits(CustomerFactory(store=store), 10, 60)
    rebuild(today=TODAY)
    Customer.objects.filter(pk=customer.pk).update(no_profiling=True)

    assert snapshot(today=TODAY) == {"numbers": 0}


def test_twice_is_once_and_past_days_stay_as_they_were(store):
    visits(CustomerFactory(store=store), 40)
    night(YESTERDAY)
    before = list(DailySnapshot.objects.order_by("pk").values_list())
    visits(CustomerFactory(store=store), 5)

    first = night()
    once = sorted(DailySnapshot.objects.filter(day=TODAY).values_list("picture", "x", "y", "people"))
    second = snapshot(today=TODAY)

    assert first == second
    assert sorted(DailySnapshot.objects.filter(day=TODAY).values_list("picture", "x", "y", "people")) == once
    assert list(DailySnapshot.objects.filter(day=YESTERDAY).order_by("pk").values_list()) == before


def test_needs_that_stand_are_counted_by_value_once_for_each_need_of_a_person(store, owner):
    """Suggested by facts or confirmed by a person; dismissed or out of use counts no more."""
    quick, cheap, safe = (Need.objects.get(name=name) for name in ("省时间", "在意价格", "安全第一"))
    visits(CustomerFactory(store=store, primary_need="赶时间，也想便宜"), 10, 60, 120, paid_fen=20_000)
    sure = visits(CustomerFactory(store=store), 700)
    unsure = visits(CustomerFactory(store=store, primary_need="赶时间"), 700)
    visits(CustomerFactory(store=store, primary_need="安全第一"), 700)
    CustomerFactory(store=store, primary_need="赶时间")  # never came: no value yet
    rebuild(today=TODAY)
    for customer, state in ((sure, NeedState.CONFIRMED), (unsure, NeedState.DISMISSED)):
        decide_need(customer, quick, state=state, by=owner, at=moment(TODAY), today=TODAY)
    retire_need(safe, by=owner, at=moment(TODAY))

    snapshot(today=TODAY)

    expected = {("C", str(quick.pk)): 1, ("C", str(cheap.pk)): 1, ("D", str(quick.pk)): 1}
    assert numbers(Picture.VALUE_NEED) == numbers(Picture.VALUE_NEED, store=store.pk) == expected
    row = DailySnapshot.objects.get(store_id=0, advisor_id=0, picture=Picture.VALUE_NEED, x="C", y=str(quick.pk))
    assert row.own_fen == 60_000


def test_visits_and_those_with_a_discount_are_counted_by_loyalty(store, advisor):
    regular = visits(CustomerFactory(store=store, advisor=advisor), 10, 60, discount_fen=2_000)
    visits(regular, 120, 180, discount_fen=0)
    visits(regular, 900, discount_fen=5_000)  # longer ago than the window
    InteractionFactory(customer=regular, mood=Mood.UNHAPPY)
    visits(CustomerFactory(store=store), 10)

    night()

    habit = {("inertia", "visits"): 4, ("inertia", "discounted"): 2}
    assert numbers(Picture.REWARD) == habit | {("unknown", "visits"): 1, ("unknown", "unbought"): 1}
    assert numbers(Picture.REWARD, advisor=advisor.pk) == habit


def test_a_cohort_shows_who_came_again_in_which_quarter(store):
    ServiceOrderFactory(customer=(one := CustomerFactory(store=store)), opened_on=date(2026, 2, 3))
    ServiceOrderFactory(customer=one, opened_on=date(2026, 8, 3))
    ServiceOrderFactory(customer=one, opened_on=date(2026, 9, 3))
    ServiceOrderFactory(customer=CustomerFactory(store=store), opened_on=date(2026, 3, 31))
    ServiceOrderFactory(customer=CustomerFactory(store=store), opened_on=date(2020, 3, 31))

    night()

    assert numbers(Picture.COHORT) == {("2026Q1", "2026Q1"): 2, ("2026Q1", "2026Q3"): 1}


def test_the_headline_pair_counts_new_people_and_second_visits_in_time(store):
    visits(CustomerFactory(store=store), 3)
    visits(CustomerFactory(store=store), 5, 100)
    visits(CustomerFactory(store=store), 5, 50, 100)  # their second was before this month
    visits(CustomerFactory(store=store), 5, 600)  # their second came too late

    night()

    assert numbers(Picture.HEADLINE) == {(Headline.NEW, ""): 1, (Headline.KEPT, ""): 1}


def test_the_money_of_a_year_comes_from_three_sources(store):
    old = visits(CustomerFactory(store=store), 10, 500, paid_fen=30_000)
    brought = visits(CustomerFactory(store=store), 20, paid_fen=20_000, insurer_fen=5_000)
    Introduction.objects.create(introducer=old, introduced=brought)
    visits(CustomerFactory(store=store), 30, paid_fen=None)

    night()

    rows = DailySnapshot.objects.filter(store_id=0, advisor_id=0, picture=Picture.REVENUE)
    assert {row.x: (row.people, row.own_fen) for row in rows} == {
        Source.OLD: (1, 30_000),
        Source.INTRODUCED: (1, 15_000),
        Source.OTHER: (1, 0),
    }


def test_moves_of_the_month_so_far_are_counted_by_axis(store):
    customer = visits(CustomerFactory(store=store), 10)
    rebuild(today=TODAY)
    policy = SegmentPolicy.objects.current()
    for axis, before, after, day in (
        ("rhythm", "active", "lost", TODAY.replace(day=1)),
        ("rhythm", "active", "lost", TODAY),
        ("stage", "fan", "member", TODAY),
        ("stage", "member", "base", TODAY.replace(month=10)),
    ):
        SegmentChange.objects.create(
            customer=customer, axis=axis, before=before, after=after, moved_on=day, policy=policy
        )

    snapshot(today=TODAY)

    assert numbers(Picture.MOVED_RHYTHM) == {("active", "lost"): 2}
    assert numbers(Picture.MOVED_STAGE) == {("fan", "member"): 1}


def test_a_month_and_a_quarter_have_bounds_and_nothing_else_has():
    assert bounds("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert bounds("2026Q4") == (date(2026, 10, 1), date(2026, 12, 31))
    assert [bounds(text) for text in ("", "2026", "2026-13", "2026Q5", "0000-01", "2026-02-01")] == [None] * 6


def test_quarters_are_counted_over_the_turn_of_the_year():
    assert quarters_back(date(2026, 1, 31), 3) == ["2025Q3", "2025Q4", "2026Q1"]
    assert quarters_between("2025Q3", "2026Q1") == 2
