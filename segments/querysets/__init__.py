"""How what the night worked out is chosen, and the SELECTs that work it out."""

from .overrides import OverrideQuerySet
from .picture import SCORES, TABLES, Given, picture
from .profiles import ProfileQuerySet, SegmentPolicyQuerySet, living_customers
from .treatments import TreatmentQuerySet

__all__ = [
    "SCORES",
    "TABLES",
    "Given",
    "OverrideQuerySet",
    "ProfileQuerySet",
    "SegmentPolicyQuerySet",
    "TreatmentQuerySet",
    "living_customers",
    "picture",
]
