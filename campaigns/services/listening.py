"""What providers tell us unasked: receipts of messages, and what people wrote back."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from customers.enums import Channel as SpokenBy
from customers.enums import Direction
from customers.models import ContactPoint, Interaction, Refusal
from customers.rules import normalise_phone
from customers.services import REFUSABLE, log_interaction, refuse

from ..channels import Channel
from ..channels.base import Reply, Report
from ..enums import DropReason, TouchState
from ..models import Message, Touch
from ..wording import is_opt_out
from .hearing import hear

REFUSED_BY_REPLY = "短信回复退订"
# One post of a provider holds a hundred lines at most.
MOST_LINES = 1000


def receive_reports(channel: Channel, said: object, *, now: datetime) -> int:
    """Act on the receipts a provider posted; how many were news. Raises ValueError for what is no such post.

    Repeating changes nothing, a receipt of a message we do not know neither.
    """
    return sum(_heard(channel, report, now=now) for report in _within_reason(channel.reports(said)))


def _heard(channel: Channel, report: Report, *, now: datetime) -> bool:
    ours = Message.objects.filter(via=channel.name).for_gate()
    message = ours.filter(pk=_uuid(report.ref)).first() if _uuid(report.ref) else None
    if message is None and report.provider_id:
        message = ours.filter(provider_id=report.provider_id[:80]).first()
    return message is not None and hear(message, report.word, now=now)


def receive_replies(channel: Channel, said: object, *, now: datetime) -> int:
    """Put what people wrote back on their timelines and heed every "stop"; how many there were. Twice is once."""
    return sum(_answer(reply, now=now) for reply in _within_reason(channel.replies(said)))


def _within_reason(lines) -> list:
    lines = list(lines)
    if len(lines) > MOST_LINES:
        raise ValueError("too many lines at once")
    return lines


@transaction.atomic
def _answer(reply: Reply, *, now: datetime) -> bool:
    key, text = normalise_phone(reply.phone), reply.text.replace("\x00", "").strip()[:500]
    point = ContactPoint.objects.phones().filter(key=key).select_related("customer").first() if key else None
    if point:
        _tell(point, text, now=now)
    if not key or not is_opt_out(text):
        return False
    if point is None:
        Refusal.objects.refuse(keys=[key], purposes=REFUSABLE, by=None, how=REFUSED_BY_REPLY)
        return True
    refuse(point.customer, purposes=REFUSABLE, by=None, how=REFUSED_BY_REPLY)
    planned = Touch.objects.filter(customer=point.customer, purpose__in=REFUSABLE)
    planned.end(TouchState.DROPPED, DropReason.REFUSED)
    return True


def _tell(point: ContactPoint, text: str, *, now: datetime) -> None:
    """The same words of the same day are one reply: providers post them again when we were slow to answer."""
    known = Interaction.objects.filter(customer=point.customer, direction=Direction.IN, channel=SpokenBy.SMS, body=text)
    if known.filter(at__gt=now - timedelta(days=1)).exists():
        return
    last = Message.objects.filter(point=point).order_by("-begun_at").select_related("touch__store").first()
    store = last.touch.store if last else point.customer.stores.first()
    if store:
        said = {"subject": "短信回复", "body": text, "direction": Direction.IN}
        log_interaction(point.customer, store=store, by=None, channel=SpokenBy.SMS, at=now, **said)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
