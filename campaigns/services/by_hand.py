"""What people decide about talking to one customer: a task for a day, and what the customer wants to hear of."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from customers.models import Customer
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..content.law import offers_in
from ..enums import DropReason, TouchState
from ..errors import OffersSomething
from ..models import ManualTask, TopicWish, Touch
from ..occasions import keys_about


@transaction.atomic
def add_task(
    customer: Customer, *, store: Store, reason: str, due_on: date, channel: str, by: User, now: datetime
) -> ManualTask:
    """Have a customer spoken to on a day. Raises OffersSomething: what is sold needs consent and a campaign."""
    if words := offers_in(reason):
        raise OffersSomething(words)
    facts = {"store": store, "reason": reason, "due_on": due_on, "channel": channel}
    task = ManualTask.objects.create(customer=customer, made_by=by, made_at=now, **facts)
    AuditEntry.objects.record(by=by, action=Action.ADD_TASK, subject=customer, task=task.pk)
    return task


@transaction.atomic
def take_task_back(task: ManualTask, *, by: User, now: datetime) -> None:
    """It need not be done; a line that somebody has not taken yet disappears with the night."""
    task.take_back(now=now)
    AuditEntry.objects.record(by=by, action=Action.ADD_TASK, subject=task.customer, why="撤回", task=task.pk)


@transaction.atomic
def wish(customer: Customer, topic: str, wanted: bool | None, *, by: User, now: datetime) -> TopicWish | None:
    """Record what a customer said of a topic; None: nothing is said of it any more. The row that stood before.

    What lies there about an unwanted topic is dropped at once, and lies there again when that was a slip. Repeating
    changes nothing.
    """
    Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    before = TopicWish.objects.standing().filter(customer=customer, topic=topic).first()
    if (before.wanted if before else None) == wanted:
        return before
    if before:
        TopicWish.objects.filter(pk=before.pk).update(ended_at=now)
    if wanted is not None:
        TopicWish.objects.create(customer=customer, topic=topic, wanted=wanted, recorded_by=by, recorded_at=now)
    touches = Touch.objects.filter(customer=customer, occasion__in=keys_about(topic))
    if wanted is False:
        touches.end(TouchState.DROPPED, DropReason.UNWANTED)
    elif before and not before.wanted:
        _put_back(touches, since=before.recorded_at, today=localdate(now))
    AuditEntry.objects.record(by=by, action=Action.TOPIC_WISH, subject=customer, topic=topic, wanted=wanted)
    return before


def _put_back(touches, *, since: datetime, today: date) -> None:
    """What the wish had dropped lies where it lay, while its time is not over."""
    dropped = touches.filter(state=TouchState.DROPPED, drop_reason=DropReason.UNWANTED, not_after__gte=today)
    dropped, open_again = dropped.filter(ended_at__gte=since), {"drop_reason": "", "ended_at": None}
    dropped.filter(listed_on__isnull=False).update(state=TouchState.LISTED, **open_again)
    dropped.filter(listed_on__isnull=True).update(state=TouchState.WAITING, **open_again)
