"""Who belongs together: families that share one phone, units with their drivers and whoever pays, who brought whom."""

from customers.enums import HouseholdKind
from vehicles.enums import CarRole

from .parts import CLERK, DRIVERS, GROWN_CHILD, PARENT, REACHED_THROUGH, SPOUSES, UNIT, part_of
from .seasons import SPAN
from .world import Person, World

_DRIVER, _PAYER, _DECIDER = CarRole.DRIVER.value, CarRole.PAYER.value, CarRole.DECIDER.value
# One customer in so many was brought by an earlier one.
BROUGHT = 0.12
_HOW_KNOWN = ("本人到店时说的", "介绍人打过招呼", "一起来的", "")


def settle_in(fifty: list[Person], world: World) -> None:
    """Put fifty customers into their households; the last fifty of a company may be fewer."""
    there = {part_of(person.index): person for person in fifty}
    for spouse, head in SPOUSES.items():
        if spouse in there:
            _family(there[head], there[spouse], there.get(GROWN_CHILD) if head == PARENT else None, world)
    if CLERK in there:
        _unit(there[UNIT], [there[part] for part in DRIVERS], there[CLERK], world)


def _family(head: Person, spouse: Person, child: Person | None, world: World) -> None:
    """They share the head's phone. He drives and she pays, or she drives one of the cars too."""
    days, by, tables = world.days, head.first_advisor.pk, world.tables
    at = days.moment(max(head.since, child.since if child else 0), 10, 0)
    house = tables.households.add(HouseholdKind.FAMILY.value, f"{head.surname}家", at)
    tables.members.add(house, head.pk, "户主", False, None, at, by)
    tables.members.add(house, spouse.pk, "太太" if spouse.is_woman else "先生", True, head.pk, at, by)
    if child:
        tables.members.add(house, child.pk, "女儿" if child.is_woman else "儿子", False, head.pk, at, by)
    role = _PAYER if head.rng.random() < 0.5 else _DRIVER
    car = head.cars[0]
    tables.car_people.add(car.pk, spouse.pk, role, days.text[max(car.since, car.bought)], by)


def _unit(unit: Person, drivers: list[Person], clerk: Person, world: World) -> None:
    """The drivers share the cars; somebody in the office pays for them and decides about the largest job."""
    at, by, tables = world.days.moment(unit.since, 10, 0), unit.first_advisor.pk, world.tables
    house = tables.households.add(HouseholdKind.UNIT.value, unit.name, at)
    for person, relation in ((unit, "单位"), *((driver, "司机") for driver in drivers), (clerk, "行政")):
        tables.members.add(house, person.pk, relation, person is clerk, None, at, by)
    for place, car in enumerate(unit.cars):
        since = world.days.text[car.since]
        tables.car_people.add(car.pk, drivers[place % len(drivers)].pk, _DRIVER, since, by)
        tables.car_people.add(car.pk, clerk.pk, _PAYER, since, by)
        tables.car_people.add(car.pk, clerk.pk, _DECIDER, since, by)


def introduce(person: Person, world: World) -> None:
    """Write down which earlier customer brought this one, if any; those who came first have brought the most."""
    dice = person.rng.random
    if person.index < 20 or dice() > BROUGHT or part_of(person.index) in REACHED_THROUGH:
        return
    for _ in range(3):
        other = int(person.index * dice() ** 1.5)
        if world.since[other] < person.since:
            at = world.days.moment(min(person.since, SPAN - 1), 11, 0)
            how = _HOW_KNOWN[int(dice() * 4)]
            world.tables.introductions.add(world.first_key + other, person.pk, how, person.first_advisor.pk, at)
            return
