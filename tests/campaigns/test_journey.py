"""到点复查: months after a job, once per visit and step, in a word that asks for nothing."""

from datetime import timedelta

import pytest

from campaigns.content.law import offers_in
from campaigns.enums import TouchChannel
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.services import propose
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
)
from vehicles.enums import FIRST_STEP_DAYS
from vehicles.errors import RuleMoved
from vehicles.models import JourneyStep
from vehicles.rules.journey import SHIPPED, Step
from vehicles.services.journey import set_step, undo_step
from vehicles.services.transfers import transfer_vehicle

pytestmark = pytest.mark.django_db
FILM = Step("film", 90)


def days(count):
    return timedelta(days=count)


def proposals(day=TODAY):
    return list(registry()["journey"].propose(day))


def done(store, *, ago, name="全车贴膜", kind="detailing", car=None):
    car = car or VehicleFactory(owner=CustomerFactory(store=store))
    order = ServiceOrderFactory(vehicle=car, customer=car.owner_now(), store=store, opened_on=TODAY - days(ago))
    ServiceLineFactory(order=order, name=name, kind=kind)
    return order


def loaded():
    return Touch.objects.for_script().get()


@pytest.mark.parametrize(("ago", "is_said"), [(89, False), (90, True), (111, True), (112, False)])
def test_a_step_is_spoken_of_from_its_day_for_three_weeks(store, ago, is_said):
    order = done(store, ago=ago)

    found = proposals()

    assert [one.order_id for one in found] == [order.pk] * is_said
    assert all(
        (one.due_on, one.not_after) == (order.closed_on + days(90), order.closed_on + days(111)) for one in found
    )


def test_it_says_what_was_done_when_and_what_for_and_offers_nothing(store):
    order = done(store, ago=90)
    ServiceLineFactory(order=order, name="前挡贴膜", kind="detailing")

    (found,) = proposals()
    propose(today=TODAY)

    assert found.reason == f"{order.closed_on}做的全车贴膜，{SHIPPED[FILM]}"
    assert found.cycle == f"order:{order.pk}:film:90"
    touch = loaded()
    assert (touch.channel, touch.purpose, touch.occasion) == (TouchChannel.WECHAT, "service", "journey")
    assert f"{order.vehicle.plate}上次做的全车贴膜" in registry()["journey"].script(touch).opening


@pytest.mark.parametrize(("name", "kind"), [("标准洗车", "wash"), ("全车打蜡", "detailing"), ("小保养", "maintenance")])
def test_what_has_no_steps_is_not_asked_after(store, name, kind):
    done(store, ago=90, name=name, kind=kind)

    assert proposals() == []


def test_no_step_falls_into_the_weeks_that_have_their_calls_already():
    assert min(step.days for step in SHIPPED) >= FIRST_STEP_DAYS > 30 + 14


def test_who_was_here_again_is_here_or_is_expected_is_not_asked_in(store):
    for ago in (29, 1):
        again = done(store, ago=90)
        done(store, ago=ago, name="标准洗车", kind="wash", car=again.vehicle)
    here, expected = done(store, ago=90), done(store, ago=90)
    ServiceOrderFactory(vehicle=here.vehicle, customer=here.customer, store=store, status="open", source="desk")
    AppointmentFactory(customer=expected.customer, vehicle=expected.vehicle, store=store)
    long_ago = done(store, ago=90)
    done(store, ago=40, name="标准洗车", kind="wash", car=long_ago.vehicle)

    assert [one.order_id for one in proposals()] == [long_ago.pk]


def test_what_is_foreseen_is_what_each_day_would_find(store):
    for ago in (112, 111, 95, 90, 80, 61, 60, 59):
        done(store, ago=ago)
        done(store, ago=ago, name="更换轮胎（两条）", kind="tyre")

    foreseen = set(registry()["journey"].propose_between(TODAY, TODAY + days(30)))

    assert foreseen == {one for n in range(31) for one in proposals(TODAY + days(n))}


def test_it_falls_away_with_the_car_the_visit_the_step_and_a_new_visit(store, manager):
    occasion, order = registry()["journey"], done(store, ago=95)
    propose(today=TODAY)
    assert occasion.still_true([loaded()], TODAY) == {loaded().pk}

    row = set_step(FILM, "", version=0, by=manager)
    assert (occasion.still_true([loaded()], TODAY), proposals()) == (set(), [])
    undo_step(row, by=manager)
    assert occasion.still_true([loaded()], TODAY) == {loaded().pk}

    again = done(store, ago=2, name="标准洗车", kind="wash", car=order.vehicle)
    assert occasion.still_true([loaded()], TODAY) == set()
    again.lines.all().delete()
    again.delete()
    transfer_vehicle(order.vehicle, to=CustomerFactory(store=store), by=manager, today=TODAY, why="卖了")
    assert (occasion.still_true([loaded()], TODAY), proposals()) == (set(), [])


@pytest.mark.parametrize("count", [1, 3])
def test_a_night_asks_once_per_step_however_many_visits(store, count, django_assert_num_queries):
    for _ in range(count):
        done(store, ago=90)

    with django_assert_num_queries(1 + len(SHIPPED)):
        assert len(proposals()) == count


def test_no_shipped_step_holds_an_offer():
    assert [word for words in SHIPPED.values() for word in offers_in(words)] == []


def test_a_step_is_changed_by_version_and_undone(manager):
    first = set_step(FILM, "看看膜", version=0, by=manager)
    assert set_step(FILM, "看看膜", version=1, by=manager) is None
    with pytest.raises(RuleMoved):
        set_step(FILM, "再看看", version=0, by=manager)
    assert JourneyStep.objects.in_force()[FILM] == "看看膜"

    undo_step(first, by=manager)

    assert JourneyStep.objects.in_force() == SHIPPED
    own = set_step(Step("wash", 60), "洗满两个月看看漆面", version=0, by=manager)
    undo_step(own, by=manager)
    assert JourneyStep.objects.in_force() == SHIPPED
