"""Reminders 60, 30 and 7 days before an insurance ends."""

from datetime import timedelta

import pytest

from campaigns.models import Outcome, Touch
from campaigns.occasions import registry
from customers.models import Customer
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, CustomerFactory, VehicleFactory
from vehicles.models import Ownership, Vehicle

pytestmark = pytest.mark.django_db


def proposals(day=TODAY):
    return list(registry()["insurance"].propose(day))


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def insured(days_left, **facts):
    customer = CustomerFactory(**facts)
    return VehicleFactory(owner=customer, insured_until=TODAY + timedelta(days=days_left))


@pytest.mark.parametrize(("days_left", "stage"), [(60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7)])
def test_each_car_is_in_one_stage(store, days_left, stage):
    car = insured(days_left)

    (call,) = proposals()

    assert call.cycle == f"{car.pk}:{car.insured_until}:{stage}"
    assert call.due_on == car.insured_until - timedelta(days=stage)
    assert call.due_on <= TODAY <= call.not_after


def test_what_is_foreseen_is_what_each_day_would_find(store):
    for days_left in (0, 7, 20, 61, 75, 100):
        insured(days_left)
    last = TODAY + timedelta(days=30)
    days = [TODAY + timedelta(days=n) for n in range(31)]

    foreseen = registry()["insurance"].propose_between(TODAY, last)

    assert set(foreseen) == {call for day in days for call in proposals(day)}


@pytest.mark.parametrize("days_left", [-1, 61])
def test_too_early_and_too_late_nobody_is_called(store, days_left):
    insured(days_left)

    assert proposals() == []


def test_the_last_week_is_urgent(store):
    insured(7)

    assert proposals()[0].priority < registry()["after_visit"].priority


def test_the_reason_names_the_day_and_how_near_it_is(store):
    car = insured(30)
    today = insured(0)

    assert [call.reason for call in proposals()] == [
        f"{car.plate} 保险 2026-12-21 到期，不到一个月了",
        f"{today.plate} 保险 2026-11-21 到期，就在这一周",
    ]


def test_the_present_owner_is_called(store):
    car = insured(30)
    buyer = CustomerFactory()
    Ownership.objects.filter(vehicle=car).update(valid_to=TODAY)
    Ownership.objects.create(vehicle=car, customer=buyer, valid_from=TODAY)

    assert [call.customer_id for call in proposals()] == [buyer.pk]


def test_whoever_has_agreed_to_come_is_not_called_again_about_it(store, care):
    car = insured(25)
    touch = TouchFactory(vehicle=car, occasion="insurance", due_on=TODAY - timedelta(days=30), assignee=care)
    Outcome.objects.create(touch=touch, result="booked", by=care)

    assert proposals() == []


def test_renewed_or_sold_it_is_no_longer_true(store):
    car, occasion = insured(30), registry()["insurance"]
    (call,) = proposals()
    touch = TouchFactory(customer_id=call.customer_id, store=store, vehicle=car, occasion="insurance", cycle=call.cycle)
    assert occasion.still_true([loaded(touch)], TODAY) == {touch.pk}

    Vehicle.objects.update(insured_until=TODAY + timedelta(days=395))
    renewed = occasion.still_true([loaded(touch)], TODAY)
    Vehicle.objects.update(insured_until=TODAY + timedelta(days=30))
    Ownership.objects.update(valid_to=TODAY)

    assert (renewed, occasion.still_true([loaded(touch)], TODAY)) == (set(), set())


def test_the_script_quotes_nothing(store):
    car = insured(30)
    touch = TouchFactory(vehicle=car, occasion="insurance", customer=Customer.objects.get())

    script = registry()["insurance"].script(loaded(touch))

    ours = " ".join([script.opening, script.close, *(answer for _, answer in script.answers)])
    assert not any(word in ours for word in ("优惠", "便宜", "打折", "送", "券", "元", "报价单"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(store, count, django_assert_num_queries):
    for _ in range(count):
        insured(30)

    with django_assert_num_queries(1):
        assert len(proposals()) == count
