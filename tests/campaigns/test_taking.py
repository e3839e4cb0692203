"""Two never call the same person: an open line is its opener's until it is put away, or their browser is gone."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse

from campaigns.enums import Result
from campaigns.errors import AlreadyWorked, LineTaken
from campaigns.services import put_away, take, work
from staff.enums import Role
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def line(care):
    return TouchFactory(assignee=care)


def test_the_opener_has_it_and_may_take_it_again(line, care):
    take(line, by=care, now=NOW)
    again = take(line, by=care, now=NOW + timedelta(minutes=3))

    assert (again.taken_by, again.taken_until) == (care, NOW + timedelta(minutes=8))


def test_a_colleague_waits_until_it_is_put_away(line, care, manager):
    take(line, by=care, now=NOW)

    with pytest.raises(LineTaken, match=f"{care}正在联系"):
        take(line, by=manager, now=NOW)
    assert (put_away(line, by=manager), put_away(line, by=care)) == (False, True)
    assert take(line, by=manager, now=NOW).taken_by == manager


def test_a_browser_that_is_gone_holds_nothing(line, care, manager):
    take(line, by=care, now=NOW)

    assert take(line, by=manager, now=NOW + timedelta(minutes=6)).taken_by == manager


def test_another_line_of_the_same_customer_is_held_too(line, care, manager):
    other = TouchFactory(customer=line.customer, assignee=manager, occasion="insurance_ending")
    take(line, by=care, now=NOW)

    with pytest.raises(LineTaken):
        take(other, by=manager, now=NOW)


def test_nobody_records_over_a_colleague_who_has_it_open(line, care, manager):
    take(line, by=manager, now=NOW)

    with pytest.raises(LineTaken):
        work(line, Result.REACHED, by=care, attempt=1, now=NOW)


def test_working_it_puts_it_away(line, care, manager):
    take(line, by=care, now=NOW)

    work(line, Result.LATER, by=care, attempt=1, now=NOW)

    assert take(line, by=manager, now=NOW).taken_by == manager


def test_what_lies_on_no_list_cannot_be_taken(line, care):
    work(line, Result.REACHED, by=care, attempt=1, now=NOW)

    with pytest.raises(AlreadyWorked):
        take(line, by=care, now=NOW)


def test_the_screen_says_who_is_at_it(line, care, manager, login, time_machine):
    time_machine.move_to(NOW, tick=False)
    take(line, by=care, now=NOW)
    client = login(manager)

    page = client.post(reverse("campaigns:open_line", args=[line.pk]), headers=HTMX).content.decode()
    listed = client.get(reverse("campaigns:worklist")).content.decode()

    assert "line--open" not in page
    assert (f"{care}正在联系这位客户" in page, f"{care}正在联系" in listed) == (True, True)


def test_the_browser_holds_and_closes(line, care, login, time_machine):
    time_machine.move_to(NOW, tick=False)
    client = login(care)
    client.post(reverse("campaigns:open_line", args=[line.pk]), headers=HTMX)

    time_machine.move_to(NOW + timedelta(minutes=4), tick=False)
    held = client.post(reverse("campaigns:hold_line", args=[line.pk]), headers=HTMX)
    line.refresh_from_db()
    until = line.taken_until
    closed = client.post(reverse("campaigns:close_line", args=[line.pk]), headers=HTMX)

    line.refresh_from_db()
    assert (held.status_code, until, line.taken_by) == (204, NOW + timedelta(minutes=9), None)
    assert 'data-key="d"' in closed.content.decode()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_who_take_it_at_once_are_one(store, care):
    line = TouchFactory(assignee=care)
    people, together, took = [UserFactory(role=Role.CARE, store=store) for _ in range(50)], Barrier(50), []

    def try_it(person):
        together.wait()
        try:
            took.append(take(line, by=person, now=NOW).taken_by)
        except LineTaken:
            pass
        finally:
            connections.close_all()

    threads = [Thread(target=try_it, args=[person]) for person in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    line.refresh_from_db()
    assert took == [line.taken_by]
