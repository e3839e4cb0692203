"""A policy is looked at before it rules, is never edited, and moves people with a reason."""

from datetime import timedelta

import pytest

from segments.errors import PolicyMoved
from segments.models import Profile, SegmentChange, SegmentPolicy
from segments.rules.numbers import defaults
from segments.services import preview, rebuild, redraw_stale, set_segment_policy
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, StoreFactory, UserFactory

pytestmark = pytest.mark.django_db
LOOSER = defaults() | {"high_ticket_fen": 50_000}


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def spender(store):
    """Came once and paid ¥600: of no great value while a high ticket starts at ¥1,000."""
    customer = CustomerFactory(store=store)
    ServiceOrderFactory(customer=customer, store=store, paid_fen=60_000, opened_on=TODAY - timedelta(days=9))
    rebuild(today=TODAY)
    return customer


def test_a_look_says_who_would_move_and_changes_nothing(spender, django_assert_num_queries):
    CustomerFactory()
    before = list(Profile.objects.values())

    seen = preview(LOOSER, today=TODAY)

    assert seen.people == 1
    assert seen.moves == [("letter", "D", "C", 1), ("value_tier", "D", "C", 1)]
    assert seen.sample == [(spender.pk, "letter", "D", "C")]
    assert (list(Profile.objects.values()), SegmentPolicy.objects.count()) == (before, 1)


def test_the_sample_of_a_store_is_of_its_people(spender):
    seen = preview(LOOSER, today=TODAY, store=StoreFactory().pk)

    assert (seen.people, seen.sample) == (1, [])


def test_the_same_numbers_move_nobody(spender):
    assert preview(defaults(), today=TODAY).people == 0


def test_applying_moves_exactly_whom_the_look_named(spender, owner):
    foreseen = preview(LOOSER, today=TODAY)

    policy = set_segment_policy(seen_version=1, numbers=LOOSER, why="客单价涨了", by=owner)
    counts = redraw_stale(today=TODAY)

    moved = SegmentChange.objects.values_list("axis", "before", "after", "policy")
    assert sorted(moved) == sorted((axis, before, after, policy.pk) for axis, before, after, _ in foreseen.moves)
    assert (counts["written"], Profile.objects.get(customer=spender).value_tier) == (1, "C")
    entry = AuditEntry.objects.get(action=Action.SET_POLICY)
    assert entry.facts["numbers"] == {"high_ticket_fen": [100_000, 50_000]}


def test_drawing_again_moves_nobody_twice(spender, owner):
    set_segment_policy(seen_version=1, numbers=LOOSER, why="", by=owner)
    redraw_stale(today=TODAY)

    assert redraw_stale(today=TODAY) == {}
    assert SegmentChange.objects.count() == 2


def test_saving_what_already_rules_writes_no_version(owner):
    policy = set_segment_policy(seen_version=1, numbers=defaults(), why="", by=owner)

    assert (policy.version, SegmentPolicy.objects.count()) == (1, 1)


def test_whoever_looked_at_an_older_version_is_told(owner):
    set_segment_policy(seen_version=1, numbers=LOOSER, why="", by=owner)

    with pytest.raises(PolicyMoved):
        set_segment_policy(seen_version=1, numbers=defaults() | {"levels": 4}, why="", by=owner)

    assert SegmentPolicy.objects.current().numbers == LOOSER


@pytest.mark.parametrize("verb", [preview, set_segment_policy])
def test_numbers_that_no_policy_has_are_refused(verb, owner):
    bad = defaults() | {"lost_percent": 10}
    more = {"today": TODAY} if verb is preview else {"seen_version": 1, "why": "", "by": owner}

    with pytest.raises(ValueError, match="lost_percent"):
        verb(numbers=bad, **more)


def test_a_new_version_keeps_what_was_estimated(owner):
    cuts = {"recency": [30], "frequency": [2], "monetary": [100]}
    SegmentPolicy.objects.create(version=2, cuts=cuts)

    policy = set_segment_policy(seen_version=2, numbers=LOOSER, why="", by=owner)

    assert (policy.version, policy.cuts) == (3, cuts)
