"""The night's understanding: profiles and completeness follow the facts."""

from .completeness import following, redraw, tally
from .known import known_of
from .policy import set_policy
from .profiles import MEASURES, rebuild, recompute, refresh, work_out

__all__ = [
    "MEASURES",
    "following",
    "known_of",
    "rebuild",
    "recompute",
    "redraw",
    "refresh",
    "set_policy",
    "tally",
    "work_out",
]
