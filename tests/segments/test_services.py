"""Profiles follow the facts: incrementally, by time alone, and all at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.enums import ChangeKind, EndedAs
from customers.models import Customer, CustomerChange
from segments.models import Profile, SegmentPolicy
from segments.rules.numbers import defaults
from segments.services import MEASURES, rebuild, refresh
from segments.services import profiles as services
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db


def changed(*customers):
    CustomerChange.objects.note([customer.pk for customer in customers], ChangeKind.ORDER)


def measures(customer, *names):
    return {name: getattr(Profile.objects.get(customer=customer), name) for name in names or MEASURES}


@pytest.fixture
def somebody(store):
    """A customer with a profile from an earlier night, so that later nights are incremental."""
    customer = CustomerFactory()
    rebuild(today=TODAY - timedelta(days=1))
    return customer


def test_a_visit_shows_in_the_profile_of_the_next_night(somebody):
    ServiceOrderFactory(customer=somebody, paid_fen=150_000, insurer_fen=40_000, warranty_fen=10_000)
    ServiceOrderFactory(customer=somebody, opened_on=date(2023, 5, 4), paid_fen=20_000)
    changed(somebody)

    refresh(today=TODAY)

    wanted = {
        "visits": 1,
        "own_fen": 100_000,
        "insurer_fen": 50_000,
        "ticket_fen": 100_000,
        "first_visit_on": date(2023, 5, 4),
        "last_visit_on": TODAY,
        "lifetime_visits": 2,
        "lifetime_own_fen": 120_000,
        "lifetime_insurer_fen": 50_000,
        "value_tier": "C",
    }
    assert measures(somebody, *wanted) == wanted


def test_an_unknown_amount_is_a_visit_but_no_money(somebody):
    ServiceOrderFactory(customer=somebody, paid_fen=None)
    ServiceOrderFactory(customer=somebody, paid_fen=30_001)
    ServiceOrderFactory(customer=somebody, paid_fen=30_000)
    changed(somebody)

    refresh(today=TODAY)

    profile = Profile.objects.get(customer=somebody)
    assert (profile.visits, profile.own_fen, profile.ticket_fen) == (3, 60_001, 30_000)


def test_cancelled_and_open_orders_are_no_visits(somebody):
    ServiceOrderFactory(customer=somebody, status=OrderStatus.CANCELLED)
    ServiceOrderFactory(customer=somebody, status=OrderStatus.OPEN)
    changed(somebody)

    refresh(today=TODAY)

    assert Profile.objects.get(customer=somebody).lifetime_visits == 0


def test_cancelling_an_old_order_takes_its_money_out_again(somebody):
    order = ServiceOrderFactory(customer=somebody, opened_on=TODAY - timedelta(days=300))
    changed(somebody)
    refresh(today=TODAY)
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)
    changed(somebody)

    refresh(today=TODAY)

    assert Profile.objects.get(customer=somebody).lifetime_own_fen == 0


def test_the_profile_names_the_day_on_which_time_alone_changes_it_and_changes_then(somebody):
    ServiceOrderFactory(customer=somebody, opened_on=date(2024, 2, 29))
    changed(somebody)
    refresh(today=date(2026, 2, 1))
    assert measures(somebody, "next_change_on", "rhythm") == {"next_change_on": date(2026, 3, 1), "rhythm": "lost"}

    refresh(today=date(2026, 2, 28))
    kept = Profile.objects.get(customer=somebody).visits
    refresh(today=date(2026, 3, 1))

    profile = Profile.objects.get(customer=somebody)
    assert (kept, profile.visits, profile.value_tier, profile.next_change_on) == (1, 0, "D", None)


def test_an_order_dated_ahead_counts_when_its_day_comes(somebody):
    ServiceOrderFactory(customer=somebody, opened_on=TODAY + timedelta(days=3))
    changed(somebody)
    refresh(today=TODAY)
    early = Profile.objects.get(customer=somebody)

    refresh(today=TODAY + timedelta(days=3))

    late = Profile.objects.get(customer=somebody)
    assert (early.visits, early.next_change_on, late.visits) == (0, TODAY + timedelta(days=3), 1)


def test_somebody_who_opted_out_of_profiling_has_no_tier(somebody):
    ServiceOrderFactory.create_batch(7, customer=somebody, paid_fen=200_000)
    Customer.objects.filter(pk=somebody.pk).update(no_profiling=True)
    changed(somebody)

    refresh(today=TODAY)

    profile = Profile.objects.get(customer=somebody)
    assert (profile.visits, profile.value_tier) == (7, "")


def test_ended_customers_lose_their_profile(somebody):
    Customer.objects.filter(pk=somebody.pk).update(ended_at=timezone.now(), ended_as=EndedAs.CLOSED)
    changed(somebody)

    CustomerFactory()
    counts = refresh(today=TODAY)

    assert (counts["removed"], Profile.objects.filter(customer=somebody).exists()) == (1, False)


def test_a_second_night_writes_nothing(somebody):
    ServiceOrderFactory(customer=somebody)
    changed(somebody)
    refresh(today=TODAY)
    changed(somebody)

    counts = refresh(today=TODAY)

    assert counts == {"changed": 1, "due": 0, "written": 0, "removed": 0, "drawn": 0, "needs": 0, "rebuilt": 0}


def test_an_unchanged_night_touches_no_row(somebody):
    ServiceOrderFactory(customer=somebody)
    CustomerFactory()
    rebuild(today=TODAY)
    before = list(_versions())

    counts = rebuild(today=TODAY)

    assert (counts["written"], counts["drawn"]) == (0, 0)
    assert list(_versions()) == before


def _versions():
    """The rows, and on PostgreSQL who wrote and who locked them last."""
    hidden = "xmin, xmax, " if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in ("segments_profile", "segments_completeness", "segments_segmentchange", "segments_customerneed"):
            cursor.execute(f"SELECT {hidden}* FROM {table} ORDER BY id")
            yield from cursor.fetchall()


def test_the_first_night_draws_the_whole_company_and_empties_the_feed(store):
    customers = CustomerFactory.create_batch(3)
    changed(*customers)

    counts = refresh(today=TODAY)

    assert counts == {"changed": 3, "due": 0, "written": 3, "removed": 0, "drawn": 3, "needs": 0, "rebuilt": 1}
    assert not CustomerChange.objects.exists()


def test_a_new_policy_draws_everybody_again(somebody):
    ServiceOrderFactory(customer=somebody)
    SegmentPolicy.objects.create(version=2, numbers=defaults() | {"high_ticket_fen": 50_000})
    changed(somebody)

    refresh(today=TODAY)

    profile = Profile.objects.get(customer=somebody)
    assert (profile.policy.version, profile.value_tier) == (2, "C")


def test_a_crash_between_draining_and_writing_loses_no_change(somebody, monkeypatch):
    ServiceOrderFactory(customer=somebody)
    changed(somebody)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(services, "recompute", dies)
        with pytest.raises(KeyboardInterrupt):
            refresh(today=TODAY)
    refresh(today=TODAY)

    assert Profile.objects.get(customer=somebody).visits == 1


def test_the_number_of_statements_does_not_grow_with_the_customers(somebody, django_assert_num_queries):
    for count in (1, 30):
        changed(*[ServiceOrderFactory().customer for _ in range(count)])
        with django_assert_num_queries(47):
            refresh(today=TODAY)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 900), st.integers(0, 400)), min_size=1, max_size=12))
def test_nights_in_between_end_where_a_full_rebuild_does(somebody, acts):
    """Each act: what happens (visit, edit, cancel, nothing), how long before, and how many days later the night is."""
    ServiceOrder.objects.all().delete()
    night = date(2025, 6, 1)
    for kind, ago, later in acts:
        _act(kind, somebody, night - timedelta(days=ago))
        night += timedelta(days=later)
        refresh(today=night)
    after_nights = measures(somebody)

    rebuild(today=night)

    assert after_nights == measures(somebody)


def _act(kind, customer, day):
    if kind == 0:
        ServiceOrderFactory(customer=customer, opened_on=day)
    elif kind == 1:
        ServiceOrder.objects.filter(status=OrderStatus.CLOSED).update(paid_fen=ServiceOrder.objects.count() * 40_000)
    elif kind == 2:
        oldest = ServiceOrder.objects.filter(status=OrderStatus.CLOSED).order_by("pk").values("pk")[:1]
        ServiceOrder.objects.filter(pk__in=oldest).update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)
    changed(customer)
