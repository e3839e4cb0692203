"""Rework names the line it makes good: of this car, this customer, here; also when lines are written anew."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import TODAY, CustomerFactory, ServiceLineFactory, ServiceOrderFactory, VehicleFactory, moment
from vehicles.errors import CannotRework
from vehicles.models import ServiceLine
from vehicles.services import LineDraft, close_visit, write_lines
from vehicles.services.rework import may_have_failed

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(customer):
    return VehicleFactory(owner=customer)


@pytest.fixture
def failed(customer, car, store):
    """Brake pads of three weeks ago."""
    order = ServiceOrderFactory(customer=customer, vehicle=car, store=store, opened_on=TODAY - timedelta(days=20))
    return ServiceLineFactory(order=order, name="更换前刹车片", kind="repair", technician="阿明")


@pytest.fixture
def visit(customer, car, store):
    return ServiceOrderFactory(customer=customer, vehicle=car, store=store, status="open", source="desk")


def again(line):
    return LineDraft(line.name, 0, 0, "老曾", line.pk)


def test_a_line_names_what_it_makes_good_and_is_free(visit, failed):
    write_lines(visit, lines=[LineDraft("标准洗车", 3_000), again(failed)])
    write_lines(visit, lines=[LineDraft("标准洗车", 3_000), again(failed)])

    line = ServiceLine.objects.reworks().get()
    assert (line.rework_of, line.order, line.labour_fen, line.order.labour_fen) == (failed, visit, 0, 3_000)
    assert list(failed.reworks.all()) == [line]


def test_only_what_was_done_to_this_car_for_this_customer_here_before_can_be_named(
    visit, failed, customer, car, store, other_store, front_desk
):
    mine = {"customer": customer, "vehicle": car, "store": store}
    others = [
        mine | {"vehicle": VehicleFactory(owner=customer)}, mine | {"customer": CustomerFactory(store=store)},
        mine | {"store": other_store}, mine | {"status": "cancelled", "closed_on": None, "closed_at": None},
    ]  # fmt: skip
    wrong = [ServiceLineFactory(order=ServiceOrderFactory(**order)) for order in others]
    wrong.append(ServiceLineFactory(order=visit))
    wrong.append(ServiceLineFactory(order=failed.order, rework_of=failed))

    for line in wrong:
        with pytest.raises(CannotRework), transaction.atomic():
            write_lines(visit, lines=[again(line)])
        with pytest.raises(CannotRework), transaction.atomic():
            close_visit(visit, lines=[again(line)], by=front_desk, today=TODAY, now=NOW)
    assert may_have_failed(visit, today=TODAY) == [failed]


def test_the_link_survives_the_rewriting_of_the_earlier_visit(visit, failed, front_desk):
    write_lines(visit, lines=[again(failed)])
    earlier = failed.order
    earlier.status, earlier.closed_on, earlier.closed_at = "open", None, None
    earlier.save()

    close_visit(earlier, lines=[LineDraft("洗车"), LineDraft("更换前刹车片")], by=front_desk, today=TODAY, now=NOW)

    assert ServiceLine.objects.reworks().get().rework_of.order == earlier


def test_a_line_is_not_its_own_rework(failed):
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLine.objects.filter(pk=failed.pk).update(rework_of=failed.pk)
