"""The list of customers: filtered and sorted by its address, in pages, a fixed number of statements."""

from datetime import timedelta

import pytest

from campaigns.enums import TouchChannel, TouchState
from campaigns.models import Touch
from customers.enums import Purpose
from customers.models import Introduction
from segments.models import Profile, SegmentPolicy
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, TagFactory, VehicleFactory

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

    with django_assert_num_queries(9):
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
