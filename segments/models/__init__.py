"""DIFFERENTIATE: what the night worked out about a customer, and by which rules."""

from .completeness import CollectionPolicy, CollectionRule, Completeness, CompletenessMonth, CompletenessTotal
from .needs import CustomerNeed, Need
from .override import Override
from .policy import SegmentPolicy
from .profile import Facts, Profile, SegmentChange
from .segment import Segment
from .snapshot import DailySnapshot
from .treatment import Treatment

__all__ = [
    "CollectionPolicy",
    "CollectionRule",
    "Completeness",
    "CompletenessMonth",
    "CompletenessTotal",
    "CustomerNeed",
    "DailySnapshot",
    "Facts",
    "Need",
    "Override",
    "Profile",
    "Segment",
    "SegmentChange",
    "SegmentPolicy",
    "Treatment",
]
