"""Policy of the segments, without a database: the axes as ordered tables, their numbers, how complete a record is."""

from .window import WINDOW_MONTHS, leaves_window_on, window_start

__all__ = ["WINDOW_MONTHS", "leaves_window_on", "window_start"]
