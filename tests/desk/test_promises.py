"""Promises: red when late, moved with their history, given up for a reason, taken back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import Promise, PromiseMove
from customers.services import give_up_promise, keep_promise
from desk.reception import reception_of
from tests.factories import TODAY, CustomerFactory, PromiseFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14)
TOMORROW = {"due_at": "2026-11-22T18:00", "why": "客户改到明天来"}


@pytest.fixture(autouse=True)
def _it_is_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def promise(store):
    return PromiseFactory(customer=CustomerFactory(store=store), due_at=NOW - timedelta(hours=2))


@pytest.fixture
def press(login, front_desk, promise):
    client = login(front_desk)
    return lambda act, body=None: client.post(reverse(f"desk:{act}", args=[promise.pk]), body or {})


def again(promise):
    return Promise.objects.get(pk=promise.pk)


def test_reception_shows_the_latest_first_with_how_late_who_gave_it_and_who_left(store, front_desk, login):
    gone = UserFactory(display_name="小何", is_active=False, store=store)
    customer = CustomerFactory(store=store)
    due = {"今晚": NOW + timedelta(hours=4), "刚过": NOW - timedelta(hours=2), "早过": NOW - timedelta(days=3)}
    for body, due_at in due.items():
        PromiseFactory(customer=customer, body=body, due_at=due_at, made_by=gone)
    PromiseFactory(customer=customer, body="明天", due_at=NOW + timedelta(days=1))

    assert [row.body for row in reception_of(front_desk, now=NOW).promises] == ["早过", "刚过", "今晚"]
    page = login(front_desk).get(reverse("desk:reception")).content.decode()
    assert [words in page for words in ("已过 3 天", "已过 2 小时", "今天 18:00 之前", "小何（已离职）")] == [True] * 4
    assert (page.count("pill--danger"), page.count("pill--warning")) == (2, 0)


def test_it_turns_red_when_its_time_has_passed_and_vanishes_when_kept(promise, press, login, front_desk):
    Promise.objects.update(due_at=NOW + timedelta(hours=1))
    reception, red = reverse("desk:reception"), "pill--danger"
    assert red not in login(front_desk).get(reception).content.decode()

    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert red in login(front_desk).get(reception).content.decode()
        press("keep_promise")

        assert promise.body not in login(front_desk).get(reception).context["reception"].promises


def test_keeping_is_taken_back_by_whoever_kept_it_within_minutes(promise, press, login, manager):
    press("keep_promise")
    login(manager).post(reverse("desk:reopen_promise", args=[promise.pk]))
    assert again(promise).kept_at == NOW

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        press("reopen_promise")
    assert again(promise).kept_at == NOW


def test_the_way_back_within_minutes(promise, press, login, front_desk):
    response = press("keep_promise")
    login(front_desk)
    page = press("move_promise").content.decode()
    assert response.status_code == 302 and page

    press("reopen_promise")

    assert again(promise).is_open


def test_moving_keeps_what_it_was_who_moved_it_and_why(promise, press, front_desk):
    was = promise.due_at

    for _ in range(2):
        press("move_promise", TOMORROW)

    move = PromiseMove.objects.get()
    assert again(promise).due_at == moment(TODAY + timedelta(days=1), 18)
    assert (move.was_due_at, move.due_at, move.by, move.at, move.why) == (
        was, moment(TODAY + timedelta(days=1), 18), front_desk, NOW, "客户改到明天来"
    )  # fmt: skip


def test_a_moved_promise_says_what_was_promised_first(promise, press, login, front_desk):
    press("move_promise", TOMORROW)
    press("move_promise", TOMORROW | {"due_at": "2026-11-23T18:00"})

    page = login(front_desk).get(promise.customer.get_absolute_url()).content.decode()

    assert "原定" in page and "今天 12:00" in page


@pytest.mark.parametrize("wrong", [{"why": ""}, {"due_at": "2026-11-21T13:00"}, {"due_at": ""}])
def test_a_move_needs_a_reason_and_a_time_to_come(wrong, promise, press):
    assert press("move_promise", TOMORROW | wrong).status_code == 422
    assert PromiseMove.objects.count() == 0


def test_giving_up_needs_a_reason_and_is_taken_back(promise, press, front_desk):
    assert press("give_up_promise", {"why": ""}).status_code == 422

    press("give_up_promise", {"why": "客户说不用了"})
    done = again(promise)
    assert (done.given_up_at, done.given_up_by, done.given_up_why) == (NOW, front_desk, "客户说不用了")

    press("reopen_promise")
    assert (again(promise).is_open, again(promise).given_up_why) == (True, "")


def test_kept_or_given_up_but_never_both(promise, front_desk):
    assert keep_promise(promise, by=front_desk, at=NOW)
    assert not give_up_promise(promise, by=front_desk, at=NOW, why="不用了")
    assert again(promise).given_up_at is None

    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.update(given_up_at=NOW, given_up_why="不用了")


def test_what_is_done_is_not_moved(promise, press):
    press("keep_promise")
    press("move_promise", TOMORROW)

    assert PromiseMove.objects.count() == 0
