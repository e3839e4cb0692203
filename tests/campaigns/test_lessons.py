"""A call teaches as a visit does: mood, facts and a promise with the outcome, taken back with it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.models import Outcome
from customers.models import Interaction, ProfileFact, Promise
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, PromiseFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)
# The session, its user, the line and what goes along; trail; number, script, days off, others, tries, consent, debts.
OPENING = 20
LESSONS = {
    "mood": "good", "mood_reason": "夸我们细心", "fact1-kind": "habit", "fact1-value": "晚上七点后才接电话",
    "promise-body": "周一发检查照片", "promise-due_at": "2026-11-23T18:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _it_is_ten():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line(care):
    return TouchFactory(assignee=care, store=care.store)


@pytest.fixture
def press(login, care, line):
    client = login(care)
    return lambda result, **said: client.post(
        reverse("campaigns:work", args=[line.pk]),
        {"result": result, "attempt": 1, "note": "车挺好"} | said,
        headers={"HX-Request": "true"},
    )


def test_an_outcome_carries_mood_facts_and_a_promise(press, care, line):
    press("reached", **LESSONS)

    talk, fact, promise = Interaction.objects.get(), ProfileFact.objects.get(), Promise.objects.get()
    assert (talk.mood, talk.mood_reason) == ("good", "夸我们细心")
    assert (fact.value, fact.interaction, fact.recorded_by) == ("晚上七点后才接电话", talk, care)
    assert (promise.body, promise.customer, promise.store) == ("周一发检查照片", line.customer, line.store)


def test_the_key_for_unhappy_is_a_mood_with_the_reason_given(press):
    press("unhappy", mood_reason="等了四十分钟")

    talk = Interaction.objects.get()
    assert (talk.mood, talk.mood_reason) == ("unhappy", "等了四十分钟")


def test_a_refused_promise_keeps_the_line_open_with_what_was_typed(press):
    response = press("reached", **LESSONS | {"promise-due_at": "2026-11-20T18:00"})

    assert response.status_code == 422
    assert "这个时间已经过了" in response.content.decode() and "晚上七点后才接电话" in response.content.decode()
    assert Outcome.objects.count() == 0


def test_taking_the_outcome_back_takes_what_it_taught_with_it(press, client):
    press("reached", **LESSONS)

    client.post(reverse("campaigns:undo", args=[Outcome.objects.get().pk]))

    assert (Interaction.objects.count(), ProfileFact.objects.count(), Promise.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_an_opened_line_says_what_is_owed_in_a_fixed_number_of_statements(
    count, login, care, line, django_assert_num_queries
):
    gone = UserFactory(display_name="小何", is_active=False)
    PromiseFactory.create_batch(count, customer=line.customer, made_by=gone, due_at=NOW - timedelta(hours=2))
    PromiseFactory(customer=line.customer, body="兑现过的", kept_at=NOW)
    client = login(care)

    with django_assert_num_queries(OPENING):
        page = client.post(reverse("campaigns:open_line", args=[line.pk]), headers={"HX-Request": "true"})

    html = page.content.decode()
    assert (html.count("还欠着"), html.count("已过 2 小时"), html.count("小何（已离职）")) == (count, count, count)
    assert "兑现过的" not in html
