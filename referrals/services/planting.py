"""Families, rings and honest people, planted and judged in a transaction that is taken back: how good the rules are."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from customers.enums import ContactKind, CustomerKind
from customers.models import ContactPoint, Customer, CustomerStore, Introduction
from customers.services import join_household
from staff.enums import Action, Role
from staff.models import AuditEntry, Store, User
from vehicles.enums import CarRole, OrderStatus
from vehicles.models import CarPerson, Ownership, ServiceOrder, Vehicle

from ..enums import OPEN_REFERRALS, ReferralState
from ..models import Programme, Referral
from .advancing import advance_these

MINIMUM_FEN = 20_000


def try_fraud_rules(*, each: int, today: date) -> dict:
    """Plant `each` of every kind and say how many were found; the database is as before."""
    with transaction.atomic():
        found = _Planting(today).judge(each)
        transaction.set_rollback(True)
    return found


class _Planting:
    """A company of one store with a programme; each case is one introduction and what is wrong with it."""

    def __init__(self, today: date):
        self.today, self.now = today, timezone.make_aware(datetime.combine(today, time(9)))
        self.count = 0
        self.store = Store.objects.create(code="planted", name="试种店")
        self.desk = self._user("planted-desk", Role.FRONT_DESK)
        self.cashier = self._user("planted-cashier", Role.MANAGER)
        self.programme = Programme.objects.create(
            name="试种", first_on=today - timedelta(days=90), last_on=today, minimum_fen=MINIMUM_FEN, hold_days=7
        )

    def _user(self, username: str, role: Role) -> User:
        return User.objects.create(username=username, display_name=username, role=role, store=self.store)

    def person(self, **facts) -> Customer:
        self.count += 1
        row = Customer.objects.create(name=f"试种{self.count}", **facts)
        CustomerStore.objects.create(customer=row, store=self.store)
        self.number(row, f"199{self.count:08d}", ContactKind.PHONE)
        return row

    def number(self, who: Customer, key: str, kind: str, **facts) -> None:
        ContactPoint.objects.create(customer=who, kind=kind, key=key, value=key, added_at=self.now, **facts)

    def car(self, who: Customer, **facts) -> Vehicle:
        self.count += 1
        row = Vehicle.objects.create(**{"plate": f"试Z{self.count:05d}"} | facts)
        Ownership.objects.create(vehicle=row, customer=who, valid_from=self.today - timedelta(days=900))
        return row

    def visit(self, who: Customer, days_ago: int, *, fen: int = 60_000, by: User | None = None) -> ServiceOrder:
        self.count += 1
        day, car = self.today - timedelta(days=days_ago), who.vehicles.first()
        row = ServiceOrder.objects.create(
            store=self.store, number=f"试种{self.count}", customer=who, vehicle=car, status=OrderStatus.CLOSED,
            opened_at=self.now, opened_on=day, closed_on=day, paid_fen=fen,
        )  # fmt: skip
        AuditEntry.objects.record(by=by or self.cashier, action=Action.CLOSE_VISIT, subject=row)
        return row

    def regular(self) -> Customer:
        row = self.person()
        self.car(row)
        self.visit(row, 400)
        return row

    def bring(self, referrer: Customer, friend: Customer, *, days_ago: int = 3) -> Referral:
        row = Introduction.objects.create(introducer=referrer, introduced=friend, recorded_by=self.desk)
        return Referral.objects.create(
            introduction=row, programme=self.programme, store=self.store, entered_by=self.desk,
            arrived_on=self.today - timedelta(days=days_ago),
        )  # fmt: skip

    def judge(self, each: int) -> dict:
        planted: dict[str, list[int]] = {"block": [], "hold": [], "honest": []}
        for kind, plant in KINDS:
            for _ in range(each):
                planted[kind] += [row.pk for row in plant(self)]
        everything = [pk for pks in planted.values() for pk in pks]
        advance_these(everything, today=self.today, now=self.now)
        rows = {row.pk: row for row in Referral.objects.filter(pk__among=everything)}
        refused = {pk for pk, row in rows.items() if row.state == ReferralState.REFUSED}
        held = {pk for pk, row in rows.items() if row.state in OPEN_REFERRALS and row.is_doubtful}
        honest = set(planted["honest"])
        return {
            "cases": len(everything),
            "blocks": _measured(refused, set(planted["block"])),
            "holds": _measured(held, set(planted["hold"])),
            "honest": len(honest),
            "honest_refused": len(honest & refused),
            "honest_held": len(honest & held),
        }


def _measured(found: set[int], planted: set[int]) -> dict:
    right = len(found & planted)
    return {
        "planted": len(planted),
        "found": len(found),
        "precision": right / len(found) if found else 1.0,
        "recall": right / len(planted) if planted else 1.0,
    }


def _pair(shop: _Planting) -> tuple[Customer, Customer]:
    friend = shop.person()
    shop.car(friend)
    return shop.regular(), friend


def _came(shop: _Planting, referrer: Customer, friend: Customer, **facts) -> list[Referral]:
    row = shop.bring(referrer, friend)
    shop.visit(friend, 3, **facts)
    return [row]


def _honest(shop):
    return _came(shop, *_pair(shop))


def _neighbours(shop):
    """Two friends of one person, weeks apart; the second one's wife brings her own car."""
    referrer, first = _pair(shop)
    rows = _came(shop, referrer, first)
    second = shop.person()
    shop.car(second)
    wife = shop.person()
    shop.car(wife)
    join_household(wife, of=second, by=None, now=shop.now, relation="太太")
    return [*rows, shop.bring(referrer, second, days_ago=40)]


def _same_phone(shop):
    referrer, friend = _pair(shop)
    shop.number(friend, referrer.contact_points.first().key, ContactKind.PHONE, ended_at=shop.now)
    return _came(shop, referrer, friend)


def _same_wechat(shop):
    referrer, friend = _pair(shop)
    shop.number(referrer, f"wx{friend.pk}", ContactKind.WECHAT, ended_at=shop.now)
    shop.number(friend, f"wx{friend.pk}", ContactKind.WECHAT)
    return _came(shop, referrer, friend)


def _same_vin(shop):
    referrer, friend = _pair(shop)
    shop.car(referrer, plate="", vin=f"LSV{friend.pk:014d}")
    shop.car(friend, vin=f"LSV{friend.pk:014d}")
    return _came(shop, referrer, friend)


def _same_plate(shop):
    referrer, friend = _pair(shop)
    friend.vehicles.first().plates.create(plate=referrer.vehicles.first().plate, valid_from=shop.today)
    return _came(shop, referrer, friend)


def _household(shop):
    referrer, friend = _pair(shop)
    join_household(friend, of=referrer, by=None, now=shop.now, relation="儿子")
    return _came(shop, referrer, friend)


def _staff(shop):
    referrer, friend = _pair(shop)
    shop._user(referrer.contact_points.first().key, Role.ADVISOR)
    return _came(shop, referrer, friend)


def _unit(shop):
    referrer, friend = _pair(shop)
    Customer.objects.filter(pk=friend.pk).update(kind=CustomerKind.UNIT)
    return _came(shop, referrer, friend)


def _known(shop):
    referrer, friend = _pair(shop)
    shop.visit(friend, 200)
    return _came(shop, referrer, friend)


def _ring(shop):
    """Three who bring each other round: nobody of them is thanked."""
    people = [shop.regular() for _ in range(3)]
    return [shop.bring(one, people[place - 1]) for place, one in enumerate(people)]


def _burst(shop):
    referrer = shop.regular()
    rows = []
    for _ in range(3):
        friend = shop.person()
        shop.car(friend)
        rows += _came(shop, referrer, friend)
    return rows


def _exact(shop):
    return _came(shop, *_pair(shop), fen=MINIMUM_FEN)


def _cashier(shop):
    return _came(shop, *_pair(shop), by=shop.desk)


def _payer(shop):
    referrer, friend = _pair(shop)
    car = friend.vehicles.first()
    CarPerson.objects.create(vehicle=car, customer=referrer, role=CarRole.PAYER, valid_from=shop.today)
    return _came(shop, referrer, friend)


KINDS: tuple[tuple[str, Callable], ...] = (
    ("honest", _honest), ("honest", _neighbours),
    ("block", _same_phone), ("block", _same_wechat), ("block", _same_vin), ("block", _same_plate),
    ("block", _household), ("block", _staff), ("block", _unit), ("block", _known), ("block", _ring),
    ("hold", _burst), ("hold", _exact), ("hold", _cashier), ("hold", _payer),
)  # fmt: skip
