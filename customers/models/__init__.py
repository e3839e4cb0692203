"""IDENTIFY: people, how to reach them, what they agreed to, what they told us."""

from .card import CardUse, MemberCard
from .circle import Circle, CircleMember, Relation
from .consent import Consent, Refusal, contact_hash, person_key
from .conversation import Enquiry, Interaction, Promise, PromiseMove
from .customer import ContactPoint, Customer, CustomerChange, CustomerStore, Introduction
from .household import Household, HouseholdMember
from .knowledge import CustomerTag, ProfileFact, Tag, WechatGroup

__all__ = [
    "CardUse",
    "MemberCard",
    "Circle",
    "CircleMember",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerChange",
    "CustomerStore",
    "CustomerTag",
    "Enquiry",
    "Household",
    "HouseholdMember",
    "Interaction",
    "Introduction",
    "ProfileFact",
    "Promise",
    "PromiseMove",
    "Refusal",
    "Relation",
    "Tag",
    "WechatGroup",
    "contact_hash",
    "person_key",
]
