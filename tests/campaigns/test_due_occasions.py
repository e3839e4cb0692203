"""保养到期 and 年检到期: what is due on a car becomes a word to its owner, once for each time it was last done."""

from datetime import timedelta

import pytest

from campaigns.enums import TouchChannel
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.services import propose
from core.calendars import months_before
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
)
from vehicles.enums import MaintenanceItem
from vehicles.models import DueItem, Ownership
from vehicles.services import draw_due

pytestmark = pytest.mark.django_db
OIL, FILTER = MaintenanceItem.ENGINE_OIL, MaintenanceItem.CABIN_FILTER
KEYS = ("maintenance", "inspection")


def days(count):
    return timedelta(days=count)


def proposals(key, day=TODAY):
    return list(registry()[key].propose(day))


def car_of(store, **facts):
    facts = {"registered_on": None, "inspected_until": None, "energy": "汽油", **facts}
    return VehicleFactory(owner=CustomerFactory(store=store), **facts)


def due(store, *, in_days, item=OIL, car=None):
    """A car on which an item is due in so many days, by its last time here."""
    car, every = car or car_of(store), {OIL: 6, FILTER: 24}[item]
    on = months_before(TODAY + days(in_days), every)
    order = ServiceOrderFactory(vehicle=car, customer=car.owner_now(), store=store, opened_on=on, next_on=None)
    ServiceLineFactory(order=order, name=str(item.label), item=item)
    draw_due([car.pk], today=TODAY)
    return car


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


@pytest.mark.parametrize(("in_days", "is_said"), [(15, False), (14, True), (0, True), (-30, True), (-31, False)])
def test_an_item_is_spoken_of_from_two_weeks_before_to_a_month_after(store, in_days, is_said):
    car = due(store, in_days=in_days)

    found = proposals("maintenance")

    assert [call.vehicle_id for call in found] == [car.pk] * is_said
    assert all(call.due_on <= TODAY <= call.not_after for call in found)


def test_it_says_what_is_due_when_and_why_and_oil_is_a_call(store):
    car = due(store, in_days=5)
    due(store, in_days=9, item=FILTER, car=car)

    oil, cabin = proposals("maintenance")

    last = car.due_items.get(item=OIL).last_on
    assert oil.reason == (
        f"{car.plate} 机油机滤 {TODAY + days(5)} 前后该做，上次 {last} 在本店做；每 5,000 公里或 6 个月，以先到者为准"
    )
    assert oil.cycle == f"{car.pk}:engine_oil:{last}"
    assert (oil.channel, cabin.channel) == (TouchChannel.CALL, None)


def test_the_turn_is_that_of_the_last_time_whatever_the_odometer_says_since(store):
    car = due(store, in_days=5)
    before = proposals("maintenance")[0].cycle

    DueItem.objects.filter(vehicle=car).update(due_on=TODAY + days(2), low_on=TODAY)

    assert proposals("maintenance")[0].cycle == before


@pytest.mark.parametrize("key", KEYS)
def test_what_is_foreseen_is_what_each_day_would_find(store, key):
    for in_days in (-29, -3, 0, 11, 20, 43, 44):
        due(store, in_days=in_days)
    for left in (-1, 0, 13, 14, 30, 60, 61, 89):
        draw_due([car_of(store, inspected_until=TODAY + days(left)).pk], today=TODAY)

    foreseen = registry()[key].propose_between(TODAY, TODAY + days(30))

    assert set(foreseen) == {call for n in range(31) for call in proposals(key, TODAY + days(n))}


@pytest.mark.parametrize(("left", "stage"), [(61, None), (60, 60), (15, 60), (14, 14), (0, 14), (-1, None)])
def test_an_inspection_is_spoken_of_twice(store, left, stage):
    car = car_of(store, inspected_until=TODAY + days(left))
    draw_due([car.pk], today=TODAY)

    cycles = [call.cycle for call in proposals("inspection")]

    assert cycles == ([f"{car.pk}:inspection:{car.inspected_until}:{stage}"] if stage else [])


def test_an_inspection_by_the_law_says_that_nobody_has_typed_it(store):
    car = car_of(store, registered_on=TODAY - days(2 * 365 - 10))
    draw_due([car.pk], today=TODAY)

    (call,) = proposals("inspection")

    assert "（按上牌日推算）" in call.reason


def test_whoever_is_expected_or_here_or_has_no_number_is_not_called(store):
    expected, here, silent = due(store, in_days=5), due(store, in_days=5), due(store, in_days=5)
    AppointmentFactory(customer=expected.owner_now(), vehicle=expected, store=store, expected_on=TODAY + days(3))
    ServiceOrderFactory(vehicle=here, customer=here.owner_now(), store=store, status="open", closed_on=None)
    silent.owner_now().contact_points.all().delete()

    assert proposals("maintenance") == []


def test_of_a_new_car_only_the_oil_is_worth_a_word(store):
    car = car_of(store, registered_on=TODAY - days(175))
    draw_due([car.pk], today=TODAY)
    DueItem.objects.filter(vehicle=car, item=MaintenanceItem.BRAKE_FLUID).update(due_on=TODAY, low_on=TODAY)

    assert [call.cycle.split(":")[1] for call in proposals("maintenance")] == ["engine_oil"]


@pytest.mark.parametrize("key", KEYS)
def test_a_word_is_true_until_it_was_done_or_the_car_is_sold(store, key):
    car = due(store, in_days=5, car=car_of(store, inspected_until=TODAY + days(30)))
    (call,) = proposals(key)
    touch = loaded(TouchFactory(customer=car.owner_now(), occasion=key, cycle=call.cycle, vehicle_id=car.pk))
    occasion = registry()[key]
    assert occasion.still_true([touch], TODAY) == {touch.pk}

    DueItem.objects.filter(vehicle=car).update(last_on=TODAY, due_on=TODAY + days(180), high_on=None)
    assert occasion.still_true([touch], TODAY) == set()

    draw_due([car.pk], today=TODAY)
    Ownership.objects.filter(vehicle=car).update(valid_to=TODAY)
    Ownership.objects.create(vehicle=car, customer=CustomerFactory(store=store), valid_from=TODAY)
    assert occasion.still_true([touch], TODAY) == set()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(store, key, count, django_assert_num_queries):
    cars = [due(store, in_days=5, car=car_of(store, inspected_until=TODAY + days(30))) for _ in range(count)]
    touches = [loaded(TouchFactory(customer=car.owner_now(), occasion=key, vehicle_id=car.pk)) for car in cars]

    with django_assert_num_queries(1):
        assert len(proposals(key)) == count
    with django_assert_num_queries(1):
        registry()[key].still_true(touches, TODAY)


def test_the_night_plans_it_once_and_the_caller_gets_words_for_it(store, manager):
    car = due(store, in_days=5)

    propose(today=TODAY)
    propose(today=TODAY)

    touch = loaded(Touch.objects.get(occasion="maintenance"))
    assert (touch.vehicle_id, touch.purpose) == (car.pk, "service")
    assert f"您的车{car.plate}差不多该做机油机滤了" in registry()["maintenance"].script(touch).opening
