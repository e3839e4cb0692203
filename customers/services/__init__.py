"""What is done to customers: create, know in another store, agree, refuse, talk, learn."""

from .households import change_member, join_household, leave_household, undo_household
from .knowledge import choose_fact, end_fact, learn, revive_facts, take_back_facts
from .people import (
    CONSENT_TEXT,
    CONSENT_TEXT_VERSION,
    REFUSABLE,
    add_contact,
    change_customer,
    contact_keys,
    create_customer,
    log_interaction,
    make_known,
    postpone_consent,
    record_consent,
    refuse,
)

__all__ = [
    "CONSENT_TEXT",
    "CONSENT_TEXT_VERSION",
    "REFUSABLE",
    "add_contact",
    "change_customer",
    "change_member",
    "choose_fact",
    "contact_keys",
    "create_customer",
    "end_fact",
    "join_household",
    "learn",
    "leave_household",
    "log_interaction",
    "make_known",
    "postpone_consent",
    "record_consent",
    "refuse",
    "revive_facts",
    "take_back_facts",
    "undo_household",
]
