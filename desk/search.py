"""The one search box: whoever the user may see, found by whatever they know of them.

Each way to match is an arm with an index of its own; all arms are one statement. An arm gives the few best rows of its
index and no more, so that a common fragment costs as little as a rare one.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from core.display import mask_phone
from customers.models import ContactPoint, Customer, CustomerStore
from staff.enums import COMPANY_ROLES
from staff.models import User
from vehicles.models import Ownership, Vehicle, VehiclePlate

from .enums import Match
from .rules.query import Wanted, rank

SHOWN = 10
# Rows one arm may bring: more than are shown, so that one kind of match can fill the list.
PER_ARM = 12


@dataclass(frozen=True)
class Hit:
    """One row of one arm."""

    match: str
    customer_id: int
    vehicle_id: int | None
    text: str
    last_visit_on: date | None
    rank: int


@dataclass(frozen=True)
class Found:
    """One answer: a customer, why, and the car to show. Of somebody else's customer only `other_store` is filled."""

    customer: Customer
    hit: Hit
    cars: list[Vehicle]
    typed_digits: int
    other_store: str = ""

    @property
    def car(self) -> Vehicle | None:
        """The car that matched, else the first."""
        matched = [car for car in self.cars if car.pk == self.hit.vehicle_id]
        return (matched or self.cars or [None])[0]

    @property
    def more_cars(self) -> int:
        return len(self.cars) - 1 if self.cars else 0

    @property
    def former_plate(self) -> str:
        """The plate that matched, where the car no longer carries it."""
        return self.hit.text if self.hit.match == Match.PLATE and self.car and self.car.plate != self.hit.text else ""

    @property
    def vin_tail(self) -> str:
        return self.hit.text[-8:] if self.hit.match == Match.VIN else ""

    @property
    def spelling(self) -> str:
        return self.hit.text if self.hit.match in (Match.PINYIN, Match.INITIALS) else ""

    @property
    def phone_head(self) -> str:
        """The masked number up to what was typed; the number that matched before the main one."""
        return self._masked[: len(self._masked) - self._typed]

    @property
    def phone_tail(self) -> str:
        """The end of the masked number that was typed: never a digit more than everybody sees."""
        return self._masked[len(self._masked) - self._typed :]

    @property
    def _masked(self) -> str:
        number = self.hit.text if self.hit.match == Match.PHONE else self.customer.main_phone
        return mask_phone(number) if number else ""

    @property
    def _typed(self) -> int:
        if self.hit.match != Match.PHONE:
            return 0
        return min(self.typed_digits, len(self._masked) - len(self._masked.rstrip("0123456789")))


@dataclass(frozen=True)
class Answers:
    found: list[Found]
    elsewhere: list[Found]
    has_more: bool

    @property
    def sole(self) -> Found | None:
        """The only answer of this store, where there is exactly one."""
        return self.found[0] if len(self.found) == 1 and not self.elsewhere else None


def search(wanted: Wanted, *, user: User) -> Answers:
    """The best answers to a query, in three statements whatever matches. Full numbers also look into other stores."""
    hits = _ranked(_hits(wanted, user)) if wanted else []
    best = _fair(hits)
    customers = {customer.pk: customer for customer in _customers(best, user)}
    cars = _cars(customers)
    answers = [
        Found(
            customer=customers[hit.customer_id],
            hit=hit,
            cars=cars.get(hit.customer_id, []),
            typed_digits=len(wanted.digits),
            other_store="" if customers[hit.customer_id].is_known else customers[hit.customer_id].home or "其他门店",
        )
        for hit in best
        if hit.customer_id in customers
    ]
    return Answers(
        found=[answer for answer in answers if not answer.other_store],
        elsewhere=[answer for answer in answers if answer.other_store],
        has_more=len(hits) > len(best),
    )


def _hits(wanted: Wanted, user: User) -> list[Hit]:
    arms = [*_arms_over_all(wanted), *_arms_over_visible(wanted, user)]
    if not arms:
        return []
    rows = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]
    return [Hit(*row, rank=rank(row[3], wanted.text_for(Match(row[0])))) for row in rows]


def _arms_over_all(wanted: Wanted) -> list[QuerySet]:
    """Whole numbers are looked up in the whole company: who types one has it from the customer."""
    arms = []
    if wanted.full_phone:
        arms.append(_arm(ContactPoint.objects.at_number(wanted.full_phone), Match.PHONE, "key"))
    if wanted.full_plate:
        plates = VehiclePlate.objects.of_present_owners()
        arms.append(_arm(plates.filter(plate=wanted.full_plate), Match.PLATE, "plate", base=plates))
    if wanted.full_vin:
        arms.append(_arm(Ownership.objects.current().of_vin(wanted.full_vin), Match.VIN, "vehicle__vin"))
    return arms


def _arms_over_visible(wanted: Wanted, user: User) -> list[QuerySet]:
    customers = Customer.objects.visible_to(user)
    arms = _arms_of_cars(wanted, customers)
    if wanted.digits and not wanted.full_phone:
        numbers = ContactPoint.objects.visible_to(user).number_ending(wanted.digits)
        arms.append(_arm(numbers, Match.PHONE, "key"))
    if wanted.letters:
        arms.append(_arm(customers.spelled("initials", wanted.letters), Match.INITIALS, "initials"))
        arms.append(_arm(customers.spelled("pinyin", wanted.letters), Match.PINYIN, "pinyin"))
    if not (wanted.full_plate or wanted.full_vin):
        arms.append(_arm(customers.name_starting(wanted.name), Match.NAME, "name"))
        arms.append(_arm(customers.name_holding(wanted.name), Match.NAME, "name"))
    return arms


def _arms_of_cars(wanted: Wanted, customers: QuerySet) -> list[QuerySet]:
    arms = []
    if wanted.plate and not wanted.full_phone:
        plates = VehiclePlate.objects.of_present_owners(customers)
        # A plate that starts with its province is typed from the front, any other fragment likelier from the end.
        edge = plates.ending if wanted.plate.isascii() else plates.starting
        for rows in (edge(wanted.plate), plates.holding(wanted.plate)):
            arms.append(_arm(rows, Match.PLATE, "plate", base=plates))
    if wanted.vin and not (wanted.full_phone or wanted.full_vin):
        arms.append(_arm(Ownership.objects.current().of(customers).vin_ending(wanted.vin), Match.VIN, "vehicle__vin"))
    return arms


def _arm(rows: QuerySet, match: Match, text: str, base: QuerySet | None = None) -> QuerySet:
    """The few best of `rows` in the shape of a hit. `base` is what `rows` narrowed, where its joins are needed."""
    few = rows[:PER_ARM]
    if not connection.features.supports_slicing_ordering_in_compound:
        # SQLite: the slice goes one level down.
        few = (rows.model.objects.all() if base is None else base).filter(pk__in=rows.values("pk")[:PER_ARM])
    customer, vehicle = _PATHS[rows.model]
    return few.values_list(
        Value(match.value, output_field=CharField()),
        F(customer),
        F(vehicle) if vehicle else Value(None, output_field=BigIntegerField()),
        Cast(text, TextField()),
        F("profile__last_visit_on" if rows.model is Customer else f"{customer}__profile__last_visit_on"),
    )


# Where the customer and the car of a row are.
_PATHS = {
    Customer: ("pk", None),
    ContactPoint: ("customer", None),
    Ownership: ("customer", "vehicle"),
    VehiclePlate: ("vehicle__ownerships__customer", "vehicle"),
}


def _ranked(hits: list[Hit]) -> list[Hit]:
    """The best hit of each customer, the best customer first; of equals whoever was here last."""
    order = list(Match.values)

    def key(hit):
        visited = hit.last_visit_on.toordinal() if hit.last_visit_on else 0
        return hit.rank, order.index(hit.match), -visited, hit.customer_id

    best: dict[int, Hit] = {}
    for hit in sorted(hits, key=key):
        best.setdefault(hit.customer_id, hit)
    return list(best.values())


def _fair(hits: list[Hit]) -> list[Hit]:
    """As many as are shown, and among equals some of every kind: twenty plates must not hide the one phone."""
    places: Counter = Counter()
    turns = []
    for hit in hits:
        turns.append((hit.rank, places[hit.rank, hit.match], hit))
        places[hit.rank, hit.match] += 1
    chosen = {id(hit) for *_, hit in sorted(turns, key=lambda turn: turn[:2])[:SHOWN]}
    return [hit for hit in hits if id(hit) in chosen]


def _customers(hits: list[Hit], user: User) -> QuerySet:
    """The customers of the hits with what a line shows; of those the user may not see, only that and where they are."""
    linked = CustomerStore.objects.filter(customer=OuterRef("pk"))
    company = user.role in COMPANY_ROLES
    known = Value(True, output_field=BooleanField()) if company else Exists(linked.filter(store=user.store_id))
    return (
        Customer.objects.live()
        .filter(pk__in=[hit.customer_id for hit in hits])
        .select_related("profile")
        .annotate(
            is_known=known,
            home=Subquery(linked.order_by("since").values("store__name")[:1]),
            main_phone=Subquery(ContactPoint.objects.phones().filter(customer=OuterRef("pk")).values("key")[:1]),
        )
    )


def _cars(customers: dict[int, Customer]) -> dict[int, list[Vehicle]]:
    cars = defaultdict(list)
    shown = [pk for pk, customer in customers.items() if customer.is_known]
    for row in Ownership.objects.current().filter(customer__in=shown).select_related("vehicle").order_by("-pk"):
        cars[row.customer_id].append(row.vehicle)
    return cars
