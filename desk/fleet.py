"""The cars of a customer with their people, and the visits of a car whoever owned it."""

from dataclasses import dataclass, field

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When

from core.paging import KeyPage, key_page
from customers.models import Customer
from staff.models import User
from vehicles.models import CarPerson, OdometerReading, ServiceOrder, Vehicle

from .briefing.circle import CarPeople, home_of, people_of
from .forms.people import Candidate

SIZE = 20
READINGS = 8
# As many as there are keys for.
BRINGERS = 9


def cars_of(customer: Customer, *, user: User, after: str | None) -> KeyPage:
    """A page of the cars a customer owns, each with `people`, `last_on` and `in_shop`; two queries."""
    visits = ServiceOrder.objects.visible_to(user).not_cancelled().filter(vehicle=OuterRef("pk"))
    cars = Vehicle.objects.owned_by(customer).annotate(
        last_on=Subquery(visits.order_by("-opened_on", "-pk").values("opened_on")[:1]),
        in_shop=Exists(ServiceOrder.objects.open().filter(vehicle=OuterRef("pk"))),
    )
    page = key_page(cars, after=after, size=SIZE, order=("plate", "pk"))
    people = people_of(page.rows, user)
    for car in page.rows:
        car.people_now = people.get(car.pk, CarPeople())
    return page


def history_of(vehicle: Vehicle, *, user: User, after: str | None) -> KeyPage:
    """A page of a car's visits as `user` may see them, newest first, each with `owner_is_seen`; two queries."""
    seen = Customer.objects.visible_to(user).filter(pk=OuterRef("customer"))
    visits = ServiceOrder.objects.visible_to(user).not_cancelled().filter(vehicle=vehicle)
    rows = visits.annotate(owner_is_seen=Exists(seen)).select_related("customer", "store").prefetch_related("lines")
    return key_page(rows, after=after, size=SIZE, order=("-opened_on", "-pk"))


def readings_of(vehicle: Vehicle) -> list[OdometerReading]:
    """The last readings of a car, those that are not believed among them, the newest first."""
    return list(vehicle.readings.order_by("-read_on", "-pk")[:READINGS])


@dataclass(frozen=True)
class NearTheCar:
    """Who may be named as somebody of the car: its people now, and those around its owner."""

    owner: Customer | None
    rows: list[CarPerson]
    hidden: int
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def people(self) -> list[Customer]:
        """Who is something to the car already."""
        return [*([self.owner] if self.owner else []), *(row.customer for row in self.rows)]

    @property
    def to_choose_from(self) -> dict:
        """What the form that chooses a person takes."""
        return {"offered": self.candidates, "near": self.people}

    @property
    def cars(self) -> list[Vehicle]:
        """Every car of the owner."""
        return list(Vehicle.objects.owned_by(self.owner)) if self.owner else []


def near_the_car(vehicle: Vehicle, user: User) -> NearTheCar:
    """The owner where `user` may see them, the car's people, and the owner's family or unit to choose from."""
    owner = vehicle.owner_now()
    owner = Customer.objects.visible_to(user).filter(pk=owner.pk).first() if owner else None
    rows = vehicle.people.current().select_related("customer").order_by("role", "pk")
    known = list(rows.known_to(user))
    home = home_of(owner, user) if owner else None
    at_home = home.others if home else []
    candidates = [Candidate(member.customer, note=member.relation) for member in at_home]
    return NearTheCar(owner, known, rows.count() - len(known), candidates)


@dataclass(frozen=True)
class Bringer:
    """Somebody who may have come with the car, and how the visit says so."""

    customer: Customer
    words: str


def may_bring(vehicle: Vehicle, owner: Customer, user: User) -> list[Bringer]:
    """The car's drivers, then the owner's family or unit; at most two queries."""
    drivers = vehicle.people.current().driving().known_to(user).select_related("customer").order_by("pk")
    words = {row.customer: f"{row.customer}（司机）" for row in drivers}
    home = home_of(owner, user)
    for member in home.others if home else []:
        relation = f"（{member.relation}）" if member.relation else ""
        words.setdefault(member.customer, f"{member.customer}{relation}")
    return [Bringer(customer, said[:60]) for customer, said in words.items()][:BRINGERS]


def cars_for(order: ServiceOrder, user: User) -> QuerySet[Vehicle]:
    """The cars a visit may have been of, its own first: those its customer owns."""
    cars = Vehicle.objects.visible_to(user)
    cars = cars.filter(pk=order.vehicle_id) | cars.owned_by(order.customer)
    return cars.distinct().order_by(Case(When(pk=order.vehicle_id, then=0), default=1), "plate", "pk")


def whose_visit(order: ServiceOrder, car: Vehicle, *, user: User) -> list[Candidate]:
    """Who may have been the customer of a visit of this car: its owner of that day, its people, the owner's family or
    unit, and whoever it is written under."""
    owner = car.owner_on(order.opened_on)
    people = car.people.current().known_to(user).select_related("customer").order_by("pk")
    home = home_of(owner, user) if owner else None
    said = {owner: "当天车主"} if owner else {}
    said |= {row.customer: row.get_role_display() for row in people if row.customer != owner}
    for member in home.others if home else []:
        said.setdefault(member.customer, member.relation)
    said.setdefault(order.customer, "现在记的客户")
    seen = set(Customer.objects.visible_to(user).filter(pk__in=[one.pk for one in said]))
    return [Candidate(one, note=note) for one, note in said.items() if one in seen]
