"""The visits of a made-up customer's cars, what was paid, and what was said afterwards."""

from datetime import date

from customers.enums import Channel, Direction, Mood
from vehicles.enums import OrderSource, OrderStatus, ReadingSource
from vehicles.rules.odometer import Reading, doubts

from . import words
from .cars import put_on_file
from .menu import RISE_A_YEAR, Line, lines_for
from .seasons import SPAN
from .world import Car, Person, World

HOURS = {"wash": 1, "maintenance": 2, "tyre": 2, "battery": 1, "aircon": 3, "detailing": 5, "repair": 6, "accident": 8}
INTERVAL_KM, INTERVAL_DAYS = 7_500, 183
_IMPORT, _CLOSED, _READ = OrderSource.IMPORT.value, OrderStatus.CLOSED.value, ReadingSource.ORDER.value
_CALL, _OUT, _IN, _VISIT = Channel.CALL.value, Direction.OUT.value, Direction.IN.value, Channel.VISIT.value
_BROUGHT_BY = ("司机", "太太", "儿子", "同事")
# Days: older visits are called back no more; so long an unhappy customer may still be waiting for an answer.
CALLED_SINCE, UNSETTLED_SINCE = 500, 9


def live_through(person: Person, world: World) -> int:
    """Write every visit of the person's cars, and the cars themselves. How many visits."""
    for car in person.cars:
        readings = _drive(car, person, world)
        _read_odometer(car, readings, person, world)
        put_on_file(car, person, world)
    return person.visits


def _drive(car: Car, person: Person, world: World) -> list[tuple[int, int]]:
    """Every visit of one car in order; the odometer readings (day, km) that were taken."""
    dice, before = person.rng.random, car.visits[0][0]
    km_a_day, driven = 18 + dice() * 40, 300 + dice() * 90_000
    readings = []
    for place, (day, kind) in enumerate(car.visits):
        driven += (day - before) * km_a_day * _pace(car, place)
        km, before = int(driven), day
        # At a wash nobody looks; elsewhere the field was filled with a zero now and then.
        if dice() < (0.85 if kind == "wash" else 0.07):
            km = None
        else:
            readings.append((day, km))
        _visit(person, car, day, kind, km, world)
    return readings


def _pace(car: Car, place: int) -> float:
    """How much more or less than usual the car was driven on its way to a visit: half to one and a half times."""
    return 0.5 + (car.number * 7_919 + place * 104_729) % 1_000 / 1_000


def _visit(person: Person, car: Car, day: int, kind: str, km: int | None, world: World) -> None:
    dice, days, tables = person.rng.random, world.days, world.tables
    ago = SPAN - day
    scale = car.model.price * (1 - RISE_A_YEAR * ago / 365)
    lines = lines_for(person.rng, kind, scale=scale, is_electric=car.model.energy == "纯电")
    hour, minute = 8 + int(dice() * 8.5), int(dice() * 12) * 5
    opened, text = days.moment(day, hour, minute), days.text[day]
    adviser = person.advised_by(ago)
    said = words.COMPLAINTS[kind]
    is_service = kind == "maintenance"
    order = tables.orders.add(
        person.store.pk, _IMPORT, f"G{text[2:4]}{text[5:7]}{text[8:]}{car.number:05d}", car.pk,
        car.seller if day < car.bought else person.pk,
        person.driver or (_BROUGHT_BY[int(dice() * 4)] if dice() < 0.04 else ""),
        adviser.pk, _CLOSED, opened, text, days.moment(day, min(hour + HOURS[kind], 19), minute), text, km,
        said[int(dice() * len(said))] if dice() < 0.5 else "",
        *_money(lines, kind, dice),
        days.later(day, INTERVAL_DAYS) if is_service else None, km + INTERVAL_KM if is_service and km else None, opened,
    )  # fmt: skip
    technicians = words.TECHNICIANS
    for place, line in enumerate(lines, 1):
        tables.lines.add(order, place, *line, technicians[int(dice() * len(technicians))])
    if ago < CALLED_SINCE and dice() < 0.17:
        _talk(person, day, kind, adviser.pk, world)


def _money(lines: list[Line], kind: str, dice) -> tuple:
    """Labour, material, discount, paid, of it by the insurer, and how: as the columns of an order want them."""
    labour, material = sum(line.labour_fen for line in lines), sum(line.material_fen for line in lines)
    total = labour + material
    discount = total // 1000 * 100 if dice() < 0.2 else 0
    # Orders that were never settled in the old system: unknown, not zero.
    paid, insurer = None if dice() < 0.04 else total - discount, None
    if kind != "accident":
        return labour, material, discount, paid, None, words.PAY_METHODS[int(dice() * len(words.PAY_METHODS))]
    if paid is not None:
        insurer = paid if dice() < 0.7 else paid * 8 // 10
    return labour, material, discount, paid, insurer, "保险直赔"


def _read_odometer(car: Car, readings: list[tuple[int, int]], person: Person, world: World) -> None:
    """Write the readings; now and then a digit too many was typed, which the product's own rule finds."""
    days, tables = world.days.text, world.tables
    if len(readings) > 4 and person.rng.random() < 0.06:
        wrong = len(readings) // 2
        readings[wrong] = (readings[wrong][0], readings[wrong][1] * 10 + 3)
        told = doubts([Reading(date.fromisoformat(days[day]), km) for day, km in readings])
    else:
        told = [""] * len(readings)
    for (day, km), doubt in zip(readings, told, strict=True):
        tables.readings.add(car.pk, km, days[day], _READ, not doubt, doubt)
    believed = [reading for reading, doubt in zip(readings, told, strict=True) if not doubt]
    if believed:
        car.km_day, car.km = believed[-1]


def _talk(person: Person, day: int, kind: str, adviser: int, world: World) -> None:
    """Somebody called the customer after a visit; a few were unhappy, and were put at ease some days later."""
    dice, days, store = person.rng.random, world.days, person.store
    on = min(day + 1 + int(dice() * 3), SPAN - 1)
    at, caller = days.moment(on, 10 + int(dice() * 8), 20), store.callers[int(dice() * len(store.callers))]
    if kind == "wash" or dice() > 0.05:
        mood, body = (Mood.GOOD if dice() < 0.3 else Mood.CALM).value, words.CALLS_BACK[int(dice() * 9) % 8]
        world.tables.talks.add(person.pk, store.pk, at, caller, _CALL, _OUT, "回访", body, mood, "", None, None)
        return
    at_ease = min(on + 1 + int(dice() * 5), SPAN - 1)
    settled = days.moment(at_ease, 18, 40) if SPAN - day > UNSETTLED_SINCE else None
    how = (_VISIT, _IN, "当面不满") if dice() < 0.4 else (_CALL, _OUT, "回访")
    why, body = words.GRIEVANCES[int(dice() * len(words.GRIEVANCES))]
    by = adviser if how[0] == _VISIT else caller
    world.tables.talks.add(
        person.pk, store.pk, at, by, *how, body, Mood.UNHAPPY.value, why, settled, adviser if settled else None
    )
