"""Opportunities become words to the owner: at the right time, once, and with consent where they sell."""

from datetime import timedelta

import pytest

from campaigns.enums import DropReason, Result, TouchState
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.services import propose, undo, work
from core.calendars import months_before
from customers.enums import Purpose
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    AppointmentFactory,
    ConsentFactory,
    CustomerFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
    WarrantyCardFactory,
    moment,
)
from vehicles.enums import Advice, MaintenanceItem, OpportunityKind, OpportunityState, QuoteState
from vehicles.models import Opportunity, VehicleChange
from vehicles.services import refresh_due, refresh_opportunities
from vehicles.services.opportunities import decline

pytestmark = pytest.mark.django_db
KEYS = {
    "b_recheck": OpportunityKind.B_RECHECK,
    "declined_work": OpportunityKind.DECLINED,
    "warranty_ending": OpportunityKind.WARRANTY,
    "first_year": OpportunityKind.DEFECTION,
    "replacement": OpportunityKind.REPLACEMENT,
}
S, TWO_MONTHS_AGO = OpportunityState, TODAY - timedelta(days=60)


def days(count):
    return timedelta(days=count)


def proposals(key, day=TODAY):
    return list(registry()[key].propose(day))


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def car_of(store, **facts):
    car = VehicleFactory(owner=CustomerFactory(store=store), **{"registered_on": None, "energy": "汽油"} | facts)
    ServiceOrderFactory(vehicle=car, customer=car.owner_now(), store=store, opened_on=TODAY - days(100), next_on=None)
    return car


def told(car, advice, *, on=TWO_MONTHS_AGO, **facts):
    """A quote of a visit that is over, with one line."""
    quote = QuoteFactory(
        vehicle=car, customer=car.owner_now(), made_at=moment(on), state=QuoteState.CLOSED, ended_at=moment(on, 18)
    )
    line = {"name": "更换前刹车片", "item": MaintenanceItem.BRAKE_PADS, "advice": advice} | facts
    return QuoteLineFactory(quote=quote, **line)


def drawn(*cars, today=TODAY):
    VehicleChange.objects.note([car.pk for car in cars])
    refresh_due(today=today)
    refresh_opportunities(today=today)


def one_of_each(store):
    """A car about which each of them has something to say today."""
    car = car_of(store)
    drawn(car)
    about = {
        "vehicle": car,
        "customer": car.owner_now(),
        "store": store,
        "opened_on": TODAY,
        "reason": "前刹车片，到日子",
    }
    window = {"begins_on": TODAY, "due_on": TODAY + days(3), "ends_on": TODAY + days(90)}
    for kind in KEYS.values():
        is_ahead = kind in (OpportunityKind.B_RECHECK, OpportunityKind.WARRANTY)
        due_on = TODAY + days(3 if is_ahead else 0)
        Opportunity.objects.create(kind=kind, cycle="7", **about | window | {"due_on": due_on})
    return car


@pytest.mark.parametrize("ahead", [21, 8])
def test_what_was_watched_is_proposed_in_the_week_before_its_day(store, ahead):
    car = car_of(store)
    line = told(car, Advice.WATCH, watch_on=TODAY + days(ahead))
    drawn(car)

    said_on = [day for n in range(ahead + 40) if proposals("b_recheck", day := TODAY + days(n))]

    assert (said_on[0], said_on[-1]) == (line.watch_on - days(7), line.watch_on + days(28))


def test_what_is_watched_by_kilometres_is_proposed_in_the_week_before_they_are_reached(store):
    facts = {"odometer_km": 58_000, "odometer_on": TODAY, "daily_metres": 50_000, "daily_spread": 20}
    car = car_of(store, **facts)
    told(car, Advice.WATCH, watch_km=60_000)
    drawn(car)

    (call,) = proposals("b_recheck", TODAY + days(33))

    assert proposals("b_recheck", TODAY + days(32)) == []
    assert call.due_on == TODAY + days(40 - 7)
    assert call.reason.startswith(f"{car.plate} 更换前刹车片，{TODAY - days(60)} 说好观察到 60,000 公里")


def test_the_night_puts_the_re_check_of_a_closed_quote_on_the_list_once(store, care):
    car = car_of(store)
    told(car, Advice.WATCH, watch_on=TODAY + days(5))
    drawn(car)

    propose(today=TODAY)
    propose(today=TODAY)

    touch = loaded(Touch.objects.get(occasion="b_recheck"))
    assert (touch.purpose, touch.vehicle, touch.not_after) == (Purpose.SERVICE, car, TODAY + days(33))
    assert f"您的车{car.plate}的更换前刹车片" in registry()["b_recheck"].script(touch).opening


@pytest.mark.parametrize("key", ["declined_work", "replacement"])
def test_what_sells_needs_consent_and_says_how_to_end_it(store, key):
    asked, silent = one_of_each(store), one_of_each(store)
    ConsentFactory(customer=asked.owner_now())

    propose(today=TODAY)

    found = dict(Touch.objects.filter(occasion=key).values_list("vehicle", "drop_reason"))
    assert found.get(silent.pk, DropReason.NO_CONSENT) == DropReason.NO_CONSENT
    assert found[asked.pk] != DropReason.NO_CONSENT
    touch = loaded(Touch.objects.get(occasion=key, vehicle=asked))
    assert (touch.purpose, "退订" in registry()[key].message(touch)) == (Purpose.MARKETING, True)


def test_the_end_of_a_warranty_is_told_three_weeks_before_without_an_offer(store, care):
    car = car_of(store)
    order = ServiceOrderFactory(vehicle=car, customer=car.owner_now(), store=store, opened_on=TODAY - days(700))
    card = WarrantyCardFactory(order=order, what="漆面镀晶", until_on=TODAY + days(21))
    drawn(car)

    assert proposals("warranty_ending", TODAY - days(1)) == []
    propose(today=TODAY)

    touch = loaded(Touch.objects.get(occasion="warranty_ending"))
    assert (touch.purpose, touch.vehicle, touch.not_after) == (Purpose.SERVICE, car, TODAY + days(18))
    text = registry()["warranty_ending"].message(touch)
    assert f"您的车{car.plate}的漆面镀晶，质保到 {card.until_on}。到期之前我们给您看一遍，不收钱" in text


@pytest.mark.parametrize("key", KEYS)
def test_what_is_foreseen_is_what_each_day_would_find(store, key):
    cars = [one_of_each(store) for _ in range(3)]
    for car, days_on in zip(cars, (-20, 12, 35), strict=True):
        due_on = TODAY + days(days_on)
        Opportunity.objects.filter(vehicle=car, kind=KEYS[key]).update(begins_on=due_on - days(30), due_on=due_on)

    foreseen = registry()[key].propose_between(TODAY, TODAY + days(30))

    assert set(foreseen) == {call for n in range(31) for call in proposals(key, TODAY + days(n))}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(store, key, count, django_assert_num_queries):
    cars = [one_of_each(store) for _ in range(count)]
    touches = [
        loaded(TouchFactory(customer=car.owner_now(), occasion=key, vehicle=car, cycle=f"{car.pk}:7")) for car in cars
    ]

    with django_assert_num_queries(1):
        assert len(proposals(key)) == count
    with django_assert_num_queries(1):
        assert registry()[key].still_true(touches, TODAY) == {touch.pk for touch in touches}


@pytest.mark.parametrize("key", KEYS)
def test_who_is_expected_or_has_answered_is_not_asked(store, key):
    expected, answered = one_of_each(store), one_of_each(store)
    AppointmentFactory(customer=expected.owner_now(), vehicle=expected, store=store, expected_on=TODAY + days(3))
    Opportunity.objects.filter(vehicle=answered).update(state=S.INVITED, invited_at=moment(TODAY))

    assert proposals(key) == []


def test_what_is_due_is_said_by_the_reminder_alone(store):
    car = car_of(store, registered_on=months_before(TODAY, 40), insured_until=TODAY + days(20))
    drawn(car)

    assert {"insurance"} <= set(Opportunity.objects.values_list("kind", flat=True))
    assert [key for key in KEYS if proposals(key)] == []


@pytest.mark.parametrize("key", ["maintenance", "insurance", "inspection"])
def test_who_said_no_on_the_board_is_not_reminded(store, advisor, key):
    facts = {"insured_until": TODAY + days(20), "inspected_until": TODAY + days(20)}
    car = car_of(store, **facts)
    order = ServiceOrderFactory(
        vehicle=car, customer=car.owner_now(), store=store, opened_on=months_before(TODAY + days(5), 6), next_on=None
    )
    ServiceLineFactory(order=order, item=MaintenanceItem.ENGINE_OIL)
    drawn(car)
    (call,) = proposals(key)
    touch = loaded(TouchFactory(customer=car.owner_now(), vehicle=car, occasion=key, cycle=call.cycle))

    decline(Opportunity.objects.get(kind=key), reason="车要卖了", by=advisor, now=moment(TODAY))

    assert proposals(key) == []
    assert registry()[key].still_true([touch], TODAY) == set()


def test_a_call_made_counts_as_told_and_a_slip_does_not(store, care):
    car = one_of_each(store)
    touch = TouchFactory(
        customer=car.owner_now(), vehicle=car, occasion="b_recheck", cycle=f"{car.pk}:7", assignee=care, store=store
    )
    along = TouchFactory(
        customer=car.owner_now(),
        vehicle=car,
        occasion="first_year",
        cycle=f"{car.pk}:7",
        merged_into=touch,
        store=store,
    )

    outcome = work(touch, Result.REACHED, by=care, attempt=1, now=moment(TODAY))

    told_of = Opportunity.objects.filter(state=S.INVITED)
    assert set(told_of.values_list("kind", "said_by")) == {
        (OpportunityKind.B_RECHECK, care.pk),
        (OpportunityKind.DEFECTION, care.pk),
    }
    undo(outcome, by=care, now=moment(TODAY))
    along.refresh_from_db()
    assert (told_of.count(), along.state) == (0, TouchState.WAITING)


def test_nobody_reached_is_nobody_told(store, care):
    car = one_of_each(store)
    facts = {"customer": car.owner_now(), "vehicle": car, "cycle": f"{car.pk}:7", "assignee": care, "store": store}

    work(TouchFactory(occasion="b_recheck", **facts), Result.NO_ANSWER, by=care, attempt=1, now=moment(TODAY))

    assert not Opportunity.objects.filter(state=S.INVITED).exists()
