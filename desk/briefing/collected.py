"""How complete the record on the screen is, and what of it is still to be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from customers.enums import ProfileItem
from segments.models import CollectionPolicy
from segments.rules.completeness import (
    DEPARTMENT_OF,
    ENDING,
    OF_CAR,
    Known,
    Picture,
    Policy,
    Rate,
    draw,
    items_of,
    rate_of,
)
from segments.services import known_of
from staff.models import User
from vehicles.models import Vehicle

from ..rules.best_action import is_ending
from ..rules.questions import Gap, by_worth
from ..services.collecting import said_of
from .shape import Briefing


@dataclass(frozen=True)
class Collected:
    """The rate of this customer by what the reader's department must collect, and the gaps, the worthiest first."""

    rate: Rate
    goal_percent: int
    gaps: list[Gap]

    @property
    def missing(self) -> list[Gap]:
        return [gap for gap in self.gaps if not gap.is_stale]

    @property
    def stale(self) -> list[Gap]:
        return [gap for gap in self.gaps if gap.is_stale]

    def gap_of(self, item: str) -> Gap | None:
        """The gap that an address asks about, if it is one."""
        return next((gap for gap in self.gaps if gap.item == item), None)


def collected(found: Briefing, user: User) -> Collected:
    """Judge the rows of a briefing: one statement more, the policy."""
    policy = CollectionPolicy.objects.current()
    required = policy.asked_by(DEPARTMENT_OF.get(user.role))
    car = found.car_here.vehicle if found.car_here else None
    known = known_of(
        found.customer,
        car,
        contacts=found.contacts,
        said=found.said,
        is_introduced=bool(found.customer.introducer_pk),
        has_visited=bool(found.worth.lifetime_visits) or any(visit.closed_on for visit in found.visits),
    )
    picture = draw(known, policy.half_lives, today=found.today)
    gaps = by_worth(_gaps(found, known, picture, policy, required))
    return Collected(rate_of(picture, required), policy.goal_percent, gaps)


def _gaps(found: Briefing, known: Known, picture: Picture, policy: Policy, required: int) -> Iterable[Gap]:
    car = found.car_here.vehicle if found.car_here else None
    for item in items_of(picture.missing & required):
        half = _half(car, item)
        yield Gap(item, _car_of(item, car), since=half, value=half, purpose=policy.rules[item].purpose)
    for item in items_of(picture.stale & required):
        since = known.seen[item]
        if not (item in ENDING and is_ending(since, today=found.today)):  # lately over: the next step says so itself
            yield Gap(item, _car_of(item, car), _day(since), True, _value(found, item), policy.rules[item].purpose)


def _car_of(item: ProfileItem, car: Vehicle | None) -> int | None:
    return car.pk if car and item in OF_CAR else None


def _half(car: Vehicle | None, item: ProfileItem) -> str:
    """The day an insurance ends, where only its company is unknown."""
    return _day(car.insured_until) if car and item == ProfileItem.INSURED_UNTIL and car.insured_until else ""


def _day(day: date) -> str:
    return day.isoformat()


def _value(found: Briefing, item: ProfileItem) -> str:
    """What is on file, as the question repeats it."""
    if item == ProfileItem.PHONE:
        return found.phones[0].value[-4:] if found.phones else ""
    return found.customer.emergency_name if item == ProfileItem.EMERGENCY else said_of(found.customer, item)
