"""PostgreSQL reads our texts as the values they stand for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.texts import array_of, copied_text
from vehicles.enums import OrderSource

pytestmark = pytest.mark.django_db

WORDS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ODD = st.sampled_from(
    ["NULL", "", '"', "\\", "{a,b}", " x ", "\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "\u2028", OrderSource.DESK]
)
ROWS = st.lists(
    st.tuples(
        WORDS | ODD, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.booleans(), st.none() | st.dates(),
        st.none() | st.datetimes(timezones=st.just(UTC)), st.none() | st.uuids(),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(st.lists(WORDS | ODD))
def test_an_array_is_read_as_it_was(words):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [array_of(words)])
        assert cursor.fetchone() == (words,)


@given(ROWS)
def test_rows_that_are_copied_are_read_as_they_were(rows):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS said (a text, b bigint, c bool, d date, e timestamptz, f uuid)")
        cursor.execute("TRUNCATE said")
        with cursor.copy("COPY said FROM STDIN") as copy:
            copy.write(copied_text(rows))
        cursor.execute("SELECT * FROM said")
        assert cursor.fetchall() == rows


def test_each_kind_of_value_is_written_plainly():
    day, moment = date(2026, 11, 28), datetime(2026, 11, 28, 4, tzinfo=UTC)
    row = ["王", 7, True, None, day, moment, Decimal("1.50"), UUID(int=7), OrderSource.DESK]

    assert copied_text([row]).rstrip("\n").split("\t") == [
        "王", "7", "True", "\\N", "2026-11-28", "2026-11-28 04:00:00+00:00", "1.50", str(UUID(int=7)), "desk",
    ]  # fmt: skip


def test_binary_values_are_refused_not_garbled():
    with pytest.raises(TypeError, match="bytes"):
        copied_text([[b"photo"]])
