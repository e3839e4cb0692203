"""One made-up customer from an index: who they are, how to reach them, what they agreed to."""

from datetime import timedelta
from random import Random

from borax.calendars.lunardate import LunarDate

from customers.enums import Calendar, ConsentHow, ContactKind, CustomerKind, ProfileItem, Purpose
from customers.models import contact_hash
from customers.pinyin import spell
from customers.services import CONSENT_TEXT_VERSION

from . import words
from .cars import buy_cars
from .numbers import EMERGENCY_PHONES, phone_of
from .parts import (
    BELONGS_TO,
    EVERY,
    FLEET_NUMBER,
    GROWN_CHILD,
    IN_TWO_STORES,
    LAST_VISIT,
    LUNAR_BIRTHDAY,
    REACHED_THROUGH,
    SOLAR_BIRTHDAY,
    SPOUSES,
    UNIT,
    WITHOUT_CAR,
    of_today,
    part_of,
)
from .rhythms import Way, way_of
from .seasons import SPAN
from .world import Person, World

_EMERGENCY = ("太太", "先生", "哥哥", "妹妹", "同事")
_AGEING = tuple(
    item.value
    for item in (ProfileItem.NEIGHBOURHOOD, ProfileItem.EMERGENCY, ProfileItem.NEED, ProfileItem.CARS_AT_HOME)
)
_UNKNOWN_BIRTHDAY = ("", None, None, None)


def invent(index: int, world: World, pace: float, relatives: dict[int, Person]) -> Person:
    """Customer number `index` with contact, consent and cars. `relatives`: earlier people of this chunk by number."""
    rng = Random(f"{world.seed}:{index}")
    places = world.places
    store = places[_store_of(index, len(places))]
    role = part_of(index)
    head = relatives.get(index - role + BELONGS_TO[role]) if role in BELONGS_TO else None
    if head:
        store = head.store
    way = Way.REGULAR if role == UNIT or of_today(index, LAST_VISIT) else way_of(rng)
    person = Person(index, world.tables.customers.last + 1, rng, store, way)
    if role not in WITHOUT_CAR:
        buy_cars(person, world, pace, relatives.get(index - 1))
    _meet(person, head, world)
    _who(person, head, world)
    _reach(person, has_number=role not in REACHED_THROUGH, world=world)
    return person


def _store_of(index: int, stores: int) -> int:
    """Where a customer comes to: of two stores the first is the larger one, and the fleet is its customer."""
    return index // EVERY % stores if stores > 2 else int(index % 10 >= 7 and index != FLEET_NUMBER)


def _meet(person: Person, head: Person | None, world: World) -> None:
    """The day they came first, who received them, and who looks after them today."""
    rng = person.rng
    days = [max(car.since, car.bought) for car in person.cars]
    person.since = min(days) if days else (head.since if head else SPAN - 30)
    world.since.append(person.since)
    ago = SPAN - person.since
    first = head.first_advisor if head else person.store.on_duty(ago, rng.random())
    person.first_advisor = person.advisor = first
    if head:
        person.advisor = head.advisor
    elif rng.random() < 0.12:
        person.advisor = None
    elif first.until and rng.random() < 0.65:  # the advisor left: some customers were given to a colleague, not all
        person.advisor = person.store.on_duty(1, rng.random())


def _who(person: Person, head: Person | None, world: World) -> None:
    dice, days = person.rng.random, world.days
    knows = person.diligence
    is_unit = person.is_unit = part_of(person.index) == UNIT
    salutation = _name(person, head)
    pinyin, initials = spell(person.name)
    asked_at = _answer_on_consent(person, world)
    home, near, need, count = (_is_told(person, item, knows) for item in _AGEING)
    world.tables.customers.add(
        CustomerKind.UNIT.value if is_unit else CustomerKind.PERSON.value,
        person.name, salutation if dice() < knows + 0.15 else "", pinyin, initials,
        person.advisor.pk if person.advisor else None,
        *_birthday(person, knows, world),
        words.NEIGHBOURHOODS[int(dice() * len(words.NEIGHBOURHOODS))] if home else "",
        "月结、要发票" if is_unit else words.NEEDS[int(dice() * len(words.NEEDS))] if need else "",
        words.SOURCES[int(dice() * len(words.SOURCES))] if dice() < knows else "",
        f"{person.surname}{_EMERGENCY[int(dice() * 5)]}" if near else "",
        phone_of(EMERGENCY_PHONES + person.index) if near else "",
        len(person.cars) + (dice() < 0.2) if count else None,
        asked_at, days.moment(person.since, 8, 0),
    )  # fmt: skip


def _is_told(person: Person, item: str, knows: float) -> bool:
    """Whether the shop was told an item that grows old; a unit has none but its need."""
    is_told = person.rng.random() < knows and (not person.is_unit or item == ProfileItem.NEED)
    if is_told:
        person.told.append(item)
    return is_told


def _name(person: Person, head: Person | None) -> str:
    """Give the person a name as this shop would have written it, and say how they are addressed."""
    rng, dice, role = person.rng, person.rng.random, part_of(person.index)
    person.is_woman = not head.is_woman if role in SPOUSES and head else dice() < 0.36
    person.surname = words.SURNAMES[int(dice() * len(words.SURNAMES))]
    if role == GROWN_CHILD and head:
        person.surname = head.surname
    if person.is_unit:
        branch, place = divmod(person.index // EVERY, len(words.UNITS))
        person.name = f"惠州{words.UNITS[place]}{f'{branch}分' if branch else ''}公司"
        person.driver = f"司机小{person.surname}"
        return f"{person.surname}经理"
    title = rng.choice(("女士", "小姐", "姐") if person.is_woman else ("先生", "先生", "总", "哥"))
    kind = dice()
    if kind < 0.25:
        person.name = person.surname + ("女士" if person.is_woman else "总" if title == "总" else "先生")
    elif kind < 0.28:
        person.name = f"{rng.randrange(100, 10_000)}"
    else:
        person.name = person.surname + _given(rng, person.is_woman)
    return person.surname + title


def _given(rng: Random, is_woman: bool) -> str:
    if rng.random() < 0.5:
        return rng.choice(words.FEMALE if is_woman else words.MALE)
    first, second = rng.choice(words.FIRST_SIGNS[is_woman]), rng.choice(words.SECOND_SIGNS[is_woman])
    return first + second if rng.random() < 0.8 else second


def _birthday(person: Person, knows: float, world: World) -> tuple:
    """Calendar, year, month and day as the columns want them; nothing where nobody asked."""
    rng, today = person.rng, world.days.today
    solar, lunar = (of_today(person.index, table) for table in (SOLAR_BIRTHDAY, LUNAR_BIRTHDAY))
    is_lunar, year = rng.random() < 0.35, rng.randint(1962, 2003)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    if solar is not None:
        coming = today + timedelta(days=solar)
        is_lunar, month, day = False, coming.month, coming.day
    elif lunar is not None:
        coming = today + timedelta(days=lunar)
        kept = LunarDate.from_solar_date(coming.year, coming.month, coming.day)
        is_lunar, month, day = True, kept.month, kept.day
    elif person.is_unit or rng.random() > knows:
        return _UNKNOWN_BIRTHDAY
    has_year = rng.random() < 0.8 and (month, day) != (2, 29)
    return (Calendar.LUNAR.value if is_lunar else Calendar.SOLAR.value, year if has_year else None, month, day)


def _reach(person: Person, *, has_number: bool, world: World) -> None:
    tables, days, dice = world.tables, world.days, person.rng.random
    at = days.moment(person.since, 9, 0)
    tables.links.add(person.pk, person.store.pk, at)
    if person.index % 25 == IN_TWO_STORES:
        other = world.places[(world.places.index(person.store) + 1) % len(world.places)]
        tables.links.add(person.pk, other.pk, at)
    if has_number:
        tables.contacts.add(person.pk, ContactKind.PHONE.value, person.phone, person.phone, at)
        person.told.append(ProfileItem.PHONE.value)
        if dice() < person.diligence:
            wechat = f"wx_{person.phone[-8:]}{person.index % 7}"
            tables.contacts.add(person.pk, ContactKind.WECHAT.value, wechat, wechat, at)
            person.told.append(ProfileItem.WECHAT.value)


def _answer_on_consent(person: Person, world: World) -> str | None:
    """When they were asked about marketing, if ever; a third agreed, some refused."""
    dice, pk = person.rng.random, person.pk
    person.phone = phone_of(person.index)
    answer, day = dice(), int(SPAN - 1 - dice() * min(300, SPAN - 1 - person.since))
    if answer > 0.39 or part_of(person.index) in REACHED_THROUGH:
        return None
    at = world.days.moment(day, 9 + int(dice() * 9), int(dice() * 12) * 5)
    asker = person.advisor.pk if person.advisor else person.store.desk
    if answer < 0.34:
        how = (ConsentHow.DESK if dice() < 0.6 else ConsentHow.CALL).value
        world.tables.consents.add(pk, Purpose.MARKETING.value, how, CONSENT_TEXT_VERSION, at, asker)
    else:
        world.tables.refusals.add(contact_hash(person.phone), Purpose.MARKETING.value, "到店当面", asker, at)
    return at
