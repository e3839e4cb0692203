"""What a manager does to the outbox: stop, resume, allow more, send once more, give to a person. All of it is kept."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from staff.enums import Action
from staff.models import AuditEntry, User

from ..channels import Channel, word_of
from ..enums import MessageState, TouchChannel, TouchState
from ..models import Hold, Message, Spending, Touch
from ..models.outbox import EVERYTHING, channel_scope, cost_scope, occasion_scope


@transaction.atomic
def stop_everything(*, why: str, by: User, now: datetime) -> bool:
    """From the very next message on nothing goes out, in all stores; False when it is stopped already."""
    return _hold(EVERYTHING, why=why, by=by, now=now)


@transaction.atomic
def pause_occasion(key: str, *, why: str, by: User, now: datetime) -> bool:
    """Texts of one occasion wait; False when they do already."""
    return _hold(occasion_scope(key), why=why, by=by, now=now)


def _hold(scope: str, *, why: str, by: User, now: datetime) -> bool:
    placed = Hold.objects.place(scope, reason=why, by=by, now=now)
    if placed:
        AuditEntry.objects.record(by=by, action=Action.OUTBOX, why=why, did="stop", scope=scope)
    return placed


@transaction.atomic
def resume(scope: str, *, by: User, now: datetime) -> bool:
    """What was held goes on where it stood; False when nothing was."""
    lifted = Hold.objects.lift(scope, by=by, now=now)
    if lifted:
        AuditEntry.objects.record(by=by, action=Action.OUTBOX, did="resume", scope=scope)
    return lifted


@transaction.atomic
def allow_more(channel: Channel, *, why: str, by: User, now: datetime) -> bool:
    """A manager has looked: as much again may go out today; False when nothing waits for that."""
    if not Hold.objects.lift(cost_scope(channel.name), by=by, now=now):
        return False
    Spending.objects.of(channel, localdate(now)).allow_more()
    AuditEntry.objects.record(by=by, action=Action.OUTBOX, why=why, did="allow", scope=cost_scope(channel.name))
    return True


@transaction.atomic
def wake(channel: Channel, *, by: User, now: datetime) -> bool:
    """Try a resting channel at once."""
    return resume(channel_scope(channel.name), by=by, now=now)


@transaction.atomic
def retry(message: Message, *, by: User, now: datetime) -> bool:
    """Send a failed one again; False unless it certainly never reached anybody and is still planned to be a text."""
    if not message.may_be_retried(now=now):
        return False
    failed = Message.objects.filter(pk=message.pk, state=MessageState.FAILED)
    again = {"state": MessageState.QUEUED, "due_at": now, "attempts": 0, "begun_at": None, "note": "店长重发"}
    if not failed.update(**again):
        return False
    Touch.objects.filter(pk=message.touch_id).update(state=TouchState.LISTED, drop_reason="", ended_at=None)
    AuditEntry.objects.record(by=by, action=Action.OUTBOX, subject=message.touch.customer, did="retry")
    return True


@transaction.atomic
def give_to_person(message: Message, *, by: User, now: datetime) -> bool:
    """An uncertain or failed text becomes a line on a caller's list; False when it is one, or is neither."""
    stuck = Message.objects.select_for_update(of=["self"]).select_related("touch").filter(pk=message.pk)
    message = stuck.filter(state__in=[MessageState.UNKNOWN, MessageState.FAILED]).first()
    if message is None or message.touch.channel != TouchChannel.MESSAGE:
        return False
    Message.objects.filter(pk=message.pk).update(ask_at=None)
    became = "不确定是否送达" if message.state == MessageState.UNKNOWN else "没有送达"
    message.hand_over(f"{word_of(message.via)}{became}", now=now)
    AuditEntry.objects.record(by=by, action=Action.OUTBOX, subject=message.touch.customer, did="by_hand")
    return True
