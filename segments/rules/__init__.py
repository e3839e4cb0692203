"""Policy of the segments, without a database: what a customer is worth, how complete their record is."""

from .value import (
    OTHERWISE,
    UNJUDGED,
    VALUE_TABLE,
    WINDOW_MONTHS,
    Row,
    Thresholds,
    Worth,
    leaves_window_on,
    tier_for,
    window_start,
)

__all__ = [
    "OTHERWISE",
    "UNJUDGED",
    "VALUE_TABLE",
    "WINDOW_MONTHS",
    "Row",
    "Thresholds",
    "Worth",
    "leaves_window_on",
    "tier_for",
    "window_start",
]
