"""The window of 24 months."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.calendars import months_before
from segments.rules import WINDOW_MONTHS, leaves_window_on, window_start


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_visit_leaves_the_window_on_the_first_day_it_no_longer_counts(visit):
    leaves = leaves_window_on(visit)

    assert window_start(leaves) >= visit > window_start(leaves - timedelta(days=1))


def test_the_window_starts_two_years_before_and_stays_inside_the_month():
    assert window_start(date(2026, 11, 21)) == date(2024, 11, 21)
    assert window_start(date(2028, 2, 29)) == months_before(date(2028, 2, 29), WINDOW_MONTHS) == date(2026, 2, 28)
    assert leaves_window_on(date(2024, 2, 29)) == date(2026, 3, 1)
