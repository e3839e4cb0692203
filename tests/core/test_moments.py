"""Moments read from PostgreSQL by Python's own C are the moments Django would have read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999))
def test_a_moment_comes_back_as_it_went_in_whatever_its_zone(moment):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT %s::timestamptz", [moment])
            (read,) = cursor.fetchone()
            assert (read, read.tzinfo) == (moment, UTC)


def test_a_row_says_when_it_was_made():
    made = datetime(2026, 11, 28, 4, 5, 6, 70, tzinfo=UTC)
    pk = CustomerFactory(created_at=made).pk

    assert Customer.objects.values_list("created_at", flat=True).get(pk=pk) == made


@pytest.mark.parametrize("moment", ["0044-03-15 BC", "infinity"])
def test_what_python_has_no_moment_for_is_refused_as_before(moment):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor, pytest.raises(DataError, match="timestamp too"):
        cursor.execute("SELECT %s::timestamptz", [moment])
        cursor.fetchone()


def test_the_quick_reader_reads():
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    assert connection.connection.adapters.get_loader(1184, 0).__module__ == "core.moments"
