"""What became of what we said: matched to later facts in the night, once, and taken back with them."""

from datetime import date, timedelta

import pytest

from tests.factories import (
    TODAY,
    CustomerFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import LineFate
from vehicles.models import LineOutcome, QuoteLine, ServiceOrder, WorkElsewhere
from vehicles.rules.honesty import Fate, Happened, Said, Share, fate_of
from vehicles.services import decide_line, refresh_due, withdraw_quote
from vehicles.services.calibration import calibrate
from vehicles.services.honesty import settle_lines

SPRING = date(2026, 3, 1)
LATER = SPRING + timedelta(days=100)
PADS = {"item": "brake_pads", "name": "更换前刹车片"}


def said(advice="b", decision="", **more):
    facts = {
        "pk": 1,
        "quote": 7,
        "order": 3,
        **PADS,
        "advice": advice,
        "decision": decision,
        "on": SPRING,
        "km": 50_000,
    }
    return Said(**facts | more)


def done(fate=LineFate.HERE, on=LATER, km=54_000, order=9, **more):
    return Happened(fate, on, km, **PADS | more, order=order)


@pytest.mark.parametrize(
    ("line", "facts", "fate"),
    [
        (said(), [], None),
        (said(), [done()], Fate("here", LATER, 100, 4_000)),
        (said(), [done(LineFate.ELSEWHERE, name="", order=None)], Fate("elsewhere", LATER, 100, 4_000)),
        (said("c"), [done(LineFate.MUST, order=None)], Fate("must", LATER, 100, 4_000)),
        (
            said(),
            [done(on=LATER + timedelta(days=9)), done(LineFate.MUST, order=None)],
            Fate("must", LATER, 100, 4_000),
        ),
        (said("a", "no"), [done(LineFate.MUST, order=None)], None),  # that a must is a must is no news
        (said("a", "no"), [done()], Fate("here", LATER, 100, 4_000)),
        (said("a", "yes"), [done()], None),  # it was done as said
        (said(decision="yes"), [done()], None),
        (said(), [done(order=3, on=SPRING + timedelta(days=2))], Fate("at_once", SPRING, 0, None)),
        (said("a", "yes"), [done(order=3)], Fate("at_once", SPRING, 0, None)),
        (said(), [done(on=SPRING)], None),
        (said(), [done(on=SPRING - timedelta(days=1))], None),
        (said(), [done(item="tyres", name="轮胎")], None),
        (said(), [done(name="更换后刹车片")], None),
        (said(), [done(name="刹车片")], Fate("here", LATER, 100, 4_000)),
        (said(), [done(name="前后刹车片")], Fate("here", LATER, 100, 4_000)),
        (said(), [done(km=None)], Fate("here", LATER, 100, None)),
        (said(), [done(km=40_000)], Fate("here", LATER, 100, None)),  # a reading that cannot be
        (said(item="", name="补漆"), [done(item="", name="补漆")], Fate("here", LATER, 100, 4_000)),
        (said(item="", name="补漆"), [done(item="", name="洗车")], None),
    ],
)
def test_a_line_is_matched_to_the_first_later_fact_about_its_job(line, facts, fate):
    assert fate_of(line, facts) == fate


def test_a_share_of_few_is_not_said():
    assert [Share(3, 9).percent, Share(3, 10).percent, Share(0, 0).percent] == [None, 30, None]


@pytest.fixture
def another(store):
    return lambda: VehicleFactory(owner=CustomerFactory(store=store))


@pytest.fixture
def car(another):
    return another()


def quote_of(car, on=SPRING, **facts):
    owner = car.owner_on(on)
    facts = {"state": "closed", "ended_at": moment(on, 18)} | facts
    return QuoteFactory(customer=owner, vehicle=car, made_at=moment(on), **facts)


def watch(quote, **facts):
    return QuoteLineFactory(quote=quote, **PADS | {"advice": "b", "watch_on": LATER} | facts)


def service(car, on=LATER, **line):
    order = ServiceOrderFactory(
        vehicle=car,
        customer=car.owner_on(on),
        opened_on=on,
        closed_on=on,
        opened_at=moment(on),
        closed_at=moment(on, 17),
    )
    ServiceLineFactory(order=order, **PADS | line)
    return order


def outcomes():
    return list(LineOutcome.objects.order_by("line_id").values_list("line_id", "fate", "happened_on", "days"))


@pytest.mark.django_db
def test_the_night_writes_it_once_and_takes_it_back_with_the_fact(car):
    line = watch(quote_of(car))
    order = service(car)

    assert [settle_lines([car.pk]), settle_lines([car.pk])] == [1, 0]
    assert outcomes() == [(line.pk, "here", LATER, 100)]

    ServiceOrder.objects.filter(pk=order.pk).update(status="cancelled", closed_on=None, closed_at=None)
    assert [settle_lines([car.pk]), settle_lines([car.pk]), outcomes()] == [1, 0, []]


@pytest.mark.django_db
def test_a_later_must_a_word_of_another_shop_and_a_withdrawn_quote(car):
    first = watch(quote_of(car))
    again = quote_of(car, on=LATER)
    QuoteLineFactory(quote=again, **PADS, advice="a")
    settle_lines([car.pk])
    assert outcomes() == [(first.pk, "must", LATER, 100)]

    WorkElsewhere.objects.create(vehicle=car, item="brake_pads", done_on=LATER - timedelta(days=60), place="tuhu")
    settle_lines([car.pk])
    assert outcomes() == [(first.pk, "elsewhere", LATER - timedelta(days=60), 40)]

    first.quote.state = "withdrawn"
    first.quote.save()
    settle_lines([car.pk])
    assert outcomes() == []


@pytest.mark.django_db
def test_what_is_done_to_another_car_proves_nothing(car, another):
    watch(quote_of(car))
    service(another())

    assert (settle_lines([car.pk]), outcomes()) == (0, [])


@pytest.mark.django_db
def test_quoting_tells_the_night_to_look_at_the_car(car, another):
    line = watch(quote_of(car, state="open", ended_at=None))
    service(car)
    withdraw_quote(quote_of(another(), state="open", ended_at=None), by=line.quote.advisor, now=moment(TODAY))
    assert refresh_due(today=TODAY)["outcomes"] == 0  # the feed did not name this car

    decide_line(line, decision="later", how="desk", by=line.quote.advisor, now=moment(TODAY), revision=1)

    assert [refresh_due(today=TODAY)["outcomes"] for _ in range(2)] == [1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_however_many_cars_it_costs_the_same(count, another, django_assert_num_queries):
    cars = [another() for _ in range(count)]
    for one in cars:
        watch(quote_of(one))
        service(one)

    with django_assert_num_queries(6):
        assert settle_lines([one.pk for one in cars]) == count


@pytest.mark.django_db
def test_what_was_said_is_weighed_by_what_can_be_judged(car):
    quote = quote_of(car, on=TODAY - timedelta(days=500))
    watch(quote, watch_on=TODAY - timedelta(days=200))  # nothing came of it in its time
    watch(quote, name="更换后刹车片", watch_on=TODAY + timedelta(days=20))  # still being watched
    watch(quote, name="轮胎", item="tyres", watch_on=TODAY + timedelta(days=20))  # came true
    QuoteLineFactory(quote=quote, advice="c", name="清洗喷油嘴")  # nothing in a year
    QuoteLineFactory(quote=quote, advice="c", name="蓄电池", item="battery")  # needed in a year
    QuoteLineFactory(quote=quote, advice="c", name="雨刮", item="wipers")  # wore out later
    QuoteLineFactory(
        quote=quote,
        advice="a",
        name="刹车油",
        item="brake_fluid",
        decision="no",
        decided_how="desk",
        decided_at=quote.made_at,
    )
    QuoteLineFactory(quote=quote_of(car, on=TODAY - timedelta(days=9)), advice="c", name="今年的")  # too early to say
    for item, days in {"tyres": 60, "battery": 300, "wipers": 400, "brake_fluid": 30}.items():
        service(car, on=TODAY - timedelta(days=500 - days), item=item, name=item)
    settle_lines([car.pk])

    (row,) = calibrate(QuoteLine.objects.all(), by="quote__vehicle", today=TODAY)

    assert (row.key, row.said, row.must.part, row.watch.part, row.skip.part) == (car.pk, 8, 1, 3, 4)
    assert (row.came_true, row.after_days) == (Share(1, 2), 60)
    assert (row.needed, row.done_later, row.done_elsewhere) == (Share(1, 3), Share(1, 1), Share(0, 1))


@pytest.mark.django_db
def test_what_is_carried_along_is_weighed_once(car):
    first = watch(quote_of(car, on=TODAY - timedelta(days=300)))
    watch(quote_of(car, on=TODAY - timedelta(days=200)), revived_from=first)

    (row,) = calibrate(QuoteLine.objects.all(), by="item", today=TODAY)

    assert (row.key, row.said) == ("brake_pads", 1)
