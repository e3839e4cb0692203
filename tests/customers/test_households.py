"""Families and units: one household per person, two members or more, the last step can be taken back (ii 15)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.enums import CustomerKind, EndedAs, HouseholdKind
from customers.errors import BelongsElsewhere, CannotJoin, CannotReach, CannotTakeBack
from customers.models import Customer, CustomerChange, Household, HouseholdMember
from customers.services import change_member, join_household, leave_household, undo_household
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=True)


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", store=store)


@pytest.fixture
def dad(store):
    return CustomerFactory(name="王建国", store=store, phone=False)


@pytest.fixture
def join(front_desk):
    def _join(customer, of, **said):
        return join_household(customer, of=of, by=front_desk, **{"now": NOW} | said)

    return _join


def members():
    return list(HouseholdMember.objects.current().order_by("pk").values_list("customer__name", flat=True))


def test_a_household_begins_when_somebody_joins_somebody(join, mum, dad):
    member = join(dad, mum, relation="老公", reached_through=mum)

    assert members() == ["张丽", "王建国"]
    assert (member.household.kind, member.relation, member.reached_through) == (HouseholdKind.FAMILY, "老公", mum)


def test_with_a_unit_in_it_it_is_a_unit(join, store):
    unit = CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store)

    assert join(CustomerFactory(store=store), unit).household.kind == HouseholdKind.UNIT


def test_joining_twice_is_once(join, mum, dad):
    first = join(dad, mum)
    CustomerChange.objects.all().delete()

    assert join(dad, mum, relation="又一次") == join(mum, dad).household.members.get(customer=dad) == first
    assert (AuditEntry.objects.count(), CustomerChange.objects.count()) == (1, 0)


def test_the_trail_holds_numbers_only_and_both_are_noted(join, mum, dad, front_desk):
    member = join(dad, mum, relation="老公")

    entry = AuditEntry.objects.get(action=Action.HOUSEHOLD)
    assert (entry.by, entry.subject_id, "老公" in str(entry.facts)) == (front_desk, member.household_id, False)
    assert set(CustomerChange.objects.values_list("customer_id", "kind")) == {(mum.pk, "person"), (dad.pk, "person")}


def test_whoever_lives_elsewhere_is_asked_about_first(join, mum, dad, store):
    grandpa = CustomerFactory(name="爷爷", store=store)
    join(dad, mum)

    with pytest.raises(BelongsElsewhere) as refusal:
        join(dad, grandpa)
    assert refusal.value.household == Household.objects.get()
    assert members() == ["张丽", "王建国"]

    join(dad, grandpa, is_moving=True)
    # The household that was left had one member more, and nobody is a family alone.
    assert members() == ["爷爷", "王建国"]


def test_the_database_refuses_two_households_at_a_time(join, mum, dad):
    join(dad, mum)

    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdMember.objects.create(household=Household.objects.create(), customer=dad)


def test_nobody_joins_themselves_or_a_record_that_has_ended(join, mum, dad):
    with pytest.raises(CannotJoin, match="自己"):
        join(mum, mum)
    dad.ended_at, dad.ended_as = NOW, EndedAs.CLOSED
    dad.save()
    with pytest.raises(CannotJoin, match="停用"):
        join(dad, mum)


def test_one_is_reached_only_at_somebody_of_the_household_who_has_a_number(join, mum, dad, store):
    stranger = CustomerFactory(store=store)
    with pytest.raises(CannotReach, match="家里"):
        join(dad, mum, reached_through=stranger)
    with pytest.raises(CannotReach, match="没有电话"):
        join(mum, dad, reached_through=dad)
    assert HouseholdMember.objects.count() == 0


def test_what_is_known_of_a_member_is_put_right_and_the_old_row_kept(join, mum, dad, front_desk):
    member = join(dad, mum, relation="朋友")

    changed = change_member(member, by=front_desk, now=NOW + timedelta(hours=1), relation="老公", is_emergency=True)
    same = change_member(member, by=front_desk, now=NOW, relation="老公")

    assert (changed.relation, changed.is_emergency, same) == ("老公", True, changed)
    assert list(dad.memberships.order_by("pk").values_list("relation", flat=True)) == ["朋友", "老公"]
    assert AuditEntry.objects.count() == 2


def test_leaving_ends_with_the_last_but_one(join, mum, dad, front_desk):
    member = join(dad, mum)

    for _ in range(2):
        leave_household(member, by=front_desk, now=NOW)

    assert (members(), AuditEntry.objects.count()) == ([], 2)


def test_nobody_is_reached_any_more_at_one_who_left(join, mum, dad, front_desk, store):
    son = CustomerFactory(name="王小明", store=store, phone=False)
    member = join(mum, dad)
    join(son, dad, reached_through=mum)

    leave_household(member, by=front_desk, now=NOW)
    assert son.memberships.current().get().reached_through is None

    undo_household(member.household, by=front_desk, today=TODAY)
    assert son.memberships.current().get().reached_through == mum
    assert members() == ["王建国", "张丽", "王小明"]


@pytest.mark.parametrize("act", ["join", "move", "change", "leave"])
def test_the_last_step_is_taken_back_once(join, mum, dad, front_desk, store, act):
    grandpa = CustomerFactory(name="爷爷", store=store)
    member = None if act == "join" else join(dad, mum, relation="朋友")
    before = picture()
    if act == "join":
        member = join(dad, mum)
    elif act == "move":
        member = join(dad, grandpa, is_moving=True)
    elif act == "change":
        change_member(member, by=front_desk, now=NOW, relation="老公")
    else:
        leave_household(member, by=front_desk, now=NOW)
    assert picture() != before

    for _ in range(2):
        undo_household(member.household, by=front_desk, today=TODAY)

    assert picture() == before


def picture():
    return sorted(HouseholdMember.objects.current().values_list("household", "customer", "relation"))


def test_nothing_is_taken_back_on_another_day_or_over_somebodys_head(join, mum, dad, front_desk, store):
    member = join(dad, mum)
    with pytest.raises(CannotTakeBack, match="今天"):
        undo_household(member.household, by=front_desk, today=TODAY + timedelta(days=1))
    leave_household(member, by=front_desk, now=NOW)
    join(dad, CustomerFactory(store=store))

    with pytest.raises(CannotTakeBack, match="别的家庭"):
        undo_household(member.household, by=front_desk, today=TODAY)


def test_a_store_knows_a_household_by_its_members(join, mum, dad, front_desk, stranger):
    household = join(dad, mum).household

    assert Household.objects.visible_to(front_desk).get() == household
    assert not Household.objects.visible_to(stranger).exists()


steps = st.lists(
    st.tuples(st.sampled_from(["join", "move", "leave", "undo"]), st.integers(0, 3), st.integers(0, 3)), max_size=14
)


@pytest.mark.django_db
def test_taking_back_never_leaves_somebody_alone():
    """Whoever could have stayed behind has moved to another household since."""
    by, (host, mover, third, friend) = UserFactory(), [CustomerFactory() for _ in range(4)]
    join_household(mover, of=host, by=by, now=NOW)
    member = join_household(third, of=mover, by=by, now=NOW)
    join_household(mover, of=friend, by=by, now=NOW, is_moving=True)

    with pytest.raises(CannotTakeBack):
        undo_household(member.household, by=by, today=TODAY)

    at_home = HouseholdMember.objects.current().filter(household=member.household)
    assert set(at_home.values_list("customer", flat=True)) == {host.pk, third.pk}


class HouseholdsHoldTogether(TestCase):
    """Whatever joins, moves, leaves and is taken back: nobody is in two households, no household has one member."""

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps)
    def test_no_one_is_alone_or_twice(self, acts):
        people, by = [CustomerFactory() for _ in range(4)], UserFactory()
        for act, one, other in acts:
            try:
                self._step(act, people[one], people[other], by)
            except (CannotJoin, CannotTakeBack):
                continue

        sizes = {}
        for household, customer in HouseholdMember.objects.current().values_list("household", "customer"):
            sizes.setdefault(household, []).append(customer)
        everybody = [customer for customers in sizes.values() for customer in customers]
        assert len(everybody) == len(set(everybody))
        assert all(len(customers) > 1 for customers in sizes.values())

    def _step(self, act: str, one: Customer, other: Customer, by):
        if act in ("join", "move"):
            join_household(one, of=other, by=by, now=NOW, is_moving=act == "move")
        elif member := one.memberships.order_by("pk").last():
            if act == "leave":
                leave_household(member, by=by, now=NOW)
            else:
                undo_household(member.household, by=by, today=TODAY)
