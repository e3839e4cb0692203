"""分群: what the night kept of a day, drawn; every number is as many people as the list behind it has."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerStore, Introduction
from segments.models import CompletenessMonth, DailySnapshot, Need, SegmentChange, SegmentPolicy
from segments.rules.completeness import Rate
from segments.services import rebuild, retire_need, snapshot, tally
from staff.enums import Role
from tests.factories import CustomerFactory, InteractionFactory, ServiceOrderFactory, UserFactory, VehicleFactory

pytestmark = pytest.mark.django_db
URL, MOVES = "/segments/", "/segments/moves/"
# A link with the number of people it says it leads to.
MARK = re.compile(r'<a class="(?:heat__mark|steps__number num)" href="([^"]+)" aria-label="([^"]*)：(\d+) 位[^"]*"')
BESIDE = re.compile(r'href="([^"]+)" aria-label="[^"]*里(停住|不靠优惠)的：(\d+) 位"')


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def shop(store, advisor, today):
    """People of many kinds, one of them known to another store too."""
    wish, bill = "赶时间，也想便宜", {"paid_fen": 150_000, "discount_fen": 2_000}
    regular = visited(CustomerFactory(store=store, advisor=advisor, primary_need=wish), today, 5, 65, 125, 185, **bill)
    InteractionFactory(customer=regular, mood="unhappy")
    friend = visited(CustomerFactory(store=store), today, 0, 30)
    Introduction.objects.create(introducer=regular, introduced=friend)
    visited(CustomerFactory(store=store, advisor=advisor), today, 400, 500, 600)
    visited(CustomerFactory(store=store, primary_need="赶时间"), today, 0)
    visited(CustomerFactory(store=store), today, 100, 230)
    CustomerFactory(store=store)
    visited(CustomerFactory(store=store, no_profiling=True, primary_need="赶时间"), today, 5)
    rebuild(today=today)
    snapshot(today=today)
    return regular


def visited(customer, today, *days_ago, **bill):
    for ago in days_ago:
        ServiceOrderFactory(customer=customer, opened_on=today - timedelta(days=ago), **bill)
    return customer


def marks(html, found=MARK):
    return [(unescape(url), words, int(count)) for url, words, count in found.findall(html)]


def people_behind(client, url) -> int:
    page = client.get(url).context["page"]
    assert not page.older
    return len(page.rows)


def chart(html, name):
    return re.search(rf'<section class="card" [^>]*id="{name}">(.*?)</section>', html, re.S).group(1)


CHARTS = {
    "value": 3,
    "needs": 3,
    "loyalty": 3,
    "reward": 5,
    "grade": 4,
    "cohorts": 3,
    "ladder": 5,
    "revenue": 3,
    "funnel": 5,
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("narrow", ["", "advisor"])
def test_every_mark_leads_to_as_many_people_as_it_says(name, narrow, shop, login, manager, advisor):
    client = login(manager)
    html = client.get(URL, {"advisor": advisor.pk} if narrow else {}).content.decode()

    found = marks(chart(html, name))

    assert len(found) >= (1 if narrow else CHARTS[name])
    assert {url: people_behind(client, url) for url, _, _ in found} == {url: count for url, _, count in found}


def test_the_pair_and_the_leaks_lead_to_their_people(shop, login, owner):
    client = login(owner)
    answer = client.get(URL)
    page = answer.context["page"]

    assert [people_behind(client, mark.url) for mark in page.pair] == [mark.people for mark in page.pair]
    leaks = marks(chart(answer.content.decode(), "funnel"), BESIDE)
    assert leaks and {url: people_behind(client, url) for url, _, _ in leaks} == {url: n for url, _, n in leaks}
    reached = [bar.people for bar in page.funnel]
    assert [bar.beside for bar in page.funnel[:4]] == [
        more - less for more, less in zip(reached, reached[1:], strict=False)
    ]


@pytest.mark.parametrize("role", Role)
def test_what_the_bottom_bar_of_a_phone_has_no_room_for_stands_in_the_account_menu(role, store, login):
    html = login(UserFactory(role=role, store=store)).get("/customers/").content.decode()

    rail = re.findall(r'<a class="rail__item" href="([^"]+)"', html)
    assert len(rail) >= 4
    assert set(rail[5:]) <= set(re.findall(r'<a class="menu__item" href="([^"]+)"', html))


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADVISOR, Role.CARE])
def test_only_who_sees_the_team_sees_the_pictures(role, store, login, shop):
    client = login(UserFactory(role=role, store=store))

    assert [client.get(url).status_code for url in (URL, MOVES)] == [404, 404]
    assert URL not in re.findall(r'href="([^"]+)"', client.get("/customers/").content.decode())


def test_a_manager_sees_the_own_store_and_an_owner_any(shop, login, manager, stranger, owner, other_store):
    client = login(stranger)
    assert client.get(URL, {"store": shop.stores.first().pk}).context["page"].total == 0

    CustomerStore.objects.create(customer=shop, store=other_store)
    snapshot(today=timezone.localdate())
    assert login(stranger).get(URL).context["page"].total == 1
    assert login(owner).get(URL).context["page"].total == 6
    assert login(owner).get(URL, {"store": other_store.pk}).context["page"].total == 1


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER])
def test_it_takes_few_statements_however_many_rows(
    count, role, store, other_store, login, today, django_assert_max_num_queries
):
    for n in range(count):
        person = UserFactory(role=Role.ADVISOR, store=store)
        customer = visited(CustomerFactory(store=store, advisor=person), today, 5, 40 * (n + 1))
        CustomerStore.objects.create(customer=customer, store=other_store)
    rebuild(today=today)
    snapshot(today=today)
    client = login(UserFactory(role=role, store=store))

    with django_assert_max_num_queries(12):
        client.get(URL)


def test_a_need_that_is_out_of_use_keeps_its_number_and_opens_no_list(shop, login, owner):
    need = Need.objects.get(name="在意价格")
    retire_need(need, by=owner, at=timezone.now())

    html = chart(login(owner).get(URL).content.decode(), "needs")

    assert "在意价格（停用）：1 位" in html and f"need={need.pk}" not in html


def test_how_much_of_the_loyalty_is_bought_and_unknown_where_no_order_tells(shop, login, owner):
    def told():
        return {bar.words: bar.shown for bar in login(owner).get(URL).context["page"].reward}

    assert told() == {"真忠诚": "未知", "潜在忠诚": "未知", "惯性忠诚": "100%", "非忠诚": "未知", "还不知道": "0%"}

    DailySnapshot.objects.filter(picture="reward", y="discounted").delete()
    assert set(told().values()) == {"未知"}


def test_who_comes_without_a_discount_is_a_list_of_its_own_with_the_reason(shop, login, owner):
    client = login(owner)

    beside = marks(chart(client.get(URL).content.decode(), "reward"), BESIDE)

    assert beside and {url: people_behind(client, url) for url, _, _ in beside} == {url: n for url, _, n in beside}
    whys = [person.why for url, _, _ in beside for person in client.get(url).context["page"].rows]
    assert whys and all("24 个月到店" in why for why in whys)


@pytest.mark.parametrize("narrow", ["", "advisor"])
def test_the_rate_is_that_of_the_page_it_opens(narrow, shop, login, manager, advisor, today):
    tally(today=today)
    client = login(manager)
    query = {"advisor": advisor.pk} if narrow else {}

    page = client.get(URL, query).context["page"]

    opened = client.get(page.scope.collected_url).context["page"]
    assert (page.collected.rate, page.collected.goal) == (opened.overall, opened.policy.goal_percent)
    assert page.collected.rate.asked > 0


def test_the_rate_of_a_past_month_is_what_its_last_night_kept_and_nobody_s_own(shop, login, owner, advisor, today):
    past = today.replace(day=1) - timedelta(days=1)
    for advisor_id in (0, advisor.pk):
        kept = {"store_id": 0, "advisor_id": advisor_id, "picture": "stage", "x": "base", "people": 7}
        DailySnapshot.objects.create(day=past, **kept)
    CompletenessMonth.objects.create(
        kind="stood", month=past.replace(day=1), store_id=0, item="phone", asked=10, filled=7, fresh=6
    )
    client = login(owner)

    page = client.get(URL, {"month": f"{past:%Y-%m}"}).context["page"]
    assert page.collected.rate == Rate(10, 7, 6)
    assert client.get(URL, {"month": f"{past:%Y-%m}", "advisor": advisor.pk}).context["page"].collected is None


def test_a_past_month_shows_what_its_last_night_kept(shop, login, owner, today):
    past = today.replace(day=1) - timedelta(days=1)
    DailySnapshot.objects.create(day=past, store_id=0, advisor_id=0, picture="stage", x="base", people=77)
    DailySnapshot.objects.create(
        day=past - timedelta(days=3), store_id=0, advisor_id=0, picture="stage", x="base", people=76
    )

    answer = login(owner).get(URL, {"month": f"{past:%Y-%m}"})

    page = answer.context["page"]
    assert (page.day, page.total, page.is_past) == (past, 77, True)
    assert "图是那天的样子，人是现在的" in answer.content.decode()
    assert page.months == [f"{today:%Y-%m}", f"{past:%Y-%m}"]


def test_before_the_first_night_it_says_what_to_do(login, owner):
    html = login(owner).get(URL).content.decode()

    assert "还没有算过" in html and "今晚算过以后" in html


def test_where_nothing_was_kept_it_says_so_and_with_few_people_too(shop, login, owner):
    client = login(owner)

    assert "那时还没有留下数" in client.get(URL, {"month": "2020-01"}).content.decode()
    assert "比例先别当真" in client.get(URL).content.decode()


@pytest.mark.parametrize("query", [{"store": "x"}, {"advisor": "x"}, {"month": "2026Q1"}, {"month": "x"}])
def test_odd_words_in_the_address_are_ignored(query, shop, login, owner):
    assert login(owner).get(URL, query).context["page"].total == 6


def test_money_stands_only_where_it_may_be_seen(shop, login, owner, auditor, manager):
    for user in (owner, auditor, manager):
        html = login(user).get(URL).content.decode()
        assert ("自费 ¥" in html) == user.may("see_money")


# --- who moved ---


@pytest.fixture
def moved(shop, today):
    VehicleFactory(owner=shop, plate="粤L571D0")

    def _moved(customer=shop, axis="value_tier", before="C", after="B", day=today):
        policy = SegmentPolicy.objects.current()
        return SegmentChange.objects.create(
            customer=customer, axis=axis, before=before, after=after, moved_on=day, policy=policy
        )

    return _moved


def test_a_move_stands_with_car_from_to_day_and_reason(moved, shop, login, manager):
    moved(after=shop.profile.value_tier)

    answer = login(manager).get(MOVES, {"axis": "value_tier"})

    html = answer.content.decode()
    assert "粤L" in html and "24 个月到店 4 次" in html
    [line] = answer.context["page"].rows
    assert (line.is_up, line.why != "") == (True, True)


def test_a_move_that_was_not_the_last_says_where_they_stand_now(moved, shop, login, manager):
    moved(after="D")

    [line] = login(manager).get(MOVES, {"axis": "value_tier"}).context["page"].rows

    assert line.is_up is False
    assert line.why.startswith(f"后来又变了，现在是{shop.profile.value_tier} ")


def test_the_chart_and_the_list_of_moves_agree(moved, shop, login, manager, today):
    moved(axis="loyalty", before="true", after="inertia")
    moved(axis="loyalty", before="latent", after="true", day=today.replace(day=1))
    moved(axis="stage", before="", after="fan")
    snapshot(today=today)
    client = login(manager)

    page = client.get(URL).context["page"]

    told = {(move.axis, move.before, move.after): move.url for move in page.moves}
    assert set(told) == {("忠诚", "真忠诚", "惯性忠诚"), ("忠诚", "潜在忠诚", "真忠诚")}
    assert [len(client.get(url).context["page"].rows) for url in told.values()] == [1, 1]
    assert [arrow.people for arrow in page.loyalty.arrows] == [1, 1]


def test_moves_of_another_store_of_who_opted_out_and_of_other_months_are_not_listed(
    moved, login, manager, other_store, today
):
    moved(customer=CustomerFactory(store=other_store))
    moved(customer=CustomerFactory(store=manager.store, no_profiling=True))
    moved(day=today.replace(day=1) - timedelta(days=1))

    assert login(manager).get(MOVES, {"axis": "value_tier"}).context["page"].rows == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_moves_take_the_same_statements(count, store, login, manager, today, django_assert_num_queries):
    for _ in range(count):
        customer = visited(CustomerFactory(store=store), today, 5)
        VehicleFactory(owner=customer)
    rebuild(today=today)
    for customer in Customer.objects.all():
        SegmentChange.objects.create(
            customer=customer, axis="stage", before="fan", after="member", moved_on=today,
            policy=SegmentPolicy.objects.current(),
        )  # fmt: skip
    client = login(manager)

    with django_assert_num_queries(4):
        assert len(client.get(reverse("desk:segment_moves"), {"axis": "stage"}).context["page"].rows) == count
