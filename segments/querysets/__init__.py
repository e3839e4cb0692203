"""How what the night worked out is chosen, and the SELECTs that work it out."""

from .measures import MEASURES, measuring, tier_words
from .profiles import ProfileQuerySet, SegmentPolicyQuerySet, living_customers

__all__ = ["MEASURES", "ProfileQuerySet", "SegmentPolicyQuerySet", "living_customers", "measuring", "tier_words"]
