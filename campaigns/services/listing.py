"""Who calls whom today: waiting calls find room on the lists of their store's callers; the lines of who is away too."""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from staff.enums import CALLER_ROLES, Role
from staff.models import Store, User

from ..enums import TouchState
from ..models import ContactPolicy, Touch
from ..occasions import belongs_to_advisor, callers_of, minutes_of
from ..rules import Caller, Waiting, share_out
from .recheck import end_untrue

# Who is given lines first; an owner last, and only what is an owner's.
RANK = {role: n for n, role in enumerate((*CALLER_ROLES, Role.OWNER))}
# What share_out needs to know of a line.
NEEDED = ("pk", "customer_id", "order__advisor_id", "occasion", "channel", "customer__advisor_id")


def fill_lists(*, today: date) -> dict:
    """Put waiting calls that are due on the lists of `today`, up to the minutes each caller has.

    A line that was not worked stays where it is and takes room, so a list never grows beyond its measure; the rest
    waits for another day or expires. Counts: `listed`, `waiting`, `returned` from callers who left, `covered` for
    callers who are away, `back` to those who are here again, `dropped` because the reason is gone; `no_caller` names
    the stores where calls wait and nobody can make them.
    """
    # Lines that a caller has taken are no longer rewritten at night, yet a reason that is gone ends them too.
    dropped = end_untrue(Touch.objects.listed().by_hand().exclude(frozen_at=None), today=today)
    returned = Touch.objects.of_absent_callers().return_to_queue()
    moved = cover_absences(today=today)
    listed, no_caller = 0, []
    for store in Store.objects.all():
        callers = _callers(store, today)
        listed += _assign(store, callers, today) if callers else 0
        has_nobody = all(caller.is_sparing for caller in callers)
        if has_nobody and Touch.objects.waiting().by_hand().due(today).filter(store=store).exists():
            no_caller.append(store.code)
    waiting = Touch.objects.waiting().by_hand().owed(today).filter(merged_into__isnull=True).count()
    counts = {"listed": listed, "waiting": waiting, "returned": returned, "dropped": dropped}
    return counts | moved | {"no_caller": no_caller}


def _callers(store: Store, today: date) -> list[Caller]:
    """Who of the store calls today, and the minutes left beside the lines that still lie before them; the owners, who
    belong to every store, for what is theirs alone (老板登门)."""
    taken, minutes = defaultdict(int), ContactPolicy.objects.current().all_numbers["caller_minutes"]
    theirs = Touch.objects.filter(Q(store=store) | Q(assignee__role=Role.OWNER))
    for caller, occasion, lines in theirs.load(today):
        taken[caller] += lines * minutes_of(occasion)
    return [
        Caller(user.pk, RANK[user.role], minutes - taken[user.pk], is_sparing=user.role == Role.OWNER)
        for user in User.objects.callers_and_owners(store).present(today)
    ]


def _shared(lines, callers: list[Caller]) -> dict[int, list[int]]:
    """The lines each caller gets: ids by caller."""
    waiting = (
        Waiting(
            pk,
            customer,
            avoid=receiver,
            minutes=minutes_of(occasion),
            only=_ranks(occasion, channel),
            whose=advisor if belongs_to_advisor(occasion) else None,
        )
        for pk, customer, receiver, occasion, channel, advisor in lines.values_list(*NEEDED)
    )
    given = defaultdict(list)
    for touch_id, caller_id in share_out(waiting, callers):
        given[caller_id].append(touch_id)
    return given


def _ranks(occasion: str, channel: str) -> list[int]:
    """Whose task it is, as ranks of callers, the first asked first; empty: anybody's."""
    return [RANK[role] for role in callers_of(occasion, channel)]


@transaction.atomic
def _assign(store: Store, callers: list[Caller], today: date) -> int:
    lines = Touch.objects.waiting().by_hand().due(today).filter(store=store).without_other_line().in_order()
    return sum(
        Touch.objects.waiting().filter(pk__in=pks).update(state=TouchState.LISTED, assignee=caller, listed_on=today)
        for caller, pks in _shared(lines, callers).items()
    )


@transaction.atomic
def cover_absences(*, today: date) -> dict:
    """Who is back has their lines again; the lines of who is away today go to colleagues with room. Twice is once.

    What finds no room stays with who is away, where a manager sees it. Counts `back` and `covered`.
    """
    back = Touch.objects.to_give_back(today).update(assignee=F("covers"), covers=None)
    covered, away = 0, Touch.objects.of_away(today)
    for store in Store.objects.filter(pk__in=away.order_by().values("store")):
        given = _shared(away.filter(store=store).in_order(), _callers(store, today))
        covered += sum(
            Touch.objects.listed().filter(pk__in=pks).update(assignee=caller, covers=Coalesce("covers", "assignee"))
            for caller, pks in given.items()
        )
    return {"covered": covered, "back": back}
