"""Reasons that a correction took away: whoever is spoken of wrongly is not called today because tonight comes later."""

from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from ..enums import DropReason, TouchState
from ..models import Touch
from ..occasions import registry
from .merging import release


def end_untrue(touches: QuerySet[Touch], *, today: date) -> int:
    """End those of these touches whose reason does not hold; how many."""
    untrue = [touch.pk for touch, holds in _judged(touches.open(), today) if not holds]
    # By our clock, not the transaction's: `revive` compares it with the audit line of the act that came before.
    ended = {"state": TouchState.DROPPED, "drop_reason": DropReason.GONE, "ended_at": timezone.now()}
    release(untrue)
    return Touch.objects.open().filter(pk__in=untrue).update(**ended)


def revive(touches: QuerySet[Touch], *, since: datetime, today: date) -> int:
    """Put back where they lay those that `end_untrue` ended since a moment and whose reason holds again; how many."""
    gone = touches.filter(state=TouchState.DROPPED, drop_reason=DropReason.GONE, ended_at__gte=since)
    true = [touch.pk for touch, holds in _judged(gone.filter(not_after__gte=today), today) if holds]
    back, open_again = Touch.objects.filter(pk__in=true), {"drop_reason": "", "ended_at": None}
    on_lists = back.filter(listed_on__isnull=False).update(state=TouchState.LISTED, **open_again)
    return on_lists + back.filter(listed_on__isnull=True).update(state=TouchState.WAITING, **open_again)


def _judged(touches: QuerySet[Touch], today: date) -> list[tuple[Touch, bool]]:
    """Each with whether its reason holds; as many queries as occasions."""
    judged = []
    for key, some in groupby(touches.for_script().order_by("occasion", "pk"), key=lambda touch: touch.occasion):
        group = list(some)
        holds = registry()[key].still_true(group, today) if key in registry() else set()
        judged += [(touch, touch.pk in holds) for touch in group]
    return judged
