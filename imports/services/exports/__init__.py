"""Writing out what a person may carry away: how much, why, and then the file."""

from .files import opened, write_to
from .grants import Grant, all_of, allowance, grant, past_exports
from .wishes import Sight, Wish, count, sight_of

__all__ = [
    "Grant",
    "Sight",
    "Wish",
    "all_of",
    "allowance",
    "count",
    "grant",
    "opened",
    "past_exports",
    "sight_of",
    "write_to",
]
