"""The briefing says where a customer stands along each axis, and why, in one line each."""

import re
from datetime import timedelta

import pytest
import time_machine

from customers.enums import Mood
from customers.models import Customer, Introduction
from segments.models import Profile, SegmentPolicy
from segments.services import estimate, rebuild
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, InteractionFactory, ServiceOrderFactory, UserFactory, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def regular(store):
    """Comes every sixty days, was here ten days ago, brought a friend who came, and was angry once."""
    customer = CustomerFactory(store=store)
    for ago in (10, 70, 130, 190, 250, 310, 370):
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago), paid_fen=130_000)
    friend = CustomerFactory(store=store)
    ServiceOrderFactory(customer=friend, store=store, opened_on=TODAY - timedelta(days=5))
    Introduction.objects.create(introducer=customer, introduced=friend)
    return customer


def briefing(login, customer, role=Role.MANAGER, store=None):
    rebuild(today=TODAY)
    return login(UserFactory(role=role, store=store)).get(f"/customers/{customer.pk}/").content.decode()


def test_each_axis_has_its_place_and_its_reason(login, regular, store):
    body = briefing(login, regular, store=store)

    for words in (
        "正常来", "自己约 75 天来一次，在自己的间隔之内；按 6 个月算：正常来",
        "真忠诚", "24 个月到店 7 次（3 次起）；介绍来 1 人（1 人起）",
        "A2", "价值 A；90 天内来过", "KOC", "介绍来并到过店 1 人（1 人起）",
    ):  # fmt: skip
        assert words in body


def test_beside_loyalty_stands_how_much_of_it_is_bought(login, regular, store):
    ServiceOrderFactory(customer=regular, store=store, opened_on=TODAY - timedelta(days=430), discount_fen=3_000)

    body = briefing(login, regular, store=store)

    places = [body.index(words) for words in ("真忠诚", "12% 的到店", "24 个月到店 8 次，1 次用了优惠", ">分级<")]
    assert places == sorted(places)


def test_an_unsettled_complaint_turns_loyalty_into_habit_and_is_urgent(login, regular, store):
    InteractionFactory(customer=regular, store=store, mood=Mood.UNHAPPY, at=moment(TODAY - timedelta(days=2)))

    body = briefing(login, regular, store=store)

    for words in ("惯性忠诚", "1 次不满还没安抚", "A1"):
        assert words in body


def test_what_the_shops_history_makes_likely(login, regular, store):
    model = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    cuts = {"recency": [5, 20], "frequency": [3, 9], "monetary": [100, 1_000]}
    SegmentPolicy.objects.create(version=2, cuts=cuts, model=model)
    rebuild(today=TODAY)
    estimate(today=TODAY)

    body = briefing(login, regular, store=store)

    profile = Profile.objects.get(customer=regular)
    assert f"{profile.alive_percent}%" in body
    assert f"12 个月预计来 {profile.expected_visits:.1f} 次（{TODAY} 估）" in body
    assert "重要价值" in body
    assert "最近 2 分，次数 2 分，金额 3 分（满分 3）" in body


def test_no_amount_is_told_to_whoever_may_not_see_money(login, regular, store):
    body = briefing(login, regular, role=Role.FRONT_DESK, store=store)

    assert "客单价高" in body
    assert "¥1,300" not in body


def test_whoever_opted_out_or_never_came_stands_nowhere(login, regular, store):
    stranger = CustomerFactory(store=store)
    Customer.objects.filter(pk=regular.pk).update(no_profiling=True)

    assert "places" not in briefing(login, regular, store=store)
    body = briefing(login, stranger, store=store)
    assert re.findall('places__axis">([^<]+)<', body) == ["阶段"]
    assert "粉丝" in body
    assert Profile.objects.get(customer=stranger).stage == "fan"
