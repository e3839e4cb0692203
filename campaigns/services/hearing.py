"""What became of a message: the channel's answer, a receipt, or what the provider says when it is asked.

Whatever comes twice, late or out of order changes nothing: a state only rises (docs/adr/0022).
"""

from datetime import datetime, timedelta

from django.db import transaction

from customers.enums import Channel as SpokenBy
from customers.enums import Purpose
from customers.models import Interaction
from customers.services import log_interaction, refuse

from ..channels import Word, channel_named
from ..enums import RANK, DropReason, MessageState, TouchState
from ..models import Message
from ..occasions import name_of

# When an accepted or uncertain message is asked after: receipts seldom reach a shop's own PC.
ASK_AFTER = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
REFUSED_AT_PROVIDER = "短信服务商的退订名单"
REFUSABLE = (Purpose.CARE, Purpose.MARKETING)


def next_ask(message: Message, *, now: datetime) -> datetime | None:
    """When the provider is asked (again); None when it cannot be, or has been often enough."""
    channel = channel_named(message.via)
    if channel is None or not channel.can_be_asked or message.asked >= len(ASK_AFTER):
        return None
    return now + ASK_AFTER[message.asked]


@transaction.atomic
def hear(message: Message, word: Word, *, now: datetime) -> bool:
    """Act on what a provider says of a message it has; False when that is no news."""
    if RANK[word.state] <= RANK[message.state]:
        return False
    facts = {"note": word.note, "is_dead_number": word.is_dead}
    if word.provider_id:
        facts["provider_id"] = word.provider_id[:80]
    if word.state == MessageState.FAILED:
        if not message.advance(MessageState.FAILED, ask_at=None, **facts):
            return False
        _not_delivered(message, now=now)
        if word.is_refusal:
            refuse(message.touch.customer, purposes=REFUSABLE, by=None, how=REFUSED_AT_PROVIDER)
        return True
    return _arrived(message, word.state, facts, now=now)


def _arrived(message: Message, state: MessageState, facts: dict, *, now: datetime) -> bool:
    sent_at = message.sent_at or message.begun_at or now
    facts |= {"sent_at": sent_at, "begun_at": message.begun_at or sent_at}
    facts["ask_at"] = next_ask(message, now=now) if state == MessageState.ACCEPTED else None
    if message.talk_id is None:
        facts["talk"] = _tell(message, at=sent_at)
    if not message.advance(state, **facts):
        transaction.set_rollback(True)  # somebody else heard of it first, and has told it
        return False
    message.end_touch(TouchState.DONE)
    return True


def _tell(message: Message, *, at: datetime) -> Interaction:
    """It stands on the customer's timeline, once."""
    touch = message.touch
    said = {"subject": name_of(touch.occasion), "body": message.body}
    return log_interaction(touch.customer, store=touch.store, by=None, channel=SpokenBy.SMS, at=at, **said)


def _not_delivered(message: Message, *, now: datetime) -> None:
    """What the timeline says was said was not; a service notice is still owed, by a person."""
    if message.talk_id:
        subject = f"{name_of(message.touch.occasion)}（没有送达）"
        Interaction.objects.filter(pk=message.talk_id).update(subject=subject[:60])
    close(message, DropReason.NOT_DELIVERED, why="短信没有送达", now=now)


def close(message: Message, reason: DropReason, *, why: str, now: datetime) -> None:
    """The text has not done it: a service notice goes to a person, the rest is given up."""
    if message.touch.purpose == Purpose.SERVICE:
        message.hand_over(why, now=now)
    else:
        message.end_touch(TouchState.DROPPED, reason)


def lose(message: Message, note: str, *, now: datetime) -> bool:
    """Whether it went out is not known. The provider is asked; where it cannot be, nobody ever sends it again."""
    ask_at = next_ask(message, now=now)
    if not message.advance(MessageState.UNKNOWN, note=note, ask_at=ask_at):
        return False
    if ask_at is None:
        close(message, DropReason.UNCERTAIN, why="短信不确定是否送达", now=now)
    return True
