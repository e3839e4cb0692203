"""The cars of a made-up customer: bought with the visits they will make, put on file when those have been lived."""

from datetime import timedelta

from . import words
from .numbers import RESERVED, plate_of, vin_of
from .parts import FLEET, FLEET_NUMBER, INSURANCE_ENDS, LAST_VISIT, SECOND_HAND, UNIT, of_today, part_of
from .rhythms import Visit, visits_of, way_of
from .seasons import SPAN
from .world import Car, Person, World

# One car in so many has changed its plate.
_REPLATED = 90
_VIN_KNOWN = 0.77  # of those whose papers were looked at


def buy_cars(person: Person, world: World, pace: float, seller: Person | None) -> None:
    """Give the person cars with the visits they will make. `seller`: the customer before, who may have sold one."""
    for place in range(_how_many(person)):
        visits = visits_of(person.rng, person.way if place == 0 else way_of(person.rng), world.days, pace)
        if place == 0:
            visits = _with_todays(visits, person, world)
        key, number = world.tables.cars.last + 1 + place, world.take_number()
        person.cars.append(Car(key, words.CARS[int(person.rng.random() * len(words.CARS))], visits, number))
    car = person.cars[0]
    is_sold = person.index % 40 == SECOND_HAND and seller and seller.store is person.store and car.visits[2:]
    if is_sold and seller.since <= car.since:
        car.bought, car.seller = car.visits[len(car.visits) // 2][0], seller.pk


def _how_many(person: Person) -> int:
    if part_of(person.index) == UNIT:
        return FLEET if person.index == FLEET_NUMBER else person.rng.randint(3, 6)
    dice = person.rng.random()
    return 1 if dice < 0.62 else 2 if dice < 0.92 else 3


def _with_todays(visits: list[Visit], person: Person, world: World) -> list[Visit]:
    """The same visits; among the first customers some with the latest one a few days ago and none shortly before."""
    ago = of_today(person.index, LAST_VISIT)
    if ago is None or not world.days.is_open(SPAN - ago):
        return visits
    kept = [(day, kind) for day, kind in visits if day < SPAN - ago - 50]
    return [*kept, (SPAN - ago, person.rng.choice(("maintenance", "maintenance", "repair", "tyre")))]


def put_on_file(car: Car, person: Person, world: World) -> None:
    """Write the car with its plates and owners; its visits have been lived through."""
    tables, days, dice, knows = world.tables, world.days, person.rng.random, person.diligence
    model, since = car.model, days.text[car.since]
    plate = plate_of(car.number, energy=model.energy)
    bought = days.today - timedelta(days=days.ago(car.since) + int(20 + dice() * 2_300))
    insurer, insured_until, premium = _insurance(car, person, world)
    tables.cars.add(
        plate, vin_of(car.number, wmi=model.wmi, year=bought.year) if dice() < knows * _VIN_KNOWN else "",
        model.brand, model.series if dice() < 0.97 else "", model.energy if dice() < 0.9 else "",
        str(bought) if dice() < knows else None, insurer, insured_until, premium,
        str(days.today + timedelta(days=int(dice() * 740) - 40)) if dice() < knows else None,
        car.km, days.text[car.km_day] if car.km is not None else None, days.moment(car.since, 8, 30),
    )  # fmt: skip
    _plates(car, plate, world)
    if car.seller:
        tables.ownerships.add(car.pk, car.seller, since, days.text[car.bought])
        since = days.text[car.bought]
    tables.ownerships.add(car.pk, person.pk, since, None)


def _plates(car: Car, plate: str, world: World) -> None:
    since, days = world.days.text[car.since], world.days.text
    if car.number % _REPLATED == 7:
        changed = days[(car.since + SPAN) // 2]
        old = plate_of(RESERVED + car.number // _REPLATED, energy=car.model.energy)
        world.tables.plates.add(car.pk, old, since, changed)
        since = changed
    world.tables.plates.add(car.pk, plate, since, None)


def _insurance(car: Car, person: Person, world: World) -> tuple:
    """Insurer, end and premium; an end in the past is what the shop was told last."""
    dice, ends = person.rng.random, of_today(person.index, INSURANCE_ENDS)
    if car is not person.cars[0] or ends is None:
        if dice() > person.diligence:
            return "", None, None
        ends = int(dice() * 400) - (45 if dice() < 0.8 else 400)
    until = str(world.days.today + timedelta(days=ends))
    premium = int(180 + dice() * 440) * 1_000 if dice() < 0.6 else None
    return words.INSURERS[int(dice() * len(words.INSURERS))], until, premium
