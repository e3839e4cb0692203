"""Days that come round every year, and days that are worked. Pure: dates in, dates out."""

from .birthdays import (
    LUNAR,
    SOLAR,
    Birthday,
    Turn,
    birthdays_between,
    birthdays_on,
    lunar_words,
    months_before,
)
from .feasts import FEASTS, Feast, FeastDay, FeastKind, feasts_between, feasts_on
from .workdays import PLAIN_WEEK, Mark, WorkDays, is_complete, missing_notice, published, statutory, working_days_after

__all__ = [
    "FEASTS",
    "LUNAR",
    "PLAIN_WEEK",
    "SOLAR",
    "Birthday",
    "Feast",
    "FeastDay",
    "FeastKind",
    "Mark",
    "Turn",
    "WorkDays",
    "birthdays_between",
    "birthdays_on",
    "feasts_between",
    "feasts_on",
    "is_complete",
    "lunar_words",
    "missing_notice",
    "months_before",
    "published",
    "statutory",
    "working_days_after",
]
