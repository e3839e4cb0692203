"""Who calls whom today: waiting calls find room on the lists of their store's callers."""

from collections import defaultdict
from datetime import date

from django.db import transaction

from staff.enums import CALLER_ROLES
from staff.models import Store, User

from ..enums import TouchState
from ..models import Touch
from ..rules import PRACTICE, Caller, Waiting, share_out
from .recheck import end_untrue


def fill_lists(*, today: date) -> dict:
    """Put waiting calls that are due on the lists of `today`, up to the room each caller has.

    A line that was not worked stays where it is and takes room, so a list never grows beyond its measure; the rest
    waits for another day or expires. Counts: `listed`, `waiting`, `returned` from callers who left, `dropped` because
    the reason is gone; `no_caller` names the stores where calls wait and nobody can make them.
    """
    # Lines that a caller has taken are no longer rewritten at night, yet a reason that is gone ends them too.
    dropped = end_untrue(Touch.objects.listed().by_hand().exclude(frozen_at=None), today=today)
    returned = Touch.objects.of_absent_callers().return_to_queue()
    listed, no_caller = 0, []
    for store in Store.objects.all():
        callers = _callers(store, today)
        listed += _assign(store, callers, today) if callers else 0
        if not callers and Touch.objects.waiting().by_hand().due(today).filter(store=store).exists():
            no_caller.append(store.code)
    waiting = Touch.objects.waiting().by_hand().owed(today).filter(merged_into__isnull=True).count()
    return {"listed": listed, "waiting": waiting, "returned": returned, "dropped": dropped, "no_caller": no_caller}


def _callers(store: Store, today: date) -> list[Caller]:
    """Who of the store calls, and the room left beside the lines that still lie before them."""
    load = Touch.objects.filter(store=store).load(today)
    return [
        Caller(user.pk, CALLER_ROLES.index(user.role), PRACTICE.lines_per_caller - load.get(user.pk, 0))
        for user in User.objects.callers(store)
    ]


@transaction.atomic
def _assign(store: Store, callers: list[Caller], today: date) -> int:
    lines = Touch.objects.waiting().by_hand().due(today).filter(store=store).without_other_line().in_order()
    waiting = (Waiting(*row) for row in lines.values_list("pk", "customer_id", "order__advisor_id"))
    given = defaultdict(list)
    for touch_id, caller_id in share_out(waiting, callers):
        given[caller_id].append(touch_id)
    return sum(
        Touch.objects.waiting().filter(pk__in=pks).update(state=TouchState.LISTED, assignee=caller, listed_on=today)
        for caller, pks in given.items()
    )
