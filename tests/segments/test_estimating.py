"""Cut points, the model and each customer's chance of coming again: estimated once, refreshed weekly."""

import random
from datetime import timedelta

import pytest

from customers.models import Customer, CustomerChange
from segments.errors import NothingToFit, PolicyMoved
from segments.models import Profile, SegmentPolicy
from segments.rules.rfm import Cuts, Scores, eight_kinds, segment_of
from segments.services import estimate, fit, preview_estimates, rebuild, refresh, set_estimates
from segments.services import fitting as services
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store, monkeypatch):
    """Twelve customers with different rhythms, and one who never came; a small shop is enough here."""
    monkeypatch.setattr(services, "ENOUGH", 10)
    chance = random.Random(1)
    people = [CustomerFactory(store=store) for _ in range(12)]
    for customer in people:
        for _ in range(chance.randint(1, 6)):
            day = TODAY - timedelta(days=chance.randint(1, 700))
            ServiceOrderFactory(customer=customer, store=store, opened_on=day, paid_fen=chance.randint(10, 2000) * 100)
    CustomerFactory(store=store)
    rebuild(today=TODAY)
    return people


def test_the_first_night_with_enough_history_estimates_and_scores(shop):
    counts = estimate(today=TODAY)

    policy = SegmentPolicy.objects.current()
    assert counts == {"fitted": 1, "estimated": 12}
    assert (policy.version, sorted(policy.model)) == (2, ["a", "alpha", "b", "r"])
    assert [len(policy.cuts[name]) for name in ("recency", "frequency", "monetary")] == [4, 4, 4]
    scored = Profile.objects.came()
    assert all(1 <= profile.recency_score <= 5 and 0 <= profile.alive_percent <= 100 for profile in scored)
    assert Profile.objects.filter(estimated_on=None).count() == 1


def test_estimating_again_changes_nothing_until_a_week_has_passed(shop):
    estimate(today=TODAY)

    again = [estimate(today=TODAY + timedelta(days=days)) for days in (0, 6, 7)]

    assert [counts["estimated"] for counts in again] == [0, 0, 12]
    assert SegmentPolicy.objects.count() == 2


def test_whoever_came_is_estimated_the_same_night(shop, store):
    estimate(today=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    before = Profile.objects.get(customer=shop[0]).expected_visits
    ServiceOrderFactory(customer=shop[0], store=store, opened_on=tomorrow)
    CustomerChange.objects.note([shop[0].pk], "order")
    refresh(today=tomorrow)

    counts = estimate(today=tomorrow)

    after = Profile.objects.get(customer=shop[0])
    assert (counts["estimated"], after.estimated_on, after.expected_visits != before) == (1, tomorrow, True)


def test_whoever_opted_out_is_not_estimated(shop):
    Customer.objects.filter(pk=shop[0].pk).update(no_profiling=True)
    rebuild(today=TODAY)

    assert estimate(today=TODAY)["estimated"] == 11


def test_too_little_history_is_left_alone(store):
    ServiceOrderFactory(customer=CustomerFactory(store=store), store=store)
    rebuild(today=TODAY)

    assert estimate(today=TODAY) == {"fitted": 0, "estimated": 0}
    assert SegmentPolicy.objects.current().model is None


def test_a_shop_where_nobody_came_twice_gets_cut_points_and_no_model(store, monkeypatch):
    monkeypatch.setattr(services, "ENOUGH", 4)
    for _ in range(4):
        ServiceOrderFactory(customer=CustomerFactory(store=store), store=store)
    rebuild(today=TODAY)

    fitted = fit(today=TODAY)

    assert (fitted.model, len(fitted.cuts["monetary"])) == (None, 4)


def test_a_shop_that_nobody_leaves_gets_no_model_and_is_not_fitted_every_night(store, monkeypatch):
    monkeypatch.setattr(services, "ENOUGH", 3)
    for turn in range(6):
        customer = CustomerFactory(store=store)
        for ago in range(turn, 700, 30 + turn):
            ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago))
    rebuild(today=TODAY)

    counts = [estimate(today=TODAY + timedelta(days=days)) for days in (0, 1)]

    assert counts == [{"fitted": 1, "estimated": 0}, {"fitted": 0, "estimated": 0}]
    assert SegmentPolicy.objects.current().model is None


def test_an_older_night_run_again_does_not_hang(shop):
    estimate(today=TODAY)

    assert estimate(today=TODAY - timedelta(days=30))["estimated"] == 0


# --- estimated anew ---


@pytest.fixture
def grown(shop, store):
    """Estimated once; since then the best customers came again and spent much."""
    estimate(today=TODAY)
    for customer in shop[:3]:
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY, paid_fen=900_000)
    rebuild(today=TODAY)
    return fit(today=TODAY)


def kinds():
    """The RFM kind of everybody who was scored."""
    cuts = Cuts.of(SegmentPolicy.objects.current().cuts)
    scored = Profile.objects.filter(recency_score__gt=0)
    scores = scored.values_list("customer_id", "recency_score", "frequency_score", "monetary_score")
    return {pk: segment_of(Scores(*three), eight_kinds(cuts)).value for pk, *three in scores}


def test_a_preview_tells_exactly_who_would_move_and_keeps_nothing(grown):
    before = kinds()

    told = preview_estimates(grown, today=TODAY)

    assert (SegmentPolicy.objects.count(), kinds()) == (2, before)
    set_estimates(grown, seen_version=2)
    rebuild(today=TODAY)
    moved = {pk: ("rfm", before[pk], kind) for pk, kind in kinds().items() if kind != before[pk]}
    assert moved and told.people == len(moved) == sum(count for *_, count in told.moves)
    assert {pk: tuple(rest) for pk, *rest in told.sample} == moved


def test_a_preview_before_the_first_estimate_moves_people_from_nowhere(shop):
    told = preview_estimates(fit(today=TODAY), today=TODAY)

    assert (told.people, {before for _, before, _, _ in told.moves}) == (12, {""})


def test_a_preview_names_nobody_of_another_store(grown, other_store):
    told = preview_estimates(grown, today=TODAY, store=other_store.pk)

    assert told.people > 0 and told.sample == []


def test_estimates_are_a_new_version_once_told_to_the_trail_and_the_numbers_stay(grown, owner):
    numbers = SegmentPolicy.objects.current().all_numbers

    versions = [set_estimates(grown, seen_version=2, by=owner).version for _ in range(2)]

    policy = SegmentPolicy.objects.current()
    assert versions == [3, 3]
    assert (policy.cuts, policy.model, policy.all_numbers, policy.created_by) == (
        grown.cuts, grown.model, numbers, owner
    )  # fmt: skip
    [entry] = AuditEntry.objects.filter(by=owner)
    assert (entry.action, entry.subject_id, entry.facts) == (Action.SET_POLICY, policy.pk, {"estimated": True})


def test_estimates_give_way_to_another_version(grown, owner):
    current = SegmentPolicy.objects.current()
    SegmentPolicy.objects.create(version=3, numbers=current.numbers, cuts=current.cuts, model=current.model)

    with pytest.raises(PolicyMoved):
        set_estimates(grown, seen_version=2, by=owner)


def test_too_few_customers_are_not_fitted(store):
    with pytest.raises(NothingToFit, match="不到 50 位"):
        fit(today=TODAY)


def test_a_large_shop_is_estimated_from_every_nth_customer(shop):
    came = Profile.objects.came()

    assert [services.some_of(came, most).count() for most in (100, 12, 6, 4)] == [12, 12, 6, 4]
    assert set(services.some_of(came, 6)) == set(services.some_of(came, 6))
