"""What people decide: a task for one customer, what a customer wants to hear of, the weather, days off."""

import json
from datetime import date, timedelta

import pytest

from campaigns import services
from campaigns.enums import DropReason, PostingKind, Topic, TouchChannel, TouchState
from campaigns.errors import AlreadyNoticed, AlreadyTold, OffersSomething
from campaigns.models import ManualTask, Posting, TopicWish, Touch, WeatherNotice
from campaigns.occasions import registry
from campaigns.services import forbidden, propose
from core.calendars import statutory
from core.calendars.notice import BadNotice, read_notice
from core.enums import DayKind, DaySource
from core.models import CalendarDay
from customers.enums import Purpose
from segments.models import Profile, SegmentPolicy
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, CustomerFactory, UserFactory, moment
from tests.shared import shared

pytestmark = pytest.mark.django_db
NOW, TOMORROW = moment(TODAY), TODAY + timedelta(days=1)
LIDONG, CHUNJIE = date(2026, 11, 7), date(2027, 2, 6)
STORM = "明后天有大雨，车停高处，路上水看不见底就绕。"


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def best(store, **facts):
    person = CustomerFactory(store=store, **facts)
    drawn = {"policy": SegmentPolicy.objects.current(), "computed_on": TODAY}
    Profile.objects.create(customer=person, letter="A", value_tier="A", **drawn)
    return person


def task_for(customer, by, **facts):
    plan = {"reason": "把行驶证给他送回去", "due_on": TOMORROW, "channel": TouchChannel.CALL} | facts
    return services.add_task(customer, store=customer.stores.get(), by=by, now=NOW, **plan)


def test_a_task_becomes_a_line_on_its_day_and_is_gone_when_taken_back(store, manager):
    person = CustomerFactory(store=store)
    task = task_for(person, manager)
    assert propose(today=TODAY)["created"] == 0

    propose(today=TOMORROW)

    touch = loaded(Touch.objects.get(occasion="task"))
    assert (touch.reason, touch.due_on, touch.channel) == (task.reason, TOMORROW, TouchChannel.CALL)
    assert "把行驶证给他送回去" in registry()["task"].script(touch).opening
    assert registry()["task"].still_true([touch], TOMORROW) == {touch.pk}
    services.take_task_back(task, by=manager, now=NOW)
    assert registry()["task"].still_true([touch], TOMORROW) == set()
    assert list(registry()["task"].propose(TOMORROW)) == []
    assert AuditEntry.objects.filter(action=Action.ADD_TASK, by=manager).count() == 2


def test_a_task_that_sells_is_refused(store, manager):
    with pytest.raises(OffersSomething, match="打折"):
        task_for(CustomerFactory(store=store), manager, reason="告诉他本周打折")

    assert not ManualTask.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_tasks_and_weather_are_found_in_a_fixed_number_of_queries(store, manager, count, django_assert_num_queries):
    for _ in range(count):
        task_for(best(store), manager)
    services.tell_weather(store, kind="暴雨", text=STORM, by=manager, now=NOW)

    with django_assert_num_queries(1):
        assert len(list(registry()["task"].propose(TOMORROW))) == count
    with django_assert_num_queries(2):
        assert len(list(registry()["weather"].propose(TOMORROW))) == count


def test_what_a_customer_does_not_want_to_hear_is_not_proposed_and_stops_what_lies_there(store, care):
    order = visited(store)
    lying = TouchFactory(customer=order.customer, order=order, cycle=f"order:{order.pk}", assignee=care)
    other = TouchFactory(customer=order.customer, occasion="birthday", cycle="2026", purpose=Purpose.CARE)

    services.wish(order.customer, Topic.FOLLOW_UP, False, by=care, now=NOW)

    lying.refresh_from_db(), other.refresh_from_db()
    assert (lying.state, lying.drop_reason) == (TouchState.DROPPED, DropReason.UNWANTED)
    assert other.state == TouchState.WAITING
    people = {order.customer_id}
    assert forbidden(people, purpose=Purpose.SERVICE, topic=Topic.FOLLOW_UP) == {order.customer_id: DropReason.UNWANTED}
    assert forbidden(people, purpose=Purpose.SERVICE, topic=Topic.REMINDER) == {}
    assert propose(today=TODAY)["forbidden"] >= 1
    assert not Touch.objects.open().filter(occasion="after_visit").exists()
    assert AuditEntry.objects.get(action=Action.TOPIC_WISH).subject_id == order.customer_id


def test_taking_a_wish_back_puts_the_line_where_it_lay(store, care):
    order = visited(store)
    lying = TouchFactory(customer=order.customer, order=order, cycle=f"order:{order.pk}", assignee=care)
    services.wish(order.customer, Topic.FOLLOW_UP, False, by=care, now=NOW)

    before = services.wish(order.customer, Topic.FOLLOW_UP, None, by=care, now=NOW)

    lying.refresh_from_db()
    assert before.wanted is False
    assert (lying.state, lying.assignee, lying.drop_reason) == (TouchState.LISTED, care, "")
    assert list(TopicWish.objects.standing()) == []


def test_saying_the_same_twice_is_once(store, care):
    person = CustomerFactory(store=store)
    for _ in range(2):
        services.wish(person, Topic.FESTIVAL, True, by=care, now=NOW)

    assert [(wish.topic, wish.wanted) for wish in TopicWish.objects.all()] == [(Topic.FESTIVAL, True)]
    services.wish(person, Topic.FESTIVAL, False, by=care, now=NOW)
    assert TopicWish.objects.count() == 2
    assert [wish.wanted for wish in TopicWish.objects.standing()] == [False]


def test_the_night_gives_every_advisor_one_post_a_day_and_a_store_without_one_its_manager(store, other_store):
    advisors = [UserFactory(role=Role.ADVISOR, store=store) for _ in range(2)]
    UserFactory(role=Role.MANAGER, store=store)
    UserFactory(role=Role.ADVISOR, store=store, is_active=False)
    manager = UserFactory(role=Role.MANAGER, store=other_store)

    counts = [services.post(today=LIDONG), services.post(today=LIDONG)]

    assert counts == [{"posts": 3}, {"posts": 0}]
    posts = list(Posting.objects.order_by("author"))
    assert [post.author for post in posts] == [*advisors, manager]
    assert {(post.kind, post.title, post.cycle) for post in posts} == {(PostingKind.MOMENTS, "立冬", "lidong:2026")}
    assert posts[0].text.endswith("——惠州一店") and posts[2].text.endswith("——惠州二店")


def test_a_festival_is_a_group_task(store):
    UserFactory(role=Role.ADVISOR, store=store)

    services.post(today=CHUNJIE)

    post = Posting.objects.get()
    assert (post.kind, post.title) == (PostingKind.GROUP, "春节")
    assert post.text.startswith("各位车友：恭贺新春！")


def test_an_ordinary_day_has_no_posts(store, django_assert_num_queries):
    UserFactory(role=Role.ADVISOR, store=store)

    assert services.post(today=TODAY) == {"posts": 0}


@pytest.mark.parametrize("count", [1, 3])
def test_posting_costs_the_same_however_many_post(store, count, django_assert_num_queries):
    for _ in range(count):
        UserFactory(role=Role.ADVISOR, store=store)

    with django_assert_num_queries(4):
        assert services.post(today=LIDONG) == {"posts": count}


def test_the_weather_is_posted_at_once_and_written_singly_to_the_best_by_the_next_night(store, other_store, manager):
    advisor = UserFactory(role=Role.ADVISOR, store=store)
    person = best(store, salutation="王哥")
    best(other_store)

    notice = services.tell_weather(store, kind="暴雨", text=STORM, by=manager, now=NOW)

    post = Posting.objects.get()
    assert (post.author, post.title, post.text) == (advisor, "暴雨提醒", f"{STORM}\n——惠州一店")
    (word,) = registry()["weather"].propose(TOMORROW)
    assert (word.customer_id, word.reason, word.not_after) == (person.pk, STORM, TOMORROW)
    touch = loaded(TouchFactory(customer=person, occasion="weather", cycle=word.cycle, reason=word.reason))
    assert registry()["weather"].message(touch) == f"王哥您好，{STORM}——惠州一店"
    assert registry()["weather"].still_true([touch], TOMORROW) == {touch.pk}
    services.take_weather_back(notice, now=NOW)
    assert registry()["weather"].still_true([touch], TOMORROW) == set()
    assert not Posting.objects.exists()


def test_the_weather_is_told_once_a_day_and_sells_nothing(store, manager):
    services.tell_weather(store, kind="暴雨", text=STORM, by=manager, now=NOW)

    with pytest.raises(AlreadyTold):
        services.tell_weather(store, kind="高温", text="天热", by=manager, now=NOW)
    with pytest.raises(OffersSomething):
        services.tell_weather(store, kind="高温", text="天热，空调清洗半价", by=manager, now=NOW)
    assert WeatherNotice.objects.count() == 1


def paper(year=2027, *, without=()):
    days = [
        {"name": n, "date": d.isoformat(), "isOffDay": True} for d, n in statutory(year).items() if n not in without
    ]
    return json.dumps({"year": year, "days": [*days, {"name": "春节", "date": f"{year}-02-20", "isOffDay": False}]})


def test_a_pasted_notice_makes_the_year_known_and_is_taken_out_again(owner):
    CalendarDay.objects.create(date=date(2027, 10, 1), kind=DayKind.WORKDAY, name="值班", source=DaySource.SHOP)
    year, days = read_notice(paper())

    entered = services.enter_notice(year, days, by=owner)

    assert entered == len(days) - 1  # what the shop wrote of a day stands
    assert CalendarDay.objects.work_days(date(2027, 1, 1), date(2027, 12, 31)).works_on(date(2027, 2, 20))
    with pytest.raises(AlreadyNoticed):
        services.enter_notice(year, days, by=owner)
    assert services.forget_notice(year, by=owner) == entered
    assert [day.name for day in CalendarDay.objects.all()] == ["值班"]


def test_the_published_notices_can_be_pasted_as_they_are():
    for number in (2024, 2025, 2026):
        year, days = read_notice(shared(f"holiday-cn/{number}.json").read_text())
        assert year == number and len(days) > 25
    with pytest.raises(BadNotice, match="2027 年还缺：元旦"):
        read_notice(shared("holiday-cn/2027.json").read_text())


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", '{"year": "x", "days": []}', '{"year": 2027, "days": [1]}', "[" * 30_000,
        '{"year": 2027, "days": [{"name": "元旦", "date": "2027-13-01", "isOffDay": true}]}',
        '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]}',
        paper(without=("中秋节",)), paper(2027).replace('"year": 2027', '"year": 2031'),
        paper(2027).replace("2027-01-01", "2031-01-01"),
    ],
)  # fmt: skip
def test_what_is_not_the_notice_of_a_year_is_refused_in_words(text):
    with pytest.raises(BadNotice):
        read_notice(text)


def test_a_day_is_written_changed_and_left_to_the_library_again(owner):
    day, facts = date(2026, 10, 8), {"name": "盘点", "source": DaySource.SHOP}

    assert services.write_day(day, kind=DayKind.OFF, by=owner, **facts) is None
    before = services.write_day(day, kind=DayKind.WORKDAY, by=owner, **facts)

    assert (before.kind, CalendarDay.objects.get().kind) == (DayKind.OFF, DayKind.WORKDAY)
    services.write_day(day, kind="", by=owner, **facts)
    assert not CalendarDay.objects.exists()
    assert AuditEntry.objects.filter(action=Action.DAYS_OFF).count() == 3
