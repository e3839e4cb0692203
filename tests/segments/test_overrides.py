"""A word on a grade or a stage: it counts to its review day, says why, can be taken back, follows the person."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from customers.enums import EndedAs
from customers.models import Customer, CustomerChange, Introduction
from segments.enums import ByHand, Cause, Picture
from segments.errors import CannotStand, OptedOut
from segments.models import DailySnapshot, Override, Profile, SegmentChange
from segments.services import override, rebuild, refresh, restore_overrides, snapshot
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, OverrideFactory, ServiceOrderFactory, moment

pytestmark = pytest.mark.django_db
NOW, LATER = moment(TODAY), TODAY + timedelta(days=90)
GRADE = {ByHand.LETTER: "A", ByHand.DIGIT: "1"}


@pytest.fixture
def regular(store):
    """Three visits, the last ten days ago: C2, a base customer."""
    customer = CustomerFactory(store=store)
    for ago in (10, 60, 120):
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago), paid_fen=20_000)
    rebuild(today=TODAY)
    return customer


def decide(customer, words, by, *, reason="车队的负责人", review_on=LATER, at=NOW):
    return override(customer, words, reason=reason, review_on=review_on, by=by, at=at)


def place(customer):
    profile = Profile.objects.get(customer=customer)
    return f"{profile.letter}{profile.digit}", profile.stage


def test_a_word_counts_at_once_and_in_the_night_and_in_what_the_day_is_kept_as(regular, manager):
    assert place(regular) == ("C2", "base")

    decide(regular, {**GRADE, ByHand.STAGE: "koc"}, manager)
    assert place(regular) == ("A1", "koc")

    rebuild(today=TODAY)
    snapshot(today=TODAY)
    assert place(regular) == ("A1", "koc")
    kept = DailySnapshot.objects.filter(store_id=0, advisor_id=0)
    assert [(row.x, row.y) for row in kept.filter(picture=Picture.GRADE)] == [("A", "1")]
    assert [row.x for row in kept.filter(picture=Picture.STAGE)] == ["koc"]


def test_it_counts_to_the_end_of_its_review_day_and_then_the_rules_judge_again(regular, manager):
    review = TODAY + timedelta(days=5)
    decide(regular, GRADE, manager, review_on=review)
    assert Profile.objects.get(customer=regular).next_change_on <= review + timedelta(days=1)

    refresh(today=review)
    assert place(regular)[0] == "A1"

    refresh(today=review + timedelta(days=1))
    assert place(regular)[0] == "C2"
    assert Override.objects.standing().count() == 2  # still to be looked at
    causes = (
        SegmentChange.objects.filter(axis="letter").order_by("pk").values_list("before", "after", "cause", "moved_on")
    )
    assert list(causes) == [
        ("C", "A", Cause.HAND, TODAY), ("A", "C", Cause.OVER, review + timedelta(days=1)),
    ]  # fmt: skip


def test_moves_by_the_rules_keep_no_cause(regular):
    ServiceOrderFactory.create_batch(4, customer=regular, opened_on=TODAY, paid_fen=200_000)

    rebuild(today=TODAY)

    assert {change.cause for change in SegmentChange.objects.filter(axis="letter")} == {Cause.RULES}


def test_deciding_the_same_twice_is_once(regular, manager):
    decide(regular, GRADE, manager)
    notes, moves = CustomerChange.objects.count(), SegmentChange.objects.count()

    assert decide(regular, GRADE, manager, at=moment(TODAY, 15)) == ([], [])
    assert (Override.objects.count(), AuditEntry.objects.count()) == (2, 1)
    assert (CustomerChange.objects.count(), SegmentChange.objects.count()) == (notes, moves)


def test_a_new_word_ends_the_old_one_and_both_are_kept(regular, manager, owner):
    decide(regular, {ByHand.LETTER: "A"}, manager)

    [before], [now] = decide(regular, {ByHand.LETTER: "B"}, owner, at=moment(TODAY, 15))

    before.refresh_from_db()
    assert (before.code, before.ended_by, before.ended_at) == ("A", owner, moment(TODAY, 15))
    assert (now.code, now.ended_at, place(regular)[0]) == ("B", None, "B2")


def test_an_empty_word_leaves_the_axis_to_the_rules(regular, manager):
    decide(regular, GRADE, manager)

    ended, new = decide(regular, {ByHand.LETTER: "", ByHand.DIGIT: "1"}, manager)

    assert ([one.axis for one in ended], new, place(regular)[0]) == (["letter"], [], "C1")


def test_undoing_brings_back_what_stood_before_and_twice_is_once(regular, manager):
    _, first = decide(regular, {ByHand.LETTER: "A"}, manager)
    ended, new = decide(regular, {ByHand.LETTER: "B"}, manager, at=moment(TODAY, 15))
    back = {"end": [one.pk for one in new], "stand": [one.pk for one in ended], "by": manager, "at": moment(TODAY, 16)}

    restore_overrides(regular, **back)
    assert place(regular)[0] == "A2"
    entries = AuditEntry.objects.count()

    assert restore_overrides(regular, **back) == []
    assert (place(regular)[0], AuditEntry.objects.count()) == ("A2", entries)
    assert list(Override.objects.standing()) == first


def test_what_was_lifted_does_not_come_back_over_a_newer_word(regular, manager, owner):
    _, [old] = decide(regular, {ByHand.LETTER: "A"}, manager)
    restore_overrides(regular, end=[old.pk], stand=[], by=manager, at=NOW)
    decide(regular, {ByHand.LETTER: "D"}, owner)

    restore_overrides(regular, end=[], stand=[old.pk], by=manager, at=NOW)

    assert place(regular)[0] == "D2"


def test_rows_of_somebody_else_are_not_touched(regular, store, manager):
    other = OverrideFactory(customer=CustomerFactory(store=store))

    restore_overrides(regular, end=[other.pk], stand=[], by=manager, at=NOW)

    assert Override.objects.standing().get() == other


def test_the_trail_has_codes_and_no_reason(regular, manager):
    decide(regular, GRADE, manager)

    entry = AuditEntry.objects.get(action=Action.OVERRIDE)
    assert (entry.subject_id, entry.why, entry.facts) == (regular.pk, "", {"codes": {"letter": "A", "digit": "1"}})
    assert CustomerChange.objects.filter(customer_id=regular.pk).exists()


@pytest.mark.parametrize(
    ("days_ago", "code", "words"),
    [
        ([10], "partner", "现在不能定为合伙人：24 个月到店 1 次（3 次起）。"),
        ([10], "base", "现在不能定为基盘：24 个月到店 1 次（3 次起）。"),
        ([], "koc", "现在不能定为KOC：还没来过。"),
        ([700, 710, 720], "koc", "现在不能定为KOC：节奏已流失。"),
    ],
)
def test_a_stage_whose_conditions_are_not_met_is_refused_in_a_sentence(days_ago, code, words, store, manager):
    customer = CustomerFactory(store=store)
    for ago in days_ago:
        ServiceOrderFactory(customer=customer, opened_on=TODAY - timedelta(days=ago))

    with pytest.raises(CannotStand) as refused:
        decide(customer, {ByHand.STAGE: code}, manager)

    assert (str(refused.value), refused.value.axis, Override.objects.count()) == (words, ByHand.STAGE, 0)


def test_a_level_needs_a_letter_and_takes_the_one_decided_with_it(store, manager):
    stranger = CustomerFactory(store=store)

    with pytest.raises(CannotStand, match="还没有字母"):
        decide(stranger, {ByHand.DIGIT: "1"}, manager)

    decide(stranger, GRADE, manager)
    assert place(stranger) == ("A1", "fan")


def test_a_fourth_level_is_refused_where_the_rules_have_three(regular, manager):
    with pytest.raises(CannotStand, match="规则里没有这一级"):
        decide(regular, {ByHand.DIGIT: "4"}, manager)


def test_whoever_is_lost_leaves_the_stage_they_were_given(regular, manager):
    decide(regular, {ByHand.STAGE: "partner"}, manager, review_on=TODAY + timedelta(days=360))
    assert place(regular)[1] == "partner"

    refresh(today=TODAY + timedelta(days=350))

    assert place(regular)[1] == "member"


def test_nothing_is_decided_of_whoever_opted_out(regular, manager):
    Customer.objects.filter(pk=regular.pk).update(no_profiling=True)

    with pytest.raises(OptedOut, match="不定级、不定阶段"):
        decide(regular, GRADE, manager)
    with pytest.raises(OptedOut):
        restore_overrides(regular, end=[1], stand=[], by=manager, at=NOW)


@pytest.mark.parametrize("night", [refresh, rebuild])
@pytest.mark.parametrize("facts", [{"no_profiling": True}, {"ended_at": NOW, "ended_as": EndedAs.ERASED}])
def test_with_an_opt_out_or_an_erasure_every_word_goes_the_ended_ones_too(facts, night, regular, manager, store):
    kept = OverrideFactory(customer=CustomerFactory(store=store))
    decide(regular, {ByHand.LETTER: "A"}, manager)
    decide(regular, {ByHand.LETTER: "B"}, manager)
    Customer.objects.filter(pk=regular.pk).update(**facts)
    CustomerChange.objects.note([regular.pk], "person")

    night(today=TODAY)

    assert list(Override.objects.all()) == [kept]


@pytest.mark.parametrize("night", [refresh, rebuild])
def test_through_a_merge_the_word_goes_along_and_the_survivors_own_wins(night, regular, manager, store):
    middle, survivor = CustomerFactory(store=store), CustomerFactory(store=store)
    rebuild(today=TODAY)
    decide(regular, GRADE, manager)
    own = OverrideFactory(customer=survivor, axis="digit", code="3")
    Customer.objects.filter(pk=regular.pk).update(ended_at=NOW, ended_as=EndedAs.MERGED, merged_into=middle)
    Customer.objects.filter(pk=middle.pk).update(ended_at=NOW, ended_as=EndedAs.MERGED, merged_into=survivor)
    CustomerChange.objects.note([regular.pk], "person")

    night(today=TODAY)

    assert place(survivor)[0] == "A3"
    assert own in Override.objects.filter(customer=survivor).standing()
    before = sorted(Override.objects.values_list("pk", "customer"))
    rebuild(today=TODAY)
    assert sorted(Override.objects.values_list("pk", "customer")) == before


def test_facts_go_on_counting_beside_a_word(regular, manager, store):
    """A friend who was brought makes a KOC of them by the rules; the word for partner stands above it."""
    friend = CustomerFactory(store=store)
    ServiceOrderFactory(customer=friend, opened_on=TODAY)
    Introduction.objects.create(introducer=regular, introduced=friend)
    decide(regular, {ByHand.STAGE: "partner"}, manager)
    assert place(regular)[1] == "partner"

    restore_overrides(regular, end=Override.objects.values_list("pk", flat=True), stand=[], by=manager, at=NOW)

    assert place(regular)[1] == "koc"


@pytest.mark.parametrize(
    "change",
    [
        {"code": "E"},
        {"axis": "stage", "code": "A"},
        {"axis": "stage", "code": "fan"},
        {"reason": ""},
        {"ended_at": NOW},
    ],
)
def test_what_is_no_word_never_enters_the_table(change, store):
    with pytest.raises(IntegrityError), transaction.atomic():
        OverrideFactory(customer=CustomerFactory(store=store), **change)


def test_one_word_stands_per_axis(store):
    first = OverrideFactory(customer=CustomerFactory(store=store))

    with pytest.raises(IntegrityError), transaction.atomic():
        OverrideFactory(customer=first.customer, code="B")

    OverrideFactory(customer=first.customer, axis="digit", code="2")
