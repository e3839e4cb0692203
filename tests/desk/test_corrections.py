"""A moved visit or a sold car: the wrong person is not called, the right one is (rival lesson 16)."""

from datetime import timedelta

import pytest

from campaigns.enums import TouchState
from campaigns.models import Touch
from campaigns.services import fill_lists, propose
from desk.services.corrections import move, take_back_move, take_back_transfer, transfer
from tests.campaigns.factories import visited
from tests.factories import TODAY, CustomerFactory, VehicleFactory, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(moment(TODAY), tick=True)


@pytest.fixture
def night(care):
    def _night(day=TODAY):
        propose(today=day)
        fill_lists(today=day)

    return _night


def lines():
    return set(Touch.objects.open().values_list("customer_id", "state"))


def test_after_a_move_the_right_person_is_asked_about_the_visit(store, manager, night):
    order, right = visited(store), VehicleFactory(owner=CustomerFactory(store=store))
    night()
    assert lines() == {(order.customer_id, TouchState.LISTED)}

    move(order, to=right, by=manager, why="开错车了", today=TODAY)
    assert lines() == set()

    night()
    assert lines() == {(right.owner_now().pk, TouchState.LISTED)}


def test_a_move_taken_back_puts_the_line_where_it_lay(store, manager, night):
    order, right = visited(store), VehicleFactory(owner=CustomerFactory(store=store))
    night()
    Touch.objects.update(frozen_at=moment(TODAY))
    move(order, to=right, by=manager, why="开错车了", today=TODAY)

    for _ in range(2):
        take_back_move(order, by=manager, today=TODAY)

    assert lines() == {(order.customer_id, TouchState.LISTED)}


def test_what_a_night_gave_up_is_not_revived_by_taking_a_move_back(store, manager, night, time_machine):
    order = visited(store, days_ago=3)
    night()
    Touch.objects.update(state=TouchState.DROPPED, drop_reason="gone", ended_at=moment(TODAY, 2))
    move(order, to=VehicleFactory(owner=CustomerFactory(store=store)), by=manager, why="错", today=TODAY)

    take_back_move(order, by=manager, today=TODAY)

    assert lines() == set()


def test_the_insurance_of_a_sold_car_is_the_new_owners_matter(store, manager, night):
    seller, buyer = CustomerFactory(store=store), CustomerFactory(store=store)
    car = VehicleFactory(owner=seller, insured_until=TODAY + timedelta(days=20))
    night()
    assert lines() == {(seller.pk, TouchState.LISTED)}

    transfer(car, to=buyer, by=manager, today=TODAY, why="卖了")
    assert lines() == set()
    night()
    assert lines() == {(buyer.pk, TouchState.LISTED)}

    for _ in range(2):
        take_back_transfer(car, by=manager, today=TODAY)
    assert lines() == {(seller.pk, TouchState.LISTED)}


def test_selling_one_car_leaves_the_others_alone(store, manager, night):
    seller = CustomerFactory(store=store)
    sold, kept = [VehicleFactory(owner=seller, insured_until=TODAY + timedelta(days=20)) for _ in range(2)]
    night()

    transfer(sold, to=CustomerFactory(store=store), by=manager, today=TODAY, why="卖了")

    assert set(Touch.objects.open().values_list("vehicle_id", flat=True)) == {kept.pk}
