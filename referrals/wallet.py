"""What a customer holds, as a page shows it: balance, what ends when, gifts that wait, and how it came to be."""

from dataclasses import dataclass
from datetime import date

from customers.models import Customer

from .enums import AccountKind, Cause
from .models import GiftOrder, PointAccount, PointClaim, PointLot, PointTransaction, Voucher, WalletLink
from .services.giving import UNDO_WITHIN

MOST_LINES = 50


@dataclass(frozen=True)
class Line:
    """One thing that moved points, from this customer's side."""

    row: PointTransaction
    points: int
    why: str
    may_undo: bool


@dataclass(frozen=True)
class Holding:
    available: int
    pending: int
    owed: int
    usable: int
    lots: list[PointLot]

    @property
    def first_end(self) -> PointLot | None:
        return next((lot for lot in self.lots if not lot.is_pending), None)


def holding_of(customer: Customer, *, today: date) -> Holding:
    """Two statements."""
    held = PointAccount.objects.held_by(customer)
    lots = list(PointLot.objects.held().filter(holder=customer).order_by("expires_on", "pk"))
    live = sum(lot.left for lot in lots if not lot.is_pending and lot.expires_on >= today)
    owed = -held[AccountKind.DEBT]
    return Holding(held[AccountKind.AVAILABLE], held[AccountKind.PENDING], owed, max(0, live - owed), lots)


def wallet_page(customer: Customer, *, user, now) -> dict:
    """Everything of one customer; the number of statements does not depend on how much that is."""
    waiting = PointClaim.objects.waiting().filter(customer=customer).select_related("made_by")
    return {
        "customer": customer,
        "held": holding_of(customer, today=now.date()),
        "lines": lines_of(customer, user=user, now=now),
        "claims": list(waiting),
        "vouchers": list(Voucher.objects.usable(now.date()).filter(customer=customer).select_related("type")),
        "link": WalletLink.objects.newest_of(customer),
        "gifts": list(GiftOrder.objects.to_pick().filter(customer=customer).select_related("gift__store")),
    }


def lines_of(customer: Customer, *, user, now) -> list[Line]:
    beside = ("by", "by_hand", "gift_order__gift", "claim", "reverses", "reversal")
    rows = PointTransaction.objects.of(customer).select_related(*beside)
    rows = rows.prefetch_related("entries__given_to", "entries__taken_from")[:MOST_LINES]
    return [Line(row, change_of(row, customer), _why(row), _may_undo(row, user, now)) for row in rows]


def change_of(row: PointTransaction, customer: Customer) -> int:
    """What it changed for this customer; of what only came due, how much that was."""
    entries = list(row.entries.all())
    given = sum(one.points for one in entries if one.given_to.customer_id == customer.pk)
    taken = sum(one.points for one in entries if one.taken_from.customer_id == customer.pk)
    return given if row.cause == Cause.RELEASE else given - taken


def _why(row: PointTransaction) -> str:
    for name, said in (("by_hand", "why"), ("gift_order", "gift"), ("claim", "get_kind_display")):
        beside = getattr(row, name, None)
        if beside is not None:
            value = getattr(beside, said)
            return str(value() if callable(value) else value)
    return f"撤销：{row.reverses.get_cause_display()}" if row.reverses else ""


def _may_undo(row: PointTransaction, user, now) -> bool:
    is_own = row.cause == Cause.BY_HAND and row.by_id == user.pk and now - row.at <= UNDO_WITHIN
    return is_own and not hasattr(row, "reversal")
