"""Reasons are found again every night; touches follow them until somebody has taken one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import occasions
from campaigns.enums import DropReason, TouchChannel, TouchState
from campaigns.models import Message, Touch
from campaigns.occasions import Occasion, Proposal
from campaigns.services import propose, queue_due
from customers.enums import Mood, Purpose
from customers.models import ContactPoint, Customer
from customers.services import record_consent, refuse
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, ConsentFactory, CustomerFactory, InteractionFactory, UserFactory, VehicleFactory
from vehicles.models import Vehicle

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def birthday_child(**facts):
    return CustomerFactory(birthday_calendar="solar", birth_month=11, birth_day=21, **facts)


class Offer(Occasion):
    """A marketing occasion as a later part will bring one: everybody is offered something."""

    key, name, purpose, priority, max_age = "offer", "活动", Purpose.MARKETING, 90, 3

    def propose(self, day):
        for pk, store in Customer.objects.values_list("pk", "stores"):
            yield Proposal(pk, store, "2026", day, self.latest(day), "换季活动")

    def still_true(self, touches, day):
        return {touch.pk for touch in touches}


@pytest.fixture
def offer(monkeypatch):
    everything = {**occasions.registry(), "offer": Offer()}
    monkeypatch.setattr("campaigns.services.foreseeing.registry", lambda: everything)


def test_proposing_twice_is_proposing_once(store):
    visited(store)
    birthday_child()
    VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=30))

    first, second = propose(today=TODAY), propose(today=TODAY)

    assert (first["created"], second["created"], second["changed"], second["dropped"]) == (3, 0, 0, 0)
    assert Touch.objects.count() == 3


def test_a_touch_carries_everything_its_occasion_says(store):
    order = visited(store)

    propose(today=TODAY)

    touch = Touch.objects.get()
    assert (touch.customer, touch.store, touch.order, touch.vehicle) == (order.customer, store, order, order.vehicle)
    assert (touch.purpose, touch.channel, touch.priority) == (Purpose.SERVICE, TouchChannel.CALL, 20)
    assert (touch.state, touch.due_on) == (TouchState.WAITING, TODAY)


def test_a_corrected_birthday_leaves_no_stale_greeting(store):
    person = birthday_child()
    propose(today=TODAY)
    queue_due(today=TODAY)
    Customer.objects.filter(pk=person.pk).update(birth_day=22)

    propose(today=TODAY)

    touch = Touch.objects.get()
    assert (touch.state, touch.drop_reason) == (TouchState.DROPPED, DropReason.GONE)
    assert not Message.objects.exists()


def test_the_corrected_birthday_is_wished_on_the_right_day_of_the_same_year(store):
    person = birthday_child()
    propose(today=TODAY)
    Customer.objects.filter(pk=person.pk).update(birth_day=22)
    propose(today=TODAY)

    propose(today=TOMORROW)

    touch = Touch.objects.get()
    assert (touch.state, touch.due_on, touch.drop_reason) == (TouchState.WAITING, TOMORROW, "")


def test_a_birthday_corrected_after_its_day_passed_unwished_is_still_wished(store):
    person = birthday_child()
    propose(today=TODAY)
    propose(today=TODAY + timedelta(days=3))
    assert Touch.objects.get().state == TouchState.EXPIRED
    Customer.objects.filter(pk=person.pk).update(birth_day=28)

    propose(today=TODAY + timedelta(days=7))

    assert Touch.objects.get().state == TouchState.WAITING


def test_what_somebody_has_taken_is_left_alone(store, care):
    order = visited(store)
    propose(today=TODAY)
    listed = {"state": TouchState.LISTED, "assignee": care, "listed_on": TODAY}
    Touch.objects.update(frozen_at=order.closed_at, reason="客户说下午再打", **listed)

    counts = propose(today=TODAY)

    assert (Touch.objects.get().reason, counts["taken"], counts["changed"]) == ("客户说下午再打", 1, 0)


def test_the_night_follows_changed_facts(store):
    VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=30))
    propose(today=TODAY)
    Vehicle.objects.update(plate="粤L99999")

    counts = propose(today=TOMORROW)

    assert (counts["changed"], Touch.objects.get().reason) == (1, "粤L99999 保险 2026-12-21 到期，不到一个月了")


def test_a_quiet_night_rewrites_nothing(store):
    VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=30))
    visited(store)
    propose(today=TODAY)

    assert propose(today=TOMORROW)["changed"] == 0


def test_a_line_stays_on_its_list_while_its_reason_is_reworded(store, care):
    VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=30))
    propose(today=TODAY)
    Touch.objects.update(state=TouchState.LISTED, assignee=care, listed_on=TODAY)
    Vehicle.objects.update(plate="粤L99999")

    propose(today=TOMORROW)

    touch = Touch.objects.get()
    assert (touch.state, touch.assignee, touch.listed_on) == (TouchState.LISTED, care, TODAY)


def test_a_greeting_that_becomes_a_call_leaves_the_outbox(store):
    person = birthday_child()
    propose(today=TODAY)
    queue_due(today=TODAY)
    Customer.objects.filter(pk=person.pk).update(advisor=UserFactory(store=store))

    propose(today=TODAY)

    touch = Touch.objects.get()
    assert (touch.channel, touch.state) == (TouchChannel.CALL, TouchState.WAITING)
    assert not Message.objects.queued().exists()


def test_a_renewed_insurance_drops_its_reminder(store):
    car = VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=30))
    propose(today=TODAY)
    Vehicle.objects.filter(pk=car.pk).update(insured_until=TODAY + timedelta(days=395))

    propose(today=TOMORROW)

    assert Touch.objects.get().drop_reason == DropReason.GONE


def test_touches_of_an_occasion_that_was_taken_out_are_dropped(store):
    TouchFactory(occasion="retired")

    propose(today=TODAY)

    assert Touch.objects.get().state == TouchState.DROPPED


def test_what_was_not_done_in_time_expires(store):
    visited(store, days_ago=1)
    propose(today=TODAY)

    counts = propose(today=TODAY + timedelta(days=7))

    assert (counts["expired"], Touch.objects.get().state) == (1, TouchState.EXPIRED)


def test_a_late_birthday_wish_is_never_proposed(store):
    birthday_child()

    propose(today=TOMORROW)

    assert not Touch.objects.exists()


def test_a_missed_night_is_caught_up_by_the_next(store):
    visited(store, days_ago=3)

    propose(today=TODAY)

    assert Touch.objects.due(TODAY).count() == 1


def test_a_refused_greeting_is_not_proposed_and_an_open_one_is_dropped(store, care):
    person = birthday_child()
    propose(today=TODAY)
    refuse(person, purposes=[Purpose.CARE], by=care, how="电话中")

    counts = propose(today=TODAY)

    assert (counts["forbidden"], counts["dropped"]) == (1, 1)
    assert Touch.objects.get().drop_reason == DropReason.REFUSED


def test_a_refusal_of_greetings_does_not_stop_service(store, care):
    order = visited(store)
    refuse(order.customer, purposes=[Purpose.CARE, Purpose.MARKETING], by=care, how="电话中")

    assert propose(today=TODAY)["created"] == 1


def test_a_new_number_does_not_get_around_a_refusal(store, care):
    person = birthday_child(phone="13800138000")
    refuse(person, purposes=[Purpose.CARE], by=care, how="电话中")
    ContactPoint.objects.update(ended_at="2026-11-01T00:00:00Z")
    ContactPoint.objects.create(customer=person, value="13900139000", key="13900139000")

    assert propose(today=TODAY)["forbidden"] == 1


def test_a_refusal_hangs_on_the_number_whoever_holds_it_now(store, care):
    refuser = CustomerFactory(phone="13800138000")
    refuse(refuser, purposes=[Purpose.CARE], by=care, how="电话中")
    ContactPoint.objects.update(ended_at="2026-11-01T00:00:00Z")
    birthday_child(phone="13800138000")

    assert propose(today=TODAY)["forbidden"] == 1


def test_nobody_angry_is_greeted_until_they_are_put_at_ease(store, care):
    person = birthday_child()
    talk = InteractionFactory(customer=person, mood=Mood.UNHAPPY)

    angry = propose(today=TODAY)
    talk.settle(by=care)
    settled = propose(today=TODAY)

    assert (angry["forbidden"], settled["created"]) == (1, 1)


def test_marketing_needs_a_consent_and_the_latest_word_counts(store, care, offer):
    agreed, silent, refused, returned = CustomerFactory.create_batch(4)
    ConsentFactory(customer=agreed)
    ConsentFactory(customer=refused)
    refuse(refused, purposes=[Purpose.MARKETING], by=care, how="电话中")
    refuse(returned, purposes=[Purpose.MARKETING], by=care, how="电话中")
    record_consent(returned, purpose=Purpose.MARKETING, how="desk", by=care)

    propose(today=TODAY)

    assert set(Touch.objects.values_list("customer", flat=True)) == {agreed.pk, returned.pk}


def test_the_number_of_statements_does_not_grow_with_the_proposals(store):
    visited(store)
    propose(today=TODAY)  # a shop's first night writes its policy
    statements = []
    for count in (1, 4):
        for _ in range(count):
            visited(store)
        with CaptureQueriesContext(connection) as context:
            propose(today=TODAY)
        statements.append(len(context))

    assert statements[0] == statements[1]
