"""Taking a line: whoever opens it has the customer for themselves, until they put it away or their browser is gone."""

from datetime import datetime, timedelta

from django.db import transaction

from staff.models import User

from ..errors import AlreadyWorked, LineTaken
from ..models import Touch
from ..rules import PRACTICE


@transaction.atomic
def take(touch: Touch, *, by: User, now: datetime) -> Touch:
    """`by` has this line, and with it the customer; taking it again holds it longer.

    Raises LineTaken while a colleague has the same customer open, on whichever line, and AlreadyWorked when the line
    lies on no list any more.
    """
    lines = Touch.objects.listed().by_hand().filter(customer=touch.customer_id).order_by("pk")
    lines = list(lines.select_for_update(of=["self"]).select_related("taken_by"))
    held = next((line for line in lines if line.is_held(now, but_by=by)), None)
    if held:
        raise LineTaken(held)
    mine = next((line for line in lines if line.pk == touch.pk), None)
    if mine is None:
        raise AlreadyWorked
    mine.hold(by=by, until=now + timedelta(minutes=PRACTICE.lease_minutes))
    return mine


def put_away(touch: Touch, *, by: User) -> bool:
    """Whoever had it open closes it; False when it was not theirs."""
    return bool(Touch.objects.filter(pk=touch.pk, taken_by=by).update(taken_by=None, taken_until=None))
