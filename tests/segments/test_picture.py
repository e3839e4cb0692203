"""The statement that draws customers, against the same counted by hand in Python, and night after night."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendars import months_before
from customers.enums import ChangeKind, Learnt, Mood
from customers.models import CardUse, Customer, CustomerChange, Interaction, Introduction, MemberCard
from referrals.enums import VoucherState
from referrals.models import Voucher
from segments.enums import ByHand
from segments.models import Override, Profile, SegmentChange, SegmentPolicy
from segments.querysets import TABLES
from segments.querysets.picture import MISSED_DAYS
from segments.rules import leaves_window_on, window_start
from segments.rules.by_hand import WORDS, value_of
from segments.rules.numbers import defaults
from segments.rules.tables import decide, next_day
from segments.services import MEASURES, rebuild, refresh, work_out
from segments.services.profiles import drawn
from staff.models import User
from tests.factories import (
    AppointmentFactory,
    CustomerFactory,
    FactFactory,
    InteractionFactory,
    MemberCardFactory,
    OverrideFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    VoucherFactory,
    moment,
)
from vehicles.enums import Basis, MaintenanceItem, OrderStatus, ServiceKind
from vehicles.models import DueItem, ServiceOrder, WorkElsewhere

pytestmark = pytest.mark.django_db
NUMBERS = defaults()
START, END = date(2023, 1, 1), date(2026, 12, 31)
days = st.dates(START, END)
fen = st.none() | st.integers(0, 300_000)
words = st.sampled_from([(axis, code) for axis, codes in WORDS.items() for code in codes])


@dataclass
class Visit:
    day: date
    paid: int | None = None
    insurer: int | None = None
    discount: int | None = None
    next_on: date | None = None
    card: bool = False
    maintained: int = 0
    reworks: int = 0


@dataclass
class History:
    visits: list[Visit] = field(default_factory=list)
    talks: list[tuple[date, str, bool]] = field(default_factory=list)
    doubts: list[date] = field(default_factory=list)
    friends: list[date | None] = field(default_factory=list)
    ends: list[date | None] = field(default_factory=list)
    words: list[tuple[ByHand, str, date]] = field(default_factory=list)
    booked: list[date] = field(default_factory=list)
    missed: list[date] = field(default_factory=list)
    elsewhere: list[date] = field(default_factory=list)
    cards: list[tuple] = field(default_factory=list)
    vouchers: list[tuple] = field(default_factory=list)


few = st.integers(0, 2)
histories = st.builds(
    History,
    st.lists(st.builds(Visit, days, fen, fen, fen, st.none() | days, st.booleans(), few, few), max_size=7),
    st.lists(st.tuples(days, st.sampled_from([*Mood.values, ""]), st.booleans()), max_size=4),
    st.lists(days, max_size=3),
    st.lists(st.none() | days, max_size=3),
    st.lists(st.none() | days, max_size=2),
    st.lists(st.tuples(words, days), unique_by=lambda one: one[0][0], max_size=3).map(
        lambda said: [(axis, code, day) for (axis, code), day in said]
    ),
    st.lists(days, max_size=2, unique=True),
    st.lists(days, max_size=3),
    st.lists(days, max_size=2),
    # Money, times, times taken off since, last day; first day, days that it lasts, what became of it.
    st.lists(st.tuples(st.none() | few, st.none() | few, few, st.sampled_from([None, date.max]) | days), max_size=2),
    st.lists(st.tuples(days, st.integers(0, 400), st.sampled_from(VoucherState)), max_size=2),
)  # fmt: skip


def written(history: History, customer, store) -> None:
    for visit in history.visits:
        order = ServiceOrderFactory(
            customer=customer, store=store, opened_on=visit.day, paid_fen=visit.paid, insurer_fen=visit.insurer,
            discount_fen=visit.discount, next_on=visit.next_on,
        )  # fmt: skip
        if visit.card:
            ServiceLineFactory(order=order, position=1, kind=ServiceKind.VOUCHER)
        for place in range(visit.maintained):
            ServiceLineFactory(order=order, position=10 + place, item=MaintenanceItem.ENGINE_OIL)
        for place in range(visit.reworks):
            ServiceLineFactory(order=order, position=20 + place, rework_of=failed_line(customer, store))
    for money, times, used, last in history.cards:
        a_card(customer, money, times, used, last)
    for first, lasts, state in history.vouchers:
        VoucherFactory(customer=customer, valid_from=first, expires_on=first + timedelta(days=lasts), state=state)
    for day in history.missed:
        due_on(customer, day)
    for day in history.elsewhere:
        told_elsewhere(customer, day)
    for day, mood, is_settled in history.talks:
        settled = moment(day) if is_settled else None
        InteractionFactory(customer=customer, store=store, at=moment(day, 23, 30), mood=mood, settled_at=settled)
    for day in history.doubts:
        FactFactory(customer=customer, kind=Learnt.PRICE_DOUBT, value="嫌贵", recorded_at=moment(day, 0, 10))
    for day in history.friends:
        friend = CustomerFactory(store=store)
        Introduction.objects.create(introducer=customer, introduced=friend)
        if day:
            ServiceOrderFactory(customer=friend, store=store, opened_on=day)
    for day in history.booked:
        AppointmentFactory(customer=customer, vehicle=None, store=store, expected_on=day)
    for day in history.ends:
        VehicleFactory(owner=customer, insured_until=day, inspected_until=None)
    for axis, code, day in history.words:
        OverrideFactory(customer=customer, axis=axis, code=code, review_on=day)


def failed_line(customer, store):
    """What was done somewhere it counts for nothing: in a visit that was cancelled."""
    order = ServiceOrderFactory(
        customer=customer, store=store, status=OrderStatus.CANCELLED, closed_on=None, closed_at=None
    )
    return ServiceLineFactory(order=order)


def a_card(customer, money: int | None, times: int | None, used: int, last: date | None):
    card = MemberCardFactory(customer=customer, balance_fen=money, times=times, valid_until=last)
    by = UserFactory(store=card.store)
    for taken, at in ((9, card.recorded_at), (used, card.recorded_at + timedelta(hours=1))):
        if taken:
            CardUse.objects.create(card=card, times=taken, key=uuid4(), by=by, at=at)
    return card


def due_on(customer, day: date) -> None:
    """A car of which one item was last done here."""
    facts = {"item": MaintenanceItem.ENGINE_OIL, "due_on": day, "low_on": day, "basis": Basis.HERE}
    DueItem.objects.create(vehicle=a_car(customer), **facts)


def told_elsewhere(customer, day: date) -> None:
    WorkElsewhere.objects.create(vehicle=a_car(customer), item=MaintenanceItem.TYRES, done_on=day, place="tuhu")


def a_car(customer):
    return VehicleFactory(owner=customer, insured_until=None, inspected_until=None)


def by_hand(history: History, today: date) -> dict:
    """Every fact of the history as of `today`."""
    past = [visit for visit in history.visits if visit.day <= today]
    window = [visit for visit in past if visit.day > window_start(today)]
    year = months_before(today, 12)
    priced = [max(visit.paid - (visit.insurer or 0), 0) for visit in window if visit.paid is not None]
    came = sorted({visit.day for visit in past})
    facts = {
        "visits": len(window), "own_fen": sum(priced), "insurer_fen": sum(visit.insurer or 0 for visit in window),
        "ticket_fen": sum(priced) // len(priced) if priced else None,
        "discounted": sum(bool(visit.discount) for visit in window),
        "lifetime_visits": len(past), "visit_days": len(came),
        "lifetime_own_fen": sum(max(v.paid - (v.insurer or 0), 0) for v in past if v.paid is not None),
        "lifetime_insurer_fen": sum(visit.insurer or 0 for visit in past),
        "first_visit_on": came[0] if came else None, "last_visit_on": came[-1] if came else None,
        "next_on": max((*(visit.next_on for visit in past if visit.next_on), *history.booked), default=None),
        "unsettled": sum(mood == Mood.UNHAPPY and not settled for _, mood, settled in history.talks),
        "unhappy": sum(mood == Mood.UNHAPPY and day > year for day, mood, _ in history.talks),
        "good": sum(mood == Mood.GOOD and day > year for day, mood, _ in history.talks),
        "doubts": sum(day > year for day in history.doubts),
        "introduced": len(history.friends), "brought": sum(day is not None and day <= today for day in history.friends),
        "opted_out": 0, "levels": NUMBERS["levels"],
    }  # fmt: skip
    start, late = window_start(today), timedelta(days=MISSED_DAYS)
    here = sum(visit.maintained for visit in window)
    works = here + sum(start < day <= today for day in history.elsewhere)
    works += sum(start < day <= today - late for day in history.missed)
    facts |= {"due_here": here, "due_works": works, "due_share": here * 100 // works if works else None}
    facts["reworks"] = sum(visit.reworks > 0 and visit.day > year for visit in past)
    facts |= {axis.fact: None for axis in ByHand}
    facts |= {axis.fact: value_of(axis, code) for axis, code, day in history.words if day >= today}
    return facts | rhythm_of(came) | dates_of(history, came, past, today)


def rhythm_of(came: list[date]) -> dict:
    typical, lost = NUMBERS["typical_days"], NUMBERS["lost_percent"]
    if not came:
        return {"interval_days": None, "came_back": 0, "kept": 0}
    least = NUMBERS["least_days"]
    own = max((2 * typical + (came[-1] - came[0]).days) // (len(came) + 1), least)
    came_back = kept = False
    if len(came) == 2:
        came_back = came[1] >= months_before(came[0], -NUMBERS["lost_months"])
    elif came:
        earlier = max((2 * typical + (came[-2] - came[0]).days) // len(came), least) if len(came) > 2 else 0
        came_back = len(came) > 2 and (came[-1] - came[-2]).days * 100 >= earlier * lost
    if len(came) > 1:
        kept = (came[1] - came[0]).days * 100 <= typical * lost
    return {"interval_days": own, "came_back": int(came_back), "kept": int(kept)}


def dates_of(history: History, came: list[date], past: list[Visit], today: date) -> dict:
    found = dict.fromkeys(("cooling_on", "at_risk_on", "lost_on", "months_lost_on", "interest_until"))
    if came:
        own = rhythm_of(came)["interval_days"]
        for name, share in (("cooling_on", "cooling"), ("at_risk_on", "at_risk"), ("lost_on", "lost")):
            found[name] = came[-1] + timedelta(days=-(-own * NUMBERS[f"{share}_percent"] // 100))
        found["interest_until"] = came[-1] + timedelta(days=NUMBERS["interest_days"])
        found["months_lost_on"] = months_before(came[-1], -NUMBERS["lost_months"])
    ends = min((day for day in history.ends if day and day >= today), default=None)
    found["ending_soon_on"] = ends and ends - timedelta(days=NUMBERS["ending_days"])
    found["ending_over_on"] = ends and ends + timedelta(days=1)
    bought = max((visit.day for visit in past if visit.card), default=None)
    left = [last for money, times, used, last in history.cards if money or (times or 0) > used]
    over = [date.max if last in (None, date.max) else last + timedelta(days=1) for last in left]
    found["prepaid_over_on"] = max((day for day in over if day > today), default=None)
    lasting = [(first, first + timedelta(days=days + 1)) for first, days, state in history.vouchers if state == "open"]
    found["voucher_over_on"] = max((end for first, end in lasting if first <= today < end), default=None)
    found["card_until"] = bought and months_before(bought, -NUMBERS["card_months"])
    return found


def turning_days(history: History, facts: dict, today: date) -> date | None:
    """The first day after today on which a count or an axis changes by itself."""
    past = [visit.day for visit in history.visits if window_start(today) < visit.day <= today]
    year = months_before(today, 12)
    felt = [day for day, mood, _ in history.talks if mood in (Mood.GOOD, Mood.UNHAPPY) and day > year]
    doubted = [day for day in history.doubts if day > year]
    again = [visit.day for visit in history.visits if visit.reworks and year < visit.day <= today]
    found = [leaves_window_on(min(past))] if past else []
    found += [year_later(min(some)) for some in (felt, doubted, again) if some]
    found += [first for first, _, state in history.vouchers if state == VoucherState.OPEN]
    start, late = window_start(today), timedelta(days=MISSED_DAYS)
    over = [day for day in history.missed if start < day <= today - late]
    told = [day for day in history.elsewhere if start < day <= today]
    found += [leaves_window_on(min(some)) for some in (over, told) if some]
    found += [day + late for day in history.missed if day + late > today and day > start]
    found += [day for day in history.elsewhere if day > today]
    found += [visit.day for visit in history.visits if visit.day > today]
    found += [day + timedelta(days=1) for *_, day in history.words if day >= today]
    found.append(next_day(tuple(TABLES), facts, today=today))
    return min((day for day in found if day and today < day < date.max), default=None)


def year_later(day: date) -> date:
    later = leaves_window_on(day)
    return later.replace(year=later.year - 1) if (later.month, later.day) != (2, 29) else date(later.year - 1, 3, 1)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, days)
def test_the_statement_counts_and_judges_as_one_does_by_hand(store, history, today):
    facts = by_hand(history, today)
    for table in TABLES:
        facts[table.axis] = decide(table, facts, NUMBERS, today=today).outcome

    with taken_back():
        customer = CustomerFactory(store=store)
        written(history, customer, store)
        found = work_out(customer.pk, today=today)

    assert {name: getattr(found, name) for name in facts} == facts
    assert found.next_change_on == turning_days(history, facts, today)


acts = st.tuples(
    st.sampled_from(
        [
            "visit",
            "ahead",
            "edit",
            "cancel",
            "talk",
            "doubt",
            "settle",
            "friend",
            "opt out",
            "opt in",
            "word",
            "lift",
            "due",
            "elsewhere",
            "card",
            "voucher",
            "spend",
            "rework",
        ]
    ),
    st.integers(0, 900),
    st.integers(0, 300),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=1, max_size=10))
def test_random_nights_end_where_a_full_rebuild_does(store, some_acts):
    """Each act: what happens, how long ago it is dated, how many days later the night is."""
    with taken_back():
        customer, other = CustomerFactory(store=store), CustomerFactory(store=store)
        night = date(2025, 6, 1)
        rebuild(today=night)
        for what, ago, later in some_acts:
            act(what, customer, other, night - timedelta(days=ago), store)
            night += timedelta(days=later)
            refresh(today=night)
        after_nights = pictures()
        rebuild(today=night)
        rebuilt = pictures()

    assert after_nights == rebuilt


@contextmanager
def taken_back():
    """What is written inside is gone afterwards: each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pictures() -> list:
    return list(Profile.objects.order_by("customer").values_list("customer", *MEASURES))


def act(what: str, customer, other, day: date, store) -> None:
    orders = ServiceOrder.objects.filter(status=OrderStatus.CLOSED).order_by("pk")
    if what in ("visit", "ahead"):
        on = day if what == "visit" else day + timedelta(days=950)
        ServiceOrderFactory(customer=customer, store=store, opened_on=on, paid_fen=50_000 + day.day * 4_000)
    elif what == "edit":
        orders.update(paid_fen=orders.count() * 40_000, discount_fen=100)
    elif what == "cancel":
        first = list(orders.values_list("pk", flat=True)[:1])
        ServiceOrder.objects.filter(pk__in=first).update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)
    elif what == "talk":
        InteractionFactory(customer=customer, store=store, at=moment(day), mood=Mood.values[day.day % 3])
    elif what == "doubt":
        FactFactory(customer=customer, kind=Learnt.PRICE_DOUBT, value="嫌贵", recorded_at=moment(day))
    elif what == "settle":
        Interaction.objects.filter(mood=Mood.UNHAPPY).update(settled_at=moment(day))
    elif what == "due":
        due_on(customer, day + timedelta(days=day.month * 40))
    elif what == "elsewhere":
        told_elsewhere(customer, day)
    elif what == "card":
        # Dated back it is over already, or it is over in one of the coming nights, or never.
        a_card(customer, None, day.day % 3, 0, None if day.day % 5 == 0 else day + timedelta(days=day.month * 60))
    elif what == "voucher":
        VoucherFactory(customer=customer, valid_from=day, expires_on=day + timedelta(days=day.month * 60))
    elif what == "spend":
        Voucher.objects.filter(customer=customer).update(state=list(VoucherState)[day.day % 3])
        MemberCard.objects.filter(customer=customer).update(times=day.month % 2)
    elif what == "rework":
        order = ServiceOrderFactory(customer=customer, store=store, opened_on=day)
        ServiceLineFactory(order=order, rework_of=failed_line(customer, store))
    elif what == "friend":
        Introduction.objects.get_or_create(introducer=other, introduced=customer)
        CustomerChange.objects.note([other.pk], ChangeKind.PERSON)
    elif what in ("word", "lift"):
        Override.objects.standing().update(ended_at=moment(day), ended_by=User.objects.first())
        if what == "word":
            axis = list(ByHand)[day.day % 3]
            code = list(WORDS[axis])[day.month % len(WORDS[axis])]
            # Dated back, it is over already; else it is over in one of the coming nights.
            OverrideFactory(customer=customer, axis=axis, code=code, review_on=day + timedelta(days=200))
    else:
        Customer.objects.filter(pk=customer.pk).update(no_profiling=what == "opt out")
    CustomerChange.objects.note([customer.pk], ChangeKind.ORDER)


def test_moving_is_noted_with_codes_and_an_unchanged_night_notes_nothing(store):
    customer = CustomerFactory(store=store)
    ServiceOrderFactory(customer=customer, store=store, opened_on=date(2026, 1, 1))
    rebuild(today=date(2026, 1, 2))

    refresh(today=date(2026, 12, 1))
    refresh(today=date(2026, 12, 2))

    moves = SegmentChange.objects.values_list("axis", "before", "after", "moved_on")
    assert list(moves) == [("rhythm", "active", "lost", date(2026, 12, 1))]


def test_only_those_whose_picture_differs_are_drawn(store):
    same, other = (CustomerFactory(store=store) for _ in range(2))
    today, policy = date(2026, 1, 2), SegmentPolicy.objects.current()
    rebuild(today=today)
    ServiceOrderFactory(customer=other, store=store, opened_on=today)

    with drawn(None, policy.given(today), policy) as fresh, connection.cursor() as cursor:
        cursor.execute(f"SELECT customer_id FROM {fresh}")
        found = cursor.fetchall()

    assert (found, Profile.objects.filter(customer=same).count()) == ([(other.pk,)], 1)


def test_one_night_notes_every_axis_along_which_somebody_moves(store):
    customer = CustomerFactory(store=store)
    rebuild(today=date(2026, 1, 2))
    ServiceOrderFactory(customer=customer, store=store, opened_on=date(2026, 1, 2), paid_fen=500_000)
    CustomerChange.objects.note([customer.pk], ChangeKind.ORDER)

    refresh(today=date(2026, 1, 2))

    moves = SegmentChange.objects.order_by("axis").values_list("axis", "before", "after")
    assert list(moves) == [
        ("letter", "", "C"), ("rhythm", "", "active"), ("stage", "fan", "member"), ("value_tier", "", "C"),
    ]  # fmt: skip


def test_whoever_opts_out_leaves_every_axis_and_has_no_past_there(store):
    customer = CustomerFactory(store=store)
    ServiceOrderFactory(customer=customer, store=store, opened_on=date(2026, 1, 1))
    rebuild(today=date(2026, 1, 2))
    refresh(today=date(2026, 12, 1))
    Customer.objects.filter(pk=customer.pk).update(no_profiling=True)
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)

    refresh(today=date(2026, 12, 2))

    profile = Profile.objects.get(customer=customer)
    axes = [getattr(profile, name) for name in ("value_tier", "rhythm", "loyalty", "letter", "stage", "recency_score")]
    assert axes == ["", "", "", "", "", 0]
    assert (profile.visits, SegmentChange.objects.count()) == (1, 0)


def test_scores_count_the_cut_points_of_the_policy(store):
    customer = CustomerFactory(store=store)
    ServiceOrderFactory.create_batch(3, customer=customer, store=store, opened_on=date(2026, 1, 1), paid_fen=20_000)
    cuts = {"recency": [10, 20, 40, 80], "frequency": [2, 3, 4, 5], "monetary": [10_000, 60_000, 60_001, 90_000]}
    policy = SegmentPolicy.objects.create(version=2, cuts=cuts)

    found = work_out(customer.pk, today=date(2026, 1, 21), policy=policy)

    assert [getattr(found, f"{name}_score") for name in ("recency", "frequency", "monetary")] == [3, 3, 3]
    assert found.next_change_on == date(2026, 2, 10)
