"""Circles and acquaintances: with a yes, once, ended by a press, and only between customers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.enums import EndedAs
from customers.errors import CannotRelate
from customers.models import Circle, CircleMember, Customer, CustomerChange, Relation
from customers.services import join_circle, leave_circle, mind_circles, relate, unrelate
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture
def said(advisor):
    return {"how": "desk", "by": advisor, "now": NOW}


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="老张")


@pytest.fixture
def wang(store):
    return CustomerFactory(store=store, name="王芳")


def merge(customer, into):
    Customer.objects.filter(pk=customer.pk).update(ended_at=NOW, ended_as=EndedAs.MERGED, merged_into=into)


def part(customer):
    Customer.objects.filter(pk=customer.pk).update(ended_at=None, ended_as="", merged_into=None)


def in_circles():
    return sorted(CircleMember.objects.live().values_list("customer", "role"))


def test_a_customer_is_in_a_circle_once_however_it_is_written(zhang, said):
    first = join_circle(zhang, name="惠州汽车商会 ", kind="association", role="会长", **said)
    again = join_circle(zhang, name="惠州汽车商会", kind="unit", role="会长", **said)

    assert first == again
    assert Circle.objects.get().kind == "association"
    assert AuditEntry.objects.filter(action="circle").count() == 1
    assert CustomerChange.objects.filter(customer_id=zhang.pk).exists()


def test_another_role_ends_the_row_and_begins_another(zhang, said):
    join_circle(zhang, name="汽车商会", kind="association", role="会员", **said)
    join_circle(zhang, name="汽车商会", kind="association", role="会长", **said)

    assert [row.role for row in CircleMember.objects.live()] == ["会长"]
    assert CircleMember.objects.count() == 2


def test_leaving_twice_is_leaving_once(zhang, said, advisor):
    member = join_circle(zhang, name="江北云庭", kind="estate", **said)

    assert leave_circle(member, by=advisor, now=NOW)
    assert not leave_circle(member, by=advisor, now=NOW + timedelta(days=1))
    assert CircleMember.objects.get().ended_at == NOW


def test_a_relation_reads_the_same_from_both_sides(zhang, wang, said):
    one = relate(zhang, to=wang, kind="neighbour", **said)
    other = relate(wang, to=zhang, kind="neighbour", **said)

    assert one == other
    assert one.told_by == zhang
    assert list(Relation.objects.live().of([wang.pk])) == list(Relation.objects.live().of([zhang.pk])) == [one]


def test_another_word_for_it_follows_the_first_and_ending_is_harmless(zhang, wang, said, advisor):
    relate(zhang, to=wang, kind="neighbour", **said)
    now = relate(wang, to=zhang, kind="friend", **said)

    assert Relation.objects.live().get() == now
    assert unrelate(now, by=advisor, now=NOW)
    assert not unrelate(now, by=advisor, now=NOW)


def test_nobody_knows_themselves(zhang, said):
    with pytest.raises(CannotRelate):
        relate(zhang, to=zhang, kind="friend", **said)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a, b, now: CircleMember.objects.create(
            circle=Circle.objects.create(kind="unit", name="电厂", key="电厂"), customer=a, how="", agreed_at=now
        ),
        lambda a, b, now: Relation.objects.create(one=b, other=a, kind="friend", told_by=a, how="desk", agreed_at=now),
        lambda a, b, now: Relation.objects.create(
            one=a, other=b, kind="friend", told_by=CustomerFactory(), how="desk", agreed_at=now
        ),
        lambda a, b, now: Relation.objects.create(one=a, other=b, kind="friend", told_by=a, how="", agreed_at=now),
    ],
    ids=["circle without a yes", "the wrong way round", "told by somebody else", "relation without a yes"],
)
def test_the_database_refuses(wrong, zhang, wang):
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(zhang, wang, NOW)


def test_both_ends_must_be_seen_and_live(zhang, other_store, said, advisor, manager):
    stranger = CustomerFactory(store=other_store)
    relate(zhang, to=stranger, kind="friend", **said)
    assert not Relation.objects.visible_to(manager).exists()

    mine = relate(zhang, to=CustomerFactory(store=zhang.stores.first()), kind="friend", **said)
    assert list(Relation.objects.visible_to(manager)) == [mine]
    Customer.objects.filter(pk=zhang.pk).update(ended_at=NOW, ended_as=EndedAs.ERASED)
    assert not Relation.objects.visible_to(manager).exists()


def test_what_somebody_told_goes_along_with_a_merge_and_ends_with_an_erased_record(zhang, wang, store, said):
    heir, third = CustomerFactory(store=store), CustomerFactory(store=store)
    join_circle(zhang, name="汽车商会", kind="association", role="会长", **said)
    join_circle(wang, name="汽车商会", kind="association", **said)
    relate(zhang, to=third, kind="friend", **said)
    relate(zhang, to=heir, kind="relative", **said)
    merge(zhang, heir)
    Customer.objects.filter(pk=wang.pk).update(ended_at=NOW, ended_as=EndedAs.ERASED)

    assert mind_circles(today=TODAY) == {"moved": 2, "parted": 0, "ended": 2}
    assert mind_circles(today=TODAY) == {"moved": 0, "parted": 0, "ended": 0}
    assert [(row.customer, row.role) for row in CircleMember.objects.live()] == [(heir, "会长")]
    assert Relation.objects.live().of([heir.pk]).get().told_by == heir


def test_undoing_a_merge_gives_back_what_each_had_told_and_leaves_the_survivor_their_own(zhang, wang, store, said):
    third = CustomerFactory(store=store)
    join_circle(zhang, name="汽车商会", kind="association", role="会长", **said)
    join_circle(zhang, name="江北云庭", kind="estate", **said)
    join_circle(wang, name="江北云庭", kind="estate", role="业委会", **said)
    relate(zhang, to=third, kind="friend", **said)
    relate(zhang, to=wang, kind="relative", **said)
    before = in_circles(), set(Relation.objects.live())

    merge(zhang, wang)
    mind_circles(today=TODAY)
    assert in_circles() == [(wang.pk, "业委会"), (wang.pk, "会长")]
    part(zhang)

    assert mind_circles(today=TODAY) == {"moved": 0, "parted": 4, "ended": 0}
    assert mind_circles(today=TODAY) == {"moved": 0, "parted": 0, "ended": 0}
    assert (in_circles(), set(Relation.objects.live())) == before


@pytest.mark.parametrize("first", ["zhang", "wang"])
def test_merges_one_after_the_other_are_undone_in_any_order(first, zhang, wang, store, said):
    people = {"zhang": zhang, "wang": wang}
    last, third = CustomerFactory(store=store), CustomerFactory(store=store)
    join_circle(zhang, name="汽车商会", kind="association", **said)
    relation = relate(third, to=zhang, kind="friend", **said)
    for one, into in ((zhang, wang), (wang, last)):
        merge(one, into)
        mind_circles(today=TODAY)
    assert in_circles() == [(last.pk, "")]

    part(people.pop(first))
    mind_circles(today=TODAY)
    assert in_circles() == [(zhang.pk if first == "zhang" else wang.pk, "")]
    part(*people.values())
    mind_circles(today=TODAY)
    assert in_circles() == [(zhang.pk, "")]
    assert Relation.objects.live().get() == relation


def test_what_somebody_changed_with_the_survivor_stays_as_they_said(zhang, wang, store, said, advisor):
    third, by = CustomerFactory(store=store), said | {"now": timezone.now()}
    join_circle(zhang, name="汽车商会", kind="association", role="会员", **said)
    join_circle(zhang, name="电厂", kind="unit", **said)
    relate(zhang, to=third, kind="friend", **said)
    merge(zhang, wang)
    mind_circles(today=TODAY)

    join_circle(wang, name="汽车商会", kind="association", role="会长", **by)
    leave_circle(CircleMember.objects.live().get(circle__name="电厂"), by=advisor, now=timezone.now())
    unrelate(Relation.objects.live().get(), by=advisor, now=timezone.now())
    for undo in (lambda: None, lambda: part(zhang)):
        undo()
        assert mind_circles(today=TODAY) == {"moved": 0, "parted": 0, "ended": 0}
    assert in_circles() == [(wang.pk, "会长")]
    assert not Relation.objects.live().exists()


def test_what_was_told_anew_after_the_undoing_is_not_told_twice(zhang, wang, said, advisor):
    join_circle(zhang, name="汽车商会", kind="association", role="会员", **said)
    merge(zhang, wang)
    mind_circles(today=TODAY)
    part(zhang)
    anew = join_circle(zhang, name="汽车商会", kind="association", role="会长", **said)

    mind_circles(today=TODAY)
    assert in_circles() == [(zhang.pk, "会长")]
    leave_circle(anew, by=advisor, now=timezone.now())
    mind_circles(today=TODAY)
    assert in_circles() == []


def test_what_went_to_a_survivor_who_was_erased_comes_back_too(zhang, wang, said):
    join_circle(zhang, name="汽车商会", kind="association", **said)
    merge(zhang, wang)
    mind_circles(today=TODAY)
    Customer.objects.filter(pk=wang.pk).update(ended_at=NOW, ended_as=EndedAs.ERASED)

    assert mind_circles(today=TODAY)["ended"] == 1
    part(zhang)
    assert mind_circles(today=TODAY)["parted"] == 1
    assert in_circles() == [(zhang.pk, "")]
