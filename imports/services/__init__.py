"""Bringing shop files in: receive, look through, confirm, commit in the background, report."""

from .adopt import adopt_ownerless
from .batches import abandon, confirm, map_columns, read_as, receive, run, sweep
from .checks import check
from .decisions import days_of_row, decide, drop, facts_of, give, may_be_taken_back, of_plate, take_back
from .error_file import write_error_file
from .files import layout_of
from .items import say_items, unknown_items
from .ownerless import ownerless_lines, plate_typed
from .paths import import_path
from .reports import report, sentence
from .undoing import ask_to_undo, begin_undo, count_undo, forget_old_traces, rows_to_undo, run_undo

__all__ = [
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
    "say_items",
    "sentence",
    "sweep",
    "unknown_items",
    "write_error_file",
]
