"""Who is not thanked, and whom somebody looks at first. Plain facts in, reasons out; reasons are for staff only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from ..enums import Reason

WINDOW = timedelta(days=7)


@dataclass(frozen=True)
class Party:
    """One side: the records that are this person, and what they hold or ever held."""

    people: frozenset[int] = frozenset()
    phones: frozenset[str] = frozenset()
    wechats: frozenset[str] = frozenset()
    cars: frozenset[str] = frozenset()
    households: frozenset[int] = frozenset()
    is_unit: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a referral."""

    referrer: Party
    friend: Party
    is_staff: bool = False
    is_named_like_staff: bool = False
    has_referrer_paid: bool = True
    must_have_paid: bool = True
    # Who brought the referrer, who brought them, and so on: to find circles, never to pay.
    ancestors: frozenset[int] = frozenset()
    was_known: bool = False
    was_car_known: bool = False
    order_fen: int | None = None
    minimum_fen: int = 0
    entered_by: int | None = None
    cashed_by: int | None = None
    payers: frozenset[int] = frozenset()
    busiest_week: int = 1
    many: int = 3


BLOCKS: dict[Reason, Callable[[Facts], bool]] = {
    Reason.SAME_PERSON: lambda f: bool(f.referrer.people & f.friend.people),
    Reason.SAME_PHONE: lambda f: bool(f.referrer.phones & f.friend.phones),
    Reason.SAME_WECHAT: lambda f: bool(f.referrer.wechats & f.friend.wechats),
    Reason.SAME_CAR: lambda f: bool(f.referrer.cars & f.friend.cars),
    Reason.SAME_HOUSEHOLD: lambda f: bool(f.referrer.households & f.friend.households),
    Reason.STAFF: lambda f: f.is_staff,
    Reason.UNIT: lambda f: f.referrer.is_unit or f.friend.is_unit,
    Reason.KNOWN_BEFORE: lambda f: f.was_known,
    Reason.CYCLE: lambda f: bool(f.ancestors & f.friend.people),
    Reason.NEVER_PAID: lambda f: f.must_have_paid and not f.has_referrer_paid,
}
HOLDS: dict[Reason, Callable[[Facts], bool]] = {
    Reason.BURST: lambda f: f.busiest_week >= f.many,
    Reason.EXACT_MINIMUM: lambda f: f.order_fen is not None and 0 < f.minimum_fen == f.order_fen,
    Reason.SAME_CASHIER: lambda f: f.cashed_by is not None and f.cashed_by == f.entered_by,
    Reason.SAME_PAYER: lambda f: bool(f.payers & f.referrer.people),
    Reason.CAR_KNOWN: lambda f: f.was_car_known,
    Reason.STAFF_NAME: lambda f: f.is_named_like_staff,
}


def blocks_of(facts: Facts) -> list[Reason]:
    """Why nothing is ever paid for it; nothing where it is in order."""
    return [reason for reason, holds in BLOCKS.items() if holds(facts)]


def holds_of(facts: Facts) -> list[Reason]:
    """Why somebody looks at it before anything is paid."""
    return [reason for reason, holds in HOLDS.items() if holds(facts)]


def busiest_week(day: date, days: list[date]) -> int:
    """How many of `days` lie in the fullest seven days that hold `day`."""
    near = sorted(one for one in days if abs(one - day) < WINDOW)
    weeks = ((start, start + WINDOW) for start in near if start <= day)
    return max((sum(start <= one < end for one in near) for start, end in weeks), default=0)
