"""From the rows of a briefing to the plain facts that the rules judge."""

from datetime import datetime

from django.utils import timezone

from vehicles.enums import ServiceKind

from ..enums import ActionKind
from ..rules import best_action as rules
from ..rules.not_to_sell import Done, not_to_sell
from .shape import Briefing, Car


def propose(found: Briefing, *, now: datetime) -> tuple[rules.Action | None, Car | None]:
    """The one next best action of a briefing and the car it is about."""
    action = rules.best_action(facts_of(found), today=found.today, dismissed=found.set_aside)
    cars = [car for car in found.cars if action and action.vehicle_pk == car.vehicle.pk]
    return action, (cars or [None])[0]


def facts_of(found: Briefing) -> rules.Facts:
    """Everything known about the customer that a proposal can come from."""
    return rules.Facts(
        warnings=tuple(_warnings(found)),
        broken=tuple(rules.PromiseFact(row.pk, row.body, timezone.localtime(row.due_at)) for row in found.broken),
        unhappy=tuple(rules.UnhappyFact(row.pk, row.body, timezone.localtime(row.at)) for row in found.unhappy),
        touches=tuple(
            rules.TouchFact(row.pk, row.reason, row.listed_on or row.due_on, row.priority) for row in found.touches
        ),
        endings=tuple(_endings(found)),
        missing=tuple(found.collected.gaps),
    )


def unsellable(found: Briefing) -> list[str]:
    """What not to sell today, from refusals, moods, the last visits and the insurance of the first car."""
    lines = [
        Done(ServiceKind(line.kind), line.name, visit.closed_on, plate=_plate_to_tell(found, visit))
        for visit in found.visits
        if visit.closed_on and _concerns(found, visit)
        for line in visit.lines.all()
    ]
    first = found.car_here.vehicle if found.car_here else None
    return not_to_sell(
        refused=found.refuses_marketing,
        is_unhappy=bool(found.unhappy),
        done=lines,
        against=[(name, timezone.localdate(at)) for name, at in found.against],
        insured_until=[first.insured_until] if first and first.insured_until else [],
        today=found.today,
    )


def _concerns(found: Briefing, visit) -> bool:
    """Visits of the car that stands here; where it is not known which one that is, of every car."""
    here = [car.vehicle.pk for car in found.cars if car.is_here] or [car.vehicle.pk for car in found.cars]
    return visit.vehicle_id in here


def _plate_to_tell(found: Briefing, visit) -> str:
    return visit.vehicle.plate if len(found.cars) > 1 and not found.cars[0].is_here else ""


def _warnings(found: Briefing):
    for car in found.cars:
        for row in car.warnings:
            yield rules.WarningFact(row.pk, row.body, car.vehicle.plate, row.is_safety, car.is_here, car.vehicle.pk)


def _endings(found: Briefing):
    for car in found.cars:
        ends = {ActionKind.INSURANCE: car.vehicle.insured_until, ActionKind.INSPECTION: car.vehicle.inspected_until}
        for kind, until in ends.items():
            if until:
                yield rules.EndingFact(car.vehicle.pk, car.vehicle.plate, kind, until)
