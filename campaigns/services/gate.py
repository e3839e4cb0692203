"""The gate: asked at the moment of sending, whatever was true when the message was planned."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from customers.models import Consent, ContactPoint

from ..enums import DropReason, MessageState
from ..models import Message
from ..occasions import registry
from ..rules import next_opening, within_hours
from .permission import consents, forbidden


@dataclass(frozen=True)
class Verdict:
    """Send to `to`; or hold until a moment; or stop for a reason."""

    message: Message
    to: str = ""
    consent: Consent | None = None
    hold_until: datetime | None = None
    stop: DropReason | None = None
    state: MessageState = MessageState.SUPPRESSED


def judge(messages: list[Message], *, now: datetime) -> list[Verdict]:
    """One verdict per message (loaded by `for_gate`), in their order; so many queries per purpose and occasion.

    Ended reason or person → too late → refusal, anger, missing consent → no longer true → no mobile → quiet hours (G6).
    """
    barred, proofs, true = {}, {}, set()
    for purpose, some in _by(messages, lambda message: message.touch.purpose).items():
        people = {message.touch.customer_id for message in some}
        barred[purpose] = forbidden(people, purpose=purpose)
        proofs[purpose] = consents(people, purpose=purpose)
    for key, some in _by(messages, lambda message: message.touch.occasion).items():
        if key in registry():
            true |= registry()[key].still_true([message.touch for message in some], localtime(now).date())
    mobiles = _mobiles({message.touch.customer_id for message in messages})
    return [_verdict(message, barred, proofs, true, mobiles, now) for message in messages]


def _verdict(message: Message, barred: dict, proofs: dict, true: set, mobiles: dict, now: datetime) -> Verdict:
    touch = message.touch
    stop = _objection(touch, barred[touch.purpose], true, mobiles)
    if stop:
        return Verdict(message, stop=stop)
    if now > message.not_after:
        return Verdict(message, stop=DropReason.GONE, state=MessageState.EXPIRED)
    store, here = touch.store, localtime(now)
    if not within_hours(here, store.contact_from, store.contact_until):
        return Verdict(message, hold_until=next_opening(here, store.contact_from))
    return Verdict(message, to=mobiles[touch.customer_id], consent=proofs[touch.purpose].get(touch.customer_id))


def _objection(touch, barred: dict, true: set, mobiles: dict) -> DropReason | None:
    """Why the message must not go out at all, if anything."""
    if not touch.is_to_be_sent or touch.customer.ended_at:
        return DropReason.GONE
    if touch.customer_id in barred:
        return barred[touch.customer_id]
    if touch.pk not in true:
        return DropReason.GONE
    return None if touch.customer_id in mobiles else DropReason.NO_NUMBER


def _by(messages: Iterable[Message], key) -> dict[str, list[Message]]:
    groups = defaultdict(list)
    for message in messages:
        groups[key(message)].append(message)
    return groups


def _mobiles(customer_ids: set[int]) -> dict[int, str]:
    """The number a text goes to: the main mobile, else another one."""
    points = ContactPoint.objects.mobiles().filter(customer__in=customer_ids)
    return dict(points.order_by("is_main", "-pk").values_list("customer", "key"))
