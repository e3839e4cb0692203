"""The year in the browser: feasts, days off, what is planned; days written and taken back; the weather; posts."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from campaigns.enums import TouchState
from campaigns.models import PlanLine, Posting, WeatherNotice
from campaigns.services import post, propose
from campaigns.year import day_of, year_of
from core.enums import DayKind, DaySource
from core.models import CalendarDay
from customers.enums import Purpose
from staff.enums import Role
from tests.campaigns.factories import TouchFactory
from tests.campaigns.test_by_hand import paper
from tests.factories import TODAY, CustomerFactory, UserFactory, VehicleFactory, moment

pytestmark = pytest.mark.django_db
LIDONG = date(2026, 11, 7)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(moment(TODAY))


def page(client, name, **query):
    answer = client.get(reverse(f"touches:{name}", query=query or None))
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, name, data=None, *args, **query):
    return client.post(reverse(f"touches:{name}", args=args, query=query or None), data or {})


def cell(year, day):
    return next(c for week in year.months[day.month - 1].weeks for c in week if c and c.day == day)


def test_a_cell_says_what_is_on_the_day_and_how_much_is_planned(store, other_store, manager):
    for n in range(2):
        TouchFactory(customer=CustomerFactory(store=store), due_on=LIDONG, cycle=f"c{n}")
    TouchFactory(customer=CustomerFactory(store=store), due_on=LIDONG, state=TouchState.EXPIRED, ended_at=moment(TODAY))
    TouchFactory(customer=CustomerFactory(store=other_store), due_on=LIDONG)

    year = year_of(manager, 2026, today=TODAY)

    lidong, holiday, worked = cell(year, LIDONG), cell(year, date(2026, 10, 1)), cell(year, date(2026, 10, 10))
    assert (lidong.word, lidong.touches, lidong.told) == ("立冬", 2, "11月7日：立冬、2 条联系")
    assert (holiday.word, holiday.mark.works) == ("国庆节", False)
    assert (worked.mark.works, worked.told) == (True, "10月10日：上班（国庆节）")
    assert (year.touches, year.months[10].touches, cell(year, TODAY).is_today) == (2, 2, True)


def test_the_days_ahead_show_what_last_night_planned_and_lead_to_the_people(store, other_store, login, manager):
    soon = TODAY + timedelta(days=12)
    car = VehicleFactory(owner=CustomerFactory(store=store), insured_until=soon + timedelta(days=30))
    VehicleFactory(owner=CustomerFactory(store=other_store), insured_until=soon + timedelta(days=30))
    propose(today=TODAY)
    line = PlanLine.objects.get(vehicle=car, cycle__endswith=":30")

    year = year_of(manager, line.planned_on.year, today=TODAY)
    text = page(login(manager), "calendar_day", on=line.planned_on.isoformat())

    assert cell(year, line.planned_on).touches == 1
    assert "保险到期提醒" in text and f"/touches/day/?on={line.planned_on}" in text


def test_the_year_works_empty_and_speaks_of_the_missing_notice(login, manager):
    client = login(manager)

    text = page(client, "calendar", year=2027)

    assert "2027 年的放假安排还没录入" in text and "放假安排未公布" in text
    assert "这一年还没有排联系" in text
    assert text.count('class="card month"') == 12


@pytest.mark.parametrize("count", [1, 3])
def test_the_year_and_a_day_cost_a_fixed_number_of_queries(store, manager, count, django_assert_num_queries):
    for n in range(count):
        TouchFactory(customer=CustomerFactory(store=store), due_on=LIDONG, cycle=f"c{n}")
        UserFactory(role=Role.ADVISOR, store=store)
    post(today=LIDONG)

    with django_assert_num_queries(5):
        assert year_of(manager, 2026, today=TODAY).touches == count
    with django_assert_num_queries(8):
        assert len(day_of(manager, LIDONG, today=TODAY).postings) == count


def test_a_day_opens_its_occasions_and_numbers(store, login, manager):
    TouchFactory(customer=CustomerFactory(store=store), due_on=LIDONG, occasion="birthday", purpose=Purpose.CARE)
    UserFactory(role=Role.ADVISOR, store=store, display_name="小何")
    post(today=LIDONG)

    text = page(login(manager), "calendar_day", on="2026-11-07")

    assert all(words in text for words in ("立冬", "节气", "生日祝福", "小何", "没发", "发朋友圈"))


@pytest.mark.parametrize("on", ["", "2026-13-01", "1999-01-01", "x"])
def test_a_day_that_is_none_does_not_exist(login, manager, on):
    assert login(manager).get(reverse("touches:calendar_day", query={"on": on})).status_code == 404


@pytest.mark.parametrize("year", ["", "x", "99999", "1", "①②③④"])
def test_a_year_that_is_none_is_this_one(login, manager, year):
    assert "年的节日" in page(login(manager), "calendar", year=year)


def test_a_day_is_written_and_taken_back_with_what_stood_there(login, manager):
    client, day = login(manager), date(2026, 12, 31)
    facts = {"date": "2026-12-31", "name": "盘点", "source": "shop"}
    undo_of = lambda answer: [m.extra_tags.split()[0] for m in answer.context["messages"]][-1]  # noqa: E731

    first = client.post(reverse("touches:write_day_off"), facts | {"kind": "off"}, follow=True)
    second = client.post(reverse("touches:write_day_off"), facts | {"kind": "workday"}, follow=True)
    assert CalendarDay.objects.get(date=day).kind == DayKind.WORKDAY

    client.post(undo_of(second))
    assert CalendarDay.objects.get(date=day).kind == DayKind.OFF
    client.post(undo_of(first))
    assert not CalendarDay.objects.exists()


def test_a_removed_day_can_be_put_back(login, manager):
    CalendarDay.objects.create(date=date(2026, 12, 31), kind=DayKind.OFF, name="盘点", source=DaySource.SHOP)
    client = login(manager)

    answer = client.post(reverse("touches:remove_day_off"), {"date": "2026-12-31"}, follow=True)

    assert not CalendarDay.objects.exists()
    client.post([m.extra_tags.split()[0] for m in answer.context["messages"]][-1])
    assert CalendarDay.objects.get().name == "盘点"


@pytest.mark.parametrize("data", [{}, {"date": "2026-02-30", "kind": "off", "name": "x"}, {"date": "2026-12-31"}])
def test_a_refused_day_comes_back_with_the_reason(login, manager, data):
    answer = act(login(manager), "write_day_off", data)

    assert answer.status_code == 422
    assert not CalendarDay.objects.exists()


def test_a_notice_is_pasted_once_and_taken_out_again(login, manager):
    client = login(manager)
    assert act(client, "enter_notice", {"text": "{}"}).status_code == 422

    assert act(client, "enter_notice", {"text": paper()}).status_code == 302
    assert "年的放假安排还没录入" not in page(client, "calendar")
    assert "国务院通知" in page(client, "days_off", year=2027)
    assert act(client, "enter_notice", {"text": paper()}).status_code == 422
    act(client, "forget_notice", year=2027)

    assert not CalendarDay.objects.exists()


def test_who_only_looks_changes_no_day(login, auditor, advisor):
    assert act(login(auditor), "write_day_off", {"date": "2026-12-31", "kind": "off", "name": "x"}).status_code == 404
    assert "写一天" not in page(login(auditor), "days_off")
    assert login(advisor).get(reverse("touches:calendar")).status_code == 404


def test_the_weather_is_told_with_words_a_manager_may_change(login, manager, store):
    UserFactory(role=Role.ADVISOR, store=store)
    client = login(manager)
    assert "暴雨" in page(client, "weather", kind="rain") and "千万别再打火" in page(client, "weather", kind="rain")

    told = {"kind": "rain", "store": store.pk, "text": "今晚有暴雨，车停高处。"}
    assert act(client, "weather", told).status_code == 302

    notice = WeatherNotice.objects.get()
    assert (notice.kind, notice.text, notice.by) == ("暴雨", told["text"], manager)
    assert act(client, "weather", told).status_code == 422
    assert act(client, "take_weather_back", None, notice.pk).status_code == 302
    assert not Posting.objects.exists()
    assert act(client, "weather", told | {"text": "今晚暴雨，洗车半价"}).status_code == 422


def test_a_post_lies_above_the_list_is_ticked_off_and_taken_back(login, store):
    author, other = (UserFactory(role=Role.ADVISOR, store=store) for _ in range(2))
    post(today=TODAY - timedelta(days=14))
    Posting.objects.update(due_on=TODAY)
    mine = Posting.objects.get(author=author)
    client = login(author)
    assert reverse("campaigns:postings") in client.get(reverse("campaigns:worklist")).content.decode()

    text = client.get(reverse("campaigns:postings")).content.decode()
    assert "立冬" in text and "电瓶" in text and text.count('data-copy="') == 1
    client.post(reverse("campaigns:posted", args=[mine.pk]))

    assert client.get(reverse("campaigns:postings")).content.decode().strip() == ""
    client.post(reverse("campaigns:not_posted", args=[mine.pk]))
    assert Posting.objects.filter(done_at=None).count() == 2
    assert client.post(reverse("campaigns:posted", args=[Posting.objects.get(author=other).pk])).status_code == 404


@pytest.mark.parametrize(("days_ago", "shown"), [(0, True), (1, True), (2, False)])
def test_a_post_that_is_two_days_old_is_over(login, store, days_ago, shown):
    author = UserFactory(role=Role.ADVISOR, store=store)
    post(today=LIDONG)
    Posting.objects.update(due_on=TODAY - timedelta(days=days_ago))

    assert ("立冬" in login(author).get(reverse("campaigns:postings")).content.decode()) is shown


def test_a_post_lies_at_reception_too_and_ticking_it_off_comes_back_there(login, store):
    author = UserFactory(role=Role.ADVISOR, store=store)
    CustomerFactory(store=store)
    post(today=LIDONG)
    Posting.objects.update(due_on=TODAY)
    client, place = login(author), f"{reverse('campaigns:postings')}?next=/"

    asks = place in client.get("/").content.decode()
    shown = client.get(place).content.decode()
    answer = client.post(reverse("campaigns:posted", args=[Posting.objects.get().pk]), {"next": "/"})

    assert (asks, 'name="next" value="/"' in shown, answer["Location"]) == (True, True, "/")


# --- the numbers of a day lead to their people ---


def behind(client, **asked):
    return page(client, "calendar_people", **asked)


def test_each_number_of_a_day_leads_to_its_people(store, login, manager):
    waiting, done, text = (CustomerFactory(store=store, name=name) for name in ("等打的", "打过的", "发短信的"))
    TouchFactory(customer=waiting, due_on=LIDONG)
    TouchFactory(customer=done, due_on=LIDONG, state=TouchState.DONE, ended_at=moment(LIDONG))
    TouchFactory(customer=text, due_on=LIDONG, channel="message")
    client = login(manager)
    asked = {"on": "2026-11-07", "occasion": "after_visit"}

    shown = page(client, "calendar_day", on="2026-11-07")
    people = {what: behind(client, **asked, what=what) for what in ("planned", "done", "by_hand")}

    for what in people:
        assert f"{reverse('touches:calendar_people')}?on=2026-11-07&amp;occasion=after_visit&amp;what={what}" in shown
    found = {what: [name for name in ("等打的", "打过的", "发短信的") if name in text] for what, text in people.items()}
    assert found == {
        "planned": ["等打的", "发短信的"],
        "done": ["打过的"],
        "by_hand": ["等打的", "打过的"],
    }


def test_of_a_day_ahead_the_people_are_those_of_the_plan(store, login, manager):
    day = TODAY + timedelta(days=5)
    born = {"birthday_calendar": "solar", "birth_month": day.month, "birth_day": day.day}
    CustomerFactory(store=store, name="王建国", **born)
    propose(today=TODAY)

    assert "王建国" in behind(login(manager), on=day.isoformat(), occasion="birthday", what="planned")


def test_another_stores_people_are_not_shown_and_nonsense_is_not_found(other_store, login, manager):
    TouchFactory(customer=CustomerFactory(store=other_store, name="外店的"), due_on=LIDONG)
    client = login(manager)

    assert "外店的" not in behind(client, on="2026-11-07", occasion="after_visit", what="planned")
    asked = {"on": "2026-11-07", "occasion": "after_visit", "what": "x"}
    assert client.get(reverse("touches:calendar_people"), asked).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_people_of_a_day_cost_a_fixed_number_of_queries(store, login, manager, count, django_assert_num_queries):
    for n in range(count):
        TouchFactory(customer=CustomerFactory(store=store), due_on=LIDONG, cycle=f"c{n}")
    client, asked = login(manager), {"on": "2026-11-07", "occasion": "after_visit", "what": "planned"}

    with django_assert_num_queries(3):
        client.get(reverse("touches:calendar_people"), asked)
