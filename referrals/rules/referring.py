"""The life of a referral: which states follow from what is known on a day. Nothing is ever paid by waiting alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from ..enums import Arm, Reason, ReferralState

State = ReferralState


@dataclass(frozen=True)
class Promise:
    """The terms that were promised: the least first order, how long it must stand, by when it must be."""

    minimum_fen: int
    hold_days: int
    last_day: date


@dataclass(frozen=True)
class FirstOrder:
    """The friend's first order that they paid for themselves."""

    pk: int
    fen: int
    closed_on: date


@dataclass(frozen=True)
class Standing:
    """Where a referral is."""

    state: ReferralState
    order_id: int | None = None
    hold_until: date | None = None
    holds: tuple[Reason, ...] = ()
    cleared: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What is known tonight. `order_fen`: what the order that counted is worth now."""

    is_gone: bool = False
    blocks: tuple[Reason, ...] = ()
    holds: tuple[Reason, ...] = ()
    has_come: bool = False
    first: FirstOrder | None = None
    order_fen: int = 0


# What is found out after the thanks were given takes them back again; the rest was judged in time.
UNDUE = (Reason.SAME_PERSON, Reason.KNOWN_BEFORE)


@dataclass(frozen=True)
class Step:
    """One move, and why."""

    state: ReferralState
    reasons: tuple[Reason, ...]
    order_id: int | None = None
    hold_until: date | None = None
    holds: tuple[Reason, ...] = ()


def steps(at: Standing, seen: Seen, terms: Promise, *, today: date) -> list[Step]:
    """The moves that follow, in order; none where it stays."""
    if at.state in (State.REFUSED, State.CLAWED_BACK):
        return []
    if at.state == State.REWARDED:
        return _after_thanks(seen, terms)
    if seen.is_gone:
        return [Step(State.REFUSED, (Reason.GONE,))]
    if seen.blocks:
        return [Step(State.REFUSED, seen.blocks)]
    return _onward(at, seen, terms, today)


def _after_thanks(seen: Seen, terms: Promise) -> list[Step]:
    undue = tuple(reason for reason in seen.blocks if reason in UNDUE)
    if undue:
        return [Step(State.CLAWED_BACK, undue)]
    fell = seen.order_fen <= 0 or seen.order_fen < terms.minimum_fen
    return [Step(State.CLAWED_BACK, (Reason.ORDER_FELL,))] if fell and not seen.is_gone else []


def _onward(at: Standing, seen: Seen, terms: Promise, today: date) -> list[Step]:
    made, state = [], at.state
    holds, order_id = at.holds, at.order_id
    until = at.hold_until
    if state in (State.QUALIFIED, State.HELD) and not _still_counts(at, seen, terms):
        state, holds = State.VISITED, _more(holds, (Reason.REFUND_IN_HOLD,), at.cleared)
        order_id = until = None
        made.append(Step(state, (Reason.ORDER_FELL,), holds=holds))
    if state == State.VISITED and not seen.has_come:
        state = State.ARRIVED
        made.append(Step(state, (Reason.ORDER_FELL,), holds=holds))
    if state == State.ARRIVED and seen.has_come:
        state = State.VISITED
        made.append(Step(state, (Reason.CAME,), holds=holds))
    if state == State.VISITED and _counts(seen.first, terms):
        state, order_id = State.QUALIFIED, seen.first.pk
        until = max(today, seen.first.closed_on + timedelta(days=terms.hold_days))
        made.append(Step(state, (Reason.PAID,), order_id, until, holds))
    if state in (State.ARRIVED, State.VISITED):
        return [*made, Step(State.REFUSED, (Reason.LAPSED,))] if today > terms.last_day else made
    return made + _waiting(state, _more(holds, seen.holds, at.cleared), holds, order_id, until, today)


def _waiting(state, found, known, order_id, until, today) -> list[Step]:
    made = []
    if state == State.QUALIFIED or found != known:
        made.append(Step(State.HELD, found or (Reason.WAITING,), order_id, until, found))
    if not found and until <= today:
        made.append(Step(State.REWARDED, (Reason.CLEAR,), order_id, until))
    return made


def _counts(order: FirstOrder | None, terms: Promise) -> bool:
    return order is not None and 0 < order.fen >= terms.minimum_fen and order.closed_on <= terms.last_day


def _still_counts(at: Standing, seen: Seen, terms: Promise) -> bool:
    return _counts(seen.first, terms) and seen.first.pk == at.order_id


def _more(known: Sequence[Reason], found: Sequence[Reason], cleared: Sequence[Reason]) -> tuple[Reason, ...]:
    """What is still to be looked at; what somebody has looked at is not asked again."""
    return (*known, *(one for one in found if one not in known and one not in cleared))


def arm_of(programme_id: int, referrer_id: int, *, is_split: bool) -> Arm:
    """Which form of thanks a referrer is promised: always the same one in a programme."""
    if not is_split:
        return Arm.A
    return (Arm.A, Arm.B)[sha256(f"{programme_id}:{referrer_id}".encode()).digest()[0] % 2]
