"""What was said to a customer about their car counts on the board of opportunities, and a slip is taken back there."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from staff.models import User
from vehicles.enums import OpportunityKind, OpportunityState
from vehicles.models import Opportunity
from vehicles.services.opportunities import invite, take_word_back

from ..enums import Result
from ..models import Touch

# Which opportunities an occasion speaks of.
KIND_OF = {
    "b_recheck": OpportunityKind.B_RECHECK,
    "declined_work": OpportunityKind.DECLINED,
    "warranty_ending": OpportunityKind.WARRANTY,
    "first_year": OpportunityKind.DEFECTION,
    "replacement": OpportunityKind.REPLACEMENT,
    "maintenance": OpportunityKind.MAINTENANCE,
    "insurance": OpportunityKind.INSURANCE,
    "inspection": OpportunityKind.INSPECTION,
}
# Of these a car has several at a time, and a touch speaks of one.
_ONE_BY_ONE = ("b_recheck", "declined_work", "warranty_ending")
# By these a customer has heard of it.
TOLD = (Result.REACHED, Result.BOOKED, Result.SENT)


def invite_by(lead: Touch, result: Result, *, along: Iterable[int], by: User, now: datetime) -> list[int]:
    """`lead` and what was said with it: the opportunities they speak of have been told; their ids."""
    if result not in TOLD:
        return []
    touches = [lead, *Touch.objects.filter(pk__in=along)] if along else [lead]
    spoken = [touch for touch in touches if touch.occasion in KIND_OF and touch.vehicle_id]
    if not spoken:
        return []
    rows = Opportunity.objects.filter(_of(spoken), state=OpportunityState.OPEN, customer=lead.customer_id)
    return [invite(row, by=by, now=now).pk for row in rows.order_by("pk")]


def _of(touches: Iterable[Touch]) -> Q:
    found = Q(pk__in=[])
    for touch in touches:
        one = Q(vehicle=touch.vehicle_id, kind=KIND_OF[touch.occasion])
        if touch.occasion in _ONE_BY_ONE:
            one &= Q(cycle=touch.cycle.partition(":")[2])
        found |= one
    return found


def take_invitations_back(pks: Iterable[int], *, by: User, now: datetime) -> None:
    """What was told by a slip of the finger was not; what became of one meanwhile stays."""
    for row in Opportunity.objects.filter(pk__in=pks, state=OpportunityState.INVITED):
        take_word_back(row, by=by, now=now)
