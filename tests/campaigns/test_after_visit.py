"""Calls on the day after a visit that was more than a wash."""

from datetime import timedelta

import pytest

from campaigns.models import Touch
from campaigns.occasions import registry
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, CustomerFactory
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db


def proposals(day=TODAY):
    return list(registry()["after_visit"].propose(day))


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


@pytest.mark.parametrize(("days_ago", "found"), [(0, 1), (1, 1), (7, 1), (8, 0)])
def test_visits_closed_in_the_last_week_are_called_about(store, days_ago, found):
    visited(store, days_ago=days_ago)

    assert len(proposals()) == found


def test_the_call_is_due_on_the_day_after_and_holds_until_the_next_question(store):
    order = visited(store, days_ago=2)

    (call,) = proposals()

    assert (call.due_on, call.not_after) == (TODAY - timedelta(days=1), TODAY)
    assert (call.cycle, call.order_id, call.vehicle_id) == (f"order:{order.pk}", order.pk, order.vehicle_id)
    assert call.reason == "11月19日做了小保养，问问车用得怎么样"


@pytest.mark.parametrize("kinds", [["wash"], ["wash", "wash"], ["voucher"], ["wash", "voucher"]])
def test_a_wash_is_never_called_about(store, kinds):
    order = visited(store, kind=None)
    for position, kind in enumerate(kinds):
        order.lines.create(position=position, name="洗车", kind=kind)

    assert proposals() == []


def test_a_wash_with_a_repair_is_called_about_for_the_repair(store):
    order = visited(store, kind="wash", item="普通洗车")
    order.lines.create(position=2, name="更换刹车片", kind="repair")

    assert [call.reason for call in proposals()] == ["11月20日做了更换刹车片，问问车用得怎么样"]


def test_what_had_to_be_done_again_is_asked_after_before_the_rest_and_begins_with_an_apology(store):
    failed = visited(store, kind="repair", item="更换刹车片", days_ago=30)
    again = visited(store, customer=failed.customer, kind="maintenance")
    again.lines.create(position=2, name="更换刹车片", kind="repair", rework_of=failed.lines.get())
    usual = visited(store)

    first, second = sorted(proposals(), key=lambda call: call.order_id)

    assert (first.order_id, first.priority, second.order_id, second.priority) == (again.pk, 17, usual.pk, None)
    assert first.reason == "11月20日返工，重新做了更换刹车片，问问这次修好了没有"
    touch = loaded(TouchFactory(customer=again.customer, order=again, cycle=first.cycle, reason=first.reason))
    assert "又让您为更换刹车片跑了一趟，是我们上次没做好" in registry()["after_visit"].script(touch).opening


def test_a_visit_whose_lines_are_unknown_is_called_about(store):
    visited(store, kind=None)

    assert [call.reason for call in proposals()] == ["11月20日来过店里，问问车用得怎么样"]


def test_only_the_latest_visit_counts_and_a_later_wash_does_not_hide_it(store):
    customer = visited(store, days_ago=6).customer
    latest = visited(store, days_ago=3, customer=customer)
    visited(store, days_ago=1, kind="wash", customer=customer)

    assert [call.order_id for call in proposals()] == [latest.pk]


def test_open_cancelled_and_unreachable_are_left_alone(store):
    visited(store, status=OrderStatus.OPEN)
    visited(store, status=OrderStatus.CANCELLED)
    visited(store, customer=CustomerFactory(store=store, phone=False))

    assert proposals() == []


def test_a_cancelled_order_is_no_longer_true(store):
    order = visited(store)
    touch = TouchFactory(customer=order.customer, order=order)
    occasion = registry()["after_visit"]
    assert occasion.still_true([loaded(touch)], TODAY) == {touch.pk}

    ServiceOrder.objects.update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)

    assert occasion.still_true([loaded(touch)], TODAY) == set()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(store, count, django_assert_num_queries):
    for _ in range(count):
        visited(store)

    with django_assert_num_queries(1):
        assert len(proposals()) == count
