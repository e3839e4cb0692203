"""What came of an opportunity that its facts no longer hold up: done here, done elsewhere, or time is over. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..enums import Basis, Elsewhere, OpportunityKind, OpportunityState, Paper, ServiceKind
from .opportunities import Facts, Job
from .warranty import is_about

K, S = OpportunityKind, OpportunityState
# Any upkeep answers these: the customer has come back.
_COMING_BACK = (K.DEFECTION, K.ELSEWHERE)
_BY_KIND = {
    K.INSURANCE: (Paper.INSURANCE, ServiceKind.INSURANCE),
    K.INSPECTION: (Paper.INSPECTION, ServiceKind.INSPECTION),
}
# What an appointment is made for is what it may come of.
BOOKS = {
    ServiceKind.INSURANCE: (K.INSURANCE,),
    ServiceKind.INSPECTION: (K.INSPECTION,),
    ServiceKind.MAINTENANCE: (K.MAINTENANCE, K.B_RECHECK, K.DECLINED, K.DEFECTION, K.ELSEWHERE),
    ServiceKind.REPAIR: (K.B_RECHECK, K.DECLINED, K.DEFECTION),
    ServiceKind.TYRE: (K.B_RECHECK, K.DECLINED),
    ServiceKind.BODY: (K.DECLINED,),
}


class Standing(NamedTuple):
    """An opportunity on the board; `name` is that of its line of a quote or of its card."""

    kind: str
    cycle: str
    opened_on: date
    items: tuple[str, ...] = ()
    name: str = ""
    line: int | None = None


class Outcome(NamedTuple):
    """What came of it; of a job that was done, the order and what its lines come to."""

    state: OpportunityState
    order: int | None = None
    fen: int | None = None
    lost_to: str = ""


def outcome_of(one: Standing, facts: Facts, jobs: list[Job]) -> Outcome:
    """`jobs`: the lines since it opened that are put down to nothing else; those it takes are taken out of the list."""
    done = [job for job in jobs if job.on >= one.opened_on and _answers(one, job)]
    if done:
        order = min(done, key=lambda job: (job.on, job.order)).order
        done = [job for job in done if job.order == order]
        jobs[:] = [job for job in jobs if job not in done]
        known = [job.fen for job in done if job.fen is not None]
        return Outcome(S.DONE, order, sum(known) if known else None)
    if came := [job for job in facts.jobs if job.on >= one.opened_on and _is_back_by(one, job)]:
        return Outcome(S.DONE, came[0].order)  # back again, for what is put down to something else
    if place := _gone_to(one, facts):
        return Outcome(S.LOST, lost_to=place)
    is_done = _was_renewed(one, facts) or _was_looked_at(one, facts) or _has_new_card(one, facts)
    return Outcome(S.DONE) if is_done else Outcome(S.LAPSED)


def is_over(one: Standing, jobs: Iterable[Job]) -> bool:
    """Whether a paper was renewed here, though nobody has written down yet until when it is good."""
    return one.kind in _BY_KIND and any(job.on >= one.opened_on and _answers(one, job) for job in jobs)


def _answers(one: Standing, job: Job) -> bool:
    if one.kind in _BY_KIND:
        return job.kind == _BY_KIND[one.kind][1]
    if one.kind == K.WARRANTY:
        return is_about(one.name, job.kind, job.name)
    if one.kind in _COMING_BACK:
        return bool(job.item) or job.kind == ServiceKind.MAINTENANCE
    return job.item in one.items if one.items else bool(one.name) and job.name == one.name


def _is_back_by(one: Standing, job: Job) -> bool:
    return one.kind in _COMING_BACK or (one.kind == K.WARRANTY and _answers(one, job))


def _gone_to(one: Standing, facts: Facts) -> str:
    """Where an item of it was done since, as somebody told us."""
    since = [away for away in facts.away if away.on >= one.opened_on and away.item in one.items]
    if not since or one.kind in _COMING_BACK:
        return ""
    place = max(since, key=lambda away: away.on).place
    return Elsewhere.OTHER if place == Elsewhere.UNSAID else place


def _was_renewed(one: Standing, facts: Facts) -> bool:
    """Whether a paper runs longer now, by a date that was typed."""
    paper = _BY_KIND.get(one.kind, ("",))[0]
    return any(
        due.item == paper and due.basis == Basis.TYPED and due.on > date.fromisoformat(one.cycle) for due in facts.due
    )


def _was_looked_at(one: Standing, facts: Facts) -> bool:
    """Whether what was watched came up again at a visit: looking costs nothing."""
    return one.kind == K.B_RECHECK and any(line.pk == one.line and line.is_carried for line in facts.lines)


def _has_new_card(one: Standing, facts: Facts) -> bool:
    """Whether the work of a card has a later one."""
    later = (card.what for card in facts.cards if card.starts_on >= one.opened_on)
    return one.kind == K.WARRANTY and one.name in later


def is_booked(kind: str, appointments: Iterable[str]) -> bool:
    """Whether the car is expected for something that this may come of."""
    return any(kind in BOOKS.get(ServiceKind(booked), ()) for booked in appointments)
