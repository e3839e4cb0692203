"""The ring of the customer on the screen, from rows that are there already."""

from django.utils.timezone import localdate

from customers.enums import Learnt
from segments.enums import Attitude, Behaviour
from segments.models import Profile

from ..rules.idic import Arc, Facts, ring
from .shape import Briefing

HABITS = {Learnt.HABIT, Learnt.TABOO, Learnt.TRANSPORT}


def ring_of(found: Briefing) -> tuple[Arc, ...]:
    """How far the shop has come with this customer."""
    customer, rate = found.customer, found.collected.rate
    profile = getattr(customer, "profile", None)
    closed = [visit.closed_on for visit in found.visits if visit.closed_on]
    facts = Facts(
        asked=rate.asked,
        filled=rate.filled,
        verdicts=None if customer.no_profiling else _verdicts(profile or Profile()),
        last_visit_on=max(closed, default=profile.last_visit_on if profile else None),
        last_talk_on=max((localdate(talk.at) for talk in found.talks), default=None),
        overdue=sum((touch.listed_on or touch.due_on) < found.today for touch in found.touches),
        unsettled=len(found.unhappy),
        has_need=bool(customer.primary_need or customer.sure_need),
        broken=len(found.broken),
        has_habit=any(lesson.facts[0].kind in HABITS for lesson in found.lessons),
    )
    return ring(facts, today=found.today)


def _verdicts(profile: Profile) -> dict[str, bool]:
    return {
        "价值": bool(profile.value_tier),
        "节奏": bool(profile.rhythm),
        "行为忠诚": profile.behaviour not in ("", Behaviour.UNKNOWN),
        "态度忠诚": profile.attitude not in ("", Attitude.UNKNOWN),
        "分级": bool(profile.letter),
        "阶段": bool(profile.stage),
    }
