"""DIFFERENTIATE: what the night worked out about a customer, and by which rules."""

from .completeness import CollectionPolicy, CollectionRule, Completeness, CompletenessMonth, CompletenessTotal
from .profile import Profile, SegmentPolicy

__all__ = [
    "CollectionPolicy",
    "CollectionRule",
    "Completeness",
    "CompletenessMonth",
    "CompletenessTotal",
    "Profile",
    "SegmentPolicy",
]
