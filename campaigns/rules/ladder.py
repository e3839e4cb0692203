"""When nobody answers: another day and another hour, then another way, then face to face. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple

from ..enums import DayTime, TouchChannel


@dataclass(frozen=True)
class Rung:
    """What comes after one more day without an answer: so many days later, by this channel."""

    days: int
    channel: TouchChannel = TouchChannel.CALL


# After the first day without an answer the first rung, and so on; after the last: at the next visit, face to face.
LADDER = (Rung(1), Rung(1), Rung(2), Rung(3), Rung(1, TouchChannel.WECHAT))
# From when on it is which time of the day, as far as calling goes.
HOURS = ((time(15), DayTime.EVENING), (time(11), DayTime.NOON), (time(0), DayTime.MORNING))


class Next(NamedTuple):
    """When, how and at what time of the day to try again."""

    day: date
    channel: TouchChannel
    hour: DayTime | str = ""


def after_no_answer(
    *, today: date, not_after: date, tried_days: int, tried_hours: Sequence[DayTime], can_write: bool
) -> Next | None:
    """The next rung; None: there is none, or the reason ends before it. `tried_days` counts today."""
    if tried_days > len(LADDER) or today >= not_after:
        return None
    rung = LADDER[tried_days - 1]
    if rung.channel == TouchChannel.WECHAT:
        return Next(today + timedelta(days=rung.days), rung.channel) if can_write else None
    return Next(min(today + timedelta(days=rung.days), not_after), rung.channel, other_hour(tried_hours))


def hour_of(at: time) -> DayTime:
    """Which time of the day it is."""
    return next(hour for first, hour in HOURS if at >= first)


def other_hour(tried: Sequence[DayTime]) -> DayTime:
    """The time of the day that was tried least; of those the one that comes after the last."""
    order = list(DayTime)
    start = order.index(tried[-1]) + 1 if tried else 0
    turn = [*order[start:], *order[:start]]
    return min(turn, key=list(tried).count)
