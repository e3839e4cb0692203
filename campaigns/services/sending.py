"""The outbox: due messages are claimed, judged, sent and recorded; a lost answer is never sent again blindly."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.timezone import make_aware

from customers.enums import Channel as SpokenBy
from customers.services import log_interaction

from ..channels import Channel, get_channel
from ..enums import DropReason, MessageState, TouchState
from ..errors import ChannelError
from ..models import Message, Touch
from ..occasions import name_of, registry
from .gate import Verdict, judge

logger = logging.getLogger(__name__)
BATCH = 500
# Messages in the hands of one worker at a time, and how long a verdict of the gate is good for: with a slow provider
# somebody may refuse, or the quiet hours begin, while earlier messages of the same claim are still being sent.
CLAIM = 50
FRESH = timedelta(seconds=5)
LIMIT = 2000
# A run ends before the next tick and well within the minute and a half a stopped worker is given to finish.
SPELL = timedelta(seconds=50)


def queue_due(*, today: date) -> dict[str, int]:
    """Put a message into the outbox for every due touch that is spoken by text. Repeating changes nothing."""
    queued = 0
    due = Touch.objects.waiting().messages().due(today).in_order()
    while touches := list(due.for_script()[:BATCH]):
        with transaction.atomic():
            Message.objects.bulk_create([_message(touch) for touch in touches], ignore_conflicts=True)
            queued += Touch.objects.waiting().filter(pk__in=[t.pk for t in touches]).update(state=TouchState.LISTED)
    return {"queued": queued}


def _message(touch: Touch) -> Message:
    return Message(
        touch=touch,
        body=registry()[touch.occasion].message(touch),
        due_at=_moment(touch.due_on, touch.store.contact_from),
        not_after=_moment(touch.not_after, touch.store.contact_until),
    )


def _moment(day: date, clock: time) -> datetime:
    return make_aware(datetime.combine(day, clock))


def send_due(*, clock: Callable[[], datetime], limit: int = LIMIT) -> dict[str, int]:
    """Send what is due, at most `limit` messages in one spell. `clock` tells the time anew before every batch.

    Any number of workers may run: a message is in one pair of hands, and what those hands dropped is found out about,
    not sent again. Counts by final state, `queued` for those held until the quiet hours end.
    """
    counts, channel = _rescue(), get_channel()
    for pks in _claims(clock, limit):
        for verdict in _cleared(pks, clock, counts):
            counts[_send(verdict, channel, clock)] += 1
    return dict(counts)


def _claims(clock: Callable, limit: int) -> Iterator[list]:
    """What is due, claimed portion by portion, until `limit` is reached or the spell is over."""
    now = clock()
    ends = now + SPELL
    while limit > 0 and now < ends and (pks := Message.objects.claim(now=now, limit=min(limit, CLAIM))):
        limit -= len(pks)
        yield pks
        now = clock()


def _rescue() -> Counter:
    """What a lost worker had begun may have been sent: uncertain. What it had not begun was not: back to the queue."""
    lost = Message.objects.leases_run_out()
    never_begun = lost.filter(attempts=0).update(state=MessageState.QUEUED, lease_until=None)
    uncertain = list(lost.filter(attempts__gt=0))
    for message in uncertain:
        message.stop(MessageState.UNKNOWN, "发送途中中断，不确定是否送达", DropReason.UNCERTAIN)
    return Counter({"rescued": never_begun, MessageState.UNKNOWN.value: len(uncertain)})


def _cleared(pks: list, clock: Callable, counts: Counter) -> Iterator[Verdict]:
    """The claimed messages that pass the gate, judged again whenever the last verdict is no longer fresh."""
    while pks:
        judged_at = clock()
        passed = _judge(pks, judged_at, counts)
        pks = []
        for number, verdict in enumerate(passed):
            if number and clock() - judged_at > FRESH:
                pks = [left.message.pk for left in passed[number:]]
                break
            yield verdict


@transaction.atomic
def _judge(pks: list, now: datetime, counts: Counter) -> list[Verdict]:
    """Judge the messages still held, act on every "no" at once, and give back those that may go out."""
    held = Message.objects.filter(pk__in=pks)
    held.renew()
    verdicts = judge(list(held.filter(state=MessageState.INFLIGHT).for_gate()), now=now)
    for verdict in verdicts:
        if verdict.stop:
            verdict.message.stop(verdict.state, verdict.stop.label, verdict.stop)
            counts[verdict.state.value] += 1
        elif verdict.hold_until:
            verdict.message.hold(verdict.hold_until, "不在可联系时间")
            counts[MessageState.QUEUED.value] += 1
    passed = [verdict for verdict in verdicts if verdict.to]
    Touch.objects.filter(pk__in=[verdict.message.touch_id for verdict in passed]).freeze(now)
    return passed


def _send(verdict: Verdict, channel: Channel, clock: Callable) -> str:
    """One message through the channel; the state it ended in."""
    message, touch = verdict.message, verdict.message.touch
    message.consent = verdict.consent
    try:
        message.body = registry()[touch.occasion].message(touch)
        if not message.begin():
            return "lost"
        channel.send(to=verdict.to, body=message.body, ref=str(message.pk))
    except ChannelError as error:
        message.stop(MessageState.FAILED, str(error), DropReason.NOT_DELIVERED)
    except Exception:
        # One poisonous message must not hold up the others; whether it went out is uncertain.
        logger.exception("message %s: the channel broke", message.pk)
        message.stop(MessageState.UNKNOWN, "发送出错，不确定是否送达", DropReason.UNCERTAIN)
    else:
        _record(message, now=clock())
    return message.state


@transaction.atomic
def _record(message: Message, *, now: datetime) -> None:
    touch = message.touch
    message.accept(now=now)
    said = {"subject": name_of(touch.occasion), "body": message.body}
    log_interaction(touch.customer, store=touch.store, by=None, channel=SpokenBy.SMS, at=now, **said)
