"""The visits of a made-up customer, with what was said afterwards."""

from datetime import date, timedelta
from random import Random

from customers.enums import Channel, Mood
from customers.models import Interaction
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import ServiceLine, ServiceOrder

from . import words
from .company import Company
from .menu import lines_for
from .people import OwnedCar, Person, moment
from .rows import Rows

HOURS = {"wash": 1, "maintenance": 2, "tyre": 2, "detailing": 5, "repair": 6, "accident": 8}
INTERVAL_KM, INTERVAL_DAYS = 7_500, 183


def live_through(person: Person, *, company: Company, today: date, rows: Rows) -> None:
    """Add every visit of the person's cars, and the calls that followed some of them."""
    for car in person.cars:
        km_a_day = person.rng.uniform(18, 58)
        oldest = car.visits[0][0] if car.visits else 0
        start_km = person.rng.randint(300, 90_000)
        for ago, kind in car.visits:
            km = round(start_km + (oldest - ago) * km_a_day)
            order = _visit(person, car, kind, today - timedelta(days=ago), km, rows)
            _call_back(person, order, ago, company, rows)


def _visit(person: Person, car: OwnedCar, kind: str, day: date, km: int, rows: Rows) -> ServiceOrder:
    rng = person.rng
    opened = moment(day, rng, 8, 16)
    order = ServiceOrder(
        store=person.store, source=OrderSource.IMPORT, number=f"G{day:%y%m%d}{car.number:05d}", vehicle=car.vehicle,
        customer=person.customer, advisor=person.advisor, status=OrderStatus.CLOSED, opened_at=opened, opened_on=day,
        closed_on=day, closed_at=min(opened + timedelta(hours=HOURS[kind]), opened.replace(hour=19)), km=km,
        complaint=rng.choice(words.COMPLAINTS[kind]) if rng.random() < 0.6 else "",
        brought_by=rng.choice(("司机", "太太", "儿子", "同事")) if rng.random() < 0.04 else "", created_at=opened,
    )  # fmt: skip
    if kind == "maintenance":
        order.next_on, order.next_km = day + timedelta(days=INTERVAL_DAYS), km + INTERVAL_KM
    rows.add(order)
    charge(order, lines_for(rng, kind, price=car.price, energy=car.vehicle.energy), kind, rng, rows)
    if kind != "wash" or rng.random() < 0.15:
        rows.readings.append((car.vehicle, day, km))
    else:
        order.km = None
    return order


def charge(order: ServiceOrder, lines: list[ServiceLine], kind: str, rng: Random, rows: Rows) -> None:
    """Hang the lines on the order and fill in its money."""
    for line in lines:
        line.order, line.technician = order, rng.choice(words.TECHNICIANS)
        rows.add(line)
    order.labour_fen = sum(line.labour_fen for line in lines)
    order.material_fen = sum(line.material_fen for line in lines)
    total = order.labour_fen + order.material_fen
    order.discount_fen = total // 1000 * 100 if rng.random() < 0.2 else 0
    # Old paper orders without a total: unknown, not zero.
    order.paid_fen = None if rng.random() < 0.01 else total - order.discount_fen
    if kind == "accident" and order.paid_fen is not None:
        order.insurer_fen = order.paid_fen if rng.random() < 0.7 else order.paid_fen * 8 // 10
    order.pay_method = "保险直赔" if kind == "accident" else rng.choice(words.PAY_METHODS)


def _call_back(person: Person, order: ServiceOrder, ago: int, company: Company, rows: Rows) -> None:
    rng = person.rng
    if ago < 9 or ago > 500 or rng.random() > 0.16:
        return
    rows.add(
        Interaction(
            customer=person.customer, store=person.store, by=rng.choice(company.callers(person.store)),
            at=moment(order.closed_on + timedelta(days=rng.randint(1, 3)), rng, 10, 17), channel=Channel.CALL,
            subject="回访", body=rng.choice(words.CALLS_BACK), mood=Mood.GOOD if rng.random() < 0.3 else Mood.CALM,
        )
    )  # fmt: skip
