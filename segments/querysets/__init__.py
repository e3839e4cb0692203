"""How what the night worked out is chosen, and the SELECTs that work it out."""

from .profiles import ProfileQuerySet, SegmentPolicyQuerySet, living_customers, measured, tier_case

__all__ = ["ProfileQuerySet", "SegmentPolicyQuerySet", "living_customers", "measured", "tier_case"]
