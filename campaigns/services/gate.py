"""The gate: asked at the moment of sending, whatever was true when the message was planned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from customers.models import Consent, ContactPoint

from ..channels import Channel
from ..enums import DropReason, MessageState
from ..models import Message
from ..occasions import registry, topic_of
from ..rules import free_again, next_opening, within_hours
from .contacts import over_budget
from .permission import consents, forbidden
from .routing import Routes


@dataclass(frozen=True)
class Verdict:
    """Send to `point`; or hold until a moment for the reason `note`, for the channel `via`; or stop for a reason."""

    message: Message
    point: ContactPoint | None = None
    consent: Consent | None = None
    hold_until: datetime | None = None
    via: str = ""
    note: str = ""
    stop: DropReason | None = None
    state: MessageState = MessageState.SUPPRESSED


@dataclass(frozen=True)
class _Facts:
    """What is known of the people of a batch, by purpose, occasion or customer."""

    barred: dict[tuple[str, str], dict[int, DropReason]]
    proofs: dict[str, dict[int, Consent]]
    true: set[int]
    routes: Routes
    free_at: dict

    def objection(self, touch) -> DropReason | None:
        """Why the message must not go out at all, if anything."""
        barred = self.barred[touch.purpose, topic_of(touch.occasion)]
        if touch.customer_id in barred:
            return barred[touch.customer_id]
        if touch.pk not in self.true:
            return DropReason.GONE
        return None if self.routes.of(touch)[1] else DropReason.NO_NUMBER


def judge(messages: list[Message], *, channel: Channel, channels: Sequence[Channel], now: datetime) -> list[Verdict]:
    """One verdict per message (loaded by `for_gate`), in their order; so many queries per purpose and occasion.

    Ended reason or person → too late → refusal, anger, missing consent → no longer true → no way to reach them →
    another of the `channels` in use → quiet hours (G6) → what the provider lets through to one number → the contact
    budget.
    """
    barred, proofs, true = {}, {}, set()
    for purpose, some in _by(messages, lambda message: message.touch.purpose).items():
        proofs[purpose] = consents({message.touch.customer_id for message in some}, purpose=purpose)
    for about, some in _by(messages, lambda message: (message.touch.purpose, topic_of(message.touch.occasion))).items():
        purpose, topic = about
        barred[about] = forbidden({message.touch.customer_id for message in some}, purpose=purpose, topic=topic)
    for key, some in _by(messages, lambda message: message.touch.occasion).items():
        if key in registry():
            true |= registry()[key].still_true([message.touch for message in some], localtime(now).date())
    routes = Routes({message.touch.customer_id for message in messages}, channels)
    facts = _Facts(barred, proofs, true, routes, _free_again(messages, channel, now))
    return _within_budget([_verdict(message, facts, channel, now) for message in messages], now)


def _within_budget(verdicts: list[Verdict], now: datetime) -> list[Verdict]:
    """Who has heard from us meanwhile, and would again today, waits until tomorrow."""
    passing = [verdict.message.touch for verdict in verdicts if verdict.point]
    over = over_budget(passing, now=now) if passing else set()
    return [_tomorrow(verdict, now) if verdict.message.touch_id in over else verdict for verdict in verdicts]


def _tomorrow(verdict: Verdict, now: datetime) -> Verdict:
    end_of_day = localtime(now).replace(hour=23, minute=59)
    opening = next_opening(end_of_day, verdict.message.touch.store.contact_from)
    return Verdict(verdict.message, hold_until=opening, note="刚联系过，今天不再打扰")


def _verdict(message: Message, facts: _Facts, channel: Channel, now: datetime) -> Verdict:
    touch = message.touch
    if not touch.is_to_be_sent or touch.customer.ended_at:
        return Verdict(message, stop=DropReason.GONE, state=MessageState.CANCELLED)
    stop = facts.objection(touch)
    if stop:
        return Verdict(message, stop=stop)
    if now > message.not_after:
        return Verdict(message, stop=DropReason.GONE, state=MessageState.EXPIRED)
    carrier, point = facts.routes.of(touch)
    if carrier.name != channel.name:
        return Verdict(message, hold_until=message.due_at, via=carrier.name)
    store, here = touch.store, localtime(now)
    if not within_hours(here, store.contact_from, store.contact_until):
        return Verdict(message, hold_until=next_opening(here, store.contact_from), note="不在可联系时间")
    if message.pk in facts.free_at:
        return Verdict(message, hold_until=facts.free_at[message.pk], note="这个号码收得太密")
    consent = facts.proofs[touch.purpose].get(touch.customer_id)
    return Verdict(message, point=point, consent=consent)


def _free_again(messages: list[Message], channel: Channel, now: datetime) -> dict:
    """Messages that would exceed what the channel lets through to one number, and when they would not any more.

    Another message in any worker's hands counts as sent when it comes before ours, so that of two workers one sends.
    """
    if not channel.per_number:
        return {}
    people, longest = {message.touch.customer_id for message in messages}, max(span for _, span in channel.per_number)
    rows = Message.objects.near(people, via=channel.name, since=now - longest).values_list(
        "touch__customer", "pk", "state", "begun_at", "due_at"
    )
    others = _by(rows, lambda row: row[0])
    free = {}
    for message in messages:
        ours = (message.due_at, str(message.pk))
        begun = [
            at or now
            for _, pk, state, at, due_at in others[message.touch.customer_id]
            if pk != message.pk and (at or (due_at, str(pk)) < ours)
        ]
        if moment := free_again(begun, channel.per_number, now):
            free[message.pk] = max(moment, now + timedelta(seconds=1))
    return free


def _by(messages: Iterable, key) -> dict:
    groups = defaultdict(list)
    for message in messages:
        groups[key(message)].append(message)
    return groups
