"""An insurance is renewed; with it what is old or missing of the customer and the car is asked again (2-24).

Nothing is tied to buying one, and no price is quoted here (G14): what was agreed is written down.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from customers.enums import ProfileItem
from customers.models import Customer, ProfileFact
from segments.models import Completeness
from segments.rules.completeness import AGEING, OF_CAR, items_of
from staff.models import User
from vehicles.models import Opportunity, Vehicle
from vehicles.services.changes import change_vehicle
from vehicles.services.opportunities import lose, win

from ..rules.questions import Gap, place_of
from .collecting import collect_several, said_of

P = ProfileItem
MOST = 5
# Said by the form itself; a name is no small thing to change in passing, and a plate is its own matter.
NOT_HERE = (P.INSURED_UNTIL, P.NAME, P.PLATE)
KM_GOOD_FOR = timedelta(days=AGEING[P.KM])


def to_verify(customer: Customer, vehicle: Vehicle, *, today: date) -> list[Gap]:
    """The five that were said longest ago, then those that nobody knows; what does not apply is not asked."""
    row = Completeness.objects.filter(customer=customer).first()
    stale = set(items_of(row.filled & ~row.fresh)) if row else set()
    missing = set(items_of(row.asked & ~row.filled)) if row else set()
    stale, missing = stale - set(OF_CAR), missing - set(OF_CAR)
    car_stale, car_missing = _of_car(vehicle, today)
    said = ProfileFact.objects.live().filter(customer=customer).order_by().values_list("kind")
    last = dict(said.annotate(last=Max("recorded_at")))
    old = sorted(stale | car_stale, key=lambda item: (last[item].timestamp() if item in last else 0, place_of(item)))
    unknown = sorted(missing | car_missing, key=place_of)
    found = [item for item in (*old, *unknown) if item not in NOT_HERE]
    return [_gap(customer, vehicle, item, is_stale=item in old) for item in found[:MOST]]


def _of_car(vehicle: Vehicle, today: date) -> tuple[set[ProfileItem], set[ProfileItem]]:
    """What is too old and what is missing of this car."""
    known = {
        P.VIN: vehicle.vin, P.MODEL: vehicle.series, P.REGISTERED_ON: vehicle.registered_on,
        P.KM: vehicle.odometer_on, P.INSPECTED_UNTIL: vehicle.inspected_until,
    }  # fmt: skip
    stale = {P.KM} if vehicle.odometer_on and vehicle.odometer_on + KM_GOOD_FOR < today else set()
    if vehicle.inspected_until and vehicle.inspected_until < today:
        stale.add(P.INSPECTED_UNTIL)
    return stale, {item for item, value in known.items() if not value}


def _gap(customer: Customer, vehicle: Vehicle, item: ProfileItem, *, is_stale: bool) -> Gap:
    value = said_of(customer, item) if is_stale and item not in OF_CAR else ""
    if item == P.PHONE and is_stale:
        value = next((phone.value[-4:] for phone in customer.contact_points.phones()[:1]), "")
    return Gap(item, vehicle.pk if item in OF_CAR else None, is_stale=is_stale, value=value)


@transaction.atomic
def renew_insurance(row: Opportunity, *, form, by: User, now: datetime, today: date) -> None:
    """Everything the form says, in one go; saying it again changes nothing.

    Raises ContactTaken, PlateTaken, VinTaken, and OpportunityOver when something else has come of it.
    """
    if form.is_renewed:
        change_vehicle(row.vehicle, by=by, today=today, **form.policy)
        if form.is_ours:
            win(row, earned_fen=form.policy.get("premium_fen"), by=by, now=now)
        else:
            lose(row, to=form.cleaned_data["where"], by=by, now=now)
    given = {answer.gap.item: answer.form for answer in form.answers if answer.is_given and not answer.is_same}
    same = [answer.gap.item for answer in form.answers if answer.is_same]
    if given or same:
        collect_several(row.customer, answers=given, same=same, by=by, now=now)
