"""Reception: who is in the shop, who is expected, what waits."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from desk.reception import reception_of
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    EnquiryFactory,
    InteractionFactory,
    PromiseFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
    VehicleWarningFactory,
    moment,
)
from vehicles.enums import OrderSource, OrderStatus
from vehicles.services import decide_line, withdraw_quote

# Said outright, as some tests ask for their user by name: pytest-django sorts by what it can see.
pytestmark = pytest.mark.django_db

NOW = moment(TODAY, 14, 30)


@pytest.fixture(autouse=True)
def _it_is_half_past_two():
    with time_machine.travel(NOW, tick=False):
        yield


def drive_in(store, **facts):
    customer = CustomerFactory(store=store)
    car = VehicleFactory(owner=customer)
    facts = {"opened_at": NOW - timedelta(minutes=5), "opened_on": TODAY} | facts
    return ServiceOrderFactory(
        customer=customer, vehicle=car, store=store, status=OrderStatus.OPEN, source=OrderSource.DESK, **facts
    )


def book(store, caller, on=TODAY):
    return AppointmentFactory(customer=CustomerFactory(store=store), made_by=caller, expected_on=on)


def fill(count, store, front_desk, care):
    for n in range(count):
        order = drive_in(store, advisor=front_desk)
        VehicleWarningFactory(vehicle=order.vehicle)
        book(store, care)
        PromiseFactory(customer=order.customer, store=store, due_at=NOW - timedelta(hours=1), made_by=care)
        InteractionFactory(customer=order.customer, store=store, mood="unhappy", by=care)
        answer_on_the_phone(store, "yes", "later")
        EnquiryFactory(store=store, customer=order.customer, by=front_desk, at=NOW, wish=f"问价 {n}")
        TouchFactory(
            customer=order.customer, store=store, state="listed", listed_on=TODAY, assignee=front_desk, due_on=TODAY
        )


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count, store, front_desk, care, django_assert_num_queries):
    fill(count, store, front_desk, care)

    with django_assert_num_queries(9):
        shown = reception_of(front_desk, now=NOW)

    kinds = (
        shown.in_shop, shown.expected, shown.promises, shown.unhappy, shown.enquiries, shown.lines, shown.answered,
    )  # fmt: skip
    assert {len(rows) for rows in kinds} == {count}


def answer_on_the_phone(store, *words):
    """A quote whose customer says these words of its lines on the phone."""
    customer = CustomerFactory(store=store, name="张志远")
    quote = QuoteFactory(customer=customer, store=store, vehicle=VehicleFactory(owner=customer))
    lines = [QuoteLineFactory(quote=quote, name=f"项目{n}") for n in range(len(words))]
    for line, word in zip(lines, words, strict=True):
        decide_line(line, decision=word, how="phone", by=None, now=NOW, revision=1)
    return quote


def test_who_answered_a_quote_on_the_phone_stands_there_until_somebody_looks(store, front_desk, login):
    quote = answer_on_the_phone(store, "yes", "no")
    client = login(front_desk)
    reception, looked = reverse("desk:reception"), reverse("desk:quote_looked", args=[quote.pk])

    page = client.get(reception).content.decode()
    assert all(
        words in page
        for words in ("手机上刚答的报价", "张志远", quote.vehicle.plate[2:], "做：项目0；不做：项目1", looked)
    )
    assert looked in client.get(reverse("desk:quote", args=[quote.pk])).content.decode()
    assert "手机上刚答的报价" in client.get(reception).content.decode()

    assert client.post(looked)["Location"] == reverse("desk:quote", args=[quote.pk])
    assert client.post(looked, headers={"HX-Request": "true"}).status_code == 204
    assert "手机上刚答的报价" not in client.get(reception).content.decode()
    assert looked not in client.get(reverse("desk:quote", args=[quote.pk])).content.decode()


def test_what_was_said_at_the_desk_or_in_another_store_is_no_news_here(store, other_store, front_desk):
    answer_on_the_phone(other_store, "yes")
    line = QuoteLineFactory(quote__customer=CustomerFactory(store=store))
    decide_line(line, decision="yes", how="desk", by=front_desk, now=NOW, revision=1)
    withdraw_quote(answer_on_the_phone(store, "yes"), by=front_desk, now=NOW)

    assert reception_of(front_desk, now=NOW).answered == []


def test_every_matter_is_on_the_page(store, front_desk, care, login):
    fill(2, store, front_desk, care)

    page = login(front_desk).get(reverse("desk:reception")).content.decode()

    assert page.count("in-shop__when") == 2
    assert "前刹车片只剩 2 毫米" in page
    assert "问价 1" in page
    assert page.count("送他到办公室") == 2


def test_a_broken_promise_of_time_is_said_in_words(store, front_desk, login):
    drive_in(store, promised_at=NOW - timedelta(minutes=25))

    assert "过了答应的时间 25 分钟" in login(front_desk).get(reverse("desk:reception")).content.decode()


def test_the_longest_in_the_shop_comes_first(store, front_desk):
    late = drive_in(store, opened_at=NOW - timedelta(minutes=5))
    early = drive_in(store, opened_at=NOW - timedelta(hours=3))

    assert [car.order for car in reception_of(front_desk, now=NOW).in_shop] == [early, late]


def test_somebody_booked_for_today_is_expected_until_they_come(store, front_desk, care):
    booked = book(store, care)
    book(store, care, on=TODAY + timedelta(days=1))

    assert reception_of(front_desk, now=NOW).expected == [booked]

    ServiceOrderFactory(  # brought by a file: nobody at the desk received the car
        customer=booked.customer, vehicle=booked.vehicle, store=store, opened_on=TODAY, opened_at=NOW
    )
    assert reception_of(front_desk, now=NOW).expected == []


def test_another_stores_matters_are_not_shown(store, other_store, stranger, front_desk, care):
    fill(1, store, front_desk, care)

    shown = reception_of(stranger, now=NOW)

    rows = [shown.in_shop, shown.expected, shown.lines, shown.promises, shown.unhappy, shown.enquiries]
    assert rows == [[]] * 6


def test_the_owner_sees_both_stores(store, other_store, owner):
    owner.store = None
    owner.save()
    drive_in(store)
    drive_in(other_store)

    assert len(reception_of(owner, now=NOW).in_shop) == 2


def test_a_new_shop_is_told_where_to_start_by_whoever_may_import(front_desk, manager, login):
    address = reverse("desk:reception")

    assert "从这里开始" in login(manager).get(address).content.decode()
    assert "请店长或老板导入" in login(front_desk).get(address).content.decode()


@pytest.mark.parametrize("role", ["care", "auditor"])
def test_who_does_not_serve_sees_no_dead_buttons(role, store, request, login):
    drive_in(store)

    page = login(request.getfixturevalue(role)).get(reverse("desk:reception")).content.decode()

    assert "in-shop__when" in page
    assert reverse("desk:new_arrival") not in page
    assert reverse("desk:enquiry") not in page


def test_the_board_alone_answers_the_minute_tick(store, front_desk, login):
    drive_in(store)

    response = login(front_desk).get(reverse("desk:reception"), headers={"HX-Request": "true"})

    assert response.content.decode().lstrip().startswith('<div class="split">')
