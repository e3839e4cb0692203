"""The one search box: whoever the user may see, found by whatever they know of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, Subquery

from core.display import mask_phone
from customers.enums import HouseholdKind
from customers.models import Customer, CustomerStore
from staff.models import User
from vehicles.models import Vehicle

from . import arms, lines
from .enums import Match
from .rules.query import EXACT, Wanted, rank

SHOWN = 10
BY_PHONE = (Match.PHONE, Match.SHARED)
ORDER = {match: place for place, match in enumerate(Match.values)}


@dataclass(frozen=True)
class Hit:
    """One row of one arm."""

    match: str
    customer_id: int
    vehicle_id: int | None
    text: str
    rank: int


@dataclass(frozen=True)
class Found:
    """One answer: a customer, why, and the car to show. Of somebody else's customer only `other_store` is filled."""

    customer: Customer
    hit: Hit
    cars: list[Vehicle]
    typed_digits: int = 0
    other_store: str = ""
    together: str = ""  # 同一家庭 or 同一单位, where another answer is of it too

    @cached_property
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
    def is_shared(self) -> bool:
        """Whether the number that matched is not their own."""
        return self.hit.match == Match.SHARED

    @property
    def phone_head(self) -> str:
        """The masked number up to what was typed; the number that matched before the main one."""
        return self._masked[: len(self._masked) - self._typed]

    @property
    def phone_tail(self) -> str:
        """The end of the masked number that was typed: never a digit more than everybody sees."""
        return self._masked[len(self._masked) - self._typed :]

    @cached_property
    def _masked(self) -> str:
        number = self.hit.text if self.hit.match in BY_PHONE else self.customer.main_phone
        return mask_phone(number) if number else ""

    @cached_property
    def _typed(self) -> int:
        if self.hit.match not in BY_PHONE:
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
    """The best answers to a query, in three statements whatever matches.

    A whole number that nobody here has is looked for in the other stores, and then only where it is on file is told.
    """
    everybody = _best_of_each(_hits(wanted, user)) if wanted and user.is_active else []
    best = _fair(everybody)
    customers = lines.people({hit.customer_id for hit in best}, user=user)
    elsewhere = _elsewhere([hit for hit in best if hit.rank == EXACT], customers) if wanted.is_full else []
    if elsewhere:
        return Answers(found=[], elsewhere=elsewhere, has_more=False)
    cars, together = lines.cars(customers, user=user), _together(customers.values())
    found = [
        Found(
            customers[hit.customer_id], hit, cars[hit.customer_id], typed_digits=len(wanted.digits),
            together=together.get(customers[hit.customer_id].home, ""),
        )
        for hit in best
        if hit.customer_id in customers
    ]  # fmt: skip
    return Answers(found=sorted(found, key=_place), elsewhere=[], has_more=len(everybody) > len(best))


def _hits(wanted: Wanted, user: User) -> list[Hit]:
    rows = arms.hits(wanted, user=user)
    return [Hit(*row, rank=rank(row[3], wanted.text_for(Match(row[0])))) for row in rows]


def _best_of_each(hits: list[Hit]) -> list[Hit]:
    """The best hit of each customer, the best customer first."""
    best: dict[int, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (hit.rank, ORDER[hit.match])):
        best.setdefault(hit.customer_id, hit)
    return list(best.values())


def _fair(hits: list[Hit]) -> list[Hit]:
    """As many as are shown, and among equals some of every kind: twenty plates must not hide the one phone."""
    places: Counter = Counter()
    turns = []
    for hit in hits:
        turns.append((hit.rank, places[hit.rank, hit.match], hit))
        places[hit.rank, hit.match] += 1
    return [hit for *_, hit in sorted(turns, key=lambda turn: turn[:2])[:SHOWN]]


def _place(answer: Found):
    """Exact before edge before inside, then by kind; of equals whoever was here last."""
    last = answer.customer.last_visit_on
    visited = last.toordinal() if last else 0
    return answer.hit.rank, ORDER[answer.hit.match], -visited, answer.customer.pk


def _together(customers: Iterable[Customer]) -> dict[int, str]:
    """What to call households of which several answers are."""
    counts = Counter((customer.home, customer.home_kind) for customer in customers if customer.home)
    return {home: f"同一{HouseholdKind(kind).label}" for (home, kind), count in counts.items() if count > 1}


def _elsewhere(exact: list[Hit], customers: dict[int, Customer]) -> list[Found]:
    """Who holds the whole number in another store: their store, nothing else of them."""
    if any(hit.customer_id in customers for hit in exact):
        return []
    first = CustomerStore.objects.filter(customer=OuterRef("pk")).order_by("since", "pk").values("store__name")[:1]
    holders = Customer.objects.live().only("pk").annotate(home=Subquery(first))
    holders = holders.in_bulk([hit.customer_id for hit in exact]) if exact else {}
    return [
        Found(holders[hit.customer_id], hit, [], other_store=holders[hit.customer_id].home or "其他门店")
        for hit in exact
        if hit.customer_id in holders
    ]
