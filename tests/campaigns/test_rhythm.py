"""Any conversation resets the rhythm, and takes no room that the customer did not give us."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.enums import DropReason, Result
from campaigns.models import Outcome, Touch
from campaigns.occasions import registry
from campaigns.occasions.rhythm import REST, rested
from campaigns.services import fill_lists, propose, work
from campaigns.services.contacts import contacts_of
from customers.enums import Direction, Purpose
from segments.models import Profile, SegmentPolicy
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, CustomerFactory, InteractionFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)
TALK = {"channel": "visit", "direction": Direction.IN, "at": NOW, "body": "来洗车，聊了几句"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def days(count):
    return timedelta(days=count)


def staying_away(store, *, since=TODAY, rhythm="at_risk"):
    customer = CustomerFactory(store=store)
    known = {"policy": SegmentPolicy.objects.current(), "computed_on": TODAY, "last_visit_on": TODAY - days(200)}
    column = {"at_risk": "at_risk_on", "lost": "lost_on"}[rhythm]
    Profile.objects.create(customer=customer, letter="A", interval_days=90, rhythm=rhythm, **known, **{column: since})
    return customer


def found(key, day):
    return [(proposal.due_on, proposal.not_after) for proposal in registry()[key].propose(day)]


# On a busy machine the first example of a process takes its time.
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(due_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)), ago=st.one_of(st.none(), st.integers(-400, 400)))
def test_it_is_never_said_early_nor_while_the_last_conversation_is_fresh(due_on, ago):
    spoken_on = None if ago is None else due_on - days(ago)

    day = rested(due_on, spoken_on and moment(spoken_on, 15))

    assert day >= due_on
    assert spoken_on is None or not spoken_on <= day < spoken_on + REST
    assert day in (due_on, spoken_on and spoken_on + REST)


@pytest.mark.parametrize("rhythm", ["at_risk", "lost"])
def test_whoever_was_talked_to_at_the_desk_is_not_called_the_day_after(rhythm, store):
    customer, key = staying_away(store, since=TODAY + days(1), rhythm=rhythm), {"lost": "win_back"}.get(rhythm, rhythm)
    InteractionFactory(customer=customer, store=store, **TALK)

    assert [found(key, TODAY + days(n)) for n in range(1, 7)] == [[]] * 6
    assert [due_on for due_on, _ in found(key, TODAY + days(7))] == [TODAY + days(7)]


def test_what_put_it_off_is_told(store):
    InteractionFactory(customer=staying_away(store), store=store, **TALK)

    (proposal,) = registry()["at_risk"].propose(TODAY + days(7))

    assert proposal.reason.endswith("11月21日刚谈过，隔 7 天再说")


def test_a_turn_that_ends_before_it_may_be_said_is_settled(store):
    customer = staying_away(store, since=TODAY - days(25))
    InteractionFactory(customer=customer, store=store, **TALK)

    assert [found("at_risk", TODAY + days(n)) for n in range(10)] == [[]] * 10


@pytest.mark.parametrize(
    "said",
    [
        {"channel": "call", "direction": Direction.IN},
        {"channel": "wechat", "direction": Direction.IN},
        {"channel": "call", "direction": Direction.OUT},
    ],
)
def test_a_call_or_a_word_noted_by_hand_resets_it_whoever_began(said, store):
    InteractionFactory(customer=staying_away(store), store=store, **TALK | said)

    assert found("at_risk", TODAY) == []


@pytest.mark.parametrize("result", [Result.NO_ANSWER, Result.LATER, Result.SENT])
def test_who_was_not_spoken_with_is_not_put_off(result, store, care):
    customer = staying_away(store)
    line = TouchFactory(customer=customer, assignee=care, channel="wechat" if result == Result.SENT else "call")
    work(line, result, by=care, attempt=1, now=NOW)
    InteractionFactory(customer=customer, store=store, **TALK | {"channel": "sms"})

    assert len(found("at_risk", TODAY)) == 1


def test_a_month_after_a_visit_waits_for_a_talk_to_grow_old_and_an_apology_does_not(store):
    order = visited(store, days_ago=30)
    InteractionFactory(customer=order.customer, store=store, **TALK)

    assert found("revisit", TODAY) == []
    assert found("revisit", TODAY + days(7)) == [(TODAY + days(7), TODAY + days(14))]

    InteractionFactory(customer=order.customer, store=store, **TALK | {"mood": "unhappy"})
    assert found("revisit", TODAY + days(1)) == [(TODAY + days(1), TODAY + days(14))]


def test_what_has_a_day_of_its_own_is_said_on_it(store):
    person = CustomerFactory(store=store, birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day)
    InteractionFactory(customer=person, store=store, **TALK)

    assert len(found("birthday", TODAY)) == 1


def test_the_plan_foresees_the_day_to_which_it_was_put_off(store):
    InteractionFactory(customer=staying_away(store, since=TODAY - days(3)), store=store, **TALK)
    InteractionFactory(customer=visited(store, days_ago=29).customer, store=store, **TALK)

    ahead = {
        key: [proposal.due_on for proposal in registry()[key].propose_between(TODAY + days(1), TODAY + days(29))]
        for key in ("at_risk", "revisit")
    }

    assert ahead == {"at_risk": [TODAY + days(7)], "revisit": [TODAY + days(7)]}


# --- at once ---


@pytest.fixture
def listed(store, care):
    """A customer whose line 好久没见 lies on somebody's list."""
    customer = staying_away(store)
    propose(today=TODAY)
    fill_lists(today=TODAY)
    return Touch.objects.get(customer=customer, state="listed")


def note(client, touch):
    said = {"body": "来洗车，聊了几句", "channel": "visit", "direction": "in"}
    return client.post(reverse("desk:add_note", args=[touch.customer_id]), said)


def test_a_talk_at_the_desk_takes_the_line_off_the_list_and_its_undo_puts_it_back(listed, login, front_desk):
    client, was = login(front_desk), (listed.state, listed.assignee_id, listed.listed_on)

    note(client, listed)
    listed.refresh_from_db()
    taken_off = (listed.state, listed.drop_reason)
    client.post(reverse("desk:undo_note", args=[listed.customer.interactions.get().pk]))
    listed.refresh_from_db()

    assert taken_off == ("dropped", DropReason.GONE)
    assert (listed.state, listed.assignee_id, listed.listed_on) == was


def test_a_line_that_a_colleague_has_open_stays_theirs(listed, login, front_desk, care):
    listed.hold(by=care, until=datetime.max.replace(year=2100, tzinfo=NOW.tzinfo))

    note(login(front_desk), listed)

    listed.refresh_from_db()
    assert listed.state == "listed"


def test_other_lines_of_the_customer_stay(listed, login, front_desk, care):
    insurance = TouchFactory(customer=listed.customer, occasion="insurance")

    note(login(front_desk), listed)

    insurance.refresh_from_db()
    assert insurance.is_open


def test_the_night_after_a_talk_does_not_bring_it_back_and_the_week_after_does(listed, login, front_desk, care):
    note(login(front_desk), listed)

    states = []
    for day in (TODAY + days(1), TODAY + days(7)):
        propose(today=day)
        states.append(Touch.objects.get(pk=listed.pk).state)

    assert states == ["dropped", "waiting"]


# --- the budget ---


def test_what_we_began_beside_the_lists_takes_room_and_what_the_customer_began_does_not(store, care):
    person = CustomerFactory(store=store)
    for said in (
        {"channel": "call", "direction": Direction.OUT},
        {"channel": "wechat", "direction": Direction.OUT},
        {"channel": "call", "direction": Direction.IN},
        {"channel": "visit", "direction": Direction.OUT},
        {"channel": "sms", "direction": Direction.OUT},
    ):
        InteractionFactory(customer=person, store=store, **TALK | said)
    worked = TouchFactory(customer=person, assignee=care)
    work(worked, Result.REACHED, by=care, attempt=1, now=NOW)

    contacts = [contact for _, contact in contacts_of([person.pk], today=TODAY)[person.pk]]

    assert sorted((one.purpose, one.channel, one.asks) for one in contacts if one.asks is None) == [
        ("", "call", None),
        ("", "wechat", None),
    ]
    assert [one.purpose for one in contacts if one.asks is not None] == [Purpose.SERVICE]
    assert Outcome.objects.count() == 1


@pytest.mark.parametrize(("direction", "is_said"), [(Direction.OUT, False), (Direction.IN, True)])
def test_two_calls_we_made_fill_the_week_for_a_greeting_and_none_for_a_service(direction, is_said, store):
    person = CustomerFactory(store=store, birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day)
    visited(store, days_ago=1, customer=person)
    for ago in (2, 3):
        InteractionFactory(customer=person, store=store, channel="call", direction=direction, at=NOW - days(ago))

    propose(today=TODAY)

    said = {touch.occasion: touch.is_open for touch in Touch.objects.filter(customer=person)}
    assert (said["birthday"], said["after_visit"]) == (is_said, True)
