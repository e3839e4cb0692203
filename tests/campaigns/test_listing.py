"""Who calls whom today: room, order, the right caller, and a calm first night."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.enums import DropReason, TouchChannel, TouchState
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.services import cover_absences, fill_lists, propose
from customers.models import ContactPoint, Customer, CustomerStore
from segments.services import rebuild
from staff.enums import Role
from staff.services import end_absence, note_absence
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, UserFactory, moment
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def lines(**facts):
    return Touch.objects.listed().filter(**facts)


def test_a_due_call_is_put_on_a_list(store, care):
    touch = TouchFactory()

    counts = fill_lists(today=TODAY)

    touch.refresh_from_db()
    assert (touch.state, touch.assignee, touch.listed_on) == (TouchState.LISTED, care, TODAY)
    assert counts == {"listed": 1, "waiting": 0, "returned": 0, "dropped": 0, "covered": 0, "back": 0, "no_caller": []}


def test_filling_twice_changes_nothing(store, care):
    TouchFactory.create_batch(3)
    fill_lists(today=TODAY)

    assert fill_lists(today=TODAY)["listed"] == 0
    assert lines().count() == 3


@pytest.mark.parametrize(
    "facts",
    [{"due_on": TOMORROW}, {"channel": TouchChannel.MESSAGE}, {"due_on": TODAY - timedelta(days=9)}],
)
def test_what_is_not_due_or_not_a_call_stays_off_the_lists(store, care, facts):
    TouchFactory(**facts)

    assert fill_lists(today=TODAY)["listed"] == 0


def test_lists_are_filled_by_priority_then_value_then_day(store, care):
    late, urgent, best = TouchFactory(), TouchFactory(priority=10), TouchFactory()
    ServiceOrderFactory.create_batch(7, customer=best.customer, paid_fen=200_000)
    rebuild(today=TODAY)
    older = TouchFactory(due_on=TODAY - timedelta(days=1))

    assert list(Touch.objects.waiting().in_order()) == [urgent, best, older, late]


def test_the_first_night_after_a_great_import_is_calm(store, care, front_desk, owner):
    """3,000 people with a reason to call, two callers: eighty lines, the rest waits and expires."""
    people = Customer.objects.bulk_create([Customer(name=f"客户{n}") for n in range(3000)])
    CustomerStore.objects.bulk_create([CustomerStore(customer=person, store=store) for person in people])
    numbers = [(person, f"139{n:08d}") for n, person in enumerate(people)]
    ContactPoint.objects.bulk_create([ContactPoint(customer=p, value=number, key=number) for p, number in numbers])
    visit = ServiceOrderFactory(customer=people[0], opened_on=TODAY - timedelta(days=1))
    fields = {"store": store, "status": visit.status, "opened_at": visit.opened_at, "opened_on": visit.opened_on}
    fields |= {"closed_at": visit.closed_at, "closed_on": visit.closed_on, "source": visit.source}
    ServiceOrder.objects.bulk_create(
        [ServiceOrder(customer=person, number=f"N{n}", **fields) for n, person in enumerate(people[1:])]
    )

    proposed = propose(today=TODAY)
    counts = fill_lists(today=TODAY)

    assert (proposed["created"], counts["listed"], counts["waiting"]) == (3000, 80, 2920)
    assert {caller: lines(assignee=caller).count() for caller in (care, front_desk)} == {care: 40, front_desk: 40}
    assert propose(today=TODAY + timedelta(days=8))["expired"] == 3000


def test_a_list_that_was_not_worked_does_not_grow(store, care):
    TouchFactory.create_batch(35, assignee=care)
    TouchFactory.create_batch(20)

    counts = fill_lists(today=TOMORROW)

    assert (counts["listed"], lines(assignee=care).count()) == (5, 40)


def test_room_is_left_for_calls_put_off_to_that_day(store, care):
    TouchFactory.create_batch(10, assignee=care, listed_on=TOMORROW)
    TouchFactory.create_batch(50)

    assert fill_lists(today=TOMORROW)["listed"] == 30


def test_one_customer_has_one_line_at_a_time(store, care):
    touch = TouchFactory()
    other = TouchFactory(customer=touch.customer, occasion="insurance", priority=30)

    first = fill_lists(today=TODAY)
    touch.refresh_from_db()
    touch.finish(now=touch.created_at)
    second = fill_lists(today=TOMORROW)

    other.refresh_from_db()
    assert (first["listed"], second["listed"], other.listed_on) == (1, 1, TOMORROW)


def test_the_advisor_who_received_the_car_does_not_make_the_call(store):
    advisor = UserFactory(role=Role.ADVISOR, store=store)
    desk = UserFactory(role=Role.MANAGER, store=store)
    visited(store, advisor=advisor)
    propose(today=TODAY)

    fill_lists(today=TODAY)

    assert lines().get().assignee == desk


def test_an_advisor_who_is_alone_calls_all_the_same(store):
    advisor = UserFactory(role=Role.ADVISOR, store=store)
    visited(store, advisor=advisor)
    propose(today=TODAY)

    fill_lists(today=TODAY)

    assert lines().get().assignee == advisor


def test_every_store_calls_its_own_customers(store, other_store, care):
    theirs = UserFactory(role=Role.CARE, store=other_store)
    here, there = TouchFactory(), TouchFactory(customer=CustomerFactory(store=other_store))

    fill_lists(today=TODAY)

    assert {touch.pk: touch.assignee for touch in lines()} == {here.pk: care, there.pk: theirs}


def test_without_a_caller_calls_wait_and_the_report_says_so(store, other_store, care):
    TouchFactory(customer=CustomerFactory(store=other_store))

    counts = fill_lists(today=TODAY)

    assert (counts["waiting"], counts["no_caller"]) == (1, ["hz2"])


def test_lines_of_a_caller_who_left_find_another(store, care, front_desk):
    touch = TouchFactory(assignee=care)
    care.is_active = False
    care.save()

    counts = fill_lists(today=TOMORROW)

    touch.refresh_from_db()
    assert (counts["returned"], touch.assignee, touch.listed_on) == (1, front_desk, TOMORROW)


def test_a_taken_line_whose_reason_is_gone_is_dropped(store, care):
    order = visited(store)
    touch = TouchFactory(customer=order.customer, order=order, assignee=care, frozen_at=order.closed_at)
    ServiceOrder.objects.update(status="cancelled", closed_on=None, closed_at=None)

    counts = fill_lists(today=TOMORROW)

    touch.refresh_from_db()
    assert (counts["dropped"], touch.drop_reason) == (1, DropReason.GONE)


def test_the_number_of_statements_does_not_grow_with_the_lines(store, care, django_assert_num_queries):
    fill_lists(today=TODAY)
    for count in (1, 10):
        TouchFactory.create_batch(count)
        with django_assert_num_queries(15):
            fill_lists(today=TODAY)


@pytest.mark.postgres
def test_the_lines_are_read_once_however_empty_postgresql_believes_the_lists(store, care):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_touch")
    TouchFactory.create_batch(3)

    plan = Touch.objects.waiting().by_hand().due(TODAY).without_other_line().explain()

    assert "hashed SubPlan" in plan
    assert "Anti Join" not in plan


# --- Somebody is away


@pytest.fixture
def away(care, manager):
    return note_absence(care, first_on=TODAY, last_on=TOMORROW, reason="sick", by=manager, now=moment(TODAY, 8))


def assigned(touch):
    touch.refresh_from_db()
    return touch.assignee, touch.covers


def test_who_is_away_gets_nothing_new(store, care, front_desk, away):
    touch = TouchFactory()

    fill_lists(today=TODAY)

    assert assigned(touch) == (front_desk, None)


def test_colleagues_cover_the_lines_of_the_day_and_give_them_back(store, care, front_desk, away):
    touch = TouchFactory(assignee=care)
    later = TouchFactory(assignee=care, listed_on=TODAY + timedelta(days=2))

    assert cover_absences(today=TODAY) == {"covered": 1, "back": 0}
    assert cover_absences(today=TODAY) == {"covered": 0, "back": 0}
    assert (assigned(touch), assigned(later)) == ((front_desk, care), (care, None))

    assert cover_absences(today=TODAY + timedelta(days=2)) == {"covered": 0, "back": 1}
    assert assigned(touch) == (care, None)


def test_a_line_goes_back_to_its_own_caller_through_two_who_covered(store, care, front_desk, manager, away):
    touch = TouchFactory(assignee=care)
    cover_absences(today=TODAY)
    note_absence(front_desk, first_on=TODAY, last_on=TODAY, reason="leave", by=manager, now=moment(TODAY, 9))

    cover_absences(today=TODAY)

    assert assigned(touch) == (manager, care)


def test_nobody_covers_beyond_their_minutes(store, care, front_desk, manager, away):
    TouchFactory.create_batch(39, assignee=front_desk)
    TouchFactory.create_batch(40, assignee=manager)
    mine = TouchFactory.create_batch(3, assignee=care)

    assert cover_absences(today=TODAY)["covered"] == 1
    assert lines(assignee=care).count() == len(mine) - 1


def test_who_is_here_after_all_has_their_lines_again(store, care, front_desk, manager, away):
    touch = TouchFactory(assignee=care)
    cover_absences(today=TODAY)

    end_absence(away, by=manager, now=moment(TODAY, 11), today=TODAY)
    cover_absences(today=TODAY)

    assert assigned(touch) == (care, None)


def test_what_was_covered_for_somebody_who_left_stays(store, care, front_desk, away):
    touch = TouchFactory(assignee=care)
    cover_absences(today=TODAY)
    care.is_active = False
    care.save()

    fill_lists(today=TODAY + timedelta(days=2))

    assert assigned(touch) == (front_desk, care)


def test_a_long_line_leaves_less_room(store, care, monkeypatch):
    monkeypatch.setattr(registry()["after_visit"], "minutes", 60)
    TouchFactory.create_batch(5)

    assert fill_lists(today=TODAY)["listed"] == 3


def test_the_managers_call_waits_for_the_manager_and_goes_to_anybody_where_there_is_none(
    store, care, manager, other_store
):
    other_care = UserFactory(role=Role.CARE, store=other_store)
    here, there = (
        TouchFactory(
            customer=CustomerFactory(store=of), store=of, occasion="revisit", cycle="order:1", channel=TouchChannel.CALL
        )
        for of in (store, other_store)
    )
    clerks = TouchFactory(occasion="revisit", cycle="order:2", channel=TouchChannel.WECHAT, store=store)

    fill_lists(today=TODAY)

    assigned = dict(Touch.objects.values_list("pk", "assignee"))
    assert assigned == {here.pk: manager.pk, there.pk: other_care.pk, clerks.pk: care.pk}


# --- 老板登门 (3-12) ---


def knock(**facts):
    return TouchFactory(occasion="revisit", channel=TouchChannel.VISIT, **facts)


def test_the_owner_goes_to_the_door_and_the_manager_where_there_is_none(store, care, manager):
    first = knock()
    fill_lists(today=TODAY)
    owner = UserFactory(role=Role.OWNER, store=None)
    second = knock()
    fill_lists(today=TODAY)

    assert {line.pk: line.assignee for line in lines()} == {first.pk: manager, second.pk: owner}


def test_the_owner_does_nothing_but_what_is_the_owners(store, care, owner):
    touch, visit = TouchFactory(), knock()

    fill_lists(today=TODAY)

    assert {line.pk: line.assignee for line in lines()} == {touch.pk: care, visit.pk: owner}


def test_a_store_that_has_nobody_but_the_owner_has_no_caller(store, owner):
    TouchFactory()
    visit = knock()

    counts = fill_lists(today=TODAY)

    assert (counts["no_caller"], lines().get()) == (["hz1"], visit)


def test_a_visit_stays_with_the_owner_night_after_night_in_every_store(store, other_store, manager):
    owner = UserFactory(role=Role.OWNER, store=None)
    knock()
    knock(customer=CustomerFactory(store=other_store))
    fill_lists(today=TODAY)

    counts = fill_lists(today=TOMORROW)

    assert (counts["returned"], [line.assignee for line in lines()]) == (0, [owner, owner])


def test_the_owners_minutes_are_those_of_one_person(store, other_store):
    UserFactory(role=Role.OWNER, store=None)
    for place in (store, other_store):
        for _ in range(11):
            knock(customer=CustomerFactory(store=place))

    fill_lists(today=TODAY)

    assert lines().count() == 20  # 200 minutes, ten each


def test_while_the_owner_is_away_the_manager_goes_and_gives_back_what_was_not_done(store, manager):
    owner = UserFactory(role=Role.OWNER, store=None)
    knock()
    fill_lists(today=TODAY)
    note_absence(
        owner, first_on=TOMORROW, last_on=TOMORROW, reason="leave", by=manager, now=moment(TODAY)
    )  # fmt: skip

    fill_lists(today=TOMORROW)
    covered = lines().get().assignee
    fill_lists(today=TOMORROW + timedelta(days=1))

    assert (covered, lines().get().assignee) == (manager, owner)


def test_an_owner_sees_their_own_lines_first(store, care, owner, login):
    knock(assignee=owner)
    TouchFactory(assignee=care)

    page = login(owner).get("/todo/?tab=overdue&who=all").content.decode()

    assert "我 1" in page
