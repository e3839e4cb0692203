"""What people say of an opportunity: they told the customer, it came to something, to nothing, or went elsewhere."""

from datetime import datetime

from django.db import transaction

from customers.enums import ChangeKind
from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import STANDING, Elsewhere, OpportunityState
from ..errors import OpportunityOver
from ..models import Opportunity, Vehicle, VehicleChange
from ..models.opportunities import SAID

S = OpportunityState
# A fact says these, and only facts take them back.
BY_FACTS = (S.BOOKED, S.LAPSED)


def invite(opportunity: Opportunity, *, by: User, now: datetime) -> Opportunity:
    """The customer has heard of it; whoever is booked has, too. Twice is once. Raises OpportunityOver."""
    return _say(opportunity, S.INVITED, by=by, now=now, unless=(S.INVITED, S.BOOKED))


def decline(opportunity: Opportunity, *, reason: str, by: User, now: datetime) -> Opportunity:
    """The customer does not want it. Raises OpportunityOver when something else has come of it."""
    return _say(opportunity, S.DECLINED, by=by, now=now, decline_reason=reason)


def lose(opportunity: Opportunity, *, to: Elsewhere, by: User, now: datetime) -> Opportunity:
    """It was done elsewhere, or will be. Raises OpportunityOver when something else has come of it."""
    return _say(opportunity, S.LOST, by=by, now=now, lost_to=str(to))


def win(opportunity: Opportunity, *, earned_fen: int | None, by: User, now: datetime) -> Opportunity:
    """It came to something that no order shows: an insurance renewed, a car replaced. Raises OpportunityOver."""
    return _say(opportunity, S.DONE, by=by, now=now, earned_fen=earned_fen)


@transaction.atomic
def take_word_back(opportunity: Opportunity, *, by: User, now: datetime) -> Opportunity:
    """What somebody said of it was a slip; what a fact says stays. Twice is once."""
    row = _locked(opportunity)
    if row.state == S.OPEN or row.said_by_id is None:
        return row
    before = row.state
    row.stand_again(now=now, by=by)
    # Where the car is expected, or its day has gone by, the facts have the last word.
    VehicleChange.objects.note([row.vehicle_id])
    return _keep(row, by=by, before=before)


@transaction.atomic
def _say(
    opportunity: Opportunity, state: OpportunityState, *, by: User, now: datetime,
    unless: tuple[OpportunityState, ...] = (), **facts,
) -> Opportunity:  # fmt: skip
    row = _locked(opportunity)
    is_said = row.state == state and all(getattr(row, name) == value for name, value in facts.items())
    if is_said or row.state in unless:
        return row
    if row.state not in (*STANDING, S.LAPSED):
        raise OpportunityOver(row)
    before = row.state
    row.say(state, now=now, by=by, advisor_id=row.customer.advisor_id, **facts)
    return _keep(row, by=by, before=before)


def _keep(row: Opportunity, *, by: User, before: str) -> Opportunity:
    row.save(update_fields=SAID)
    facts = {"opportunity": row.pk, "kind": row.kind, "before": before, "after": row.state}
    AuditEntry.objects.record(by=by, action=Action.OPPORTUNITY, subject=row.customer, **facts)
    CustomerChange.objects.note([row.customer_id], ChangeKind.VEHICLE)
    return row


def _locked(opportunity: Opportunity) -> Opportunity:
    # The drawing of its car waits for this word, or this word for it.
    Vehicle.objects.select_for_update(of=["self"], no_key=True).get(pk=opportunity.vehicle_id)
    rows = Opportunity.objects.select_for_update(of=["self"]).select_related("customer", "vehicle", "store")
    return rows.get(pk=opportunity.pk)
