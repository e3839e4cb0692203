"""The list of customers: filtered and sorted by its address, in pages, a fixed number of statements."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.enums import TouchChannel, TouchState
from campaigns.models import Touch
from customers.enums import Mood, Purpose
from customers.models import Customer, Introduction
from segments.enums import NeedState
from segments.models import CustomerNeed, Need, Profile, SegmentPolicy
from segments.rules.numbers import defaults
from segments.services import decide_need, rebuild
from tests.factories import (
    TODAY,
    CustomerFactory,
    InteractionFactory,
    ServiceOrderFactory,
    TagFactory,
    VehicleFactory,
    moment,
)

pytestmark = pytest.mark.django_db
URL = "/customers/"


@pytest.fixture
def names(login, front_desk):
    """The names that the list shows for an address, in order."""
    client = login(front_desk)

    def _names(**query):
        response = client.get(URL, query)
        assert response.status_code == 200
        return [customer.name for customer in response.context["page"].rows]

    return _names


def visited(customer, *, days_ago, tier="B"):
    return Profile.objects.create(
        customer=customer, policy=SegmentPolicy.objects.current(), computed_on=TODAY, value_tier=tier,
        last_visit_on=TODAY - timedelta(days=days_ago),
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(count, login, front_desk, store, django_assert_num_queries):
    for n in range(count):
        customer = CustomerFactory(store=store, advisor=front_desk)
        VehicleFactory(owner=customer)
        visited(customer, days_ago=n)
        Touch.objects.create(
            customer=customer, store=store, occasion="birthday", cycle="2026", purpose=Purpose.CARE, priority=10,
            channel=TouchChannel.CALL, due_on=TODAY, not_after=TODAY, reason="生日", state=TouchState.WAITING,
        )  # fmt: skip
    client = login(front_desk)

    TagFactory.create_batch(count)

    with django_assert_num_queries(8):
        client.get(URL)


def test_everybody_of_the_store_the_newest_first(names, store, other_store):
    for name in ("张一", "张二"):
        CustomerFactory(name=name, store=store)
    CustomerFactory(name="别家", store=other_store)

    assert names() == ["张二", "张一"]


def test_sorted_by_last_visit_or_name(names, store):
    visited(CustomerFactory(name="赵六", store=store), days_ago=1)
    visited(CustomerFactory(name="白一", store=store), days_ago=9)
    CustomerFactory(name="没来过", store=store)

    assert names(sort="visit") == ["赵六", "白一"]
    assert names(sort="name") == ["白一", "没来过", "赵六"]


def test_filtered_by_tier_advisor_missing_phone_and_introducer(names, store, front_desk):
    best = CustomerFactory(name="大客户", store=store)
    visited(best, days_ago=1, tier="A")
    CustomerFactory(name="有顾问", store=store, advisor=front_desk)
    reachless = CustomerFactory(name="没电话", store=store)
    reachless.contact_points.all().delete()
    Introduction.objects.create(introducer=best, introduced=reachless)

    assert names(tier="A") == ["大客户"]
    assert names(advisor=front_desk.pk) == ["有顾问"]
    assert names(no_phone="1") == ["没电话"]
    assert names(brought_by=best.pk) == ["没电话"]


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "x"},
        {"tier": "Z"},
        {"advisor": "x"},
        {"brought_by": "9" * 30},
        {"after": "x"},
        {"no_phone": "2"},
        {"rhythm": "x"},
        {"digit": "9"},
        {"arrived": "2026-13"},
        {"funnel": "0"},
    ],
)
def test_odd_words_in_the_address_are_ignored(query, names, store):
    CustomerFactory(name="张一", store=store)

    assert names(**query) == ["张一"]


def test_pages_follow_each_other(login, front_desk, store):
    CustomerFactory.create_batch(31, store=store)
    client = login(front_desk)

    first = client.get(URL).context["page"]
    second = client.get(URL, {"after": first.older}).context["page"]

    assert (len(first), len(second)) == (30, 1)
    assert {row.pk for row in first}.isdisjoint({row.pk for row in second})


def test_numbers_are_masked_and_money_is_not_shown(login, manager, store):
    CustomerFactory(store=store, phone="13812345678")

    html = login(manager).get(URL).content.decode()

    assert "138 **** 5678" in html and "13812345678" not in html


def test_an_empty_list_says_what_to_do(login, front_desk):
    html = login(front_desk).get(URL).content.decode()

    assert "还没有客户" in html and "导入" in html


def test_filtered_by_every_place_along_the_axes_and_in_time(names, store):
    best = CustomerFactory(name="常客", store=store)
    for days in (5, 50):
        ServiceOrderFactory(customer=best, opened_on=TODAY - timedelta(days=days))
    Profile.objects.create(
        customer=best, policy=SegmentPolicy.objects.current(), computed_on=TODAY, rhythm="active", behaviour="high",
        attitude="low", loyalty="inertia", letter="B", digit=2, stage="base", funnel=4, kept=1,
        first_visit_on=TODAY - timedelta(days=50), last_visit_on=TODAY - timedelta(days=5),
    )  # fmt: skip
    visited(CustomerFactory(name="过客", store=store), days_ago=400)

    places = {
        "rhythm": "active", "behaviour": "high", "attitude": "low", "loyalty": "inertia", "letter": "B", "digit": "2",
        "stage": "base", "funnel": "4", "reached": "3", "arrived": "2026Q4", "came": "2026-10", "second": "2026-11",
        "source": "other",
    }  # fmt: skip
    others = {
        "rhythm": "lost", "behaviour": "low", "attitude": "high", "loyalty": "true", "letter": "A", "digit": "1",
        "stage": "koc", "funnel": "3", "reached": "5", "arrived": "2026Q3", "came": "2026-09", "second": "2026-10",
        "source": "introduced",
    }  # fmt: skip
    assert {name: names(**{name: code}) for name, code in places.items()} == dict.fromkeys(places, ["常客"])
    assert {name: names(**{name: code}) for name, code in others.items()} == dict.fromkeys(others, [])
    assert names(**places) == ["常客"]


def test_who_opted_out_of_profiling_is_on_no_list_of_a_segment_at_once(names, store):
    Profile.objects.create(
        customer=CustomerFactory(store=store, no_profiling=True), policy=SegmentPolicy.objects.current(),
        computed_on=TODAY, rhythm="active",
    )  # fmt: skip

    assert names(rhythm="active") == []


def test_places_are_told_in_words_and_can_be_taken_off_one_by_one(login, front_desk):
    asked = {"letter": "A", "rhythm": "lost", "sort": "visit", "tier": "B"}

    filters = login(front_desk).get(URL, asked).context["filters"]

    assert [(one.words, one.without) for one in filters.chosen] == [
        ("节奏 已流失", "tier=B&letter=A&sort=visit"),
        ("分级 A", "tier=B&rhythm=lost&sort=visit"),
    ]


def test_places_stay_when_the_list_is_sorted_and_go_along_to_the_export(login, manager, store):
    html = login(manager).get(URL, {"letter": "A"}).content.decode()

    assert '<input type="hidden" name="letter" value="A">' in html
    assert "/imports/export/?letter=A" in html


# --- why ---


@pytest.fixture
def regular(store):
    """Comes every sixty days, dear to us, introduced a friend, and was angry once."""
    customer = CustomerFactory(name="常客", store=store, primary_need="赶时间")
    for ago in (10, 70, 130, 190, 250, 310):
        ServiceOrderFactory(
            customer=customer, store=store, opened_on=TODAY - timedelta(days=ago), paid_fen=130_000, next_on=None
        )
    Introduction.objects.create(introducer=customer, introduced=CustomerFactory(name="朋友", store=store))
    InteractionFactory(customer=customer, store=store, mood=Mood.UNHAPPY, at=moment(TODAY - timedelta(days=2)))
    rebuild(today=TODAY)
    return customer


WHY = {
    "tier=A": "24 个月到店 6 次（6 次起），每次自费 ¥1,300（¥1,000 起）",
    "rhythm=active": "在自己的间隔之内",
    "behaviour=high": "24 个月到店 6 次（3 次起）",
    "attitude=low": "1 次不满还没安抚",
    "loyalty=inertia": "24 个月到店 6 次（3 次起）；1 次不满还没安抚",
    "letter=A": "价值 A",
    "digit=1": "1 次不满还没安抚；90 天内来过",
    "letter=A&digit=1": "价值 A；1 次不满还没安抚；90 天内来过",
    "stage=base": "24 个月到店 6 次（3 次起）",
    "funnel=2": "在间隔之内来过第二次，没有卡券，也没约好下次",
    "reached=2": "在间隔之内来过第二次，没有卡券，也没约好下次",
    "arrived=2026Q1": "2026-01-15 第一次到店，最近 2026-11-11",
    "came=2026-11": "2026-01-15 第一次到店，最近 2026-11-11",
    "source=other": "2026-01-15 第一次到店，最近 2026-11-11",
    "rhythm=active&came=2026-11": "在自己的间隔之内；2026-01-15 第一次到店，最近 2026-11-11",
}


@pytest.mark.parametrize("asked", WHY)
@time_machine.travel(moment(TODAY, 12), tick=False)
def test_a_narrowed_list_says_why_each_is_on_it(asked, regular, login, owner):
    answer = login(owner).get(f"{URL}?{asked}")

    assert [(row.name, row.why) for row in answer.context["page"].rows] == [("常客", WHY[asked])]
    assert f'<td data-label="为什么" class="reason caption">{WHY[asked]}</td>' in answer.content.decode()


def test_it_says_why_by_the_policy_each_was_drawn_by(regular, login, owner):
    SegmentPolicy.objects.create(version=2, numbers=defaults() | {"frequent_visits": 5})

    [row] = login(owner).get(URL, {"tier": "A"}).context["page"].rows

    assert row.why.startswith("24 个月到店 6 次（6 次起）")


def test_a_need_says_what_it_stands_on(regular, login, owner, store):
    need, sure = Need.objects.get(name="省时间"), CustomerFactory(name="确认", store=store)
    decided = {"today": TODAY, "at": moment(TODAY), "by": owner}
    decide_need(sure, need, state=NeedState.CONFIRMED, reason="问过他", **decided)

    rows = login(owner).get(URL, {"need": need.pk}).context["page"].rows

    told = CustomerNeed.objects.get(customer=regular)
    assert {row.name: row.why for row in rows} == {
        "常客": f"1 天里有迹象，最近 {told.last_on}",
        "确认": "已确认：问过他",
    }


def test_no_amount_is_told_to_whoever_may_not_see_money(regular, login, front_desk):
    [row] = login(front_desk).get(URL, {"tier": "A"}).context["page"].rows

    assert row.why == "24 个月到店 6 次（6 次起），客单价高"


def test_a_list_that_is_not_narrowed_by_a_segment_says_nothing(regular, login, owner):
    for query in ({}, {"sort": "visit"}, {"no_phone": "1"}):
        assert "为什么" not in login(owner).get(URL, query).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_reasons_take_as_many_statements_for_one_as_for_three(
    count, store, login, owner, django_assert_num_queries
):
    for _ in range(count):
        ServiceOrderFactory(customer=CustomerFactory(store=store, primary_need="赶时间"), store=store, opened_on=TODAY)
    rebuild(today=TODAY)
    client, need = login(owner), Need.objects.get(name="省时间")

    for query, statements in (({}, 8), ({"rhythm": "active"}, 9), ({"rhythm": "active", "need": need.pk}, 9)):
        with django_assert_num_queries(statements):
            assert len(client.get(URL, query).context["page"].rows) == count


def test_who_opted_out_stands_under_no_value_either(regular, login, owner):
    Customer.objects.filter(pk=regular.pk).update(no_profiling=True)

    assert login(owner).get(URL, {"tier": "A"}).context["page"].rows == []
