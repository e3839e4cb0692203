"""How what the night worked out is chosen, and the SELECTs that work it out."""

from .picture import SCORES, TABLES, Given, picture
from .profiles import ProfileQuerySet, SegmentPolicyQuerySet, living_customers

__all__ = ["SCORES", "TABLES", "Given", "ProfileQuerySet", "SegmentPolicyQuerySet", "living_customers", "picture"]
