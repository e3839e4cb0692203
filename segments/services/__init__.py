"""The night's understanding: profiles and completeness follow the facts."""

from .completeness import following, redraw, tally
from .estimating import estimate
from .fitting import RFM, Fitted, fit, preview_estimates, set_estimates
from .known import known_of
from .needs import decide_need, evidence_of, people_spoken_of, redraw_changed_needs, retire_need, revive_need, save_need
from .overrides import judged_now, override, restore_overrides
from .people import choices_for, look, people_of, reasons, size_of
from .policy import set_policy
from .profiles import MEASURES, rebuild, recompute, redraw_stale, refresh, work_out
from .segment_policy import Preview, preview, set_segment_policy
from .segments import archive_segment, revive_segment, save_segment
from .snapshot import snapshot
from .treatments import set_treatment

__all__ = [
    "RFM",
    "Fitted",
    "Preview",
    "MEASURES",
    "archive_segment",
    "choices_for",
    "decide_need",
    "estimate",
    "evidence_of",
    "fit",
    "following",
    "judged_now",
    "known_of",
    "look",
    "override",
    "people_of",
    "people_spoken_of",
    "preview",
    "preview_estimates",
    "rebuild",
    "reasons",
    "recompute",
    "redraw",
    "redraw_changed_needs",
    "redraw_stale",
    "refresh",
    "retire_need",
    "restore_overrides",
    "revive_need",
    "revive_segment",
    "save_need",
    "save_segment",
    "set_estimates",
    "set_policy",
    "set_segment_policy",
    "set_treatment",
    "size_of",
    "snapshot",
    "tally",
    "work_out",
]
