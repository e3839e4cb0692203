"""The night's understanding: profiles and completeness follow the facts."""

from .completeness import following, redraw, tally
from .estimating import estimate, fit_policy
from .known import known_of
from .policy import set_policy
from .profiles import MEASURES, rebuild, recompute, redraw_stale, refresh, work_out
from .segment_policy import Preview, preview, set_segment_policy

__all__ = [
    "Preview",
    "MEASURES",
    "estimate",
    "fit_policy",
    "following",
    "known_of",
    "preview",
    "rebuild",
    "recompute",
    "redraw",
    "redraw_stale",
    "refresh",
    "set_policy",
    "set_segment_policy",
    "tally",
    "work_out",
]
