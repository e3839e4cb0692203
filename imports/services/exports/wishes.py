"""What somebody wants to have written out, and which rows that is."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from customers.models import ContactPoint, Customer, CustomerStore, CustomerTag, HouseholdMember, Interaction
from staff.enums import Permission
from staff.models import Store, User
from vehicles.models import CarPerson, Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate

from ...enums import Export
from ...narrowing import CustomerFilter
from ...resources import OrderLine
from ...rules.caps import CAPS

CHUNK = 1_000
_OF_ORDERS = [
    field.name for field in ServiceOrder._meta.concrete_fields if field.name not in ("store", "edited_fields")
]


@dataclass(frozen=True)
class Wish:
    """One store's rows of a kind. `first` and `last` bound the day of orders and conversations, both included."""

    export: Export
    store: Store
    today: date
    customers: CustomerFilter = CustomerFilter()
    first: date | None = None
    last: date | None = None

    def facts(self) -> dict:
        """As the audit trail keeps it: ids and codes."""
        asked = {name: value for name, value in asdict(self.customers).items() if value}
        if self.customers.segment:
            # By the name it had that day: a segment may be called otherwise later.
            asked["segment_name"] = self.customers.saved.name
        days = {name: str(day) for name in ("first", "last") if (day := getattr(self, name))}
        return {"export": str(self.export), "store": self.store.pk, **asked, **days}


@dataclass(frozen=True)
class Sight:
    """What the reader of a file may see; `own` limits it to the customers somebody looks after."""

    money: bool = True
    masked: bool = False
    own: User | None = None


def sight_of(user: User) -> Sight:
    cap = CAPS.get(user.role)
    return Sight(
        money=user.may(Permission.SEE_MONEY),
        masked=not user.may(Permission.SEE_PHONE),
        own=user if cap is None or cap.own_only else None,
    )


def rows_of(wish: Wish, sight: Sight) -> QuerySet:
    """Customers, cars, orders or conversations, as wished for; another store's customers are never among them."""
    people = wish.customers.narrow(Customer.objects.live().filter(_known_in(wish.store)), today=wish.today)
    if sight.own:
        people = people.filter(advisor=sight.own)
    if wish.export == Export.CUSTOMERS:
        return people
    is_whole = sight.own is None and not wish.customers
    if wish.export == Export.VEHICLES:
        return _cars(wish.store, None if is_whole else people)
    if wish.export == Export.ORDERS:
        orders = _between(ServiceOrder.objects.filter(store=wish.store), "opened_on", wish)
        return orders if is_whole else orders.filter(customer__in=people)
    talks = Interaction.objects.filter(store=wish.store, customer__in=people)
    return _between(talks, "at__date", wish)


def _known_in(store: Store, customer: str = "pk") -> Exists:
    return Exists(CustomerStore.objects.filter(store=store, customer=OuterRef(customer)))


def _cars(store: Store, people: QuerySet | None) -> QuerySet:
    if people is None:
        return Vehicle.objects.seen_in(store.pk)
    return Vehicle.objects.filter(
        Exists(Ownership.objects.current().filter(vehicle=OuterRef("pk"), customer__in=people))
    )


def _between(rows: QuerySet, day: str, wish: Wish) -> QuerySet:
    if wish.first:
        rows = rows.filter(**{f"{day}__gte": wish.first})
    return rows.filter(**{f"{day}__lte": wish.last}) if wish.last else rows


def count(wish: Wish, sight: Sight) -> int:
    """How many rows the file would have."""
    rows = rows_of(wish, sight)
    if wish.export != Export.ORDERS:
        return rows.count()
    lines = ServiceLine.objects.filter(order__in=rows)
    bare = rows.filter(~Exists(ServiceLine.objects.filter(order=OuterRef("pk"))))
    return lines.count() + bare.count()


def read(wish: Wish, sight: Sight) -> Iterator[list]:
    """The rows with all their cells need, a chunk at a time and each chunk in a fixed number of statements."""
    for rows in _parts(wish, _prepared(wish, rows_of(wish, sight)).order_by("pk")):
        last = 0
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            yield [line for order in chunk for line in _lines(order)] if wish.export == Export.ORDERS else chunk
            last = chunk[-1].pk


def _parts(wish: Wish, rows: QuerySet) -> list[QuerySet]:
    """Customers without a number come last: when they are read, whose number they use is known."""
    if wish.export != Export.CUSTOMERS:
        return [rows]
    has_number = Exists(ContactPoint.objects.live().filter(customer=OuterRef("pk")))
    return [rows.filter(has_number), rows.filter(~has_number)]


def _lines(order: ServiceOrder) -> list[OrderLine]:
    lines = order.lines_written
    return [OrderLine(order, line, place) for place, line in enumerate(lines, 1)] or [OrderLine(order, None, 1)]


def _prepared(wish: Wish, rows: QuerySet) -> QuerySet:
    reached = ContactPoint.objects.live().order_by("-is_main", "pk")
    if wish.export == Export.CUSTOMERS:
        tags = CustomerTag.objects.filter(removed_at__isnull=True).select_related("tag").order_by("pk")
        return rows.select_related("advisor").prefetch_related(
            Prefetch("contact_points", reached, to_attr="reached_at"), Prefetch("tag_links", tags, to_attr="tags_now"),
            *_home_of("", wish.store, reached), *_at_home(wish.store, reached),
        )  # fmt: skip
    if wish.export == Export.VEHICLES:
        before = VehiclePlate.objects.filter(valid_to__isnull=False).order_by("valid_from", "pk")
        known = Q(customer__ended_at__isnull=True) & Q(_known_in(wish.store, "customer"))
        owned = Ownership.objects.current().filter(known).select_related("customer")
        people = CarPerson.objects.current().filter(known).select_related("customer").order_by("role", "customer")
        return rows.prefetch_related(
            Prefetch("plates", before, to_attr="plates_before"),
            Prefetch("ownerships", owned, to_attr="owned_now"),
            Prefetch("owned_now__customer__contact_points", reached, to_attr="reached_at"),
            *_home_of("owned_now__customer__", wish.store, reached),
            Prefetch("people", people, to_attr="people_now"),
            Prefetch("people_now__customer__contact_points", reached, to_attr="reached_at"),
            *_home_of("people_now__customer__", wish.store, reached),
        )
    of_customer = Prefetch("customer__contact_points", reached, to_attr="reached_at")
    if wish.export == Export.ORDERS:
        lines = ServiceLine.objects.order_by("position")
        known = Q(_known_in(wish.store, "customer"), customer__ended_at__isnull=True)
        # Of the others only what stands in the file: a shop's orders are many.
        orders = rows.select_related("customer", "vehicle", "advisor").annotate(is_customer_known=known)
        orders = orders.only(*_OF_ORDERS, "customer__name", "vehicle__plate", "vehicle__vin", "advisor__display_name")
        return orders.prefetch_related(of_customer, Prefetch("lines", lines, to_attr="lines_written"))
    cars = Ownership.objects.current().select_related("vehicle").order_by("pk")
    talks = rows.select_related("customer", "by", "settled_by")
    return talks.prefetch_related(
        of_customer, Prefetch("customer__ownerships", cars, to_attr="cars_now"),
        *_home_of("customer__", wish.store, reached),
    )  # fmt: skip


def _home_of(customer: str, store: Store, reached: QuerySet) -> list[Prefetch]:
    """`home_now`: the household somebody belongs to, and whose number they use where the store knows them."""
    known = Q(_known_in(store, "reached_through"), reached_through__ended_at__isnull=True)
    homes = HouseholdMember.objects.current().select_related("household", "reached_through")
    homes = homes.annotate(is_through_known=known)
    return [
        Prefetch(f"{customer}memberships", homes, to_attr="home_now"),
        Prefetch(f"{customer}home_now__reached_through__contact_points", reached, to_attr="reached_at"),
    ]


def _at_home(store: Store, reached: QuerySet) -> list[Prefetch]:
    """`at_home`: those of a household whom the store knows, the first on file first."""
    known = Q(_known_in(store, "customer"), customer__ended_at__isnull=True)
    members = HouseholdMember.objects.current().filter(known).select_related("customer").order_by("customer")
    return [
        Prefetch("home_now__household__members", members, to_attr="at_home"),
        Prefetch("home_now__household__at_home__customer__contact_points", reached, to_attr="reached_at"),
    ]
