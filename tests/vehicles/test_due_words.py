"""How far away something is, as people say it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.factories import TODAY
from vehicles.rules.due_words import when_words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-25, "已过 25 天"),
        (0, "今天"),
        (12, "12 天后"),
        (89, "89 天后"),
        (90, "3 个月后"),
        (729, "24 个月后"),
        (1926, "5 年后"),
    ],
)
def test_nobody_counts_five_years_in_days(days, words):
    day = TODAY + timedelta(days=days)

    assert when_words(SimpleNamespace(due_on=day, low_on=day, high_on=day), today=TODAY) == words


def test_what_is_reckoned_by_kilometres_says_about_and_its_range():
    day, later = TODAY + timedelta(days=8), TODAY + timedelta(days=20)

    said = when_words(SimpleNamespace(due_on=day, low_on=TODAY, high_on=later), today=TODAY)

    assert said == f"大约 8 天后（{TODAY:%m-%d} 到 {later:%m-%d} 之间）"
