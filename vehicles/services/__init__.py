"""What is done to vehicles and visits."""

from .cars import register_vehicle
from .odometer import doubt_about, record_readings
from .visits import (
    LineDraft,
    cancel_visit,
    close_visit,
    note_arrival,
    open_visit,
    plan_next_visit,
    reopen_visit,
    write_lines,
)

__all__ = [
    "LineDraft",
    "cancel_visit",
    "close_visit",
    "doubt_about",
    "note_arrival",
    "open_visit",
    "plan_next_visit",
    "record_readings",
    "register_vehicle",
    "reopen_visit",
    "write_lines",
]
