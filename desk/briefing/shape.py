"""What a briefing is made of: rows of the database beside what was worked out from them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from campaigns.models import Touch
from core.calendars import LUNAR, lunar_words
from customers.enums import ContactKind, Purpose
from customers.models import ContactPoint, Customer, Interaction, ProfileFact, Promise
from segments.rules.treatments import Plan
from vehicles.models import Appointment, ServiceOrder, Vehicle, VehicleWarning
from vehicles.rules.inspection import Inspection
from vehicles.rules.mileage import Shown

from ..due_page import DueLine
from ..rules.best_action import Action
from ..rules.idic import Arc
from ..rules.moods import is_sinking
from .circle import CarPeople, Home, OthersCar
from .places import Place

# An undecided answer about marketing is asked again after this many days.
CONSENT_RESTS_DAYS = 90
VISITS_SHOWN, CARS_SHOWN = 5, 6


@dataclass(frozen=True)
class Expiry:
    """Something of a car that ends on a day."""

    what: str
    until: date | None
    words: str
    state: str  # ended, soon, far or unknown
    by_rule: Inspection | None = None  # what the law says where nobody has typed a date


@dataclass
class Car:
    """A car of the customer with what the desk must know of it."""

    vehicle: Vehicle
    is_here: bool
    in_shop: bool
    warnings: list[VehicleWarning]
    expiries: list[Expiry]
    shows: Shown | None = None  # what the odometer shows today, reckoned
    people: CarPeople | None = None
    due: list[DueLine] = field(default_factory=list)


@dataclass(frozen=True)
class Worth:
    """What a customer has been worth so far. Money in fen; own money apart from the insurer's and warranty's."""

    visits: int
    own_fen: int
    insurer_fen: int
    lifetime_visits: int
    lifetime_own_fen: int
    lifetime_insurer_fen: int
    as_of: date
    tier: str = ""
    why: str = ""
    places: list[Place] = field(default_factory=list)
    plan: Plan | None = None  # how the shop treats this grade


@dataclass(frozen=True)
class Lesson:
    """What we know of one matter: each thing that was said, the latest first. `disagree`: only one can be true."""

    facts: list[ProfileFact]
    disagree: bool

    @property
    def matter(self) -> str:
        return self.facts[0].get_kind_display()


@dataclass(frozen=True)
class Tagged:
    """A tag on the customer: what it says, who put it there and when, until when."""

    pk: int
    tag_pk: int
    name: str
    by: str
    at: datetime
    until: date | None


@dataclass(frozen=True)
class Member:
    """One of us in the customer's group; who works here no more is still in it until taken out."""

    name: str
    is_active: bool


@dataclass(frozen=True)
class Group:
    """The customer's own WeChat group."""

    pk: int
    name: str
    since: date | None
    people: list[Member]


@dataclass
class Briefing:
    customer: Customer
    today: date
    cars: list[Car] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    worth: Worth | None = None
    visits: list[ServiceOrder] = field(default_factory=list)
    talks: list[Interaction] = field(default_factory=list)
    unhappy: list[Interaction] = field(default_factory=list)
    moods: list[Interaction] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    tags: list[Tagged] = field(default_factory=list)
    group: Group | None = None
    promises: list[Promise] = field(default_factory=list)
    broken: list[Promise] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    refused: frozenset = frozenset()
    # Subjects of proposals that somebody dismissed.
    set_aside: frozenset = frozenset()
    said: dict = field(default_factory=dict)  # item → when it was last said or confirmed
    action: Action | None = None
    action_car: Car | None = None
    against: list[tuple[str, datetime]] = field(default_factory=list)  # jobs a quote advised against, and when
    not_to_sell: list[str] = field(default_factory=list)
    unsaid: list[Touch] = field(default_factory=list)  # nobody was reached: said in person
    call_line: Touch | None = None
    booked: Appointment | None = None  # when they come next
    home: Home | None = None
    others_cars: list[OthersCar] = field(default_factory=list)
    collected: object = None  # briefing.collected.Collected
    idic: tuple[Arc, ...] = ()

    @property
    def visits_shown(self) -> list[ServiceOrder]:
        return self.visits[:VISITS_SHOWN]

    @property
    def has_more_visits(self) -> bool:
        """One visit more than is shown is gathered."""
        return len(self.visits) > VISITS_SHOWN

    @property
    def phones(self) -> list[ContactPoint]:
        return [contact for contact in self.contacts if contact.kind == ContactKind.PHONE]

    @property
    def wechats(self) -> list[ContactPoint]:
        return [contact for contact in self.contacts if contact.kind == ContactKind.WECHAT]

    @property
    def emails(self) -> list[ContactPoint]:
        return [contact for contact in self.contacts if contact.kind == ContactKind.EMAIL]

    @property
    def readable(self) -> list[ContactPoint]:
        """What a person calls or writes to; the id under which WeCom knows somebody is not among it."""
        return [contact for contact in self.contacts if contact.kind != ContactKind.WECOM]

    @property
    def is_wecom_friend(self) -> bool:
        return len(self.readable) < len(self.contacts)

    @property
    def has_glance(self) -> bool:
        """Whether there is anything to see first."""
        person = self.customer
        said = (
            person.primary_need
            or person.sure_need
            or person.missed_on
            or self.booked
            or self.unsaid
            or person.saved_fen
        )
        return bool(said or self.promises or self.not_to_sell or self.unhappy)

    @property
    def mood(self) -> Interaction | None:
        """The latest conversation in which somebody noted a mood; an unsettled unhappy one outlasts a later smile."""
        return (self.unhappy or self.moods or [None])[0]

    @property
    def is_sinking(self) -> bool:
        """Two downs in a row, and nobody has put the customer at ease since."""
        return bool(self.moods) and not self.moods[0].settled_at and is_sinking([talk.mood for talk in self.moods])

    @property
    def cars_shown(self) -> list[Car]:
        """A fleet has a page of its own."""
        return self.cars[:CARS_SHOWN]

    @property
    def car_to_serve(self) -> Vehicle | None:
        """The car that is likely meant: their own, else the one they drive."""
        others = [car.vehicle for car in self.others_cars]
        return ([car.vehicle for car in self.cars[:1]] + others + [None])[0]

    @property
    def car_here(self) -> Car | None:
        return self.cars[0] if self.cars else None

    @property
    def asks_consent(self) -> bool:
        """Whether marketing was neither agreed to nor refused, nor asked lately."""
        asked = self.customer.consent_asked_at
        rested = asked is None or (self.today - asked.date()).days >= CONSENT_RESTS_DAYS
        return rested and not self.customer.marketing_since and Purpose.MARKETING not in self.refused

    @property
    def birthday_words(self) -> str:
        """The birthday as people say it: 公历 3 月 5 日, 农历闰六月初一; "" where it is unknown."""
        person = self.customer
        if not person.has_birthday:
            return ""
        if person.birthday_calendar == LUNAR:
            day = lunar_words(person.birth_month, person.birth_day, is_leap=person.birth_in_leap_month)
            return f"农历{day}" + (f"（{person.birth_year} 年）" if person.birth_year else "")
        year = f"{person.birth_year} 年 " if person.birth_year else ""
        return f"{year}{person.birth_month} 月 {person.birth_day} 日"

    @property
    def refuses_marketing(self) -> bool:
        return Purpose.MARKETING in self.refused

    @property
    def refuses_care(self) -> bool:
        return Purpose.CARE in self.refused
