"""The contact budget, as laws: whatever is proposed and whatever was said before."""

from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.enums import BY_HAND, TouchChannel, Why
from campaigns.rules.numbers import CAPS, NUMBERS, defaults, problems_with
from campaigns.rules.planner import Budget, Contact, Wish, plan, plan_all
from customers.enums import Purpose

TODAY = date(2026, 11, 21).toordinal()
SERVICE, CARE, MARKETING = Purpose.SERVICE.value, Purpose.CARE.value, Purpose.MARKETING.value
CALL, WECHAT, MESSAGE = TouchChannel.CALL.value, TouchChannel.WECHAT.value, TouchChannel.MESSAGE.value
USUAL = Budget(defaults())

days = st.integers(TODAY - 5, TODAY + 30)
contacts = st.builds(
    Contact,
    day=st.integers(TODAY - 30, TODAY),
    # Blank and None: a talk that nobody had planned.
    purpose=st.sampled_from([SERVICE, CARE, MARKETING, ""]),
    channel=st.sampled_from(TouchChannel.values),
    asks=st.sampled_from([True, False, None]),
)
histories = st.lists(contacts, max_size=6)


@st.composite
def proposals(draw, size=8):
    firsts = draw(st.lists(days, max_size=size))
    return [
        Wish(
            key=f"{n}",
            purpose=draw(st.sampled_from([SERVICE, CARE, MARKETING])),
            channel=draw(st.sampled_from(TouchChannel.values)),
            first=first,
            last=max(first, TODAY) + draw(st.integers(0, 20)),
            priority=draw(st.sampled_from([10, 20])),
            value=draw(st.integers(0, 2)),
            asks=draw(st.booleans()),
            merges=draw(st.booleans()),
        )
        for n, first in enumerate(firsts)
    ]


@st.composite
def budgets(draw):
    numbers = {
        name: draw(st.integers(number.low, min(number.high, 5)))
        for name, number in NUMBERS.items()
        if name != "caller_minutes"
    }
    return Budget(numbers | {"caller_minutes": 200}, closed=draw(st.sets(days, max_size=6)))


# On a busy machine the first example of a process takes its time.
settings.register_profile("planner", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
law = settings(settings.get_profile("planner"))


def wish(key="a", *, purpose=SERVICE, channel=CALL, first=0, days=6, priority=20, asks=False, merges=True, value=0):
    first += TODAY
    return Wish(key, purpose, channel, first, first + days, priority, value, asks, merges)


def said(days_ago, *, purpose=CARE, channel=MESSAGE, asks=False):
    return Contact(TODAY - days_ago, purpose, channel, asks)


def planned(wishes, history=(), budget=USUAL):
    return {found.key: found for found in plan(wishes, history, budget, today=TODAY)}


def contacts_of(wishes, decisions):
    by_key = {one.key: one for one in wishes}
    leads = [found for found in decisions.values() if found.on is not None and found.into is None]
    return [
        Contact(
            lead.on,
            by_key[lead.key].purpose,
            by_key[lead.key].channel,
            by_key[lead.key].asks and by_key[lead.key].purpose != SERVICE,
        )
        for lead in leads
    ]


def overfull(new, old, budget):
    """Windows above a cap that a new contact bound by it lies in."""
    found = []
    for name, cap in CAPS.items():
        counted = [one for one in [*new, *old] if cap.counts(one.purpose, one.channel)]
        for start in range(TODAY - 60, TODAY + 90):
            window = range(start, start + cap.days)
            inside = sum(one.day in window for one in counted)
            if inside > budget.numbers[name] and any(
                one.day in window for one in new if cap.binds(one.purpose, one.channel)
            ):
                found.append((name, start))
    return found


@law
@given(proposals(), histories, budgets())
def test_no_customer_is_above_any_cap_in_any_window(wishes, history, budget):
    decisions = planned(wishes, history, budget)

    assert overfull(contacts_of(wishes, decisions), history, budget) == []


@law
@given(proposals(), histories, budgets())
def test_service_is_never_starved_by_the_others(wishes, history, budget):
    everything = planned(wishes, history, budget)
    service = [one for one in wishes if one.purpose == SERVICE]

    alone = planned(service, [one for one in history if one.purpose == SERVICE], budget)

    kept = {key for key, found in everything.items() if found.on is not None}
    assert {key for key, found in alone.items() if found.on is not None} <= kept


@law
@given(proposals(), histories, budgets(), st.randoms())
def test_the_order_of_what_comes_in_does_not_matter(wishes, history, budget, random):
    shuffled, mixed = random.sample(wishes, len(wishes)), random.sample(history, len(history))

    assert planned(shuffled, mixed, budget) == planned(wishes, history, budget)


@law
@given(proposals(), histories, budgets())
def test_every_proposal_has_one_decision_inside_its_window(wishes, history, budget):
    found = plan(wishes, history, budget, today=TODAY)

    assert sorted(one.key for one in found) == sorted(one.key for one in wishes)
    by_key = {one.key: one for one in wishes}
    days = [(one.on, by_key[one.key]) for one in found if one.on is not None]
    assert all(max(one.first, TODAY) <= on <= one.last for on, one in days)
    assert all(one.why for one in found if one.on is None)


@law
@given(proposals(), histories, budgets())
def test_what_is_merged_is_said_with_a_contact_that_stands_and_never_an_ask_with_service(wishes, history, budget):
    decisions, by_key = planned(wishes, history, budget), {one.key: one for one in wishes}

    pairs = [(by_key[one.key], by_key[one.into], one.on, decisions[one.into]) for one in decisions.values() if one.into]
    assert all(lead.on == on and lead.into is None for _, _, on, lead in pairs)
    assert all(lead.channel in BY_HAND and one.channel in BY_HAND for one, lead, _, _ in pairs)
    assert all((one.purpose == MARKETING) == (lead.purpose == MARKETING) for one, lead, _, _ in pairs)
    assert all(
        (one.asks and one.purpose != SERVICE) == (lead.asks and lead.purpose != SERVICE) for one, lead, _, _ in pairs
    )


@law
@given(proposals(), histories, budgets())
def test_planning_what_was_planned_changes_nothing(wishes, history, budget):
    decisions = planned(wishes, history, budget)
    kept = [one._replace(first=decisions[one.key].on) for one in wishes if decisions[one.key].on is not None]

    again = planned(kept, history, budget)

    assert {key: (one.on, one.into) for key, one in again.items()} == {
        key: (one.on, one.into) for key, one in decisions.items() if one.on is not None
    }


@law
@given(proposals(), histories, budgets())
def test_never_more_asks_in_a_row_than_allowed(wishes, history, budget):
    new = contacts_of(wishes, planned(wishes, history, budget))

    known = [one for one in history if one.asks is not None]  # the others neither asked nor gave
    said = sorted([*((one.day, one.asks, True) for one in new), *((one.day, one.asks, False) for one in known)])
    run, runs = [], []
    for _, asks, is_new in said:
        run = [*run, is_new] if asks else []
        runs.append(run)
    assert [run for run in runs if len(run) > budget.asks_in_row and any(run)] == []


@law
@given(proposals(), histories, budgets())
def test_by_hand_is_never_on_a_closed_day(wishes, history, budget):
    new = contacts_of(wishes, planned(wishes, history, budget))

    assert [one for one in new if one.channel in BY_HAND and one.day in budget.closed] == []


@law
@given(proposals(), histories, budgets(), st.randoms())
def test_contacts_may_be_put_off_up_to_their_latest_day_together(wishes, history, budget, random):
    """Another part moves them when staff is short, each on its own: no cap breaks."""
    decisions = planned(wishes, history, budget)
    before = overfull(contacts_of(wishes, decisions), history, budget)
    late = {
        key: one._replace(on=random.randint(one.on, one.latest)) if one.latest is not None else one
        for key, one in decisions.items()
    }

    assert overfull(contacts_of(wishes, late), history, budget) == before == []


@law
@given(
    st.lists(st.tuples(st.integers(1, 5), proposals(size=3)), max_size=5),
    st.lists(st.tuples(st.integers(0, 6), contacts), max_size=8),
)
@example([(2, [wish()])], [(1, said(1)), (2, said(1)), (3, said(1))])
def test_a_stream_of_customers_is_planned_as_each_alone(people, talks):
    wishes = [(customer, one) for customer, some in dict(people).items() for one in some]
    wishes.sort(key=lambda pair: pair[0])
    talks = sorted(talks, key=lambda pair: pair[0])

    streamed = dict(plan_all(wishes, talks, USUAL, today=TODAY))

    for customer, found in streamed.items():
        mine = [one for who, one in wishes if who == customer]
        assert found == plan(mine, [one for who, one in talks if who == customer], USUAL, today=TODAY)
    assert streamed.keys() == {customer for customer, _ in wishes}


def test_one_call_says_everything_a_person_would_say():
    wishes = [
        wish("visit"),
        wish("insurance", priority=30, days=20),
        wish("birthday", purpose=CARE, priority=10, days=0),
        wish("text", purpose=CARE, channel=MESSAGE),
    ]

    found = planned(wishes)

    assert {key: (one.on - TODAY, one.into) for key, one in found.items()} == {
        "visit": (0, None),
        "insurance": (0, "visit"),
        "birthday": (0, "visit"),
        "text": (0, None),
    }


def test_a_call_waits_some_days_for_another_one():
    found = planned([wish("visit"), wish("birthday", purpose=CARE, first=2, days=0)])

    assert (found["visit"].on - TODAY, found["visit"].why, found["birthday"].into) == (2, Why.WAITS, "visit")


def test_the_third_contact_of_a_week_is_postponed_and_says_why():
    found = planned([wish(purpose=CARE, days=20)], [said(1), said(2, purpose=MARKETING)])["a"]

    assert (found.on - TODAY, found.why, found.cap, found.count) == (5, Why.CAP, "week_all", 2)


def test_service_counts_for_the_others_and_is_not_bound_by_them():
    history = [said(1, purpose=MARKETING), said(2)]
    found = planned([wish("notice"), wish("greeting", purpose=CARE, days=0, merges=False)], history)

    assert (found["notice"].on, found["greeting"].on) == (TODAY, None)
    assert (found["greeting"].why, found["greeting"].cap) == (Why.CAP, "week_all")


def test_a_third_ask_waits_for_something_given():
    asks = [said(20, asks=True), said(10, asks=True)]
    numbers = Budget(defaults() | {"month_care": 9})

    found = plan([wish("ask", purpose=CARE, asks=True, days=9), wish("give", first=3)], asks, numbers, today=TODAY)

    assert {one.key: (one.on - TODAY, one.why) for one in found} == {"give": (3, Why.AS_WISHED), "ask": (3, Why.ASKS)}


def test_nobody_calls_on_a_closed_day_but_a_text_goes_out():
    shut = Budget(defaults(), closed=[TODAY, TODAY + 1])

    found = planned([wish("call"), wish("text", channel=MESSAGE)], budget=shut)

    assert {key: (one.on - TODAY, one.why) for key, one in found.items()} == {
        "call": (2, Why.CLOSED),
        "text": (0, Why.AS_WISHED),
    }


def test_the_second_text_of_a_day_waits_for_the_next_and_says_why():
    texts = [wish("first", channel=MESSAGE, priority=10), wish("second", channel=MESSAGE)]

    found = planned(texts)

    assert (found["first"].on, found["second"].on) == (TODAY, TODAY + 1)
    assert (found["second"].why, found["second"].cap, found["second"].count) == (Why.CAP, "day_service_message", 1)


def test_a_text_with_only_this_day_goes_before_one_that_may_wait():
    birthday = wish("birthday", purpose=CARE, channel=MESSAGE, days=0)

    found = planned([wish("reminder", channel=MESSAGE), birthday])
    fixed = planned([wish("reminder", channel=MESSAGE, days=0), birthday])

    assert (found["birthday"].on, found["reminder"].on, found["reminder"].cap) == (TODAY, TODAY + 1, "day_message")
    assert (fixed["reminder"].on, fixed["birthday"].on, fixed["birthday"].cap) == (TODAY, None, "day_message")


def test_a_call_and_a_text_of_one_day_are_two_ways_to_speak():
    found = planned([wish("call"), wish("text", channel=MESSAGE)])

    assert {one.on for one in found.values()} == {TODAY}


def test_the_numbers_a_shop_starts_with_are_a_policy():
    assert problems_with(defaults()) == {}
    assert problems_with(defaults() | {"week_all": 9})["month_all"].startswith("不能小于")
    assert problems_with({"week_all": 99})["week_all"] == "要在 0 到 14 之间"
