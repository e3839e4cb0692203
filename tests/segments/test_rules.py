"""The value table: worked customers per cell, and the same table compiled to SQL."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendars import months_before
from segments.querysets import tier_words
from segments.rules import WINDOW_MONTHS, Thresholds, Worth, leaves_window_on, tier_for, window_start

USUAL = Thresholds(frequent_visits=6, steady_visits=3, high_ticket_fen=100_000)


@pytest.mark.parametrize(
    ("visits", "ticket_fen", "tier"),
    [
        (9, 150_000, "A"),
        (6, 100_000, "A"),
        (20, 99_999, "B"),
        (6, None, "B"),
        (5, 100_000, "B"),
        (3, 300_000, "B"),
        (5, 99_999, "C"),
        (3, 0, "C"),
        (2, 100_000, "C"),
        (1, 800_000, "C"),
        (2, 99_999, "D"),
        (1, None, "D"),
        (0, None, "D"),
    ],
)
def test_the_tier_follows_frequency_then_ticket(visits, ticket_fen, tier):
    assert tier_for(Worth(max(visits, 1), visits, ticket_fen), USUAL) == tier


def test_nobody_judges_a_stranger_or_somebody_who_opted_out():
    assert tier_for(Worth(0, 0, None), USUAL) == ""
    assert tier_for(Worth(12, 12, 500_000, no_profiling=True), USUAL) == ""


thresholds = st.integers(1, 8).flatmap(
    lambda steady: st.builds(Thresholds, st.integers(steady + 1, 15), st.just(steady), st.integers(0, 300))
)
worths = st.builds(
    Worth, st.integers(0, 20), st.integers(0, 20), st.one_of(st.none(), st.integers(0, 400)), st.booleans()
)


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worths, thresholds)
def test_the_table_says_the_same_in_python_and_in_sql(worth, thresholds):
    columns = ", ".join(
        f"CAST(%({name})s AS integer) AS {name}" for name in ("visits", "lifetime_visits", "ticket_fen")
    )
    table = f"SELECT {columns}, CAST(%(no_profiling)s AS boolean) AS no_profiling"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tier_words()} FROM ({table}) AS worth", asdict(worth) | asdict(thresholds))
        [[tier]] = cursor.fetchall()

    assert tier == tier_for(worth, thresholds)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_visit_leaves_the_window_on_the_first_day_it_no_longer_counts(visit):
    leaves = leaves_window_on(visit)

    assert window_start(leaves) >= visit > window_start(leaves - timedelta(days=1))


def test_the_window_starts_two_years_before_and_stays_inside_the_month():
    assert window_start(date(2026, 11, 21)) == date(2024, 11, 21)
    assert window_start(date(2028, 2, 29)) == months_before(date(2028, 2, 29), WINDOW_MONTHS) == date(2026, 2, 28)
    assert leaves_window_on(date(2024, 2, 29)) == date(2026, 3, 1)
