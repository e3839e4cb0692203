"""The worklist in a browser's eyes: whose lines, one opened, one key, and back again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.enums import RESULTS_OF, TouchState
from campaigns.forms import keys_of
from campaigns.models import Outcome, Touch
from customers.models import Consent, Interaction
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import (
    TODAY,
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    CustomerFactory,
    VehicleFactory,
    moment,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOW = moment(TODAY, 10)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW)


def worklist(client, **query):
    return client.get(reverse("campaigns:worklist"), query)


def post(client, name, pk, **said):
    return client.post(reverse(f"campaigns:{name}", args=[pk]), said, headers=HTMX)


def key_in(client, touch, result, **said):
    return post(client, "work", touch.pk, **{"result": result, "attempt": 1, **said})


BOOKED = {
    "booking-expected_on": "2026-11-22",
    "booking-when": "14:30",
    "booking-kind": "repair",
    "booking-note": "看刹车",
}


def shown(response):
    return [line.pk for line in response.context["worklist"].page.rows]


def counts(response):
    return {tab.key: tab.count for tab in response.context["worklist"].day.tabs}


def test_my_lines_lie_in_three_tabs(login, care, front_desk):
    mine = TouchFactory(assignee=care)
    late = TouchFactory(assignee=care, listed_on=TODAY - timedelta(days=1))
    soon = TouchFactory(assignee=care, listed_on=TODAY + timedelta(days=7))
    TouchFactory(assignee=care, listed_on=TODAY + timedelta(days=8))
    TouchFactory(assignee=front_desk)
    TouchFactory()
    client = login(care)

    pages = {tab: worklist(client, tab=tab) for tab in ("today", "overdue", "week", "nonsense")}

    assert {tab: shown(page) for tab, page in pages.items()} == {
        "today": [mine.pk],
        "overdue": [late.pk],
        "week": [soon.pk],
        "nonsense": [mine.pk],
    }
    assert counts(pages["today"]) == {"today": 1, "overdue": 1, "week": 1}
    assert pages["today"].context["worklist"].waiting == 1


def test_a_line_says_who_which_car_why_and_shows_no_number(login, care, store):
    person = CustomerFactory(name="老张", phone="13800138000")
    VehicleFactory(owner=person, plate="粤L12345")
    TouchFactory(customer=person, assignee=care, reason="今天生日（公历11月21日）", occasion="birthday")

    page = worklist(login(care)).content.decode()

    assert all(words in page for words in ("老张", "12345", "今天生日（公历11月21日）", "生日祝福"))
    assert "8000" not in page


def test_the_most_urgent_comes_first(login, care):
    usual, urgent = TouchFactory(assignee=care), TouchFactory(assignee=care, priority=10)

    assert shown(worklist(login(care))) == [urgent.pk, usual.pk]


def test_a_manager_sees_the_whole_store_by_caller_and_nobody_elses(login, manager, care, front_desk, stranger):
    first, second = TouchFactory(assignee=care), TouchFactory(assignee=front_desk)
    TouchFactory(customer=CustomerFactory(store=stranger.store), assignee=stranger)
    client = login(manager)

    everybody, one, nobody = worklist(client), worklist(client, who=care.pk), worklist(client, who=stranger.pk)

    assert (shown(everybody), shown(one), shown(nobody)) == ([first.pk, second.pk], [first.pk], [])
    assert {(c.user, c.count) for c in everybody.context["worklist"].callers} == {(care, 1), (front_desk, 1)}


@pytest.mark.parametrize("who", ["9" * 30, "٣", "-1", "<script>", "me"])
def test_nobody_by_that_name_is_an_empty_or_the_usual_list(login, manager, care, who):
    TouchFactory(assignee=care)

    assert worklist(login(manager), who=who, after="x", tab="'").status_code == 200


def test_a_caller_cannot_ask_for_others_lines(login, care, front_desk):
    TouchFactory(assignee=front_desk)

    assert shown(worklist(login(care), who="all")) == []
    assert shown(worklist(login(care), who=front_desk.pk)) == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", ["care", "manager"])
def test_the_number_of_queries_does_not_grow(login, care, count, role, request, django_assert_num_queries):
    TouchFactory.create_batch(count, assignee=care)
    client = login(request.getfixturevalue(role))

    with django_assert_num_queries({"care": 7, "manager": 9}[role]):
        worklist(client)


def test_opening_shows_number_script_and_keys_and_is_put_on_the_trail(login, care, store):
    order = visited(store, customer=CustomerFactory(salutation="王哥", phone="13800138000"))
    touch = TouchFactory(customer=order.customer, order=order, assignee=care)

    page = post(login(care), "open_line", touch.pk).content.decode()

    assert "138 0013 8000" in page
    assert f"王哥您好，我是惠州一店的{care.display_name}。" in page
    assert all(words in page for _, _, words in keys_of("call"))
    assert AuditEntry.objects.get().by == care


def test_a_manager_may_work_a_line_of_the_store_and_nobody_elses_staff_can(login, manager, care, front_desk, stranger):
    touch = TouchFactory(assignee=care)

    for other in (front_desk, stranger):
        assert post(login(other), "open_line", touch.pk).status_code == 404
        assert key_in(login(other), touch, "reached").status_code == 404
    assert key_in(login(manager), touch, "reached").status_code == 200
    assert Outcome.objects.get().by == manager


def test_the_auditor_looks_and_touches_nothing(login, auditor, care):
    touch = TouchFactory(assignee=care)
    client = login(auditor)

    assert shown(worklist(client)) == [touch.pk]
    assert post(client, "open_line", touch.pk).status_code == 404
    assert key_in(client, touch, "reached").status_code == 404


@pytest.mark.parametrize(
    ("channel", "result"), [(channel, result) for channel, results in RESULTS_OF.items() for result in results]
)
def test_every_key_records_its_outcome(login, care, channel, result):
    touch = TouchFactory(assignee=care, channel=channel)

    response = key_in(login(care), touch, result, note="说周六来", **BOOKED)

    assert response.status_code == 200
    assert (Outcome.objects.get().result, Interaction.objects.get().body) == (result, "说周六来")
    assert f'id="line-{touch.pk}"' in response.content.decode()


def test_booked_asks_for_the_day_and_keeps_what_was_said(login, care):
    touch = TouchFactory(assignee=care)

    response = key_in(login(care), touch, "booked", note="想换机油", **{"booking-kind": "repair"})

    page = response.content.decode()
    assert (response.status_code, Outcome.objects.count()) == (422, 0)
    assert "想换机油" in page
    assert 'value="2026-11-22"' in page
    assert '<option value="repair" selected>' in page


def test_booked_with_its_day_stands_in_the_book(login, care):
    touch = TouchFactory(assignee=care)

    page = key_in(login(care), touch, "booked", **BOOKED).content.decode()

    booked = Outcome.objects.get().appointment
    assert (booked.customer, booked.when, booked.note) == (touch.customer, "14:30", "看刹车")
    assert "14:30来" in page


def test_a_car_expected_that_day_is_said_in_place(login, care):
    touch = TouchFactory(assignee=care)
    AppointmentFactory(customer=touch.customer, vehicle=None, expected_on=TODAY + timedelta(days=1))

    response = key_in(login(care), touch, "booked", **BOOKED)

    assert (response.status_code, Outcome.objects.count()) == (422, 0)
    assert "那天已经约好：保养，10:00" in response.content.decode()


def test_the_answer_brings_new_counts_and_a_way_back(login, care):
    touch = TouchFactory(assignee=care)
    TouchFactory(assignee=care)

    page = key_in(login(care), touch, "reached").content.decode()

    assert 'id="worklist-tabs"' in page and 'hx-swap-oob="true"' in page
    assert reverse("campaigns:undo", args=[Outcome.objects.get().pk]) in page


def test_a_result_of_another_channel_is_refused(login, care):
    touch = TouchFactory(assignee=care)

    assert key_in(login(care), touch, "sent").status_code == 422


def test_a_word_by_wechat_is_copied_and_no_number_is_shown(login, care, store):
    order = visited(store, customer=CustomerFactory(salutation="王哥", phone="13800138000"))
    touch = TouchFactory(customer=order.customer, order=order, assignee=care, channel="wechat")

    page = post(login(care), "open_line", touch.pk).content.decode()

    assert f'data-copy="text-{touch.pk}"' in page
    assert f'id="text-{touch.pk}">王哥您好' in page
    assert "138 0013 8000" not in page


def test_a_visit_needs_a_word_of_what_was_seen(login, care):
    touch = TouchFactory(assignee=care, channel="visit")

    response = key_in(login(care), touch, "reached", note="")

    assert (response.status_code, Outcome.objects.count()) == (422, 0)
    assert "见到了谁" in response.content.decode()


def test_after_a_wrong_number_the_line_stands_open_with_the_next(login, care):
    touch = TouchFactory(assignee=care)
    wrong = touch.customer.contact_points.get()
    ContactPointFactory(customer=touch.customer, is_main=False, key="13900139000")

    page = key_in(login(care), touch, "wrong_number", number=wrong.pk).content.decode()

    assert "line--open" in page
    assert "139 0013 9000" in page


def test_a_chosen_time_of_the_day_stands_on_the_line(login, care):
    touch, client = TouchFactory(assignee=care), login(care)

    key_in(client, touch, "later", next_on="2026-11-23", hour="evening")

    assert "傍晚打" in worklist(client, tab="week").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": "nonsense"},
        {"hour": "midnight"},
        {"result": ""},
        {"attempt": ""},
        {"next_on": "明天"},
        {"next_on": "2026-11-20"},
        {"next_on": "2027-11-20"},
        {"note": "长" * 501},
        {"consent": "maybe"},
    ],
)
def test_bad_input_is_refused_in_place_and_changes_nothing(login, care, wrong):
    touch = TouchFactory(assignee=care)

    response = key_in(login(care), touch, **{"result": "later", "note": "想周末来", **wrong})

    assert response.status_code == 422
    assert not Outcome.objects.exists()
    if "note" not in wrong:
        assert "想周末来" in response.content.decode()


def test_a_double_press_is_one_outcome_and_a_plain_word(login, care):
    touch, client = TouchFactory(assignee=care), login(care)
    key_in(client, touch, "no_answer")

    again = key_in(client, touch, "no_answer")

    assert (Outcome.objects.count(), again.status_code) == (1, 204)
    assert "这一条已经处理过了" in worklist(client).content.decode()


def test_an_outcome_is_taken_back_by_one_press(login, care):
    touch, client = TouchFactory(assignee=care), login(care)
    key_in(client, touch, "do_not_contact")

    client.post(reverse("campaigns:undo", args=[Outcome.objects.get().pk]), follow=True)

    assert shown(worklist(client)) == [touch.pk]
    assert not Interaction.objects.exists()


def test_somebody_elses_outcome_is_not_there_to_take_back(login, care, manager):
    key_in(login(care), TouchFactory(assignee=care), "reached")

    assert post(login(manager), "undo", Outcome.objects.get().pk).status_code == 404


def test_too_late_to_take_back_says_so(login, care, time_machine):
    client = login(care)
    key_in(client, TouchFactory(assignee=care), "reached")
    time_machine.move_to(NOW + timedelta(minutes=11))

    page = client.post(reverse("campaigns:undo", args=[Outcome.objects.get().pk]), follow=True)

    assert "已经过了可以撤销的时间" in page.content.decode()
    assert Touch.objects.get().state == TouchState.DONE


@pytest.mark.parametrize("asked", [True, False])
def test_consent_is_asked_once(login, care, asked):
    touch = TouchFactory(assignee=care)
    if asked:
        ConsentFactory(customer=touch.customer)

    page = post(login(care), "open_line", touch.pk).content.decode()

    assert ('name="consent"' in page) is not asked


def test_a_yes_is_recorded_with_one_key(login, care):
    key_in(login(care), TouchFactory(assignee=care), "reached", consent="yes")

    consent = Consent.objects.get()
    assert (consent.purpose, consent.how, consent.recorded_by) == ("marketing", "call", care)


def test_one_call_covers_what_else_there_is(login, care):
    touch = TouchFactory(assignee=care)
    TouchFactory(customer=touch.customer, occasion="insurance", reason="粤L12345 保险 2026-12-20 到期")

    page = post(login(care), "open_line", touch.pk).content.decode()

    assert "一个电话说完" in page and "粤L12345 保险 2026-12-20 到期" in page


def test_a_reason_that_no_longer_holds_is_said_before_the_call(login, care):
    touch = TouchFactory(assignee=care, occasion="birthday", not_after=TODAY)

    assert "事由可能不再成立" in post(login(care), "open_line", touch.pk).content.decode()


def test_a_closed_line_lies_as_before(login, care):
    touch = TouchFactory(assignee=care)

    page = post(login(care), "close_line", touch.pk).content.decode()

    assert page.startswith(f'<li class="list__item line" id="line-{touch.pk}"')


@pytest.mark.parametrize("name", ["open_line", "work", "undo"])
def test_acts_answer_only_to_post(login, care, name):
    assert login(care).get(reverse(f"campaigns:{name}", args=[1])).status_code == 405


@pytest.mark.parametrize(
    ("tab", "words"),
    [("today", "今天没有要打的电话"), ("overdue", "没有逾期的电话"), ("week", "还没有约好的电话")],
)
def test_an_empty_tab_says_what_comes_next(login, care, tab, words):
    assert words in worklist(login(care), tab=tab).content.decode()


def test_a_finished_day_is_praised(login, care):
    client = login(care)
    key_in(client, TouchFactory(assignee=care), "reached")

    assert "今天的都打完了" in worklist(client).content.decode()


def test_naughty_notes_are_text(login, care):
    client = login(care)
    key_in(client, TouchFactory(assignee=care), "reached", note="<script>alert(1)</script>{{ x }}")

    assert Interaction.objects.get().body == "<script>alert(1)</script>{{ x }}"
