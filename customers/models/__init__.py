"""IDENTIFY: people, how to reach them, what they agreed to, what they told us."""

from .card import CardUse, MemberCard
from .consent import Consent, Refusal, contact_hash, person_key
from .conversation import Enquiry, Interaction, Promise, PromiseMove
from .customer import ContactPoint, Customer, CustomerChange, CustomerStore, Introduction
from .household import Household, HouseholdMember
from .knowledge import CustomerTag, ProfileFact, Tag, WechatGroup

__all__ = [
    "CardUse",
    "MemberCard",
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
    "Tag",
    "WechatGroup",
    "contact_hash",
    "person_key",
]
