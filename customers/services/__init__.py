"""What is done to customers: create, know in another store, agree, refuse, talk, learn."""

from .cards import take_back_use, use_card
from .circles import join_circle, leave_circle, relate, unrelate
from .following import mind_circles
from .groups import end_group, record_group, revive_group
from .heirs import heirs_of, survivor_of
from .households import change_member, join_household, leave_household, undo_household
from .knowledge import choose_fact, end_fact, learn, revive_facts, take_back_facts
from .notes import add_note, forget_talk, keep_lessons, take_back_note
from .people import (
    CONSENT_TEXT,
    CONSENT_TEXT_VERSION,
    REFUSABLE,
    add_contact,
    change_customer,
    consent_online,
    contact_keys,
    create_customer,
    end_contact,
    has_refused,
    log_interaction,
    make_known,
    postpone_consent,
    record_consent,
    refuse,
    revive_contact,
    set_contact,
    stop_profiling,
)
from .promises import give_promise, give_up_promise, keep_promise, move_promise, reopen_promise, unmake_promise
from .tags import merge_tags, rename_tag, retag, tag_customer, untag

__all__ = [
    "has_refused",
    "stop_profiling",
    "survivor_of",
    "heirs_of",
    "join_circle",
    "leave_circle",
    "mind_circles",
    "relate",
    "unrelate",
    "take_back_use",
    "use_card",
    "end_contact",
    "revive_contact",
    "CONSENT_TEXT",
    "CONSENT_TEXT_VERSION",
    "REFUSABLE",
    "add_contact",
    "add_note",
    "change_customer",
    "change_member",
    "choose_fact",
    "contact_keys",
    "create_customer",
    "end_fact",
    "end_group",
    "forget_talk",
    "give_promise",
    "give_up_promise",
    "join_household",
    "keep_lessons",
    "keep_promise",
    "learn",
    "leave_household",
    "log_interaction",
    "make_known",
    "merge_tags",
    "move_promise",
    "postpone_consent",
    "consent_online",
    "record_consent",
    "record_group",
    "refuse",
    "rename_tag",
    "reopen_promise",
    "retag",
    "set_contact",
    "revive_facts",
    "revive_group",
    "tag_customer",
    "take_back_facts",
    "take_back_note",
    "undo_household",
    "unmake_promise",
    "untag",
]
