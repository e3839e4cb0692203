"""触达计划: what is planned, what another rule would do, and who may decide."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from campaigns.enums import TouchChannel, TouchState
from campaigns.models import ContactPolicy, PlanLine, Touch
from campaigns.plan_page import DayPage, PlanPage, Scope
from campaigns.rules.numbers import NUMBERS
from campaigns.rules.words import decision_words
from campaigns.services import Rules, propose, restore_contact_policy, set_contact_policy, what_if
from customers.enums import Purpose
from segments.errors import PolicyMoved
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import TODAY, CustomerFactory, UserFactory, VehicleFactory, moment

pytestmark = pytest.mark.django_db
PLAN, DAY_PAGE, POLICY = (reverse(f"touches:{name}") for name in ("plan", "plan_day", "policy"))
ONE = timedelta(days=1)


@pytest.fixture
def planned(store, care):
    """A visit whose call also speaks of the insurance, and a birthday in ten days."""
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    CustomerFactory(birthday_calendar="solar", birth_month=12, birth_day=1, store=store)
    propose(today=TODAY)
    return order


def page(user, **query):
    return PlanPage(Scope(query, user=user))


def day(user, on, show="contacts", **query):
    return DayPage(Scope(query, user=user), on=on, show=show, after=None)


def asked(**changes):
    policy = ContactPolicy.objects.current()
    return {"version": policy.version, "closed": "", "why": "试试", **policy.all_numbers, **changes}


def test_every_day_says_how_many_contacts_and_how_many_minutes(planned, manager):
    first, birthday = page(manager).days[0], page(manager).days[10]

    assert (first.contacts, first.merged, first.channels["call"]) == (1, 1, 1)
    assert (first.minutes, first.room, birthday.contacts, birthday.purposes["care"]) == (7, 400, 1, 1)
    assert len(page(manager).days) == 30


def test_a_day_opens_its_people_with_what_is_said_along(planned, manager, client):
    client.force_login(manager)

    answer = client.get(DAY_PAGE, {"on": TODAY.isoformat()})

    [line] = answer.context["day"].page.rows
    assert (line.customer, [other.occasion for other in line.along]) == (planned.customer, ["insurance"])
    assert "一起说" in answer.content.decode()


def test_what_is_merged_says_with_what(planned, manager):
    [line] = day(manager, TODAY, "merged").page.rows

    assert line.words == "和“提车回访”一起说"


def test_filters_narrow_to_an_occasion_and_a_store(planned, owner, other_store):
    assert page(owner, occasion="birthday").total.contacts == 1
    assert page(owner, store=str(other_store.pk)).total.contacts == 0
    assert page(owner).total.contacts > 1


def test_a_manager_sees_the_own_store_only(planned, other_store):
    theirs = UserFactory(role=Role.MANAGER, store=other_store)

    assert (page(theirs).total.contacts, list(day(theirs, TODAY).page.rows)) == (0, [])


def test_before_the_first_night_the_page_says_so(store, manager, client):
    client.force_login(manager)

    assert "还没有排过" in client.get(PLAN).content.decode()
    assert client.get(DAY_PAGE).status_code == 302


@pytest.mark.parametrize(
    ("role", "sees", "decides"),
    [(Role.OWNER, 200, 200), (Role.MANAGER, 200, 200), (Role.AUDITOR, 200, 404), (Role.CARE, 404, 404)],
)
def test_managers_plan_and_the_auditor_only_looks(role, sees, decides, store, client):
    company = role in (Role.OWNER, Role.AUDITOR)
    client.force_login(UserFactory(role=role, store=None if company else store))

    assert (client.get(PLAN).status_code, client.get(POLICY).status_code) == (sees, decides)


@pytest.mark.parametrize("url", [PLAN, f"{DAY_PAGE}?on={TODAY}"])
def test_the_pages_ask_the_same_number_of_questions_however_many_people(url, store, care, manager, client):
    client.force_login(manager)
    asked = []
    for count in (1, 2):
        for _ in range(count):
            visited(store)
        propose(today=TODAY)
        with CaptureQueriesContext(connection) as context:
            client.get(url)
        asked.append(len(context))

    assert asked[0] == asked[1] <= 14


def test_looking_at_other_numbers_writes_nothing_and_says_what_would_change(planned, manager, client):
    client.force_login(manager)
    before = list(PlanLine.objects.values())

    answer = client.post(POLICY, asked(month_care=0, look=1))

    would = answer.context["would"]
    assert (would.words, would.people, len(would.rows)) == ("会少 1 次联系", 1, 1)
    assert would.rows[0].after == "30 天内已有 0 次关怀，上限 0 次，这次不联系"
    assert (list(PlanLine.objects.values()), ContactPolicy.objects.count()) == (before, 1)


def test_applying_writes_a_version_and_plans_anew(planned, manager, client, django_capture_on_commit_callbacks):
    client.force_login(manager)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(POLICY, asked(month_care=0, apply=1), follow=True)

    policy = ContactPolicy.objects.current()
    assert (policy.version, policy.all_numbers["month_care"], policy.why, policy.created_by) == (2, 0, "试试", manager)
    entry = AuditEntry.objects.get(action=Action.SET_POLICY)
    assert entry.facts == {"fields": ["关怀问候 30 天内最多"]}
    assert reverse("touches:restore_policy", args=[ContactPolicy.objects.get(version=1).pk]) in answer.content.decode()


def test_undo_puts_the_former_numbers_in_force_as_a_new_version(planned, manager, client):
    client.force_login(manager)
    client.post(POLICY, asked(month_care=0, apply=1))

    client.post(reverse("touches:restore_policy", args=[ContactPolicy.objects.get(version=1).pk]))

    policy = ContactPolicy.objects.current()
    assert (policy.version, policy.all_numbers["month_care"], policy.why) == (3, 2, "恢复第 1 版")


def test_numbers_nobody_may_choose_come_back_with_words(store, manager, client):
    client.force_login(manager)

    answer = client.post(POLICY, asked(week_all=9, month_all=4, look=1))

    assert (answer.status_code, "不能小于" in answer.context["form"].errors["month_all"][0]) == (422, True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2027-02-05 至 2027-02-07", ["2027-02-05", "2027-02-06", "2027-02-07"]), ("2027-1-1", ["2027-01-01"])],
)
def test_days_off_are_typed_as_days_or_spans(typed, kept, store, manager, client):
    client.force_login(manager)

    client.post(POLICY, asked(closed=typed, apply=1))

    assert ContactPolicy.objects.current().closed == kept


@pytest.mark.parametrize("typed", ["春节", "2027-02-31", "2027-02-09 至 2027-02-01", "2027-01-01 至 2027-12-31"])
def test_days_off_nobody_can_read_are_refused(typed, store, manager, client):
    client.force_login(manager)

    assert client.post(POLICY, asked(closed=typed, apply=1)).status_code == 422


def test_two_managers_who_change_one_at_once_are_told(store, manager, client):
    client.force_login(manager)
    mine = asked(month_care=1, apply=1)
    client.post(POLICY, asked(month_care=0, apply=1))

    answer = client.post(POLICY, mine)

    assert (answer.status_code, ContactPolicy.objects.current().all_numbers["month_care"]) == (422, 0)


def test_the_same_numbers_are_no_new_version(store, manager):
    policy = ContactPolicy.objects.current()
    same = {"numbers": policy.all_numbers, "closed": [], "why": "", "by": manager}

    assert set_contact_policy(seen_version=1, **same) == policy
    assert restore_contact_policy(policy, by=manager) == policy


def test_a_version_that_was_not_seen_is_not_written_over(store, manager):
    policy = ContactPolicy.objects.current()

    with pytest.raises(PolicyMoved):
        set_contact_policy(seen_version=9, numbers=policy.all_numbers | {"week_all": 1}, closed=[], why="", by=manager)
    with pytest.raises(ValueError, match="no policy"):
        set_contact_policy(seen_version=1, numbers={"week_all": 99}, closed=[], why="", by=manager)


def test_what_if_by_the_same_rules_changes_nothing_whatever_they_are(planned, manager):
    run = PlanLine.objects.first().run
    rules = Rules(run.policy.all_numbers, [])

    effect = what_if(run, rules, rules)

    assert (effect.before, effect.people, effect.sample) == (effect.after, 0, [])
    contacts = sum(day.contacts for day in page(manager).days)
    assert sum(effect.before.values()) == contacts


def test_fewer_minutes_of_the_callers_move_people_on(store, care):
    for _ in range(3):
        visited(store)
    propose(today=TODAY)
    run = PlanLine.objects.first().run
    now = Rules(run.policy.all_numbers, [])

    effect = what_if(run, now, Rules(now.numbers | {"caller_minutes": 10}, []))

    assert (effect.people, [change.after.on - change.before.on for change in effect.sample]) == (1, [1])


def test_many_people_are_reckoned_up_from_a_slice(store, care, monkeypatch):
    monkeypatch.setattr("campaigns.services.supposing.MOST", 2)
    for _ in range(4):
        visited(store)
    propose(today=TODAY)
    run = PlanLine.objects.first().run
    now = Rules(run.policy.all_numbers, [])

    effect = what_if(run, now, Rules(now.numbers, []))

    assert (effect.share, effect.before["call"]) == (4, 4)


@pytest.mark.parametrize(
    ("verdict", "why", "facts", "words"),
    [
        ("kept", "", {}, ""),
        (
            "postponed",
            "cap",
            {"cap": "week_call", "count": 2, "most": 2},
            "7 天内已有 2 个电话，上限 2 个，推迟到 12月3日",
        ),
        ("dropped", "cap", {"cap": "month_all", "count": 4, "most": 4}, "30 天内已有 4 次联系，上限 4 次，这次不联系"),
        ("postponed", "asks", {"count": 2}, "已经连着开口 2 次，先给一次再说，推迟到 12月3日"),
        ("kept", "no_room", {}, "当天人手排满，有空位再联系"),
        ("dropped", "forbidden", {"drop_reason": "refused"}, "客户不希望被打扰，这次不联系"),
    ],
)
def test_every_decision_can_be_said(verdict, why, facts, words):
    on = TODAY.replace(month=12, day=3)

    assert decision_words(verdict, why, on=on, until=on + ONE, **facts) == words


def test_every_number_has_a_place_in_the_form(store, manager, client):
    client.force_login(manager)

    form = client.get(POLICY).context["form"]

    assert [field.name for _, fields in form.parts for field in fields] == list(NUMBERS)


def test_a_cap_that_stands_in_the_way_is_named_on_the_day(store, manager, care):
    person = CustomerFactory(birthday_calendar="solar", birth_month=11, birth_day=23, store=store)
    for days_ago in (1, 2):
        at = moment(TODAY) - timedelta(days=days_ago)
        TouchFactory(
            customer=person,
            purpose=Purpose.CARE,
            channel=TouchChannel.MESSAGE,
            state=TouchState.DONE,
            ended_at=at,
            frozen_at=at,
        )
    propose(today=TODAY)

    [line] = day(manager, TODAY + 2 * ONE, "dropped").page.rows

    assert line.words == "7 天内已有 2 次联系，上限 2 次，这次不联系"
    assert not Touch.objects.filter(occasion="birthday").exists()


def test_a_car_insured_for_long_is_nobody_to_call(store):
    VehicleFactory(owner=CustomerFactory(), insured_until=localdate() + timedelta(days=400))

    propose(today=TODAY)

    assert not PlanLine.objects.exists()
