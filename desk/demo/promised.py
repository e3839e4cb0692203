"""Promises of the demo company today: rides, loaner cars, a place in the children's corner."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Mod

from customers.enums import PromiseKind
from customers.models import Customer, Promise
from staff.models import Store, User
from vehicles.models import LoanerCar, ServiceOrder
from vehicles.services.lending import hand_out
from vehicles.services.promising import lend, promise_service, take_corner

from .company import Company

WEEKS = timedelta(days=30)
LOANERS = (("粤L6D218", "白色轩逸"), ("粤LD06618", "银色比亚迪秦"))
CORNER_PLACES = 2
# Of which car in the shop, what, where to, the price in fen, minutes from now.
DRIVES = (
    (0, PromiseKind.RIDE, "江北写字楼", 0, -12),
    (1, PromiseKind.DELIVERY, "司机在楼下等，送回公司", 0, 55),
    (2, PromiseKind.RIDE, "地铁口", 0, 20),
)
# Days ago a ride was due, and how many minutes after that it was kept; None for never.
PAST = ((2, -6), (3, None), (4, -11), (6, -3), (7, 25), (9, -8), (13, -15), (17, -2))


def promise_today(company: Company, *, now: datetime) -> None:
    """Through the desk's own verbs, on saved rows."""
    store = company.stores[0]
    Store.objects.filter(pk=store.pk).update(corner_places=CORNER_PLACES)
    orders = list(ServiceOrder.objects.for_reception().open().filter(store=store)[:4])
    if not orders:
        return
    by = company.desk(store)
    for place, kind, words, fee_fen, minutes in DRIVES[: len(orders)]:
        _drive(orders[place], kind, words, fee_fen, now + timedelta(minutes=minutes), by, now)
    _lend(orders, store, by, now)
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    take_corner(orders[-1].customer, starts_at=hour, store=Store.objects.get(pk=store.pk), by=by, owner=by, at=now)
    _remember(orders[0].customer, store, by, now)
    # When the car would be ready was told for the last weeks' visits, and mostly kept.
    lately = ServiceOrder.objects.closed().filter(closed_on__gt=now.date() - WEEKS, closed_at__isnull=False)
    for rest, minutes in ((0, -25), (1, 15), (2, 15), (3, 40), (4, 5)):
        told = lately.annotate(rest=Mod("pk", 5)).filter(rest=rest)
        told.update(promised_at=F("closed_at") + timedelta(minutes=minutes))


def _drive(order: ServiceOrder, kind: PromiseKind, words: str, fee_fen: int, due_at: datetime, by: User, now: datetime):
    about = {"words": words, "fee_fen": fee_fen, "due_at": due_at, "owner": order.advisor or by, "order": order}
    promise_service(order.customer, kind=kind, store=order.store, by=by, at=now - timedelta(minutes=40), **about)


def _lend(orders: list[ServiceOrder], store: Store, by: User, now: datetime) -> None:
    """One car is out, the other is kept for tomorrow."""
    cars = [LoanerCar.objects.create(store=store, plate=plate, title=title) for plate, title in LOANERS]
    start = now.replace(minute=0, second=0, microsecond=0)
    facts = {"store": store, "by": by, "at": now, "owner": by}
    loan = lend(orders[0].customer, car=cars[0], starts_at=start, until=start + timedelta(hours=8), **facts)
    hand_out(loan, by=by, at=start, km=38_210)
    tomorrow = start + timedelta(days=1)
    lend(orders[-1].customer, car=cars[1], starts_at=tomorrow, until=tomorrow + timedelta(days=2), **facts)


def _remember(customer: Customer, store: Store, by: User, now: datetime) -> None:
    """What was promised in the last weeks, most of it kept in time."""
    for days, minutes in PAST:
        due_at = now - timedelta(days=days)
        kept = {} if minutes is None else {"kept_at": due_at + timedelta(minutes=minutes), "kept_by": by}
        dropped = {
            "given_up_at": due_at + timedelta(hours=2),
            "given_up_by": by,
            "given_up_why": "司机没回来，客户自己走了",
        }
        Promise.objects.create(
            customer=customer, store=store, kind=PromiseKind.RIDE, body="送客户：江北写字楼", due_at=due_at, owner=by,
            made_by=by, made_at=due_at - timedelta(minutes=30), fee_fen=0, **(kept or dropped),
        )  # fmt: skip
