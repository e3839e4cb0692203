"""How often what is due: a new version of a rule, what it would change, and the cars that follow it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import RuleMoved
from ..models import MaintenanceRule, Vehicle, VehicleChange
from ..rules.due import Interval
from ..rules.intervals import SHIPPED, Cars, intervals_for
from .due import dues_of, scope_of, works_of

# So many cars are shown before a rule takes effect, of so many that are looked at.
SHOWN, LOOKED_AT = 20, 400


@dataclass(frozen=True)
class Wanted:
    """A rule as it is to be: `interval` None drops the special rule. `version`: the one that was on the screen."""

    item: str
    brand: str
    series: str
    energy: str
    interval: Interval | None
    version: int = 0

    @property
    def cars(self) -> Cars:
        return MaintenanceRule(brand=self.brand, series=self.series, energy=self.energy).cars


@dataclass(frozen=True)
class Moved:
    """One car whose next time differs by a rule: before and after, None for not known."""

    vehicle: Vehicle
    before: date | None
    after: date | None


@transaction.atomic
def set_rule(wanted: Wanted, *, by: User) -> MaintenanceRule | None:
    """Write a new version when it differs from what holds; None when it does not. The night draws the cars it is about.

    Raises RuleMoved when somebody else wrote another version meanwhile.
    """
    versions = MaintenanceRule.objects.of(wanted.item, wanted.cars)
    newest = versions[0] if versions else None
    if wanted.version != (newest.version if newest else 0):
        raise RuleMoved
    if _holds(wanted) == wanted.interval:
        return None
    interval = wanted.interval or Interval()
    row = MaintenanceRule.objects.create(
        item=wanted.item, energy=wanted.energy, version=wanted.version + 1, created_by=by,
        brand=newest.brand if newest else wanted.brand, series=newest.series if newest else wanted.series,
        km=interval.km, months=interval.months, is_once=interval.is_once, is_dropped=wanted.interval is None,
    )  # fmt: skip
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row, item=row.item, version=row.version)
    VehicleChange.objects.note_all(_about(wanted))
    return row


def _holds(wanted: Wanted) -> Interval | None:
    """What holds for exactly these cars now, None where no rule speaks of them alone."""
    return MaintenanceRule.objects.in_force().get((wanted.item, wanted.cars))


def undo_of(row: MaintenanceRule) -> Wanted:
    """What would bring back how it was before a version."""
    earlier = [one for one in MaintenanceRule.objects.of(row.item, row.cars) if one.version < row.version]
    if earlier:
        interval = None if earlier[0].is_dropped else earlier[0].interval
    else:
        interval = SHIPPED.get((row.item, row.cars))
    return Wanted(row.item, row.brand, row.series, row.energy, interval, version=row.version)


def try_rule(wanted: Wanted, *, user: User, today: date) -> tuple[int, list[Moved]]:
    """How many cars a rule may speak of, and some whose next time it moves, those seen last first. Writes nothing."""
    before = MaintenanceRule.objects.in_force()
    after = {key: value for key, value in before.items() if key != (wanted.item, wanted.cars)}
    if wanted.interval is not None:
        after[wanted.item, wanted.cars] = wanted.interval
    about = _about(wanted)
    cars = list(about.visible_to(user).order_by(F("odometer_on").desc(nulls_last=True), "-pk")[:LOOKED_AT])
    works, moved = works_of([car.pk for car in cars]), []
    for car in cars:
        facts = {"works": works[car.pk], "today": today}
        was, becomes = (
            next((due.on for item, due in dues_of(car, intervals=one, **facts) if item == wanted.item), None)
            for one in (intervals_for(scope_of(car), rules) for rules in (before, after))
        )
        if was != becomes:
            moved.append(Moved(car, was, becomes))
    return about.count(), moved[:SHOWN]


def _about(wanted: Wanted):
    """Cars a rule may speak of; what they run on is told apart when they are drawn."""
    cars = Vehicle.objects.all()
    if wanted.brand:
        cars = cars.filter(brand__iexact=wanted.brand.strip())
    return cars.filter(series__iexact=wanted.series.strip()) if wanted.series else cars
