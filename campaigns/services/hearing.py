"""What became of a message: the channel's answer, a receipt, or what the provider says when it is asked.

Whatever comes twice, late or out of order changes nothing: a state only rises (docs/adr/0022).
"""

from datetime import datetime, timedelta

from django.db import transaction

from customers.enums import ChangeKind, Direction, Purpose
from customers.models import CustomerChange, Interaction
from customers.services import REFUSABLE, refuse

from ..channels import Channel, Word, channel_named, word_of
from ..enums import BELOW, RANK, DropReason, MessageState, TouchState
from ..models import Message, Touch
from ..occasions import name_of

# When an accepted or uncertain message is asked after: receipts seldom reach a shop's own PC.
ASK_AFTER = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
REFUSED_AT_PROVIDER = "短信服务商的退订名单"
# What an accepted message says that a message in a worker's hands does not.
_ACCEPTED = ["state", "lease_until", "note", "sent_at", "provider_id", "talk", "ask_at"]


def next_ask(message: Message, *, now: datetime) -> datetime | None:
    """When the provider is asked (again); None when it cannot be, or has been often enough."""
    channel = channel_named(message.via)
    if channel is None or not channel.can_be_asked:
        return None
    times = ASK_AFTER + (channel.asked_on if message.state == MessageState.ACCEPTED else ())
    return now + times[message.asked] if message.asked < len(times) else None


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


@transaction.atomic
def hear_accepted(taken: list[tuple[Message, str]], *, now: datetime) -> None:
    """The channel took these (message, the provider's id), each at its `sent_at`: five statements, however many.

    What a receipt has settled meanwhile is left as it is.
    """
    below = Message.objects.select_for_update(of=["self"]).filter(state__in=BELOW[MessageState.ACCEPTED])
    open_still = set(below.filter(pk__in=[message.pk for message, _ in taken]).values_list("pk", flat=True))
    heard = [(message, provider_id) for message, provider_id in taken if message.pk in open_still]
    talks = Interaction.objects.bulk_create([_talk(message, at=message.sent_at) for message, _ in heard])
    CustomerChange.objects.note([talk.customer_id for talk in talks], ChangeKind.CONTACT)
    for (message, provider_id), talk in zip(heard, talks, strict=True):
        message.state, message.lease_until, message.note = MessageState.ACCEPTED, None, ""
        message.provider_id, message.talk, message.ask_at = provider_id[:80], talk, next_ask(message, now=now)
    messages = [message for message, _ in heard]
    Message.objects.bulk_create(messages, update_conflicts=True, unique_fields=["id"], update_fields=_ACCEPTED)
    Touch.objects.filter(pk__in=[message.touch_id for message in messages]).finish_all(now)


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
    talk = _talk(message, at=at)
    talk.save()
    CustomerChange.objects.note([talk.customer_id], ChangeKind.CONTACT)
    return talk


def _talk(message: Message, *, at: datetime) -> Interaction:
    touch = message.touch
    said = {"subject": name_of(touch.occasion), "body": message.body, "direction": Direction.OUT}
    spoken_by = (channel_named(message.via) or Channel).spoken_by
    return Interaction(customer=touch.customer, store=touch.store, channel=spoken_by, at=at, **said)


def _not_delivered(message: Message, *, now: datetime) -> None:
    """What the timeline says was said was not; a service notice is still owed, by a person."""
    if message.talk_id:
        subject = f"{name_of(message.touch.occasion)}（没有送达）"
        Interaction.objects.filter(pk=message.talk_id).update(subject=subject[:60])
    close(message, DropReason.NOT_DELIVERED, why=f"{word_of(message.via)}没有送达", now=now)


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
        close(message, DropReason.UNCERTAIN, why=f"{word_of(message.via)}不确定是否送达", now=now)
    return True
