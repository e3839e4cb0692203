"""需求: on the briefing with its evidence, decided with one press, and the vocabulary of those who set rules."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.enums import Learnt
from customers.models import Customer, CustomerChange
from desk.briefing.needs import needs_of
from segments.enums import NeedState
from segments.models import CustomerNeed, Need
from segments.services import decide_need, rebuild
from staff.enums import Role
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    CustomerTagFactory,
    FactFactory,
    InteractionFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    TagFactory,
    UserFactory,
    moment,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/segments/needs/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张建国", store=store)


@pytest.fixture
def hurry():
    return Need.objects.get(name="省时间")


def said(customer, value="今天赶时间", **more):
    return FactFactory(customer=customer, kind=Learnt.WANTS, value=value, recorded_at=moment(TODAY - DAY), **more)


def shown(client, customer):
    return card(client, customer).context["needs"]


def card(client, customer):
    return client.get(reverse("desk:customer_needs", args=[customer.pk]), headers={"HX-Request": "true"})


def press(client, customer, need, state, **more):
    url = reverse("desk:decide_need", args=[customer.pk])
    return client.post(url, {"need": need.pk, "state": state} | more, follow=True)


# The card


def test_each_need_shows_what_was_said_or_bought_by_whom_and_when(login, front_desk, advisor, zhang):
    said(zhang, recorded_by=advisor)
    order = ServiceOrderFactory(customer=zhang, opened_on=TODAY - 9 * DAY, advisor=advisor)
    ServiceLineFactory(order=order, name="更换空调滤芯")
    InteractionFactory(customer=zhang, body="很" * 60 + "着急" + "吧" * 60, by=front_desk, at=moment(TODAY - 2 * DAY))
    CustomerTagFactory(customer=zhang, tag=TagFactory(name="爱干净"), added_by=advisor, added_at=moment(TODAY))

    page = card(login(front_desk), zhang)

    found = {
        one.need.name: [(s.words, s.where, s.who, s.day, s.url) for s in one.said]
        for one in page.context["needs"].standing
    }
    story = reverse("desk:timeline", args=[zhang.pk])
    assert found == {
        "省时间": [
            ("今天赶时间", "了解到", str(advisor), TODAY - DAY, "#lessons-title"),
            ("…" + "很" * 18 + "着急" + "吧" * 16 + "…", "沟通", str(front_desk), TODAY - 2 * DAY, story),
        ],
        "车内洁净": [
            ("爱干净", "标签", str(advisor), TODAY, "#marks-title"),
            ("更换空调滤芯", "买过", str(advisor), TODAY - 9 * DAY, reverse("desk:visit", args=[order.pk])),
        ],
    }
    html = page.content.decode()
    assert all(words in html for words in ("“今天赶时间”", "有迹象", "先报要等多久"))


def test_words_of_another_stores_orders_stay_there(login, front_desk, owner, zhang, store, other_store):
    ServiceOrderFactory(customer=zhang, store=other_store, complaint="着急要车")

    assert shown(login(front_desk), zhang).standing == []
    assert [one.need.name for one in shown(login(owner), zhang).standing] == ["省时间"]


def test_without_evidence_the_card_says_so(login, front_desk, zhang):
    assert "还没有迹象" in card(login(front_desk), zhang).content.decode()


def test_whoever_opted_out_is_told_apart_by_nothing(login, front_desk, zhang, hurry):
    said(zhang)
    Customer.objects.filter(pk=zhang.pk).update(no_profiling=True)
    client = login(front_desk)

    html = card(client, zhang).content.decode()
    answer = press(client, zhang, hurry, "confirmed").content.decode()

    assert "不推测需求" in html
    assert "先报要等多久" not in html
    assert "客户选择不参与分群，不记需求" in answer
    assert not CustomerNeed.objects.exists()


def test_a_press_confirms_and_undo_leaves_it_to_the_facts(login, front_desk, zhang, hurry):
    said(zhang)
    client = login(front_desk)

    page = press(client, zhang, hurry, "confirmed")
    [message] = page.context["messages"]
    confirmed = CustomerNeed.objects.get()
    client.post(message.extra_tags)

    assert (str(message), confirmed.state, confirmed.decided_by) == ("记下了：省时间。", "confirmed", front_desk)
    row = CustomerNeed.objects.get()
    assert (row.state, row.pieces, row.decided_by) == ("suggested", 1, None)


def test_twice_is_once(login, front_desk, zhang, hurry):
    client = login(front_desk)

    press(client, zhang, hurry, "confirmed")
    press(client, zhang, hurry, "confirmed")

    assert (CustomerNeed.objects.count(), AuditEntry.objects.count(), CustomerChange.objects.count()) == (1, 1, 1)


def test_dismissed_it_is_shown_as_such_with_who_and_why_and_can_be_looked_at_again(login, front_desk, zhang, hurry):
    said(zhang)
    client = login(front_desk)

    press(client, zhang, hurry, "dismissed", reason="那天例外")
    html = card(client, zhang).content.decode()
    stands = shown(client, zhang)
    press(client, zhang, hurry, "suggested")

    assert all(words in html for words in ("不是省时间", "因为：那天例外", "一年内不再提"))
    assert (stands.standing, [one.need.name for one in stands.dismissed]) == ([], ["省时间"])
    assert [one.state for one in shown(client, zhang).standing] == ["suggested"]


def test_undoing_a_dismissal_of_a_confirmed_need_confirms_it_again(login, front_desk, zhang, hurry):
    client = login(front_desk)
    press(client, zhang, hurry, "confirmed")
    [message] = press(client, zhang, hurry, "dismissed").context["messages"]

    client.post(message.extra_tags)

    assert CustomerNeed.objects.get().state == "confirmed"


def test_the_confirmed_comes_first_and_stands_where_the_primary_need_does(login, front_desk, zhang):
    clean = Need.objects.get(name="车内洁净")
    said(zhang)
    client = login(front_desk)
    press(client, zhang, clean, "confirmed")

    before, stands = client.get(zhang.get_absolute_url()), shown(client, zhang).standing
    Customer.objects.filter(pk=zhang.pk).update(primary_need="要讲清楚再做")
    after = client.get(zhang.get_absolute_url())

    assert [one.need.name for one in stands] == ["车内洁净", "省时间"]
    assert '<dt>在意</dt><dd class="strong">车内洁净</dd>' in before.content.decode()
    assert '<dt>在意</dt><dd class="strong">要讲清楚再做</dd>' in after.content.decode()


def test_the_day_of_a_decision_is_the_shops_day(login, front_desk, zhang, hurry):
    at = moment(TODAY, 1)  # still yesterday in UTC
    decide_need(zhang, hurry, state=NeedState.CONFIRMED, by=front_desk, at=at, today=TODAY)

    [one] = shown(login(front_desk), zhang).standing
    assert (one.decided_on, one.decided_by) == (TODAY, front_desk.display_name)


@pytest.mark.parametrize("data", [{}, {"need": "x", "state": "confirmed"}, {"need": "1", "state": "?"}])
def test_an_odd_decision_is_refused(data, login, front_desk, zhang):
    answer = login(front_desk).post(reverse("desk:decide_need", args=[zhang.pk]), data)

    assert (answer.status_code, CustomerNeed.objects.count()) == (400, 0)


def test_another_stores_customer_does_not_exist(login, stranger, zhang, hurry):
    assert press(login(stranger), zhang, hurry, "confirmed").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_card_takes_one_statement(count, login, front_desk, zhang, django_assert_num_queries):
    for _ in range(count):
        said(zhang, recorded_by=UserFactory())
        ServiceLineFactory(order=ServiceOrderFactory(customer=zhang, complaint="着急"), name="更换空调滤芯")

    with django_assert_num_queries(1):
        needs = needs_of(zhang, front_desk, today=TODAY)

    assert len(needs.standing) == 2


# The vocabulary


def typed(need=None, **changes):
    names = ("name", "serve", "said", "bought", "months")
    blank = {"name": "爱聊天", "serve": "倒杯茶，先聊两句", "said": "聊两句\n话多", "bought": "", "months": "12"}
    return {name: getattr(need, name) for name in names} | changes if need else blank | changes


def test_the_page_counts_people_and_leads_to_exactly_them(login, manager, store, hurry):
    people = [CustomerFactory(store=store, name=name) for name in ("王一", "王二", "王三")]
    for person in people[:2]:
        said(person)
    rebuild(today=TODAY)
    client = login(manager)
    press(client, people[0], hurry, "confirmed")

    page = client.get(URL)
    listed = client.get(f"/customers/?need={hurry.pk}")

    row = next(need for need in page.context["needs"] if need.pk == hurry.pk)
    assert (row.customers, row.confirmed) == (2, 1)
    assert f"/customers/?need={hurry.pk}" in page.content.decode()
    assert {customer.name for customer in listed.context["page"].rows} == {"王一", "王二"}


def test_whoever_was_dismissed_or_opted_out_since_is_not_counted(login, manager, store, hurry):
    left, right = CustomerFactory(store=store), CustomerFactory(store=store)
    for person in (left, right):
        said(person)
    rebuild(today=TODAY)
    client = login(manager)
    press(client, left, hurry, "dismissed")
    Customer.objects.filter(pk=right.pk).update(no_profiling=True)

    row = next(need for need in client.get(URL).context["needs"] if need.pk == hurry.pk)
    assert row.customers == 0
    assert client.get(f"/customers/?need={hurry.pk}").context["page"].rows == []


def test_a_look_says_how_many_and_saves_nothing(login, manager, zhang):
    said(zhang, "喜欢聊两句")

    page = login(manager).post(f"{URL}new/", typed(look="1"))

    assert "有 1 位客户有迹象" in page.content.decode()
    assert not Need.objects.filter(name="爱聊天").exists()


def test_saved_it_is_recognised(login, manager, zhang):
    said(zhang, "喜欢聊两句")
    client = login(manager)

    client.post(f"{URL}new/", typed(save="1", said="聊两句，话多"))

    need = Need.objects.get(name="爱聊天")
    assert (need.said, need.months) == ("聊两句\n话多", 12)
    assert [one.need.name for one in shown(client, zhang).standing] == ["爱聊天"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.facts["fields"]) == ("set_policy", ["name", "serve", "said", "bought", "months"])


def test_renamed_and_reworded(login, manager, hurry):
    login(manager).post(f"{URL}{hurry.pk}/", typed(hurry, name="赶时间", months="6", save="1"))

    hurry.refresh_from_db()
    assert (hurry.name, hurry.months) == ("赶时间", 6)
    assert AuditEntry.objects.get().facts["fields"] == ["name", "months"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"said": "孩子生日"}, "我们一样也不记"),
        ({"name": "孩子几岁"}, "我们一样也不记"),
        ({"serve": "记住小孩的名字"}, "我们一样也不记"),
        ({"bought": "满月酒"}, "我们一样也不记"),
        ({"said": ""}, "至少写一个词"),
        ({"said": "贵"}, "太短会认错人"),
        ({"months": "0"}, "要在 1 到 60 之间"),
        ({"months": "一年"}, "请填数字"),
        ({"name": "省时间"}, "已经有叫这个名字的需求"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_kept_on_the_screen(changes, words, login, manager):
    page = login(manager).post(f"{URL}new/", typed(save="1", **changes))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert Need.objects.count() == 10


def test_a_parents_own_words_are_fine(login, manager):
    login(manager).post(f"{URL}new/", typed(save="1", said="家有小孩\n带孩子"))

    assert Need.objects.filter(name="爱聊天").exists()


def test_retired_it_is_on_no_briefing_and_undo_brings_it_back(login, manager, zhang, hurry):
    said(zhang)
    client = login(manager)

    [message] = client.post(f"{URL}{hurry.pk}/retire/", follow=True).context["messages"]
    while_retired = shown(client, zhang).standing
    client.post(message.extra_tags)

    assert while_retired == []
    assert [one.need.name for one in shown(client, zhang).standing] == ["省时间"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MANAGER, Role.OWNER)])
def test_only_those_who_set_rules_come_here(login, role):
    assert login(UserFactory(role=role)).get(URL).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_statements_with_one_need_as_with_three(
    count, login, manager, zhang, django_assert_num_queries
):
    Need.objects.exclude(pk__in=Need.objects.order_by("pk").values("pk")[:count]).delete()
    client = login(manager)

    with django_assert_num_queries(4):
        client.get(URL)


def test_the_briefing_fetches_the_card_and_another_stores_does_not_exist(login, front_desk, stranger, zhang):
    url = reverse("desk:customer_needs", args=[zhang.pk])
    page = login(front_desk).get(zhang.get_absolute_url()).content.decode()

    assert f'hx-get="{url}?next=' in page
    assert login(stranger).get(url).status_code == 404
