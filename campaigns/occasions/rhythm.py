"""Any conversation resets the rhythm: what is said because nobody spoke for a while waits until that is so again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from core.days import start_of

from ..models import Touch
from ..querysets.talks import last_spoken
from ..rules import PRACTICE

REST = timedelta(days=PRACTICE.spoken_days)


def rested(due_on: date, spoken_at: datetime | None) -> date:
    """The day from which it may be said, where somebody spoke with them last at `spoken_at`."""
    return max(due_on, localdate(spoken_at) + REST) if spoken_at else due_on


def said_lately(due_on: date, spoken_at: datetime | None) -> str:
    """What put a word off, in words to go on with; "" for nothing."""
    if rested(due_on, spoken_at) == due_on:
        return ""
    day = localdate(spoken_at)
    return f"；{day.month}月{day.day}日刚谈过，隔 {REST.days} 天再说"


def resting(touches: Sequence[Touch], day: date) -> set[int]:
    """Ids of those touches whose customer somebody spoke with so lately that it is not said on `day`; one query."""
    rows = Touch.objects.filter(pk__in=[touch.pk for touch in touches])
    spoken = rows.annotate(spoken_at=last_spoken("customer", before=start_of(day + timedelta(days=1))))
    return {pk for pk, at in spoken.values_list("pk", "spoken_at") if rested(date.min, at) > day}
