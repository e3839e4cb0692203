"""Policy of the one voice: how many lines, whose, when again, and how a person is addressed. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.calendars import WorkDays, working_days_after
from customers.enums import Purpose

from ..errors import UnlawfulTemplate


@dataclass(frozen=True)
class CallPolicy:
    """The numbers of the worklist, in one place. Defaults from practice (domain.md)."""

    # A line in somebody's hands comes back this long after their browser was last heard of.
    lease_minutes: int = 5
    later_working_days: int = 3
    # How far a customer may put a call off, and for how long an agreed day may be missed.
    furthest_days: int = 90
    grace_days: int = 7
    # A conversation makes other calls of these next days superfluous.
    spoken_days: int = 7
    undo_minutes: int = 10


PRACTICE = CallPolicy()


@dataclass(frozen=True)
class Waiting:
    """A call that waits for room. `avoid` is who must not make it while somebody else could.

    `only` are the ranks whose task it is, the first of whom somebody has: 店长电话 is not the clerk's, 老板登门 is the
    manager's where there is no owner (3-12). `whose` is the caller it belongs to: it waits for them, unless they are
    not there.
    """

    touch_id: int
    customer_id: int
    avoid: int | None = None
    minutes: int = 5
    only: Sequence[int] = ()
    whose: int | None = None


@dataclass
class Caller:
    """Somebody who makes calls: `rank` says who gets lines first, `room` how many minutes they have left today.

    `is_sparing`: does nothing but what is the task of their rank.
    """

    user_id: int
    rank: int
    room: int
    is_sparing: bool = False


def share_out(waiting: Iterable[Waiting], callers: list[Caller]) -> Iterator[tuple[int, int]]:
    """Give waiting calls, in their order, to callers with room: pairs (touch id, caller's user id).

    Lower ranks are filled first, evenly among equals, by the minutes each takes. One line per customer; nobody calls
    about a car they received themselves, unless they are the only caller.
    """
    callers, called = [replace(caller) for caller in callers], set()
    for call in waiting:
        if not any(caller.room > 0 for caller in callers):
            return
        may = [caller for caller in callers if caller.rank in call.only or not caller.is_sparing]
        meant = _meant(call, [caller for caller in may if caller.user_id != call.avoid] or may)
        free = [caller for caller in meant if caller.room >= call.minutes]
        if not free or call.customer_id in called:
            continue
        chosen = min(free, key=lambda caller: (caller.rank, -caller.room, caller.user_id))
        chosen.room -= call.minutes
        called.add(call.customer_id)
        yield call.touch_id, chosen.user_id


def _meant(call: Waiting, callers: list[Caller]) -> list[Caller]:
    """Of those who may make a call, whose task it is; everybody where nobody is there whose task it would be."""
    of_ranks = ([caller for caller in callers if caller.rank == rank] for rank in call.only)
    meant = next(filter(None, of_ranks), callers)
    return [caller for caller in meant if caller.user_id == call.whose] or meant


def later_on(today: date, days: WorkDays, policy: CallPolicy = PRACTICE) -> date:
    """When to speak again by default with somebody who asked to be called later."""
    return working_days_after(today, policy.later_working_days, days)


def within_hours(now: datetime, first: time, last: time) -> bool:
    """Whether a customer may be spoken to at `now` (local time): from `first`, before `last`."""
    return first <= now.time() < last


def next_opening(now: datetime, first: time) -> datetime:
    """The next moment at which the quiet hours end."""
    today = now.replace(hour=first.hour, minute=first.minute, second=0, microsecond=0)
    return today if now < today else today + timedelta(days=1)


FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)


def pause_after(attempt: int, *, luck: float) -> timedelta:
    """How long to wait after the n-th refusal for now: twice as long each time, half an hour at most.

    `luck`, from 0 to 1, spreads them over half to one and a half of that, so that what failed together does not come
    back together.
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt - 1, 12)) * (0.5 + luck)


def free_again(begun: Iterable[datetime], limits: Iterable[tuple[int, timedelta]], now: datetime) -> datetime | None:
    """When one more to the same number keeps every limit (so many within a span); None: now already."""
    begun, wait = sorted(begun), []
    for most, span in limits:
        within = [moment for moment in begun if now - moment < span]
        if len(within) >= most:
            wait.append(within[-most] + span)
    return max(wait, default=None)


_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")


def address(salutation: str, name: str) -> str:
    """How to address somebody: their salutation, else a name that reads like one, else nothing.

    Eleven per cent of the names in real files are digits or notes; "13800138000，您好" is worse than "您好".
    """
    if salutation.strip():
        return salutation.strip()
    return name if _CHINESE_NAME.fullmatch(name) else ""


def hello(salutation: str, name: str) -> str:
    """王哥您好 / 您好."""
    return f"{address(salutation, name)}您好"


def check_template(text: str, *, purpose: Purpose) -> None:
    """Refuse a message text without the store's name, or marketing without a way out (G5)."""
    if "{store}" not in text:
        raise UnlawfulTemplate("消息里必须有门店名称")
    if purpose == Purpose.MARKETING and "退订" not in text:
        raise UnlawfulTemplate("营销消息里必须写明怎么退订")
