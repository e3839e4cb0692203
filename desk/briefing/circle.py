"""The people around a customer: their family or unit, and who drives, pays for and decides about the cars."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Subquery

from customers.enums import HouseholdKind
from customers.models import ContactPoint, Customer, Household, HouseholdMember
from staff.models import User
from vehicles.enums import CarRole
from vehicles.models import CarPerson, Ownership, ServiceOrder, Vehicle

# No family is larger, and whoever drives for a unit stands on its page of cars too.
MEMBERS_READ, MEMBERS_SHOWN = 100, 8


@dataclass
class CarPeople:
    """Who is what to one car besides its owner. Whom the user's store does not know is counted, never named."""

    drivers: list[Customer] = field(default_factory=list)
    payer: Customer | None = None
    decider: Customer | None = None
    hidden: set[int] = field(default_factory=set)

    def __bool__(self):
        return bool(self.drivers or self.payer or self.decider or self.hidden)

    def take(self, row: CarPerson) -> None:
        if not row.seen:
            self.hidden.add(row.customer_id)
        elif row.role == CarRole.DRIVER:
            self.drivers.append(row.customer)
        elif row.role == CarRole.PAYER:
            self.payer = row.customer
        else:
            self.decider = row.customer


@dataclass(frozen=True)
class OthersCar:
    """A car of somebody else that the customer drives, pays for or decides about."""

    vehicle: Vehicle
    roles: list[str]
    people: CarPeople
    owner_pk: int | None
    owner_name: str
    in_shop: bool


@dataclass(frozen=True)
class Home:
    """The family or unit of a customer as the user may see it: `others` by name, the rest as a number."""

    household: Household
    me: HouseholdMember
    others: list[HouseholdMember]
    hidden: int

    @property
    def people(self) -> list[Customer]:
        """Those who may be named."""
        return [row.customer for row in (self.me, *self.others)]

    @property
    def size(self) -> int:
        return 1 + len(self.others) + self.hidden

    @property
    def is_unit(self) -> bool:
        return self.household.kind == HouseholdKind.UNIT

    @property
    def shown(self) -> list[HouseholdMember]:
        return self.others[:MEMBERS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.others) - len(self.shown)


def home_of(customer: Customer, user: User) -> Home | None:
    """The household a customer belongs to, with what its card shows; one query."""
    homes = customer.memberships.current().values("household")
    rows = list(members_of(homes, user)[:MEMBERS_READ])
    me = next((row for row in rows if row.customer_id == customer.pk), None)
    if me is None:
        return None
    others = [row for row in rows if row.seen and row is not me]
    return Home(me.household, me, others, hidden=len(rows) - 1 - len(others))


def members_of(households, user: User):
    """Present members with a number, their car, and whether `user` may see them; the unit itself comes first."""
    seen = Customer.objects.visible_to(user)
    phones = ContactPoint.objects.phones().filter(customer=OuterRef("customer"))
    cars = Ownership.objects.current().filter(customer=OuterRef("customer")).order_by("-pk")
    rows = HouseholdMember.objects.current().filter(household__in=households)
    return (
        rows.select_related("household", "customer__profile", "reached_through")
        .annotate(
            seen=Exists(seen.filter(pk=OuterRef("customer"))),
            through_is_seen=Exists(seen.filter(pk=OuterRef("reached_through"))),
            phone=Subquery(phones.values("key")[:1]),
            plate=Subquery(cars.values("vehicle__plate")[:1]),
        )
        .order_by("-customer__kind", "pk")
    )


def people_of(vehicles: Iterable[Vehicle], user: User) -> dict[int, CarPeople]:
    """{vehicle id: its people}; one query."""
    rows = _rows(user).filter(vehicle__in=[vehicle.pk for vehicle in vehicles])
    return _by_car(rows)


def circle_of(
    customer: Customer, vehicles: Iterable[Vehicle], user: User
) -> tuple[dict[int, CarPeople], list[OthersCar]]:
    """The people of a customer's cars, and the cars of others that the customer is somebody to; one query."""
    # A union, not an "or": each half is read along its index.
    mine = CarPerson.objects.current().filter(customer=customer).values("vehicle")
    cars = Vehicle.objects.filter(pk__in=[car.pk for car in vehicles]).values("pk").union(mine)
    rows = list(_rows(user).filter(vehicle__in=cars))
    people, roles = _by_car(rows), defaultdict(list)
    for row in rows:
        if row.customer_id == customer.pk:
            roles[row.vehicle_id].append(row)
    others = [
        OthersCar(
            own[0].vehicle, [row.get_role_display() for row in own], people[pk], own[0].owner_pk,
            own[0].owner_name or "", own[0].in_shop,
        )
        for pk, own in roles.items()
    ]  # fmt: skip
    return people, others


def _rows(user: User):
    seen = Customer.objects.visible_to(user)
    owners = seen.filter(ownerships__vehicle=OuterRef("vehicle"), ownerships__valid_to__isnull=True)
    in_shop = ServiceOrder.objects.open().filter(vehicle=OuterRef("vehicle"))
    rows = CarPerson.objects.visible_to(user).current().select_related("customer", "vehicle")
    return rows.annotate(
        seen=Exists(seen.filter(pk=OuterRef("customer"))),
        owner_pk=Subquery(owners.values("pk")[:1]),
        owner_name=Subquery(owners.values("name")[:1]),
        in_shop=Exists(in_shop),
    ).order_by("pk")


def _by_car(rows: Iterable[CarPerson]) -> dict[int, CarPeople]:
    people = defaultdict(CarPeople)
    for row in rows:
        people[row.vehicle_id].take(row)
    return people
