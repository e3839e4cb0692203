"""Opportunities: opened by a car's facts, kept up with them, settled by orders, people and time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import months_before
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    OdometerReadingFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    WarrantyCardFactory,
    moment,
)
from vehicles.enums import (
    Advice,
    Decision,
    Elsewhere,
    MaintenanceItem,
    OpportunityKind,
    OpportunityState,
    OrderStatus,
    QuoteState,
    ServiceKind,
)
from vehicles.errors import OpportunityOver
from vehicles.models import Opportunity, Outlook, VehicleChange, WorkElsewhere
from vehicles.rules.opportunities import Facts, Job, Line, chances_of
from vehicles.rules.outcomes import Standing, outcome_of
from vehicles.services import (
    cancel_appointment,
    due_at_once,
    refresh_due,
    refresh_opportunities,
    start_quote,
    transfer_vehicle,
)
from vehicles.services.changes import change_vehicle
from vehicles.services.opportunities import decline, invite, lose, take_word_back, win
from vehicles.services.warranty import restore_card, void_card

pytestmark = pytest.mark.django_db
K, S = OpportunityKind, OpportunityState
OIL, FILTER, PADS = MaintenanceItem.ENGINE_OIL, MaintenanceItem.CABIN_FILTER, MaintenanceItem.BRAKE_PADS
NOW, MONTH_AGO = moment(TODAY), TODAY - timedelta(days=40)


def days(count):
    return timedelta(days=count)


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(customer):
    return VehicleFactory(owner=customer, registered_on=None, energy="汽油")


def night(*cars, today=TODAY):
    VehicleChange.objects.note([car.pk for car in cars])
    refresh_due(today=today)
    return refresh_opportunities(today=today)


def visit(car, *, on=TODAY, item="", fen=None, name="", kind=ServiceKind.MAINTENANCE):
    order = ServiceOrderFactory(vehicle=car, customer=car.owner_now(), opened_on=on, next_on=None)
    ServiceLineFactory(order=order, name=name or item or "洗车", item=item, kind=kind, material_fen=fen)
    return order


def oil_due(car, *, in_days, fen=52_000):
    return visit(car, on=months_before(TODAY + days(in_days), 6), item=OIL, fen=fen)


def said(car, *, advice=Advice.MUST, decision=Decision.NO, on=MONTH_AGO, **facts):
    quote = QuoteFactory(
        vehicle=car, customer=car.owner_now(), made_at=moment(on), state=QuoteState.CLOSED, ended_at=moment(on, 18)
    )
    if decision:
        facts |= {"decision": decision, "decided_how": "desk", "decided_at": moment(on, 11)}
    return QuoteLineFactory(quote=quote, item=facts.pop("item", PADS), advice=advice, **facts)


def only(car):
    return Opportunity.objects.get(vehicle=car)


def states(car):
    return dict(Opportunity.objects.filter(vehicle=car).values_list("kind", "state"))


# --- What there is to speak of


@pytest.mark.parametrize(("in_days", "is_one"), [(31, False), (30, True), (0, True), (-60, True), (-61, False)])
def test_maintenance_stands_on_the_board_while_somebody_may_come_for_it(car, in_days, is_one):
    oil_due(car, in_days=in_days)

    night(car)

    assert Opportunity.objects.count() == is_one


def test_what_is_due_about_one_time_is_one_opportunity_worth_what_it_cost_last(car, store):
    oil_due(car, in_days=5)
    visit(car, on=months_before(TODAY + days(20), 24), item=FILTER, fen=11_000)

    night(car)

    row = only(car)
    assert (row.items, row.value_fen, row.store) == ("engine_oil,cabin_filter", 63_000, store)
    assert row.reason == f"机油机滤、空调滤清器，{TODAY + days(5)} 前后该做"
    assert (row.due_on, row.customer) == (TODAY + days(5), car.owner_now())


def test_insurance_names_last_years_insurer_and_premium(customer):
    car = VehicleFactory(
        owner=customer, registered_on=None, insurer="人保", premium_fen=420_000, insured_until=TODAY + days(50)
    )
    visit(car)

    night(car)

    assert (only(car).kind, only(car).value_fen) == (K.INSURANCE, 420_000)
    assert only(car).reason == f"保险 {TODAY + days(50)} 到期，上年 人保，¥4,200"


def test_a_b_line_comes_back_when_its_kilometres_are_near(car):
    car.odometer_km, car.odometer_on, car.daily_metres, car.daily_spread = 58_000, TODAY, 50_000, 20
    car.save()
    said(car, advice=Advice.WATCH, decision="", watch_km=60_000, amount_fen=64_000)

    night(car)

    assert (only(car).kind, only(car).due_on, only(car).value_fen) == (K.B_RECHECK, TODAY + days(40), 64_000)


def test_a_b_line_of_a_visit_that_is_still_on_waits_for_its_end(car, customer):
    order = ServiceOrderFactory(vehicle=car, customer=customer, status=OrderStatus.OPEN)
    quote = QuoteFactory(vehicle=car, customer=customer, order=order)
    QuoteLineFactory(quote=quote, item=PADS, advice=Advice.WATCH, watch_on=TODAY + days(20))
    night(car)
    assert Opportunity.objects.count() == 0

    order.status, order.closed_on, order.closed_at = OrderStatus.CLOSED, TODAY, NOW
    order.save()
    night(car)

    assert only(car).kind == K.B_RECHECK


def test_a_declined_must_comes_back_after_a_month_with_what_was_said(car):
    said(car, decline_reason="太贵", on=TODAY - days(29))
    assert night(car)["opened"] == 0

    refresh_opportunities(today=TODAY + days(1))

    assert (only(car).kind, only(car).value_fen) == (K.DECLINED, 48_000)
    assert only(car).reason.endswith("没有做，当时说：太贵")


@pytest.mark.parametrize(
    ("years", "km", "repairs", "reason"),
    [
        (8, 160_000, 0, "车龄 8 年，跑了 160,000 公里"),
        (9, 90_000, 400_000, "车龄 9 年，近一年维修 ¥4,000，再前一年 ¥0"),
        (4, 160_000, 400_000, "跑了 160,000 公里，近一年维修 ¥4,000，再前一年 ¥0"),
        (9, 90_000, 200_000, None),
        (7, 160_000, 0, None),
    ],
)
def test_two_of_age_kilometres_and_repairs_speak_for_another_car(customer, years, km, repairs, reason):
    car = VehicleFactory(
        owner=customer, registered_on=months_before(TODAY, 12 * years), inspected_until=date(2030, 1, 1)
    )
    car.odometer_km, car.odometer_on = km, TODAY
    car.save()
    visit(car, on=TODAY - days(5), fen=repairs, name="更换水泵", kind=ServiceKind.REPAIR)

    night(car)

    assert [row.reason for row in Opportunity.objects.filter(kind=K.REPLACEMENT)] == ([reason] if reason else [])


def test_a_new_car_that_misses_its_service_raises_the_alarm_and_a_visit_ends_it(customer):
    car = VehicleFactory(owner=customer, registered_on=months_before(TODAY, 14), inspected_until=date(2030, 1, 1))
    visit(car, on=TODAY - days(46) - days(183), item=OIL)
    night(car)
    assert states(car) == {K.MAINTENANCE: S.OPEN, K.DEFECTION: S.OPEN}

    visit(car, on=TODAY + days(1), item=OIL, fen=50_000)
    night(car, today=TODAY + days(2))

    # The one job is put down to one of them: the yuan of all never exceed what was paid.
    assert states(car) == {K.MAINTENANCE: S.DONE, K.DEFECTION: S.DONE}
    assert sum(row.earned_fen or 0 for row in Opportunity.objects.all()) == 50_000


COATING = "漆面镀晶"


def carded(car, *, in_days, on=TODAY - timedelta(days=700), what=COATING, km=None):
    """A card of an earlier visit that ends in so many days."""
    order = visit(car, on=on, name=what, kind=ServiceKind.DETAILING)
    return WarrantyCardFactory(order=order, what=what, until_on=TODAY + days(in_days), until_km=km)


@pytest.mark.parametrize(("in_days", "is_one"), [(31, False), (30, True), (0, True), (-1, False)])
def test_the_end_of_a_warranty_is_spoken_of_in_the_month_before_it(car, in_days, is_one):
    card = carded(car, in_days=in_days)
    night(car)
    assert Opportunity.objects.exists() == is_one
    if is_one:
        row = only(car)
        assert (row.kind, row.cycle, row.due_on) == (K.WARRANTY, str(card.pk), card.until_on)
        assert row.reason == f"{COATING}，质保到 {card.until_on}"


def test_time_alone_brings_the_end_of_a_warranty_and_takes_it_away(car):
    carded(car, in_days=40)
    night(car)

    assert [refresh_opportunities(today=TODAY + days(on))["opened"] for on in (9, 10, 11)] == [0, 1, 0]
    assert [refresh_opportunities(today=TODAY + days(on))["settled"] for on in (40, 41)] == [0, 1]
    assert only(car).state == S.LAPSED


def test_a_warranty_by_kilometres_ends_when_the_car_is_reckoned_to_have_driven_them(customer):
    facts = {"odometer_km": 58_000, "odometer_on": TODAY, "daily_metres": 100_000, "daily_spread": 20}
    car = VehicleFactory(owner=customer, registered_on=None, energy="汽油", **facts)
    carded(car, in_days=300, km=60_000)

    night(car)

    assert (only(car).due_on, "照平时的跑法约" in only(car).reason) == (TODAY + days(20), True)


@pytest.mark.parametrize(
    ("name", "state"), [(COATING, S.DONE), ("镀晶检查", S.DONE), ("质保检查", S.DONE), ("洗车", S.OPEN)]
)
def test_a_visit_for_the_work_of_a_card_settles_the_end_of_its_warranty(car, name, state):
    carded(car, in_days=20)
    night(car)

    order = visit(car, on=TODAY + days(1), name=name, fen=5_000, kind=ServiceKind.DETAILING)
    night(car, today=TODAY + days(2))

    row = only(car)
    assert (row.state, row.order, row.earned_fen) == (
        (state, order, 5_000) if state == S.DONE else (S.OPEN, None, None)
    )


def test_a_new_card_ends_what_the_earlier_one_had_to_say_and_short_ones_say_nothing(car):
    carded(car, in_days=20)
    carded(car, in_days=20, on=TODAY - days(10), what="全车打蜡")
    night(car)
    assert only(car).state == S.OPEN

    carded(car, in_days=700, on=TODAY)
    night(car)

    assert only(car).state == S.DONE


def test_a_card_that_is_taken_back_says_nothing_and_stands_again_when_it_does(car, customer, front_desk):
    card = carded(car, in_days=20)
    night(car)

    with due_at_once(today=TODAY):
        void_card(card, by=front_desk, now=NOW)
    assert only(car).state == S.LAPSED

    with due_at_once(today=TODAY):
        restore_card(card, by=front_desk)
    assert only(car).state == S.OPEN


def test_the_next_owner_is_not_told_of_a_card_that_somebody_else_was_given(car, store):
    carded(car, in_days=20)
    transfer_vehicle(car, to=CustomerFactory(store=store), by=UserFactory(store=store), today=TODAY, why="卖了")
    night(car)

    assert not Opportunity.objects.standing().exists()


def test_work_elsewhere_is_asked_about_after_a_month(car):
    WorkElsewhere.objects.create(vehicle=car, item=OIL, done_on=TODAY - days(31), place=Elsewhere.TUHU)
    visit(car, on=TODAY - days(400))

    night(car)

    assert (only(car).kind, only(car).reason) == (K.ELSEWHERE, f"机油机滤 {TODAY - days(31)} 在途虎做了")


def test_a_car_that_nobody_owns_is_no_opportunity(car, customer):
    oil_due(car, in_days=5)
    car.ownerships.update(valid_to=TODAY)

    assert night(car)["opened"] == 0


# --- What comes of it


def test_a_closed_order_settles_what_it_answers_with_the_yuan_of_its_lines(car, customer, advisor):
    customer.advisor = advisor
    customer.save()
    oil_due(car, in_days=5)
    night(car)

    order = visit(car, on=TODAY, item=OIL, fen=56_000)
    ServiceLineFactory(order=order, name="精洗", kind=ServiceKind.WASH, labour_fen=9_000)
    night(car)

    row = only(car)
    assert (row.state, row.order, row.earned_fen, row.advisor) == (S.DONE, order, 56_000, advisor)
    assert night(car) == {"looked": 1, "opened": 0, "settled": 0, "written": 0}


def test_an_order_that_is_opened_again_opens_what_it_had_settled(car):
    oil_due(car, in_days=5)
    night(car)
    order = visit(car, item=OIL)
    night(car)

    order.status, order.closed_on, order.closed_at = OrderStatus.OPEN, None, None
    order.save()
    night(car)

    assert (only(car).state, only(car).order, only(car).settled_at) == (S.OPEN, None, None)


def test_what_was_done_elsewhere_meanwhile_is_lost_to_whom(car):
    oil_due(car, in_days=5)
    night(car)

    WorkElsewhere.objects.create(vehicle=car, item=OIL, done_on=TODAY, place=Elsewhere.JD)
    night(car)

    assert (only(car).state, only(car).lost_to) == (S.LOST, Elsewhere.JD)


def test_time_alone_ends_it_and_the_next_cycle_is_another_one(car):
    oil_due(car, in_days=5)
    night(car)
    assert Outlook.objects.get().changes_on == TODAY + days(66)

    assert refresh_opportunities(today=TODAY + days(65)) == {"looked": 0, "opened": 0, "settled": 0, "written": 0}
    assert refresh_opportunities(today=TODAY + days(66))["settled"] == 1

    assert only(car).state == S.LAPSED


def test_an_insurance_renewed_is_done_and_the_next_year_opens_by_itself(customer):
    car = VehicleFactory(owner=customer, registered_on=None, insured_until=TODAY + days(10))
    visit(car)
    night(car)

    change_vehicle(car, by=UserFactory(), today=TODAY, insured_until=TODAY + days(375), insurer="平安")
    night(car)
    assert only(car).state == S.DONE
    refresh_opportunities(today=TODAY + days(315))

    cycles = Opportunity.objects.order_by("pk").values_list("cycle", "state")
    assert list(cycles) == [(str(TODAY + days(10)), S.DONE), (str(TODAY + days(375)), S.OPEN)]


def test_an_appointment_books_it_and_a_cancelled_one_lets_it_go(car, advisor):
    oil_due(car, in_days=5)
    night(car)
    invite(only(car), by=advisor, now=NOW)

    booked = AppointmentFactory(vehicle=car, customer=car.owner_now(), expected_on=TODAY + days(2))
    night(car)
    assert (only(car).state, only(car).said_by) == (S.BOOKED, None)

    with due_at_once(today=TODAY):
        cancel_appointment(booked, by=advisor, now=NOW)
    assert (only(car).state, only(car).invited_at) == (S.INVITED, NOW)


def test_what_was_watched_is_done_when_it_was_looked_at_again(car, store, advisor):
    line = said(car, advice=Advice.WATCH, decision="", watch_on=TODAY + days(10))
    night(car)

    order = ServiceOrderFactory(vehicle=car, customer=car.owner_now(), status=OrderStatus.OPEN)
    start_quote(car, customer=car.owner_now(), store=store, by=advisor, now=NOW, order=order)
    night(car)
    assert states(car) == {K.B_RECHECK: S.OPEN}  # the car is still here
    order.status, order.closed_on, order.closed_at = OrderStatus.CLOSED, TODAY, NOW
    order.save()
    night(car)

    again = line.revival
    found = Opportunity.objects.order_by("pk").values_list("line", "state", "earned_fen")
    assert list(found) == [(line.pk, S.DONE, None), (again.pk, S.OPEN, None)]


def test_a_new_owner_is_spoken_with_of_the_car_and_not_of_what_the_old_one_was_told(car, store):
    oil_due(car, in_days=5)
    said(car)
    night(car)
    buyer = CustomerFactory(store=store)

    with due_at_once(today=TODAY):
        transfer_vehicle(car, to=buyer, by=UserFactory(store=store), today=TODAY, why="卖了")

    assert states(car) == {K.MAINTENANCE: S.OPEN, K.DECLINED: S.LAPSED}
    assert Opportunity.objects.get(kind=K.MAINTENANCE).customer == buyer


def test_a_car_sold_away_is_spoken_of_by_the_store_that_knows_its_new_owner(car, other_store):
    oil_due(car, in_days=5)
    night(car)
    buyer = CustomerFactory(store=other_store)

    with due_at_once(today=TODAY):
        transfer_vehicle(car, to=buyer, by=UserFactory(store=other_store), today=TODAY, why="卖了")

    assert (only(car).customer, only(car).store) == (buyer, other_store)


# --- What people say


@pytest.fixture
def row(car):
    oil_due(car, in_days=5)
    night(car)
    return only(car)


@pytest.mark.parametrize(
    ("say", "state"),
    [
        (lambda row, **by: invite(row, **by), S.INVITED),
        (lambda row, **by: decline(row, reason="太贵", **by), S.DECLINED),
        (lambda row, **by: lose(row, to=Elsewhere.DEALER, **by), S.LOST),
        (lambda row, **by: win(row, earned_fen=10_000, **by), S.DONE),
    ],
)
def test_a_word_is_kept_with_who_and_when_once_and_can_be_taken_back(row, advisor, say, state):
    for _ in range(2):
        told = say(row, by=advisor, now=NOW)

    assert (told.state, told.said_by, told.said_at) == (state, advisor, NOW)
    assert AuditEntry.objects.filter(action="opportunity").count() == 1
    assert night(row.vehicle)["written"] == 0
    take_word_back(row, by=advisor, now=NOW)
    take_word_back(row, by=advisor, now=NOW)
    assert (only(row.vehicle).state, only(row.vehicle).invited_at) == (S.OPEN, None)


def test_a_settled_one_takes_no_other_word(row, advisor):
    decline(row, reason="太贵", by=advisor, now=NOW)

    with pytest.raises(OpportunityOver):
        lose(row, to=Elsewhere.TUHU, by=advisor, now=NOW)


def test_who_said_no_is_not_asked_again_with_what_falls_due_beside_it(row, advisor):
    decline(row, reason="下次", by=advisor, now=NOW)
    visit(row.vehicle, on=months_before(TODAY + days(20), 24), item=FILTER)

    assert night(row.vehicle)["opened"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": S.DECLINED, "settled_at": NOW},
        {"state": S.LOST, "settled_at": NOW},
        {"state": S.DONE},
        {"decline_reason": "太贵"},
        {"lost_to": Elsewhere.TUHU},
        {"earned_fen": 5},
        {"state": S.INVITED},
        {"ends_on": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_half_a_word(row, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=row.pk).update(**wrong)


def test_a_cycle_of_a_car_is_there_once(row):
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


# --- How it is drawn


def test_drawing_costs_a_fixed_number_of_statements(store):
    def statements(count):
        cars = [VehicleFactory(owner=CustomerFactory(store=store), registered_on=None) for _ in range(count)]
        for one in cars:
            oil_due(one, in_days=5)
            OdometerReadingFactory(vehicle=one)
            said(one, advice=Advice.WATCH, decision="", watch_on=TODAY + days(10))
            carded(one, in_days=20)
        VehicleChange.objects.note([one.pk for one in cars])
        refresh_due(today=TODAY)
        with CaptureQueriesContext(connection) as caught:
            assert refresh_opportunities(today=TODAY)["opened"] == 3 * count
        return len(caught)

    assert statements(1) == statements(7)


def test_a_night_without_changes_looks_at_no_car(row):
    assert refresh_opportunities(today=TODAY) == {"looked": 0, "opened": 0, "settled": 0, "written": 0}


JOBS = st.builds(
    Job,
    order=st.integers(1, 3),
    on=st.dates(date(2026, 11, 1), date(2026, 11, 30)),
    kind=st.sampled_from(ServiceKind.values),
    item=st.sampled_from(["", OIL, PADS]),
    name=st.sampled_from(["小保养", "更换前刹车片"]),
    fen=st.none() | st.integers(0, 100_000),
)
STANDING = st.builds(
    Standing,
    kind=st.sampled_from(K.values),
    cycle=st.just("2026-11-20"),
    opened_on=st.just(date(2026, 11, 10)),
    items=st.sampled_from([(), (OIL,), (PADS, OIL)]),
    name=st.sampled_from(["", "更换前刹车片"]),
)


@given(st.lists(JOBS, max_size=6), st.lists(STANDING, max_size=5))
def test_no_job_is_counted_for_two(jobs, standing):
    free = list(jobs)
    earned = sum(outcome_of(one, Facts(), free).fen or 0 for one in standing)

    assert earned <= sum(job.fen or 0 for job in jobs)


LINES = st.builds(
    Line,
    pk=st.integers(1, 9),
    name=st.just("刹车片"),
    item=st.just(PADS),
    advice=st.sampled_from("ab"),
    fen=st.none(),
    said_on=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    watch_on=st.none() | st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)


@given(
    st.lists(LINES, max_size=3),
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    st.none() | st.dates(date(2010, 1, 1), date(2027, 1, 1)),
)
def test_every_chance_has_its_day_within_its_window_and_is_not_over(lines, today, registered_on):
    chances = list(chances_of(Facts(registered_on=registered_on, lines=tuple(lines)), today=today))

    assert all(one.begins_on <= one.due_on <= one.ends_on >= today for one in chances)
