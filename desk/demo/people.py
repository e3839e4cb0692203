"""One made-up customer with their cars, from an index."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from borax.calendars.lunardate import LunarDate

from customers.enums import Calendar, ConsentHow, CustomerKind, Purpose
from customers.models import Consent, ContactPoint, Customer, CustomerStore, Refusal
from customers.models.consent import contact_hash
from customers.services import CONSENT_TEXT_VERSION
from staff.models import Store, User
from vehicles.models import Ownership, Vehicle, VehiclePlate

from . import words
from .company import Company
from .numbers import phone_of, plate_of, vin_of
from .rhythms import Way, visits_of, way_of
from .rows import Rows

SHANGHAI = ZoneInfo("Asia/Shanghai")
CARS_EACH = 10  # indices set aside for the cars of one customer
# By index within each hundred, so that every size of demo has something to do today.
SOLAR_BIRTHDAY = {3: 0, 37: 0, 61: 1, 71: 3}
LUNAR_BIRTHDAY = {7: 0, 53: 1, 79: 2}
INSURANCE_ENDS = {11: 60, 23: 59, 31: 30, 41: 30, 47: 29, 59: 7, 67: 7, 73: 6, 83: 45, 89: 15}
LAST_VISIT = {2: 1, 10: 1, 18: 1, 26: 1, 34: 2, 42: 3, 58: 4, 66: 5, 74: 6, 82: 1}


@dataclass
class Person:
    """A customer in the making: the rows, and what the history needs to know."""

    customer: Customer
    rng: Random
    store: Store
    advisor: User
    way: Way
    cars: list["OwnedCar"] = field(default_factory=list)


@dataclass
class OwnedCar:
    """A car and its visits (days ago, kind), oldest first; `price` scales what work on it costs."""

    vehicle: Vehicle
    number: int
    price: float
    visits: list[tuple[int, str]]


def moment(day: date, rng: Random, first: int = 8, last: int = 17) -> datetime:
    """A moment of the shop's day, between the hours `first` and `last`."""
    return datetime(day.year, day.month, day.day, rng.randint(first, last), rng.randrange(0, 60, 5), tzinfo=SHANGHAI)


def invent(index: int, *, seed: int, company: Company, today: date, rows: Rows) -> Person:
    """Customer number `index` with contact, consent and cars, added to `rows`."""
    rng = Random(f"{seed}:{index}")
    store = company.stores[0] if index % 10 < 7 else company.stores[1]
    way = Way.REGULAR if index % 100 in LAST_VISIT else way_of(rng)
    customer = rows.add(_customer(rng, index, today))
    person = Person(customer, rng, store, rng.choice(company.advisors(store)), way)
    _cars(person, index, today, rows)
    first = max((car.visits[0][0] for car in person.cars if car.visits), default=30)
    customer.created_at = moment(today - timedelta(days=first), rng, 8, 9)
    customer.advisor = person.advisor if rng.random() < 0.85 else None
    rows.add(CustomerStore(customer=customer, store=store, since=customer.created_at))
    if index % 25 == 14:
        rows.add(CustomerStore(customer=customer, store=company.stores[index % 10 < 7], since=customer.created_at))
    phone = phone_of(index)
    rows.add(ContactPoint(customer=customer, value=phone, key=phone, added_at=customer.created_at))
    _answer_on_consent(person, phone, today, rows)
    return person


def _customer(rng: Random, index: int, today: date) -> Customer:
    if index % 50 == 8:
        return _unit(rng, index)
    is_woman = rng.random() < 0.38
    surname = rng.choice(words.SURNAMES)
    given = rng.choice(words.FEMALE if is_woman else words.MALE)
    customer = Customer(
        salutation=surname + rng.choice(("女士", "姐", "小姐") if is_woman else ("先生", "哥", "总", "先生")),
        neighbourhood=rng.choice(words.NEIGHBOURHOODS) if rng.random() < 0.6 else "",
        primary_need=rng.choice(words.NEEDS),
        came_through=rng.choice(words.SOURCES),
    )
    customer.rename(surname + given if rng.random() < 0.94 else f"{surname}{'女士' if is_woman else '先生'}")
    _birthday(customer, rng, index % 100, today)
    return customer


def _unit(rng: Random, index: int) -> Customer:
    customer = Customer(kind=CustomerKind.UNIT, came_through="朋友介绍", primary_need="月结、要发票")
    number = "" if index < 400 else f"{index // 400}分"
    customer.rename(f"惠州{words.UNITS[index // 50 % len(words.UNITS)]}{number}公司")
    customer.salutation = f"{rng.choice(words.SURNAMES)}经理"
    return customer


def _birthday(customer: Customer, rng: Random, place: int, today: date) -> None:
    known, is_lunar, year = rng.random() < 0.62, rng.random() < 0.35, rng.randint(1962, 2003)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    if place in SOLAR_BIRTHDAY:
        coming = today + timedelta(days=SOLAR_BIRTHDAY[place])
        known, is_lunar, month, day = True, False, coming.month, coming.day
    elif place in LUNAR_BIRTHDAY:
        coming = today + timedelta(days=LUNAR_BIRTHDAY[place])
        lunar = LunarDate.from_solar_date(coming.year, coming.month, coming.day)
        known, is_lunar, month, day = True, True, lunar.month, lunar.day
    if not known:
        return
    customer.birthday_calendar = Calendar.LUNAR if is_lunar else Calendar.SOLAR
    customer.birth_month, customer.birth_day = month, day
    customer.birth_year = year if rng.random() < 0.8 and (month, day) != (2, 29) else None


def _cars(person: Person, index: int, today: date, rows: Rows) -> None:
    rng = person.rng
    is_unit = person.customer.kind == CustomerKind.UNIT
    count = rng.randint(3, 5) if is_unit else rng.choices((1, 2, 3), weights=(76, 21, 3))[0]
    for place in range(count):
        visits = visits_of(rng, person.way if place == 0 else way_of(rng))
        if place == 0 and index % 100 in LAST_VISIT:
            visits = _ending(visits, LAST_VISIT[index % 100], rng)
        ends = INSURANCE_ENDS.get(index % 100) if place == 0 else None
        person.cars.append(_car(person, index * CARS_EACH + place, visits, ends, today, rows))


def _ending(visits: list[tuple[int, str]], last: int, rng: Random) -> list[tuple[int, str]]:
    """The same visits, with the latest one `last` days ago and none in the weeks before it."""
    kept = [(ago, kind) for ago, kind in visits if ago > last + 50]
    return [*kept, (last, rng.choice(("maintenance", "maintenance", "repair", "tyre")))]


def _car(person: Person, number: int, visits, insurance_ends: int | None, today: date, rows: Rows) -> OwnedCar:
    rng, kind = person.rng, person.rng.choice(words.CARS)
    oldest = visits[0][0] if visits else 200
    registered = today - timedelta(days=oldest + rng.randint(30, 2200))
    plate = plate_of(number, energy=kind.energy, region=rng.choice(("粤L", "粤L", "粤L", "粤L", "粤B", "粤S")))
    vehicle = Vehicle(
        plate=plate,
        vin=vin_of(number, wmi=kind.wmi, year=registered.year) if rng.random() < 0.7 else "",
        brand=kind.brand,
        series=kind.series,
        energy=kind.energy,
        registered_on=registered if rng.random() < 0.8 else None,
        created_at=moment(today - timedelta(days=oldest), rng, 8, 9),
    )
    _insure(vehicle, rng, insurance_ends, today)
    rows.add(vehicle)
    since = today - timedelta(days=oldest)
    rows.add(VehiclePlate(vehicle=vehicle, plate=plate, valid_from=since))
    rows.add(Ownership(vehicle=vehicle, customer=person.customer, valid_from=since))
    return OwnedCar(vehicle, number, kind.price, visits)


def _insure(vehicle: Vehicle, rng: Random, ends: int | None, today: date) -> None:
    days = rng.randint(-120, 340) if ends is None else ends
    if ends is None and rng.random() < 0.3:
        return
    vehicle.insured_until = today + timedelta(days=days)
    vehicle.insurer = rng.choice(words.INSURERS)
    vehicle.premium_fen = rng.randint(180, 620) * 1000
    if rng.random() < 0.5:
        vehicle.inspected_until = today + timedelta(days=rng.randint(-40, 700))


def _answer_on_consent(person: Person, phone: str, today: date, rows: Rows) -> None:
    rng, customer = person.rng, person.customer
    asked = moment(today - timedelta(days=rng.randint(1, 200)), rng)
    answer = rng.random()
    if answer < 0.34:
        how = rng.choice((ConsentHow.DESK, ConsentHow.CALL))
        rows.add(
            Consent(
                customer=customer, purpose=Purpose.MARKETING, how=how, text_version=CONSENT_TEXT_VERSION,
                given_at=asked, recorded_by=person.advisor,
            )
        )  # fmt: skip
    elif answer < 0.39:
        rows.add(
            Refusal(
                key_hash=contact_hash(phone),
                purpose=Purpose.MARKETING,
                how="到店当面",
                recorded_by=person.advisor,
                refused_at=asked,
            )
        )
    else:
        return
    customer.consent_asked_at = asked
