"""IDENTIFY: people, how to reach them, what they agreed to, what they told us."""

from .consent import Consent, Refusal, contact_hash, person_key
from .conversation import Enquiry, Interaction, Promise
from .customer import ContactPoint, Customer, CustomerChange, CustomerStore, Introduction

__all__ = [
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerChange",
    "CustomerStore",
    "Enquiry",
    "Interaction",
    "Introduction",
    "Promise",
    "Refusal",
    "contact_hash",
    "person_key",
]
