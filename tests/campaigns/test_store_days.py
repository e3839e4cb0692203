"""A store rests while the company works, or works while the company rests: the plan, the screen, the way back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import ContactPolicy, PlanLine, StoreDay, Touch
from campaigns.rules.closed import Budgets, ClosedDays
from campaigns.rules.numbers import defaults
from campaigns.services import foresee, propose, set_store_day
from campaigns.services.foreseeing import room_of
from campaigns.year import day_of
from staff.models import AuditEntry
from tests.campaigns.factories import visited
from tests.factories import TODAY, moment

pytestmark = pytest.mark.django_db
NOW, TOMORROW = moment(TODAY), TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def say(manager):
    def _say(store, works, day=TODAY, why=""):
        return set_store_day(store, day, works=works, why=why, by=manager, now=NOW)

    return _say


def planned_on(order):
    touch = Touch.objects.get(customer=order.customer, occasion="after_visit")
    return touch.planned_on or touch.due_on


def test_whoever_is_called_by_a_store_that_rests_is_called_the_day_after(store, other_store, care, say):
    here, there = visited(store), visited(other_store)
    say(store, False, why="盘点")

    propose(today=TODAY)

    assert (planned_on(here), planned_on(there)) == (TOMORROW, TODAY)
    assert Touch.objects.get(customer=here.customer, occasion="after_visit").decision == "closed"


def test_a_store_may_work_while_the_company_rests(store, other_store, say):
    ContactPolicy.objects.current()
    ContactPolicy.objects.create(version=2, numbers=defaults(), closed=[TODAY.isoformat()])
    here, there = visited(store), visited(other_store)
    say(store, True)

    propose(today=TODAY)

    assert (planned_on(here), planned_on(there)) == (TODAY, TOMORROW)


def test_a_store_that_rests_has_no_minutes(store, care, say):
    say(store, False)

    room = room_of(TODAY, 200, [TOMORROW.isoformat()])

    assert [room(store.pk, day.toordinal()) for day in (TODAY, TOMORROW, TOMORROW + timedelta(days=1))] == [
        0,
        0,
        400,
    ]  # the caller and the manager


def test_nothing_is_moved_onto_a_day_off_for_want_of_minutes(store, care, say):
    for _ in range(41):
        visited(store)
    say(store, False, day=TOMORROW)

    run = foresee(today=TODAY)

    moved = PlanLine.objects.filter(run=run, occasion="after_visit").exclude(planned_on=TODAY)
    assert TOMORROW not in set(moved.values_list("planned_on", flat=True))


days = st.integers(1, 9)


# On a busy machine the first example of a process takes its time.
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    company=st.sets(days), words=st.lists(st.tuples(st.integers(1, 3), days, st.booleans()), unique_by=lambda w: w[:2])
)
def test_a_stores_own_word_outweighs_the_companys(company, words):
    shut, said = ClosedDays(company, words), {(store, day): works for store, day, works in words}

    for store in (1, 2, 3, 4):
        assert shut.of(store) == {day for day in range(1, 10) if not said.get((store, day), day not in company)}
    assert shut.of_any([1, 2]) == shut.of(1) | shut.of(2)


def test_stores_with_the_same_days_share_a_budget():
    budgets = Budgets(defaults(), ClosedDays([5], [(1, 6, False)]))

    assert budgets.of([2]) is budgets.of([3])
    assert budgets.of([1, 2]).closed == {5, 6}


def test_saying_it_twice_is_one_word_and_the_database_agrees(store, manager, say):
    assert say(store, False, why="盘点") is None
    assert say(store, True).why == "盘点"

    assert [(one.works, one.why) for one in StoreDay.objects.all()] == [(True, "")]
    assert AuditEntry.objects.filter(action="days_off").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        StoreDay.objects.create(store=store, day=TODAY, works=False, said_by=manager)


# --- the screen ---


def post(client, store, works, day=TOMORROW, **more):
    said = {"store": store.pk, "day": day.isoformat(), "works": works, **more}
    return client.post(reverse("touches:store_day"), said)


def test_a_manager_lets_a_store_rest_and_takes_it_back(login, manager, store):
    client = login(manager)
    day = f"{reverse('touches:calendar_day')}?on={TOMORROW}"

    answer = post(client, store, "no", why="盘点")
    shown = client.get(day).content.decode()
    undo = f"{reverse('touches:store_day')}?day={TOMORROW}&store={store.pk}&works=&why="
    client.post(undo)

    assert (answer.status_code, answer["Location"]) == (302, day)
    assert ("盘点" in shown, "跟全公司一样</button>" in shown) == (True, True)
    assert not StoreDay.objects.exists()


def test_another_store_a_day_that_is_over_and_an_auditor_are_refused(login, manager, auditor, store, other_store):
    client = login(manager)
    answers = [
        post(client, other_store, "no").status_code,
        post(client, store, "no", day=TODAY - timedelta(days=1)).status_code,
        post(client, store, "maybe").status_code,
        post(login(auditor), store, "no").status_code,
    ]

    assert (answers, StoreDay.objects.exists()) == ([400, 400, 400, 404], False)


def test_of_a_day_that_is_over_nothing_can_be_changed(login, manager, store):
    shown = login(manager).get(f"{reverse('touches:calendar_day')}?on={TODAY - timedelta(days=1)}").content.decode()

    assert reverse("touches:store_day") not in shown


def test_a_manager_sees_the_own_store_an_owner_every_one(manager, owner, store, other_store, say):
    say(other_store, False)

    seen = {
        user: [(one.store, one.works) for one in day_of(user, TODAY, today=TODAY).stores] for user in (manager, owner)
    }

    assert seen == {manager: [(store, True)], owner: [(store, True), (other_store, False)]}
