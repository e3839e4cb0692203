"""Honest quotes: written, decided, carried on; what must never be false is refused by the database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import PublicToken
from staff.models import AuditEntry
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
from vehicles.enums import Advice, DecidedHow, Decision, OrderSource, OrderStatus, QuoteState
from vehicles.errors import CannotQuote, NothingToDecide, OfferChanged, QuoteOver
from vehicles.models import Quote, QuoteLine
from vehicles.rules.quotes import Watch, read_watch, totals_of, watch_words
from vehicles.services import (
    QuoteDraft,
    decide_line,
    left_undone,
    move_visit,
    restore_quote,
    revive_line,
    share_quote,
    start_quote,
    take_decision_back,
    unshare_quote,
    withdraw_quote,
    write_quote_lines,
)

NOW = moment(TODAY)
LATER = NOW + timedelta(days=30)
PADS = QuoteDraft("更换前刹车片", Advice.MUST, "前片只剩 2 毫米", 48_000)
PLUGS = QuoteDraft("更换火花塞", Advice.WATCH, "还在范围里", 64_000, watch_km=80_000)
WASH = QuoteDraft("清洗喷油嘴", Advice.SKIP, "油耗正常", 36_000)


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(customer):
    return VehicleFactory(owner=customer)


@pytest.fixture
def quote(car, customer, store, advisor):
    return start_quote(car, customer=customer, store=store, by=advisor, now=NOW)


@pytest.fixture
def write(quote, advisor):
    def _write(*drafts):
        write_quote_lines(quote, drafts=drafts, by=advisor)
        return list(quote.lines.order_by("position"))

    return _write


def say(line, decision=Decision.YES, *, by=None, how=DecidedHow.DESK, **more):
    about = {"revision": line.revision} | more
    return decide_line(line, decision=decision, how=how, by=by, now=NOW, **about)


def again(car, customer, store, by, order=None):
    return start_quote(car, customer=customer, store=store, by=by, now=LATER, order=order)


def names(quote):
    return list(quote.lines.order_by("position").values_list("name", flat=True))


# --- Rules


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("", Watch()),
        ("60000", Watch(km=60_000)),
        ("60,000 公里", Watch(km=60_000)),
        ("80000km", Watch(km=80_000)),
        ("2027-03", Watch(on=date(2027, 3, 1))),
        ("2027年3月15日", Watch(on=date(2027, 3, 15))),
        ("3个月", Watch(on=date(2027, 2, 21))),
        ("６ 个月后 或 ６００００ 公里", Watch(on=date(2027, 5, 21), km=60_000)),
        ("2027-3-15，60000", Watch(on=date(2027, 3, 15), km=60_000)),
        ("2027-13", None),
        ("下次", None),
        ("60000 70000", None),
        ("0", None),
        ("99个月", None),
        ("٣", None),
    ],
)
def test_until_when_is_read_as_people_write_it(typed, until):
    assert read_watch(typed, today=TODAY) == until


def test_three_months_from_the_last_of_november_is_the_last_of_february():
    assert read_watch("3个月", today=date(2026, 11, 30)) == Watch(on=date(2027, 2, 28))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    on=st.none() | st.dates(date(2027, 1, 1), date(2099, 12, 31)),
    km=st.none() | st.integers(1, 2_000_000),
)
def test_until_when_is_read_back_as_it_is_shown(on, km):
    assert read_watch(watch_words(on, km), today=TODAY) == Watch(on, km)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(Advice), st.none() | st.integers(0, 10**11), st.booleans())))
def test_the_sums_of_a_quote_are_those_of_its_lines_to_the_fen(rows):
    lines = [
        QuoteLine(advice=advice, amount_fen=fen, decision="yes" if yes and advice != "c" else "")
        for advice, fen, yes in rows
    ]

    totals = totals_of(lines)

    assert totals.must_fen + totals.watch_fen + totals.saved_fen == sum(fen or 0 for _, fen, _ in rows)
    assert totals.saved_fen == sum(fen or 0 for advice, fen, _ in rows if advice == Advice.SKIP)
    assert totals.agreed_fen == sum(fen or 0 for advice, fen, yes in rows if yes and advice != Advice.SKIP)


# --- The database


@pytest.mark.parametrize(
    "wrong",
    [
        {"advice": "b"},
        {"watch_on": TODAY},
        {"advice": "c", "reason": ""},
        {"advice": "x"},
        {"name": ""},
        {"amount_fen": -1},
        {"decision": "yes"},
        {"decision": "yes", "decided_how": "desk"},
        {"decided_at": NOW},
        {"decision": "yes", "decided_how": "desk", "decided_at": NOW, "decline_reason": "太贵"},
        {"advice": "c", "decision": "yes", "decided_how": "desk", "decided_at": NOW},
        {"decision": "maybe", "decided_how": "desk", "decided_at": NOW},
    ],
)
def test_a_line_that_is_not_whole_is_refused(quote, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteLineFactory(quote=quote, **wrong)

    assert not quote.lines.exists()


def test_a_car_has_one_open_quote_per_store(quote, car, customer, store):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteFactory(vehicle=car, customer=customer, store=store)


# --- Beginning and writing


def test_beginning_twice_is_one_quote(quote, car, customer, store, advisor):
    assert again(car, customer, store, advisor) == quote
    assert Quote.objects.count() == 1


def test_a_quote_given_before_the_car_came_becomes_that_of_the_visit(quote, car, customer, store, advisor):
    order = ServiceOrderFactory(vehicle=car, customer=customer, store=store, status=OrderStatus.OPEN, paid_fen=None)

    assert again(car, customer, store, advisor, order) == quote
    assert Quote.objects.get().order == order


def test_writing_knows_the_maintenance_item_and_keeps_the_order(write):
    lines = write(PADS, PLUGS, WASH)

    assert [(line.position, line.item) for line in lines] == [(1, "brake_pads"), (2, "spark_plugs"), (3, "")]


def test_writing_the_same_again_changes_nothing(write):
    before = write(PADS, PLUGS)
    entries = AuditEntry.objects.count()

    after = write(*(draft._replace(pk=line.pk) for draft, line in zip((PADS, PLUGS), before, strict=True)))

    assert [line.pk for line in after] == [line.pk for line in before]
    assert AuditEntry.objects.count() == entries


def test_a_line_taken_out_leaves_no_gap_and_a_new_one_comes_last(write):
    first, second, _ = write(PADS, PLUGS, WASH)

    after = write(PLUGS._replace(pk=second.pk), PADS._replace(name="更换后刹车片"))

    assert [(line.position, line.name) for line in after] == [(1, "更换火花塞"), (2, "更换后刹车片")]
    assert after[0].pk == second.pk


@pytest.mark.parametrize(
    ("change", "decision"),
    [
        ({"name": "更换前刹车片（进口）"}, ""),
        ({"amount_fen": 48_001}, ""),
        ({"advice": Advice.WATCH, "watch_km": 60_000}, ""),
        ({"advice": Advice.SKIP}, ""),
        ({"reason": "前片只剩 2 毫米，后片还好"}, "yes"),
        ({}, "yes"),
    ],
)
def test_another_offer_is_undecided_again(write, change, decision):
    [line] = write(PADS)
    say(line)

    [after] = write(PADS._replace(pk=line.pk, **change))

    assert after.decision == decision
    assert after.revision == (1 if decision else 2)


def test_a_line_of_another_quote_cannot_be_written_over(write, store):
    foreign = QuoteLineFactory()

    [line] = write(PADS._replace(pk=foreign.pk, amount_fen=1))

    foreign.refresh_from_db()
    assert (foreign.amount_fen, line.amount_fen) == (48_000, 1)
    assert line.pk != foreign.pk


# --- Deciding


def test_a_decision_says_what_how_when_and_who(write, advisor):
    [line] = write(PADS)

    say(line, Decision.NO, by=advisor, how=DecidedHow.CALL, reason="太贵")

    line.refresh_from_db()
    said = (line.decision, line.decided_how, line.decided_at, line.decided_by, line.decline_reason)
    assert said == ("no", "call", NOW, advisor, "太贵")
    entry = AuditEntry.objects.filter(action="quote").latest("pk")
    assert (entry.facts["did"], entry.facts["decision"]) == ("decided", "no")


def test_the_same_word_again_is_one_decision(write, advisor):
    [line] = write(PADS)
    say(line, by=advisor)
    entries = AuditEntry.objects.count()

    decide_line(line, decision=Decision.YES, how=DecidedHow.DESK, by=advisor, now=LATER, revision=line.revision)

    line.refresh_from_db()
    assert line.decided_at == NOW
    assert AuditEntry.objects.count() == entries


def test_a_yes_to_yesterdays_price_is_no_yes(write):
    [line] = write(PADS)
    write(PADS._replace(pk=line.pk, amount_fen=58_000))

    with pytest.raises(OfferChanged):
        say(line, revision=1)

    line.refresh_from_db()
    assert line.decision == ""


def test_what_we_advise_against_is_not_decided(write):
    [line] = write(WASH)

    with pytest.raises(NothingToDecide):
        say(line)


def test_a_decision_is_taken_back(write, advisor):
    [line] = write(PADS)
    say(line, Decision.NO, reason="太贵")

    take_decision_back(line, by=advisor)

    line.refresh_from_db()
    assert (line.decision, line.decided_at, line.decline_reason) == ("", None, "")


def test_after_the_visit_nothing_is_decided_or_written(quote, write, car, customer, store, advisor):
    [line] = write(PADS)
    quote.order = ServiceOrderFactory(vehicle=car, customer=customer, store=store)
    quote.save()

    for act in (
        lambda: say(line),
        lambda: write(WASH),
        lambda: take_decision_back(line, by=advisor),
        lambda: share_quote(quote, by=advisor, now=NOW),
    ):
        with pytest.raises(QuoteOver):
            act()

    assert names(quote) == ["更换前刹车片"]


# --- The next visit


@pytest.fixture
def next_quote(quote, write, car, customer, store, advisor):
    """The quote of the visit after one at which `said` was said of pads, plugs and wash."""

    def _next(pads=None, plugs=None):
        lines = write(PADS, PLUGS, WASH)
        for line, word in zip(lines, (pads, plugs), strict=False):
            if word:
                say(line, word, reason="" if word == Decision.YES else "下次一起")
        quote.end(QuoteState.CLOSED, now=NOW)
        return again(car, customer, store, advisor)

    return _next


def test_what_is_watched_goes_along_undecided(next_quote):
    quote = next_quote(plugs=Decision.LATER)

    line = quote.lines.get()
    assert (line.name, line.advice, line.watch_km, line.decision) == ("更换火花塞", "b", 80_000, "")
    assert line.revived_from.decision == "later"


def test_what_was_done_at_once_does_not_go_along(next_quote):
    assert names(next_quote(plugs=Decision.YES)) == []


def test_what_was_done_since_does_not_go_along(next_quote, car, customer, store):
    order = ServiceOrderFactory(vehicle=car, customer=customer, store=store, opened_on=TODAY + timedelta(days=3))
    ServiceLineFactory(order=order, name="更换火花塞", item="spark_plugs")
    ServiceLineFactory(order=order, name="更换刹车片", item="brake_pads")

    quote = next_quote(pads=Decision.NO)

    assert names(quote) == []
    assert left_undone(quote) == []


@pytest.mark.parametrize(("said", "offered"), [(Decision.NO, 1), (Decision.LATER, 1), (None, 1), (Decision.YES, 0)])
def test_a_must_that_was_not_done_is_offered_again_with_its_reason(next_quote, said, offered):
    quote = next_quote(pads=said)

    assert len(left_undone(quote)) == offered


def test_a_declined_line_is_taken_up_again_once(next_quote, advisor):
    quote = next_quote(pads=Decision.NO)
    [old] = left_undone(quote)

    first = revive_line(old, by=advisor)
    second = revive_line(old, by=advisor)

    assert first == second
    assert (first.revived_from, first.decision, old.decline_reason) == (old, "", "下次一起")
    assert names(quote) == ["更换火花塞", "更换前刹车片"]
    assert left_undone(quote) == []


def test_what_we_advised_against_is_not_taken_up_again(next_quote, advisor):
    next_quote()
    skipped = QuoteLine.objects.get(advice=Advice.SKIP)

    with pytest.raises(CannotQuote):
        revive_line(skipped, by=advisor)


def test_a_new_owner_does_not_read_what_the_old_one_declined(next_quote, car, store, advisor, customer):
    next_quote(pads=Decision.NO)
    buyer = CustomerFactory(store=store)

    quote = start_quote(car, customer=buyer, store=store, by=advisor, now=LATER)

    assert names(quote) == []
    assert left_undone(quote) == []


def test_what_we_saved_somebody_counts_each_job_of_a_car_once(next_quote, advisor, customer):
    quote = next_quote()
    write_quote_lines(quote, drafts=[WASH._replace(amount_fen=40_000), PADS], by=advisor)

    saved = QuoteLine.objects.saved().filter(quote__customer=customer)

    assert [line.amount_fen for line in saved] == [40_000]


# --- Withdrawing, links, moving


def test_a_withdrawn_quote_counts_nowhere_and_comes_back(quote, write, advisor):
    write(WASH)
    secret = share_quote(quote, by=advisor, now=NOW)

    withdraw_quote(quote, by=advisor, now=NOW)
    withdraw_quote(quote, by=advisor, now=NOW)

    assert not QuoteLine.objects.saved().exists()
    assert PublicToken.objects.opened_by("quote", secret, now=NOW) is None
    assert restore_quote(quote, by=advisor).state == QuoteState.OPEN
    assert QuoteLine.objects.saved().count() == 1


def test_a_withdrawn_quote_gives_back_what_it_took_along(next_quote, advisor, car, customer, store):
    quote = next_quote()

    withdraw_quote(quote, by=advisor, now=LATER)

    assert names(again(car, customer, store, advisor)) == ["更换火花塞"]


def test_what_came_back_goes_along_once(next_quote, advisor, car, customer, store):
    quote = next_quote()
    withdraw_quote(quote, by=advisor, now=LATER)
    restore_quote(quote, by=advisor).end(QuoteState.CLOSED, now=LATER)

    assert names(again(car, customer, store, advisor)) == ["更换火花塞"]


def test_of_a_job_only_what_was_said_last_is_offered_again(next_quote, advisor, car, customer, store):
    quote = next_quote(pads=Decision.NO)
    write_quote_lines(quote, drafts=[PADS._replace(advice=Advice.SKIP, reason="换过了")], by=advisor)
    quote.end(QuoteState.CLOSED, now=LATER)

    assert left_undone(again(car, customer, store, advisor)) == []


def test_a_quote_does_not_come_back_beside_a_newer_one(quote, advisor, car, customer, store):
    withdraw_quote(quote, by=advisor, now=NOW)
    again(car, customer, store, advisor)

    with pytest.raises(CannotQuote):
        restore_quote(quote, by=advisor)


def test_a_new_link_ends_the_one_before_and_a_link_can_be_taken_back(quote, advisor):
    first = share_quote(quote, by=advisor, now=NOW)
    second = share_quote(quote, by=advisor, now=NOW)

    assert PublicToken.objects.opened_by("quote", first, now=NOW) is None
    assert PublicToken.objects.opened_by("quote", second, now=NOW).subject_id == quote.pk
    assert unshare_quote(quote, by=advisor, now=NOW)
    assert not unshare_quote(quote, by=advisor, now=NOW)
    assert PublicToken.objects.opened_by("quote", second, now=NOW) is None


def test_a_quote_follows_its_visit_to_the_right_car(quote, write, car, customer, store, manager):
    write(PADS)
    facts = {"status": OrderStatus.OPEN, "source": OrderSource.DESK, "paid_fen": None}
    order = ServiceOrderFactory(vehicle=car, customer=customer, store=store, **facts)
    start_quote(car, customer=customer, store=store, by=manager, now=NOW, order=order)
    right = VehicleFactory(owner=CustomerFactory(store=store))

    move_visit(order, to=right, by=manager, why="看错车牌", today=TODAY)

    quote.refresh_from_db()
    assert (quote.vehicle, quote.customer) == (right, order.__class__.objects.get().customer)
