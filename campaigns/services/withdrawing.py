"""What a channel has taken and nobody has got yet is called back when it must not be said any more.

A WeCom task waits until an employee presses "send": meanwhile its customer may refuse, or its day be over.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate

from ..channels import Channel, Letter, Word, channels_in_use
from ..enums import MessageState
from ..errors import CampaignError
from ..models import Message
from ..occasions import topic_of
from .hearing import hear
from .permission import forbidden

logger = logging.getLogger(__name__)
MOST = 5_000
TOO_LATE = "过了时候，员工还没有发，已停"


def withdraw(*, now: datetime) -> dict[str, int]:
    """Call back what waits with an employee and is refused or too late by now; how many."""
    count = 0
    for channel in channels_in_use():
        if channel.can_withdraw:
            waiting = Message.objects.with_somebody(channel.name).for_gate().select_related("point")[:MOST]
            count += sum(_call_back(channel, message, why, now) for message, why in _overtaken(list(waiting), now))
    return {"withdrawn": count} if count else {}


def _overtaken(messages: list[Message], now: datetime) -> Iterable[tuple[Message, str]]:
    """Those that must not be said any more, and why; so many queries per purpose and topic."""
    barred = {}
    for purpose, topic in {(one.touch.purpose, topic_of(one.touch.occasion)) for one in messages}:
        people = {one.touch.customer_id for one in messages if one.touch.purpose == purpose}
        barred[purpose, topic] = forbidden(people, purpose=purpose, topic=topic)
    for message in messages:
        reason = barred[message.touch.purpose, topic_of(message.touch.occasion)].get(message.touch.customer_id)
        if reason or now > message.not_after:
            yield message, f"{reason.label}，已停" if reason else TOO_LATE


def _call_back(channel: Channel, message: Message, why: str, now: datetime) -> bool:
    """Whether it is called back; what has been sent meanwhile is heard of instead."""
    letter = Letter(message.point.key if message.point else "", message.body, str(message.pk))
    try:
        word = channel.ask(letter, provider_id=message.provider_id, day=localdate(message.begun_at))
        if word.state != MessageState.ACCEPTED:
            hear(message, word, now=now)
            return False
        channel.withdraw(message.provider_id)
    except CampaignError as error:  # tried again with the next tick
        logger.warning("message %s cannot be called back: %s", message.pk, type(error).__name__)
        return False
    return hear(message, Word(MessageState.FAILED, why), now=now)
