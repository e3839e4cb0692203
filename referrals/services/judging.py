"""What is known of referrals tonight, for any number of them in the same few statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from customers.enums import ContactKind, HouseholdKind
from customers.models import ContactPoint, Customer, HouseholdMember
from customers.rules import normalise_phone, phone_key
from staff.enums import Action
from staff.models import AuditEntry, User
from vehicles.enums import CarRole, OrderStatus
from vehicles.models import CarPerson, Ownership, ServiceOrder, Vehicle, VehiclePlate

from ..enums import WhoMayRefer
from ..models import Referral
from ..rules.fraud import Facts, Party, blocks_of, busiest_week, holds_of
from ..rules.referring import FirstOrder, Seen
from .earning import bills_of
from .kin import Kin, ancestors_of


class Order(NamedTuple):
    pk: int
    vehicle_id: int | None
    opened_on: date
    closed_on: date | None
    fen: int = 0


def look_at(referrals: Iterable[Referral]) -> dict[int, Seen]:
    """{referral: what is seen of it}; their introductions and programmes are fetched already."""
    referrals = list(referrals)
    return _Look(referrals).seen() if referrals else {}


class _Look:
    def __init__(self, referrals: list[Referral]):
        self.referrals = referrals
        self.kin = Kin(pk for one in referrals for pk in _two(one))
        self.contacts = _contacts(self.kin.everybody)
        self.households, self.units = _households(self.kin.everybody)
        self.orders = _orders(self.kin.everybody)
        self.owned = _cars(self.kin.everybody, self.orders)
        self.keys = _keys_of_cars({car for cars in self.owned.values() for car in cars})
        self.staff, self.staff_names = staff_marks()
        self.names = dict(Customer.objects.filter(pk__among=self.kin.everybody).values_list("pk", "name"))
        self.above = ancestors_of(one.introduction.introducer_id for one in referrals)
        self.earlier = _Earlier(self)
        self.cashed = _cashiers(self._first_ids())
        self.payers = _payers({car for cars in self.owned.values() for car in cars})
        self.days = self._days()

    def _first_ids(self) -> list[int]:
        firsts = [self._first(one) for one in self.referrals]
        return [first.pk for first in firsts if first]

    def seen(self) -> dict[int, Seen]:
        return {one.pk: self._see(one) for one in self.referrals}

    def _see(self, one: Referral) -> Seen:
        facts, (referrer, friend) = self.facts(one), _two(one)
        own = self._orders_of(friend)
        return Seen(
            is_gone=self.kin.is_gone(referrer) or self.kin.is_gone(friend),
            blocks=tuple(blocks_of(facts)),
            holds=tuple(holds_of(facts)),
            has_come=bool(own),
            first=self._first(one),
            order_fen=next((order.fen for order in own if order.pk == one.order_id), 0),
        )

    def facts(self, one: Referral) -> Facts:
        referrer, friend = _two(one)
        first, terms = self._first(one), one.programme
        return Facts(
            referrer=self._party(referrer),
            friend=self._party(friend),
            is_staff=bool(self._everything_held(referrer) & self.staff),
            is_named_like_staff=any(self.names[pk] in self.staff_names for pk in self.kin.records(referrer)),
            has_referrer_paid=any(order.fen > 0 for order in self._orders_of(referrer)),
            must_have_paid=terms.who == WhoMayRefer.PAID,
            ancestors=frozenset(self.above.get(referrer, ())),
            was_known=self.earlier.knew(one),
            was_car_known=self.earlier.knew_car(one),
            order_fen=first and first.fen,
            minimum_fen=terms.minimum_fen,
            entered_by=one.entered_by_id,
            cashed_by=first and self.cashed.get(first.pk),
            payers=frozenset(payer for car in self._cars_of(friend) for payer in self.payers.get(car, ())),
            busiest_week=busiest_week(one.arrived_on, self.days[self.kin.heir(referrer)]),
            many=terms.many_a_week,
        )

    def _party(self, pk: int) -> Party:
        records = self.kin.records(pk)
        cars = self._cars_of(pk)
        return Party(
            people=records,
            phones=self._held(pk, ContactKind.PHONE),
            wechats=self._held(pk, ContactKind.WECHAT) | self._held(pk, ContactKind.WECOM),
            cars=frozenset(key for car in cars for key in self.keys[car]),
            households=frozenset(home for one in records for home in self.households.get(one, ())),
            is_unit=self.kin.is_unit(pk) or bool(records & self.units),
        )

    def _held(self, pk: int, kind: str) -> frozenset[str]:
        return frozenset(key for one in self.kin.records(pk) for key in self.contacts.get((one, kind), ()))

    def _everything_held(self, pk: int) -> frozenset[str]:
        return frozenset(key for kind in ContactKind.values for key in self._held(pk, kind))

    def _cars_of(self, pk: int) -> set[int]:
        return {car for one in self.kin.records(pk) for car in self.owned.get(one, ())}

    def _orders_of(self, pk: int) -> list[Order]:
        return [order for one in self.kin.records(pk) for order in self.orders.get(one, ())]

    def _first(self, one: Referral) -> FirstOrder | None:
        paid = [order for order in self._orders_of(_two(one)[1]) if order.fen > 0 and order.closed_on]
        first = min(paid, key=lambda order: (order.closed_on, order.pk), default=None)
        return first and FirstOrder(first.pk, first.fen, first.closed_on)

    def _days(self) -> dict[int, list[date]]:
        """When each referrer's friends arrived."""
        who = {pk: heir for one in self.referrals for heir in [self.kin.heir(_two(one)[0])]
               for pk in self.kin.records(heir)}  # fmt: skip
        rows = Referral.objects.filter(introduction__introducer__among=sorted(who))
        days = defaultdict(list)
        for pk, day in rows.values_list("introduction__introducer", "arrived_on"):
            days[who[pk]].append(day)
        return days


class _Earlier:
    """Whether the friend, or their car, had come before somebody brought them, under whatever record."""

    def __init__(self, look: _Look):
        self.look = look
        friends = [_two(one)[1] for one in look.referrals]
        phones = {key for pk in friends for kind in ContactKind.values for key in look._held(pk, kind)}
        self.holders = defaultdict(list)
        others = ContactPoint.objects.filter(key__among=sorted(phones)) if phones else ContactPoint.objects.none()
        for kind, key, pk, at in others.values_list("kind", "key", "customer", "added_at"):
            self.holders[kind, key].append((pk, localdate(at)))
        self.same = _same_cars({key for pk in friends for car in look._cars_of(pk) for key in look.keys[car]})
        cars = {car for found in self.same.values() for car in found}
        self.visits = defaultdict(list)
        orders = ServiceOrder.objects.not_cancelled().filter(vehicle__among=sorted(cars))
        for car, pk, day in orders.values_list("vehicle", "customer", "opened_on"):
            self.visits[car].append((pk, day))
        ended = Ownership.objects.filter(vehicle__among=sorted(cars), valid_to__isnull=False)
        self.sold = set(ended.values_list("vehicle", "customer"))

    def knew(self, one: Referral) -> bool:
        """The friend came before, or held a number that another record had, or came with a car that others' record
        still has."""
        records, look = self._both(one), self.look
        friend = _two(one)[1]
        came = any(order.opened_on < one.arrived_on for order in look._orders_of(friend))
        numbers = [(kind, key) for kind in ContactKind.values for key in look._held(friend, kind)]
        held = any(pk not in records and day < one.arrived_on for number in numbers for pk, day in self.holders[number])
        return came or held or any(not is_sold for is_sold in self._others(one))

    def knew_car(self, one: Referral) -> bool:
        """Their car came with somebody who has sold it since, as far as we were told."""
        return any(self._others(one))

    def _others(self, one: Referral) -> list[bool]:
        """Earlier visits of the friend's car under others' records: whether those have parted with it."""
        look, records = self.look, self._both(one)
        keys = {key for car in look._cars_of(_two(one)[1]) for key in look.keys[car]}
        cars = {car for key in keys for car in self.same.get(key, ())}
        return [
            (car, pk) in self.sold
            for car in cars
            for pk, day in self.visits[car]
            if pk not in records and day < one.arrived_on
        ]

    def _both(self, one: Referral) -> frozenset[int]:
        referrer, friend = _two(one)
        return self.look.kin.records(referrer) | self.look.kin.records(friend)


def _two(one: Referral) -> tuple[int, int]:
    return one.introduction.introducer_id, one.introduction.introduced_id


def _contacts(ids: list[int]) -> dict[tuple[int, str], set[str]]:
    found = defaultdict(set)
    for pk, kind, key in ContactPoint.objects.filter(customer__among=ids).values_list("customer", "kind", "key"):
        found[pk, kind].add(key)
    return found


def _households(ids: list[int]) -> tuple[dict[int, set[int]], set[int]]:
    homes, units = defaultdict(set), set()
    rows = HouseholdMember.objects.filter(customer__among=ids)
    for pk, home, kind, left_at in rows.values_list("customer", "household", "household__kind", "left_at"):
        if kind == HouseholdKind.UNIT and left_at is None:
            units.add(pk)
        if kind == HouseholdKind.FAMILY:
            homes[pk].add(home)
    return homes, units


def _orders(ids: list[int]) -> dict[int, list[Order]]:
    rows = list(
        ServiceOrder.objects.not_cancelled()
        .filter(customer__among=ids)
        .values_list("customer", "pk", "vehicle", "opened_on", "closed_on", "status")
    )
    bills, found = bills_of(pk for _, pk, *_ in rows), defaultdict(list)
    for customer, pk, car, opened_on, closed_on, status in rows:
        fen = bills[pk].own_fen if status == OrderStatus.CLOSED else 0
        found[customer].append(Order(pk, car, opened_on, closed_on, fen))
    return found


def _cars(ids: list[int], orders: dict[int, list[Order]]) -> dict[int, set[int]]:
    """The cars they own or owned, drive or drove, or came with."""
    found = defaultdict(set)
    driven = CarPerson.objects.filter(role=CarRole.DRIVER)
    for rows in (Ownership.objects, driven):
        for pk, car in rows.filter(customer__among=ids).values_list("customer", "vehicle"):
            found[pk].add(car)
    for pk, mine in orders.items():
        found[pk] |= {order.vehicle_id for order in mine if order.vehicle_id}
    return found


def _keys_of_cars(cars: set[int]) -> dict[int, set[str]]:
    found = defaultdict(set, {car: {f"car:{car}"} for car in cars})
    for car, plate, vin in Vehicle.objects.filter(pk__among=sorted(cars)).values_list("pk", "plate", "vin"):
        found[car] |= {f"plate:{plate}" if plate else "", f"vin:{vin}" if vin else ""} - {""}
    for car, plate in VehiclePlate.objects.filter(vehicle__among=sorted(cars)).values_list("vehicle", "plate"):
        found[car].add(f"plate:{plate}")
    return found


def _same_cars(keys: set[str]) -> dict[str, set[int]]:
    """The records of cars that carry or carried one of these plates or numbers."""
    found = defaultdict(set)
    named = defaultdict(list)
    for key in sorted(keys):
        kind, word = key.split(":", 1)
        named[kind].append(word)
    for kind, rows in (
        ("plate", Vehicle.objects.filter(plate__among=named["plate"]).values_list("plate", "pk")),
        ("vin", Vehicle.objects.filter(vin__among=named["vin"]).values_list("vin", "pk")),
        ("plate", VehiclePlate.objects.filter(plate__among=named["plate"]).values_list("plate", "vehicle")),
    ):
        for word, car in rows:
            found[f"{kind}:{word}"].add(car)
    return found


def staff_marks() -> tuple[set[str], set[str]]:
    """The numbers and accounts of whoever works or worked here, and the names of those who do."""
    keys, names = set(), set()
    rows = User.objects.values_list("username", "wecom_id", "display_name", "is_active")
    for username, wecom_id, name, is_active in rows:
        phone = normalise_phone(username)
        keys |= {phone_key(phone) if phone else "", wecom_id} - {""}
        names |= {name} - {""} if is_active else set()
    return keys, names


def _cashiers(order_ids: Iterable[int]) -> dict[int, int]:
    """Who took the money of each order."""
    closed = AuditEntry.objects.filter(
        subject_kind="serviceorder", subject_id__in=sorted(set(order_ids)), action=Action.CLOSE_VISIT, why=""
    )
    return dict(closed.order_by("at", "pk").values_list("subject_id", "by"))


def _payers(cars: set[int]) -> dict[int, set[int]]:
    found = defaultdict(set)
    paying = CarPerson.objects.filter(role=CarRole.PAYER, vehicle__among=sorted(cars))
    for car, pk in paying.values_list("vehicle", "customer"):
        found[car].add(pk)
    return found


def hands_of(one: Referral) -> set[int]:
    """Whoever entered the introduction, advised at the order or took its money: another one decides."""
    advisor = ServiceOrder.objects.filter(pk=one.order_id).values_list("advisor", flat=True).first()
    return {one.entered_by_id, advisor, *_cashiers([one.order_id]).values()} - {None}
