"""Bringing shop files in: receive, understand, confirm, commit in the background, report."""

from .batches import (
    abandon,
    confirm,
    layout_of,
    map_columns,
    opened,
    read_as,
    receive,
    run,
    sweep,
)
from .paths import import_path
from .reports import report, sentence

__all__ = [
    "abandon",
    "confirm",
    "import_path",
    "layout_of",
    "map_columns",
    "opened",
    "read_as",
    "receive",
    "report",
    "run",
    "sentence",
    "sweep",
]
