"""Points for a gift: off the shelf at once, handed over when the customer comes for it, back once if nobody does."""

from datetime import date, datetime

from django.db import transaction

from customers.models import Customer
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import AccountKind, Cause, GiftState
from ..errors import GiftOver, OutOfStock
from ..models import Gift, GiftOrder, PointTransaction
from .book import Book, Happening
from .giving import refuse_units, reverse, terms_or_refuse


@transaction.atomic
def redeem_gift(gift: Gift, *, customer: Customer, by: User, today: date, now: datetime) -> GiftOrder:
    """The gift is put aside and paid for in points.

    Raises NotStarted, NoPointsForUnits, NotEnoughPoints, OutOfStock.
    """
    terms_or_refuse(today)
    refuse_units(customer)
    book = Book([customer.pk], now=now, by=by)
    turn = PointTransaction.objects.filter(about=customer, cause=Cause.GIFT).count() + 1
    what = Happening(Cause.GIFT, f"gift:{customer.pk}:{turn}", customer.pk, gift.store_id, today)
    row = book.spend(what, gift.points, to=AccountKind.GIFTS)
    book.write()
    if not Gift.objects.take_one(gift.pk):
        raise OutOfStock(gift)
    order = GiftOrder.objects.create(
        gift=gift, customer=customer, points=gift.points, transaction=row, ordered_by=by, ordered_at=now
    )
    _noted(order, by, did="ordered")
    return order


@transaction.atomic
def hand_gift(order: GiftOrder, *, by: User, now: datetime) -> GiftOrder:
    """The customer has it. Handing it over twice changes nothing. Raises GiftOver for a cancelled one."""
    order = _locked(order)
    if order.state == GiftState.HANDED:
        return order
    _end(order, GiftState.HANDED, by, now)
    _noted(order, by, did="handed")
    return order


@transaction.atomic
def cancel_gift(order: GiftOrder, *, by: User, today: date, now: datetime) -> GiftOrder:
    """Nobody comes for it: back on the shelf, the points back in their lots, once. Raises GiftOver once handed over."""
    order = _locked(order)
    if order.state == GiftState.CANCELLED:
        return order
    _end(order, GiftState.CANCELLED, by, now)
    reverse(order.transaction, today=today, now=now, by=by)
    Gift.objects.put_back(order.gift_id)
    _noted(order, by, did="cancelled")
    return order


def _locked(order: GiftOrder) -> GiftOrder:
    rows = GiftOrder.objects.select_for_update(of=["self"]).select_related("gift", "customer", "transaction")
    return rows.get(pk=order.pk)


def _end(order: GiftOrder, state: GiftState, by: User, now: datetime) -> None:
    if order.state != GiftState.RESERVED:
        raise GiftOver(order)
    order.state, order.ended_by, order.ended_at = state, by, now
    order.save(update_fields=["state", "ended_by", "ended_at"])


def _noted(order: GiftOrder, by: User, *, did: str) -> None:
    facts = {"did": f"gift_{did}", "gift": order.gift_id, "points": order.points}
    AuditEntry.objects.record(by=by, action=Action.POINTS, subject=order.customer, **facts)
