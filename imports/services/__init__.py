"""Bringing shop files in: receive, look through, confirm, commit in the background, report."""

from ..querysets import LEASE
from .adopt import adopt_ownerless
from .batches import abandon, confirm, map_columns, read_as, receive, run, run_waiting, sweep
from .checks import check
from .decisions import days_of_row, decide, drop, facts_of, give, may_be_taken_back, of_plate, take_back
from .error_file import write_error_file
from .files import layout_of
from .items import items_of, last_mapping, map_items, suggestions, unmap_items
from .ownerless import OwnerlessPlate, ownerless_lines, ownerless_plates, plate_typed
from .paths import import_path
from .reports import report, sentence
from .undoing import ask_to_undo, begin_undo, count_undo, forget_old_traces, rows_to_undo, run_undo

__all__ = [
    "LEASE",
    "OwnerlessPlate",
    "ownerless_plates",
    "unmap_items",
    "suggestions",
    "map_items",
    "last_mapping",
    "items_of",
    "take_back",
    "plate_typed",
    "ownerless_lines",
    "of_plate",
    "may_be_taken_back",
    "give",
    "facts_of",
    "drop",
    "decide",
    "days_of_row",
    "run_undo",
    "rows_to_undo",
    "forget_old_traces",
    "count_undo",
    "begin_undo",
    "ask_to_undo",
    "abandon",
    "adopt_ownerless",
    "check",
    "confirm",
    "import_path",
    "layout_of",
    "map_columns",
    "read_as",
    "receive",
    "report",
    "run",
    "run_waiting",
    "sentence",
    "sweep",
    "write_error_file",
]
