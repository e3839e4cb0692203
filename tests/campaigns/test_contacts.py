"""What was said lately occupies a customer's budget; a text that would be one too many is kept back."""

from datetime import timedelta

import pytest

from campaigns.enums import DropReason, TouchChannel, TouchState
from campaigns.models import ContactPolicy, Outcome, Touch
from campaigns.services import over_budget
from campaigns.services.contacts import contacts_of
from customers.enums import Purpose
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


def said(customer, *, days_ago=1, **facts):
    at = NOW - timedelta(days=days_ago)
    facts = {"purpose": Purpose.CARE, "channel": TouchChannel.MESSAGE, "state": TouchState.DONE} | facts
    return TouchFactory(customer=customer, ended_at=at, frozen_at=at, **facts)


def text(customer, **facts):
    facts = {"purpose": Purpose.CARE, "channel": TouchChannel.MESSAGE, "state": TouchState.LISTED} | facts
    return TouchFactory(customer=customer, **facts)


def test_what_was_done_may_have_been_done_or_is_being_done_counts(store, care):
    person = CustomerFactory()
    said(person, days_ago=29)
    said(person, days_ago=31)
    said(person, state=TouchState.DROPPED, drop_reason=DropReason.UNCERTAIN)
    said(person, state=TouchState.DROPPED, drop_reason=DropReason.GONE)
    TouchFactory(customer=person, assignee=care, listed_on=TODAY + timedelta(days=2), frozen_at=NOW)
    TouchFactory(customer=person)
    later = TouchFactory(customer=person, channel=TouchChannel.CALL)
    Outcome.objects.create(touch=later, result="later", by=care, at=NOW - timedelta(days=3))

    days = [contact.day - TODAY.toordinal() for _, contact in contacts_of([person.pk], today=TODAY)[person.pk]]

    assert sorted(days) == [-29, -3, -1, 2]


def test_what_is_said_together_is_one_contact(store):
    person = CustomerFactory()
    lead = said(person)
    said(person, merged_into=lead)

    assert len(contacts_of([person.pk], today=TODAY)[person.pk]) == 1


def test_a_text_that_would_be_one_too_many_is_over_the_budget(store):
    busy, free = CustomerFactory.create_batch(2)
    said(busy)
    said(busy, days_ago=3)
    kept_back, goes_out, service = text(busy), text(free), text(busy, purpose=Purpose.SERVICE)

    assert over_budget([kept_back, goes_out, service], now=NOW) == {kept_back.pk}


def test_of_two_texts_to_one_person_the_second_may_be_too_much(store):
    person = CustomerFactory()
    said(person)
    first, second = text(person), text(person)

    assert over_budget([first, second], now=NOW) == {second.pk}


def test_a_text_is_not_in_its_own_way(store):
    person = CustomerFactory()
    said(person)
    begun = text(person, frozen_at=NOW)

    assert over_budget([begun], now=NOW) == set()


@pytest.mark.parametrize("count", [1, 3])
def test_the_budget_of_many_is_asked_at_once(count, store, django_assert_num_queries):
    ContactPolicy.objects.current()
    texts = [text(CustomerFactory()) for _ in range(count)]

    with django_assert_num_queries(4):
        over_budget(texts, now=NOW)


def test_what_was_put_off_or_is_said_with_another_is_not_due(store):
    lead = TouchFactory(planned_on=TODAY)
    TouchFactory(planned_on=TODAY + timedelta(days=2), decision="cap")
    TouchFactory(merged_into=lead, decision="merged")

    assert (list(Touch.objects.due(TODAY)), Touch.objects.owed(TODAY).count()) == ([lead], 3)
