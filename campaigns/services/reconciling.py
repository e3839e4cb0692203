"""Asking providers what became of messages whose answer was lost, or whose receipt never came."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from ..channels import Letter, channel_named, word_of
from ..enums import DropReason, MessageState
from ..errors import CampaignError
from ..models import Message
from .hearing import close, hear, next_ask
from .withdrawing import withdraw

logger = logging.getLogger(__name__)
MOST = 200
# A provider's records may lag: only after this long does "never got it" count.
ABSENT_AFTER = timedelta(minutes=10)
# Whoever dies while asking holds the question up for this long.
AGAIN_AFTER = timedelta(minutes=5)


def ask_due(*, clock: Callable[[], datetime], limit: int = MOST) -> dict[str, int]:
    """Ask after every message that is to be asked after now; counts by what was heard."""
    now = clock()
    counts = Counter(withdraw(now=now))
    pks = Message.objects.claim_to_ask(now=now, limit=limit, again=now + AGAIN_AFTER)
    for message in Message.objects.filter(pk__in=pks).for_gate().select_related("point"):
        counts[_ask(message, clock)] += 1
    return dict(counts)


def _ask(message: Message, clock: Callable[[], datetime]) -> str:
    channel = channel_named(message.via)
    try:
        if channel is None or not channel.can_be_asked or message.point is None:
            return _give_up(message, now=clock())
        letter = Letter(message.point.key, message.body, str(message.pk))
        word = channel.ask(letter, provider_id=message.provider_id, day=localdate(message.begun_at))
    except CampaignError:
        return _ask_later(message, now=clock())
    except Exception as error:  # one broken answer must not hold up the others
        logger.warning("message %s: asking broke: %s", message.pk, type(error).__name__)
        return _ask_later(message, now=clock())
    if word.state is None:
        return _never_came(message, now=clock())
    hear(message, word, now=clock())
    return _later(message, now=clock()) if word.state == MessageState.ACCEPTED else word.state.value


def _never_came(message: Message, *, now: datetime) -> str:
    if now - message.begun_at < ABSENT_AFTER:
        return _ask_later(message, now=now)
    if message.send_again(now, "服务商没有收到过，重新发送"):
        return "again"
    return _ask_later(message, now=now)


def _ask_later(message: Message, *, now: datetime) -> str:
    """Nothing learnt: asked again later, or given up."""
    return _give_up(message, now=now) if next_ask(message, now=now) is None else _later(message, now=now)


def _later(message: Message, *, now: datetime) -> str:
    Message.objects.filter(pk=message.pk, ask_at__isnull=False).update(ask_at=next_ask(message, now=now))
    return "later"


def _give_up(message: Message, *, now: datetime) -> str:
    """The provider cannot say: accepted is all we know, or nothing; what is uncertain is closed or done by a person."""
    if Message.objects.filter(pk=message.pk, ask_at__isnull=False).update(ask_at=None):
        if message.state == MessageState.UNKNOWN:
            close(message, DropReason.UNCERTAIN, why=f"{word_of(message.via)}不确定是否送达", now=now)
        return "given_up"
    return "later"
