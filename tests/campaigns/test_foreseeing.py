"""The night plans the coming days: what is said together, put off or not at all, and by whom it can be done."""

from datetime import timedelta

import pytest

from campaigns.enums import DropReason, TouchChannel, TouchState, Verdict, Why
from campaigns.models import ContactPolicy, PlanLine, PlanRun, Touch
from campaigns.services import fill_lists, foresee, propose, undo, work
from customers.enums import Purpose
from customers.models import Customer
from staff.models import Absence
from tests.campaigns.factories import Greeting, TouchFactory, visited
from tests.factories import TODAY, CustomerFactory, VehicleFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
DAY = timedelta(days=1)


def policy(**numbers):
    current = ContactPolicy.objects.current()
    return ContactPolicy.objects.create(version=current.version + 1, numbers=current.all_numbers | numbers)


def said(person, *, days_ago=1, purpose=Purpose.CARE):
    at = NOW - timedelta(days=days_ago)
    done = {"state": TouchState.DONE, "ended_at": at, "frozen_at": at}
    return TouchFactory(customer=person, purpose=purpose, channel=TouchChannel.MESSAGE, **done)


def test_a_call_about_the_visit_says_what_else_there_is(store):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()

    counts = propose(today=TODAY)

    lead, along = Touch.objects.get(occasion="after_visit"), Touch.objects.get(occasion="insurance")
    assert (along.merged_into, along.decision, lead.merged_into) == (lead, Why.MERGED, None)
    assert (counts["created"], counts["merged"]) == (2, 1)
    assert list(Touch.objects.due(TODAY)) == [lead]


def test_planning_again_changes_nothing(store):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    propose(today=TODAY)
    before = list(Touch.objects.values().order_by("pk"))

    counts = propose(today=TODAY)

    assert (counts["created"], counts["changed"], counts["dropped"]) == (0, 0, 0)
    assert list(Touch.objects.values().order_by("pk")) == before
    assert PlanRun.objects.count() == 1


def test_the_outcome_of_the_call_closes_what_was_said_with_it_and_undo_brings_it_back(store, care):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    propose(today=TODAY)
    fill_lists(today=TODAY)
    lead, along = Touch.objects.get(occasion="after_visit"), Touch.objects.get(occasion="insurance")

    outcome = work(lead, "reached", by=care, attempt=1, now=NOW)
    along.refresh_from_db()
    closed = along.state
    undo(outcome, by=care, now=NOW)

    along.refresh_from_db()
    assert (closed, along.state, along.merged_into, along.frozen_at) == (
        TouchState.DONE,
        TouchState.WAITING,
        lead,
        None,
    )


def test_nobody_there_keeps_together_what_is_said_together(store, care):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    propose(today=TODAY)
    fill_lists(today=TODAY)
    lead = Touch.objects.get(occasion="after_visit")

    work(lead, "no_answer", by=care, attempt=1, now=NOW)
    propose(today=TODAY + DAY)

    along = Touch.objects.get(occasion="insurance")
    assert (along.state, along.merged_into) == (TouchState.WAITING, lead)


def test_when_the_reason_of_the_call_is_gone_the_rest_finds_another_place(store, care):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    propose(today=TODAY)
    type(order).objects.update(status="cancelled", closed_on=None, closed_at=None)

    propose(today=TODAY)

    along = Touch.objects.get(occasion="insurance")
    assert (along.merged_into, along.decision, along.state) == (None, "", TouchState.WAITING)


def test_what_is_over_the_budget_is_put_off_and_says_why(store, care, only):
    person = CustomerFactory()
    said(person)
    said(person, days_ago=2, purpose=Purpose.MARKETING)
    only(Greeting(max_age=10))

    counts = propose(today=TODAY)

    touch = Touch.objects.get(occasion="greeting")
    assert (touch.planned_on, touch.decision, counts["postponed"]) == (TODAY + 5 * DAY, Why.CAP, 1)
    assert touch.decision_facts == {"cap": "week_all", "count": 2, "most": 2}
    assert not Touch.objects.waiting().due(TODAY).exists()


def test_a_day_that_has_come_keeps_the_reason_why_it_was_put_off(store, care, only):
    person = CustomerFactory()
    said(person)
    said(person, days_ago=2, purpose=Purpose.MARKETING)
    only(Greeting(max_age=10))
    propose(today=TODAY)

    counts = propose(today=TODAY + 5 * DAY)

    touch = Touch.objects.waiting().due(TODAY + 5 * DAY).get()
    assert (counts["changed"], touch.planned_on, touch.decision) == (0, TODAY + 5 * DAY, Why.CAP)


def test_what_has_no_room_at_all_is_a_dropped_touch_with_its_reason_and_comes_back_with_room(store, care, only):
    person = CustomerFactory()
    said(person, days_ago=2)
    other = said(person)
    only(Greeting())

    counts = propose(today=TODAY)
    touch = Touch.objects.get(occasion="greeting")
    dropped = (touch.state, touch.drop_reason, touch.decision, counts["over_budget"])
    Touch.objects.filter(pk=other.pk).update(state=TouchState.DROPPED, drop_reason=DropReason.GONE)
    propose(today=TODAY)

    touch.refresh_from_db()
    assert dropped == (TouchState.DROPPED, DropReason.BUDGET, Why.CAP, 1)
    assert (touch.state, touch.drop_reason, touch.decision) == (TouchState.WAITING, "", "")


def test_a_line_that_is_put_off_leaves_the_list(store, care, only):
    person = CustomerFactory()
    only(Greeting(max_age=10))
    propose(today=TODAY)
    fill_lists(today=TODAY)
    said(person)
    said(person, days_ago=2, purpose=Purpose.MARKETING)

    propose(today=TODAY)

    touch = Touch.objects.get(occasion="greeting")
    assert (touch.state, touch.assignee, touch.planned_on) == (TouchState.WAITING, None, TODAY + 5 * DAY)


def test_who_finds_no_room_with_the_callers_comes_on_another_day(store, care, only):
    CustomerFactory.create_batch(3)
    policy(caller_minutes=10)
    only(Greeting(max_age=10))

    propose(today=TODAY)
    listed = fill_lists(today=TODAY)["listed"]

    found = Touch.objects.order_by("pk").values_list("planned_on", "decision")
    assert list(found) == [(None, ""), (None, ""), (TODAY + DAY, Why.NO_ROOM)]
    assert listed == 2


def test_who_is_away_has_no_minutes(store, care, only):
    Absence.objects.create(person=care, first_on=TODAY, last_on=TODAY, noted_by=care)
    CustomerFactory()
    only(Greeting(max_age=10))

    run = foresee(today=TODAY)

    assert run.lines.get().planned_on == TODAY + DAY


def test_words_sent_by_hand_take_their_minutes_and_texts_take_none(store, care, only):
    CustomerFactory.create_batch(2)
    policy(caller_minutes=5)
    by_hand = Greeting(channel=TouchChannel.WECHAT, max_age=10)
    by_itself = Greeting(channel=TouchChannel.MESSAGE, max_age=10, key="text")
    only(by_hand, by_itself)

    run = foresee(today=TODAY)

    late = run.lines.filter(why=Why.NO_ROOM).values_list("occasion", flat=True)
    assert list(late) == ["greeting"]


def test_what_is_said_along_moves_with_its_contact(store, care, only):
    CustomerFactory.create_batch(2)
    policy(caller_minutes=7)
    only(Greeting(max_age=10, priority=1), Greeting(max_age=10, key="other", priority=2))

    run = foresee(today=TODAY)

    along = run.lines.filter(verdict=Verdict.MERGED).order_by("customer_id").values_list("planned_on", flat=True)
    assert list(along) == [TODAY, TODAY + DAY]


def test_a_birthday_to_come_is_foreseen_and_is_no_touch_yet(store):
    CustomerFactory(birthday_calendar="solar", birth_month=12, birth_day=1)

    propose(today=TODAY)

    line = PlanLine.objects.get(occasion="birthday")
    assert (line.planned_on, line.is_current, Touch.objects.exists()) == (TODAY + 10 * DAY, False, False)


def test_shards_plan_everybody_once(store):
    people = [visited(store).customer_id for _ in range(4)]

    shards = [foresee(today=TODAY, shard=(i, 3)) for i in range(3)]

    planned = [pk for run in shards for pk in run.lines.values_list("customer", flat=True)]
    assert sorted(planned) == sorted(foresee(today=TODAY).lines.values_list("customer", flat=True))
    assert set(planned) == set(people)


def test_two_plannings_at_once_leave_every_touch_once_and_open(store):
    """The second begins and ends while the first is under way."""
    visited(store)
    first = foresee(today=TODAY)
    lines = first.lines.count()

    propose(today=TODAY)

    assert first.lines.count() == lines > 0
    assert Touch.objects.get().state == TouchState.WAITING
    assert PlanRun.objects.shown().pk > first.pk


def test_the_plan_of_a_day_long_broken_off_is_cleared_away(store):
    old = foresee(today=TODAY - 2 * DAY)
    PlanRun.objects.filter(pk=old.pk).update(created_at=old.created_at - 2 * DAY)

    propose(today=TODAY)

    assert list(PlanRun.objects.values_list("today", flat=True)) == [TODAY]


def test_who_may_not_be_spoken_to_stands_in_the_plan_with_the_reason(store, care):
    from customers.services import refuse

    person = CustomerFactory(birthday_calendar="solar", birth_month=12, birth_day=1)
    refuse(person, purposes=[Purpose.CARE], by=care, how="电话中")

    run = foresee(today=TODAY)

    line = run.lines.get()
    assert (line.verdict, line.why, line.drop_reason) == (Verdict.DROPPED, Why.FORBIDDEN, DropReason.REFUSED)


def test_the_contacts_of_the_plan_keep_to_every_cap_of_the_policy(store):
    for n in range(4):
        order = visited(store, days_ago=n)
        Customer.objects.filter(pk=order.customer_id).update(
            birthday_calendar="solar", birth_month=11, birth_day=22 + n
        )
        VehicleFactory(owner=order.customer, insured_until=TODAY + timedelta(days=20 + n))
    policy(week_all=1, month_all=1)

    run = foresee(today=TODAY)

    care = run.lines.filter(purpose=Purpose.CARE)
    assert set(care.values_list("verdict", flat=True)) <= {Verdict.MERGED, Verdict.DROPPED}
    assert not run.lines.exclude(purpose=Purpose.CARE).filter(verdict=Verdict.DROPPED).exists()
