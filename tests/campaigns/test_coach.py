"""The coach's view: a week per caller, the lines behind each number, ratings of scripts, nobody without a next step."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.coaching import asked_of, coach_page, lines_behind, without_next_step_of
from campaigns.enums import Result
from campaigns.models import Outcome
from segments.models import Profile, SegmentPolicy
from staff.enums import Role
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, AppointmentFactory, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def tried(caller, result, *, touch=None, at=NOW, **facts):
    touch = touch or TouchFactory(customer=CustomerFactory(store=caller.store), assignee=caller)
    return Outcome.objects.create(
        touch=touch, result=result, by=caller, at=at, attempt=touch.outcomes.count() + 1, **facts
    )


def week_of(user, **query):
    return coach_page(asked_of(query, user=user, today=TODAY))


def test_a_callers_week_is_counted_in_lines(manager, care):
    twice = tried(care, Result.NO_ANSWER).touch
    tried(care, Result.REACHED, touch=twice, helped=True)
    tried(care, Result.BOOKED, helped=False)
    tried(care, Result.UNHAPPY)
    tried(care, Result.REACHED, undone_at=NOW)
    TouchFactory(assignee=care)

    (week,) = week_of(manager).callers

    assert (week.user, week.given, week.counts["worked"], week.average) == (care, 5, 3, "1.3")
    shown = {what: week.counts[what] for what in ("reached", "booked", "no_answer", "unhappy", "refused")}
    assert shown == {"reached": 3, "booked": 1, "no_answer": 1, "unhappy": 1, "refused": 0}
    assert (week.percent, week.helped, week.rated) == (60, 1, 2)


def test_every_week_is_its_own(manager, care):
    tried(care, Result.REACHED, at=NOW - timedelta(days=7))

    assert week_of(manager).callers[0].counts["reached"] == 0
    assert week_of(manager, week=(TODAY - timedelta(days=7)).isoformat()).callers[0].counts["reached"] == 1


@pytest.mark.parametrize("week", ["", "morgen", "2026-99-99", "2031-01-01"])
def test_what_is_no_week_is_this_one(week, manager):
    assert asked_of({"week": week}, user=manager, today=TODAY).monday == MONDAY


def test_a_number_opens_its_lines(manager, care):
    booked, other = tried(care, Result.BOOKED), UserFactory(role=Role.CARE, store=care.store)
    tried(care, Result.REACHED)
    tried(other, Result.BOOKED)

    page = lines_behind(asked_of({}, user=manager, today=TODAY), what="booked", who=str(care.pk), after=None)

    assert page.rows == [booked]


def test_what_lies_behind_every_number_is_as_many_lines(manager, care):
    for result in Result.values:
        tried(care, result)
    asked = asked_of({}, user=manager, today=TODAY)

    counts = coach_page(asked).callers[0].counts

    behind = {what: len(lines_behind(asked, what=what, who=str(care.pk), after=None).rows) for what in counts}
    assert behind == counts


def test_another_stores_week_is_not_seen(stranger, care):
    tried(care, Result.REACHED)

    assert week_of(stranger).callers == []


def test_ratings_stand_by_occasion_and_listener_the_worst_first(manager, care):
    for helped, listener in ((True, ""), (True, ""), (False, "price"), (True, "price"), (False, "price")):
        tried(care, Result.REACHED, helped=helped, listener=listener)

    scripts = [(one.occasion, one.listener, one.helped, one.rated) for one in week_of(manager).scripts]

    assert scripts == [("提车回访", "在意价格", 1, 3), ("提车回访", "所有人", 2, 2)]


def test_a_caller_rates_with_one_press_and_may_change_their_mind(login, care):
    outcome, client = tried(care, Result.REACHED), login(care)
    outcome.touch.customer.primary_need = "怕贵，价格要实惠"
    outcome.touch.customer.save()
    url = reverse("campaigns:rate", args=[outcome.pk])

    page = client.post(url, {"helped": "no"}, headers={"HX-Request": "true"}).content.decode()
    client.post(url, {"helped": "yes"})
    nonsense = client.post(url, {"helped": "maybe"})

    outcome.refresh_from_db()
    assert ("没用，记下了" in page, nonsense.status_code) == (True, 400)
    assert (outcome.helped, outcome.listener) == (True, "price")


def test_somebody_elses_outcome_is_not_rated(login, care, manager):
    outcome = tried(care, Result.REACHED)

    assert login(manager).post(reverse("campaigns:rate", args=[outcome.pk]), {"helped": "yes"}).status_code == 404


def test_a_call_that_was_not_spoken_is_not_asked_about(login, care):
    for result, asks in (("no_answer", False), ("reached", True)):
        touch = TouchFactory(assignee=care)
        page = login(care).post(
            reverse("campaigns:work", args=[touch.pk]), {"result": result, "attempt": 1}, headers={"HX-Request": "true"}
        )
        assert ("这段话" in page.content.decode()) == asks


# --- Nobody without a next step


def ended(store, care, **facts):
    """A customer of the base to whom we have spoken and who has nothing ahead."""
    customer = CustomerFactory(store=store)
    measures = {"stage": "base", "cooling_on": TODAY - timedelta(days=9), "at_risk_on": TODAY} | facts
    Profile.objects.create(
        customer=customer, policy=SegmentPolicy.objects.current(), computed_on=TODAY, next_change_on=None, **measures
    )
    TouchFactory(customer=customer, state="done", ended_at=NOW - timedelta(days=2), frozen_at=NOW, assignee=care)
    return customer


def left_over(user):
    return list(without_next_step_of(asked_of({}, user=user, today=TODAY)))


def test_who_has_nothing_ahead_is_named(login, manager, store, care):
    customer = ended(store, care)

    page = login(manager).get(reverse("campaigns:without_next")).content.decode()

    assert left_over(manager) == [customer]
    assert str(customer) in page
    assert "有 1 位基盘客户" in login(manager).get(reverse("campaigns:coach")).content.decode()


@pytest.mark.parametrize(
    "facts",
    [
        {"stage": "member"},
        {"next_on": TODAY + timedelta(days=30)},
        {"cooling_on": TODAY + timedelta(days=5)},
        {"at_risk_on": TODAY + timedelta(days=5)},
    ],
)
def test_a_day_ahead_or_no_base_is_no_alert(facts, manager, store, care):
    ended(store, care, **facts)

    assert left_over(manager) == []


def test_an_open_line_or_an_appointment_is_a_next_step(manager, store, care):
    TouchFactory(customer=ended(store, care))
    AppointmentFactory(customer=ended(store, care), expected_on=TODAY + timedelta(days=3))

    assert left_over(manager) == []


# --- The page


@pytest.mark.parametrize("count", [1, 3])
def test_the_statements_do_not_grow(count, login, manager, store, django_assert_num_queries):
    for _ in range(count):
        tried(UserFactory(role=Role.CARE, store=store), Result.REACHED, helped=True)
    client = login(manager)

    with django_assert_num_queries(2 + 6):
        client.get(reverse("campaigns:coach"))


def test_an_empty_week_says_so(login, manager):
    page = login(manager).get(reverse("campaigns:coach")).content.decode()

    assert "这一周没有人办待办" in page
    assert "还没有人评过话术" in page


@pytest.mark.parametrize("name", ["coach", "coach_lines", "without_next"])
def test_callers_have_no_coach_page(name, login, care):
    assert login(care).get(reverse(f"campaigns:{name}")).status_code == 404
