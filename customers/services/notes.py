"""A note: what was said, what it taught and what was promised, written in one go and taken back in one go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import ChangeKind, Channel
from ..errors import TooLateToUndo
from ..models import Customer, CustomerChange, Interaction
from ..rules import UNDO_WITHIN
from .knowledge import learn_all, take_back_facts
from .people import log_interaction
from .promises import give_promise

# The same words by the same person within this time are one note.
SAME_NOTE = timedelta(minutes=10)


@transaction.atomic
def add_note(
    customer: Customer,
    *,
    store: Store,
    by: User,
    at: datetime,
    channel: Channel,
    body: str,
    facts: Sequence[dict] = (),
    promise: dict | None = None,
    **said,
) -> Interaction:
    """Put what was said on the timeline, with what it taught and what was promised.

    `facts`: kind, value and source of each; `promise`: body and due_at; `said`: direction, mood, mood_reason.
    """
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    lately = Interaction.objects.filter(customer=row, by=by, at__gte=at - SAME_NOTE)
    same = lately.filter(channel=channel, body=body).first()
    talk = same or log_interaction(row, store=store, by=by, channel=channel, at=at, body=body, **said)
    # Facts and promises know by themselves what is said twice: what was forgotten at first joins the note.
    keep_lessons(talk, facts=facts, promise=promise)
    return talk


def keep_lessons(talk: Interaction, *, facts: Sequence[dict] = (), promise: dict | None = None) -> None:
    """What a conversation taught and what was promised in it, in the caller's transaction."""
    learn_all(talk.customer, facts, by=talk.by, at=talk.at, interaction=talk)
    if promise:
        give_promise(talk.customer, store=talk.store, by=talk.by, at=talk.at, interaction=talk, **promise)


@transaction.atomic
def take_back_note(talk: Interaction, *, by: User, at: datetime) -> None:
    """A slip of the pen: the note was never written. Raises TooLateToUndo for somebody else's and for an old one."""
    talk = Interaction.objects.select_for_update(of=["self"]).get(pk=talk.pk)
    if talk.by_id != by.pk or at - talk.at > UNDO_WITHIN or talk.settled_at:
        raise TooLateToUndo
    forget_talk(talk, by=by)


def forget_talk(talk: Interaction, *, by: User) -> None:
    """Take a conversation off the timeline with its facts and its promise, in the caller's transaction.

    A promise that somebody has acted on since stands by itself.
    """
    take_back_facts(talk, by=by)
    talk.promises.open().filter(moves__isnull=True).delete()
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=talk.customer, taken_back=talk.pk)
    CustomerChange.objects.note([talk.customer_id], ChangeKind.CONTACT)
    talk.delete()
