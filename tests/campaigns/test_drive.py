"""100% 触达行动 (0-15): everybody once, by their own advisor, within the budget, with a bar that ends at 100 %."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.driving import cost_of, cover_of, people_behind
from campaigns.enums import DropReason, Result, TouchChannel
from campaigns.errors import DriveRunning
from campaigns.models import Drive, DriveMember, Touch
from campaigns.rules.driving import days_for, hand_out
from campaigns.services import end_drive, fill_lists, keep_drives, propose, start_drive, undo, work
from customers.enums import ContactKind, Direction, EndedAs, Purpose
from customers.services import add_note, refuse
from segments.models import Profile, Segment, SegmentPolicy
from staff.enums import Role
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    InteractionFactory,
    UserFactory,
    moment,
)

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)
TOMORROW, LAST = TODAY + timedelta(days=1), TODAY + timedelta(days=29)
DAYS = {"segment": None, "first_on": TODAY, "last_on": LAST, "today": TODAY, "now": NOW}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def advisors(store):
    return [UserFactory(role=Role.ADVISOR, store=store) for _ in range(2)]


@pytest.fixture
def begin(store, manager):
    def _begin(**facts):
        return start_drive(store, by=manager, **DAYS | facts)

    return _begin


def night(day=TODAY):
    keep_drives(today=day)
    propose(today=day)
    return fill_lists(today=day)


def lines(**facts):
    return Touch.objects.filter(occasion="drive", **facts)


def numbers(drive):
    whole = cover_of(drive).whole
    return whole.reached, whole.left, whole.never


def test_everybody_of_the_store_comes_to_their_own_advisors_list(begin, store, other_store, care, advisors):
    mine = {CustomerFactory(store=store, advisor=advisor): advisor for advisor in advisors}
    nobodys = CustomerFactory(store=store)
    CustomerFactory(store=store, phone=False)
    CustomerFactory(store=other_store)
    begin()

    night()

    assert {line.customer: line.assignee for line in lines(state="listed")} == mine | {nobodys: care}


def test_the_customers_of_a_segment_as_it_was_on_the_first_day(begin, store, care):
    inside, outside = CustomerFactory.create_batch(2, store=store)
    known = {"policy": SegmentPolicy.objects.current(), "computed_on": TODAY}
    profile = Profile.objects.create(customer=inside, value_tier="A", **known)
    Profile.objects.create(customer=outside, value_tier="B", **known)
    conditions = {"join": "all", "items": [{"field": "value_tier", "op": "in", "value": ["A"]}]}
    drive = begin(segment=Segment.objects.create(name="高价值", conditions=conditions))
    profile.value_tier = "B"
    profile.save()

    assert list(drive.members.values_list("customer", flat=True)) == [inside.pk]
    assert numbers(drive) == (0, 1, 0)


def test_an_advisor_without_time_keeps_theirs_for_another_day(begin, store, care, advisors):
    CustomerFactory.create_batch(41, store=store, advisor=advisors[0])
    begin()

    night()

    assert lines(assignee=advisors[0]).count() == 40
    assert not lines(assignee=care).exists()


def test_who_has_left_has_their_customers_called_by_the_others(begin, store, care):
    gone = UserFactory(role=Role.ADVISOR, store=store, is_active=False)
    CustomerFactory(store=store, advisor=gone)
    begin()

    night()

    assert lines().get().assignee == care


def test_who_never_came_is_asked_for_doubts_and_who_did_for_needs(begin, store, care):
    for visits in (0, 3):
        Profile.objects.create(
            customer=CustomerFactory(store=store), policy=SegmentPolicy.objects.current(), computed_on=TODAY,
            lifetime_visits=visits,
        )  # fmt: skip
    begin()

    night()

    found = {line.reason: line for line in lines().for_script()}
    asked = {reason: type_of(line) for reason, line in found.items()}
    assert asked == {
        "100% 触达：还没来过，听听有什么顾虑": "顾虑",
        "100% 触达：老客户，问问用车有什么需要": "操心",
    }


def type_of(line):
    from campaigns.occasions import registry

    opening = registry()["drive"].script(line).opening
    return next(word for word in ("顾虑", "操心") if word in opening)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"channel": "visit", "direction": Direction.IN}, True),
        ({"channel": "call", "direction": Direction.IN}, True),
        ({"channel": "wechat"}, True),
        ({"channel": "sms"}, False),
        ({"channel": "call", "at": NOW - timedelta(days=7)}, True),
        ({"channel": "call", "at": NOW - timedelta(days=9)}, False),
    ],
)
def test_whoever_was_spoken_with_lately_for_any_reason_is_reached_and_not_called(said, counts, begin, store, care):
    InteractionFactory(**{"customer": CustomerFactory(store=store), "store": store, "at": NOW} | said)
    drive = begin()

    night()

    assert (numbers(drive), lines().exists()) == ((1, 0, 0) if counts else (0, 1, 0), not counts)


@pytest.mark.parametrize(
    ("result", "reached"),
    [
        (Result.REACHED, 1),
        (Result.BOOKED, 1),
        (Result.DO_NOT_CONTACT, 1),
        (Result.NO_ANSWER, 0),
        (Result.LATER, 0),
    ],
)
def test_the_bar_moves_when_somebody_was_spoken_with_on_any_line(result, reached, begin, store, care):
    customer = CustomerFactory(store=store)
    drive = begin()
    other = TouchFactory(customer=customer, assignee=care, occasion="after_visit")

    outcome = work(other, result, by=care, attempt=1, now=NOW)

    assert cover_of(drive).whole.reached == reached
    undo(outcome, by=care, now=NOW)
    assert cover_of(drive).whole.reached == 0


def test_who_was_reached_meanwhile_comes_off_the_list_with_the_night(begin, store, care):
    customer = CustomerFactory(store=store)
    begin()
    night()

    add_note(customer, store=store, by=care, at=NOW, channel="visit", body="来店里坐了坐", direction=Direction.IN)
    night(TOMORROW)

    assert lines().get().drop_reason == DropReason.GONE


def test_refusals_and_dead_numbers_cannot_be_reached_and_say_why(begin, store, care):
    refusing, _ = CustomerFactory.create_batch(2, store=store)
    without = CustomerFactory(store=store, phone=False)
    refuse(refusing, purposes=[Purpose.CARE], by=care, how="电话中")
    drive = begin()

    night()

    page = people_behind(drive, what="never", who=None, after=None)
    assert {member.customer: member.why_never for member in page.rows} == {
        refusing: "客户不希望被打扰",
        without: "没有有效的电话和微信",
    }
    assert (numbers(drive), lines().count()) == ((0, 1, 2), 1)


def test_a_refusal_after_the_start_counts_from_the_next_night(begin, store, care):
    customer = CustomerFactory(store=store)
    drive = begin()
    refuse(customer, purposes=[Purpose.CARE], by=care, how="到店")

    assert keep_drives(today=TOMORROW) == {"ended": 0, "barred": 1}
    assert numbers(drive) == (0, 0, 1)


def test_who_has_wechat_only_is_written_to(begin, store, care):
    customer = CustomerFactory(store=store, phone=False)
    ContactPointFactory(customer=customer, kind=ContactKind.WECHAT, value="wang-ge", key="wang-ge")
    drive = begin()

    night()

    assert (lines().get().channel, numbers(drive)) == (TouchChannel.WECHAT, (0, 1, 0))


def test_the_contact_budget_holds(begin, store, care):
    customer = CustomerFactory(store=store)
    for days_ago in (1, 3):
        at = NOW - timedelta(days=days_ago)
        TouchFactory(
            customer=customer, state="done", ended_at=at, frozen_at=at, purpose=Purpose.CARE, channel="message"
        )
    begin()

    night()

    assert lines(state__in=["waiting", "listed"], planned_on=None).count() == 0


def test_the_unhappy_are_not_called_until_they_are_put_at_ease(begin, store, care):
    customer = CustomerFactory(store=store)
    talk = InteractionFactory(customer=customer, store=store, mood="unhappy", at=NOW - timedelta(days=20))
    drive = begin()

    night()

    assert (lines().exists(), numbers(drive)) == (False, (0, 1, 0))
    talk.settle(by=care)
    night(TOMORROW)
    assert lines().count() == 1


def test_starting_twice_is_one_drive_another_is_refused_and_the_database_agrees(begin, store, manager):
    CustomerFactory(store=store)
    drive = begin()

    assert begin() == drive
    assert (DriveMember.objects.count(), AuditEntry.objects.filter(action="drive").count()) == (1, 1)
    with pytest.raises(DriveRunning):
        begin(last_on=TOMORROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Drive.objects.create(store=store, first_on=TODAY, last_on=LAST, started_by=manager)


def test_a_drive_whose_days_are_over_makes_room_for_the_next(begin, store):
    old = begin(first_on=TODAY - timedelta(days=9), last_on=TODAY - timedelta(days=1))

    new = begin()

    old.refresh_from_db()
    assert (old.is_live, new.is_live) == (False, True)


def test_ended_early_it_takes_off_what_nobody_has_begun_with_and_leaves_the_rest(begin, store, care, manager):
    CustomerFactory.create_batch(2, store=store)
    drive = begin()
    night()
    begun = lines().order_by("pk").first()
    work(begun, Result.NO_ANSWER, by=care, attempt=1, now=NOW)

    end_drive(drive, by=manager, today=TODAY, now=NOW)
    end_drive(drive, by=manager, today=TODAY, now=NOW)
    night(TOMORROW)

    assert list(lines(state="listed")) == [begun]
    assert list(AuditEntry.objects.filter(action="drive").order_by("pk").values_list("facts__did", flat=True)) == [
        "start",
        "end",
    ]


def test_a_line_somebody_has_open_is_theirs_to_finish(begin, store, care, manager):
    CustomerFactory(store=store)
    drive = begin()
    night()
    line = lines().get()
    line.hold(by=care, until=NOW + timedelta(days=3650))  # the database has its own clock

    end_drive(drive, by=manager, today=TODAY, now=NOW)

    assert lines().get().state == "listed"


def test_the_night_ends_what_is_over(begin, store):
    begin(last_on=TODAY)

    assert keep_drives(today=TOMORROW) == {"ended": 1, "barred": 0}
    assert keep_drives(today=TOMORROW) == {"ended": 0, "barred": 0}


def test_a_drive_that_begins_later_calls_nobody_today(begin, store, care):
    CustomerFactory(store=store)
    begin(first_on=TOMORROW)

    night()
    today = lines().count()
    night(TOMORROW)

    assert (today, lines(state="listed").count()) == (0, 1)


def test_two_nights_say_the_same(begin, store, care):
    CustomerFactory.create_batch(3, store=store)
    begin()
    night()
    before = list(lines().order_by("pk").values())

    night()

    assert list(lines().order_by("pk").values()) == before


def test_who_is_no_customer_any_more_is_counted_nowhere(begin, store):
    customer = CustomerFactory(store=store)
    drive = begin()

    customer.ended_at, customer.ended_as = NOW, EndedAs.CLOSED
    customer.save()

    assert numbers(drive) == (0, 0, 0)


def test_the_bar_is_counted_by_advisor(begin, store, advisors):
    first, second = advisors
    CustomerFactory.create_batch(2, store=store, advisor=first)
    CustomerFactory(store=store, advisor=second)
    drive = begin()
    night()
    work(lines(assignee=first).first(), Result.REACHED, by=first, attempt=1, now=NOW)

    parts = {part.advisor: (part.reached, part.asked, part.percent) for part in cover_of(drive).parts}

    assert parts == {first: (1, 2, 50), second: (0, 1, 0)}


def test_what_it_costs_is_known_before(store, care, advisors):
    CustomerFactory.create_batch(45, store=store, advisor=advisors[0])
    CustomerFactory(store=store, phone=False)
    InteractionFactory(customer=CustomerFactory(store=store), store=store, at=NOW)

    cost = cost_of(store, None, first_on=TODAY, last_on=TODAY, today=TODAY)

    assert (cost.people, cost.left, cost.reached, cost.never) == (47, 45, 1, 1)
    assert (cost.callers, cost.minutes, cost.ready_on, cost.is_enough) == (3, 600, TOMORROW, False)
    assert {share.advisor: share.left for share in cost.shares} == {advisors[0]: 45, None: 0}


def test_a_store_without_callers_is_never_done(store):
    CustomerFactory(store=store)

    cost = cost_of(store, None, first_on=TODAY, last_on=LAST, today=TODAY)

    assert (cost.ready_on, cost.is_enough) == (None, False)


# --- the screen ---


def test_a_manager_reckons_begins_and_ends_it(login, manager, store, care):
    CustomerFactory(store=store)
    client, page = login(manager), reverse("campaigns:drive")
    asked = {"store": store.pk, "segment": "", "first_on": TODAY.isoformat(), "last_on": LAST.isoformat()}

    reckoned = client.get(page, asked).content.decode()
    client.post(reverse("campaigns:start_drive"), asked)
    drive = Drive.objects.get()
    shown = client.get(page).content.decode()
    client.post(reverse("campaigns:end_drive", args=[drive.pk]))
    drive.refresh_from_db()

    assert ("就这样开始" in reckoned, "提前结束" in shown, drive.ended_by) == (True, True, manager)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((TODAY - timedelta(days=1), LAST), "从今天或以后的一天开始"),
        ((TOMORROW, TODAY), "不能比开始的那天早"),
        ((TODAY, TODAY + timedelta(days=90)), "一次最多 90 天"),
    ],
)
def test_days_that_cannot_be_are_refused(days, words, login, manager, store):
    asked = {"store": store.pk, "first_on": days[0].isoformat(), "last_on": days[1].isoformat()}

    looked = login(manager).get(reverse("campaigns:drive"), asked)
    begun = login(manager).post(reverse("campaigns:start_drive"), asked)

    assert (looked.status_code, begun.status_code, Drive.objects.exists()) == (422, 422, False)
    assert words in looked.content.decode()


def test_a_second_drive_is_refused_in_words(login, manager, store, begin):
    begin()
    asked = {"store": store.pk, "first_on": TOMORROW.isoformat(), "last_on": LAST.isoformat()}

    answer = login(manager).post(reverse("campaigns:start_drive"), asked)

    assert (answer.status_code, Drive.objects.count()) == (422, 1)
    assert "先结束它再开始" in answer.content.decode()


def test_another_store_cannot_be_chosen(login, manager, other_store):
    asked = {"store": other_store.pk, "first_on": TODAY.isoformat(), "last_on": LAST.isoformat()}

    assert login(manager).post(reverse("campaigns:start_drive"), asked).status_code == 422
    assert not Drive.objects.exists()


@pytest.mark.parametrize("role", ["care", "advisor", "front_desk", "auditor", "stranger"])
def test_nobody_else_begins_or_ends_it(role, request, login, begin, store):
    drive = begin()
    client = login(request.getfixturevalue(role))
    asked = {"store": store.pk, "first_on": TODAY.isoformat(), "last_on": LAST.isoformat()}

    ended = client.post(reverse("campaigns:end_drive", args=[drive.pk])).status_code
    begun = client.post(reverse("campaigns:start_drive"), asked).status_code

    drive.refresh_from_db()
    assert (ended, drive.is_live, Drive.objects.count()) == (404, True, 1)
    assert begun == (422 if role == "stranger" else 404)


def test_a_stranger_sees_neither_its_people_nor_its_bar(login, stranger, begin, store):
    CustomerFactory(store=store, name="王建国")
    drive = begin()
    client = login(stranger)

    assert client.get(reverse("campaigns:drive_people", args=[drive.pk])).status_code == 404
    assert client.get(reverse("campaigns:drive_bar")).status_code == 204


def test_an_advisor_sees_their_own_part_above_the_worklist(login, begin, store, advisors):
    CustomerFactory.create_batch(2, store=store, advisor=advisors[0])
    CustomerFactory(store=store)
    drive = begin()

    bar = login(advisors[0]).get(reverse("campaigns:drive_bar")).content.decode()

    people = reverse("campaigns:drive_people", args=[drive.pk])
    assert f"{people}?what=left&amp;who={advisors[0].pk}" in bar
    assert "我的客户联系到了" in bar


@pytest.mark.parametrize("count", [1, 3])
def test_the_statements_do_not_grow(count, begin, store, login, manager, care, django_assert_num_queries):
    for _ in range(count):
        CustomerFactory(store=store, advisor=UserFactory(role=Role.ADVISOR, store=store))
    drive = begin()
    night()
    client = login(manager)

    with django_assert_num_queries(5):
        client.get(reverse("campaigns:drive_bar"))
    with django_assert_num_queries(5):
        client.get(reverse("campaigns:drive_people", args=[drive.pk]))
    with django_assert_num_queries(6):
        client.get(reverse("campaigns:drive"))


@pytest.mark.parametrize("count", [1, 3])
def test_reckoning_does_not_grow(count, store, care, django_assert_num_queries):
    for _ in range(count):
        CustomerFactory(store=store, advisor=UserFactory(role=Role.ADVISOR, store=store))

    with django_assert_num_queries(9):
        cost_of(store, None, first_on=TODAY, last_on=LAST, today=TODAY)


# --- pure ---


# On a busy machine the first example of a process takes its time.
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    people=st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=60),
    callers=st.sets(st.integers(1, 3)),
    a_day=st.integers(1, 10),
)
def test_everybody_has_one_turn_and_no_day_is_too_full(people, callers, a_day):
    handed = list(hand_out(((n, whose) for n, whose in enumerate(people)), callers, a_day=a_day))

    assert [n for n, _ in handed] == list(range(len(people)))
    for caller in callers:
        turns = [turn for n, turn in handed if people[n] == caller]
        assert turns == sorted(turns)
        assert all(turns.count(turn) <= a_day + max(1, a_day // 2) for turn in turns)


@pytest.mark.parametrize(("minutes", "day"), [(0, 1), (10, 1), (11, 2), (30, 3), (31, None)])
def test_work_is_done_on_the_day_its_last_minute_fits(minutes, day):
    assert days_for(minutes, lambda day: 10, first=1, last=3) == day
