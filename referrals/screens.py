"""What the pages of 老带新 print."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from customers.models import Customer
from staff.enums import COMPANY_ROLES
from staff.models import User
from vehicles.enums import ServiceKind

from .enums import AccountKind
from .models import (
    EarningRule,
    Gift,
    GiftOrder,
    LedgerProof,
    PointAccount,
    PointClaim,
    PointLot,
    PointPolicy,
    Voucher,
    VoucherRedemption,
    VoucherType,
)
from .rules.vouchers import Line, taken_off, yuan

MOST_WAITING = 100


def points_page(user: User, *, today: date) -> dict:
    """What we owe and when it ends, whether the books are right, and what waits for a decision."""
    policy, months = PointPolicy.objects.newest(), PointLot.objects.visible_to(user).liability()
    debts = PointAccount.objects.filter(kind=AccountKind.DEBT, customer__in=Customer.objects.visible_to(user))
    available, pending = sum(row["available"] for row in months), sum(row["pending"] for row in months)
    cost = policy.cost_fen if policy else 0
    return {
        "tab": "points",
        "policy": policy,
        "policies": PointPolicy.objects.order_by("-version").select_related("created_by")[:6],
        "months": [row | {"fen": (row["available"] + row["pending"]) * cost} for row in months],
        "available": available,
        "pending": pending,
        "owed": -(debts.aggregate(points=Sum("balance"))["points"] or 0),
        "fen": (available + pending) * cost,
        "proof": LedgerProof.objects.order_by("-proved_on").first(),
        "claims": PointClaim.objects.visible_to(user).waiting().for_page()[:MOST_WAITING],
        "rules": EarningRule.objects.select_related("changed_by"),
        "today": today,
    }


def gifts_page(user: User) -> dict:
    """The shelf, and what waits to be handed over."""
    gifts = Gift.objects.visible_to(user).select_related("store").order_by("-is_on", "points", "pk")
    return {
        "tab": "gifts",
        "gifts": gifts,
        "orders": GiftOrder.objects.visible_to(user).to_pick().for_page()[:MOST_WAITING],
    }


def vouchers_page(user: User, *, today: date) -> dict:
    """Every type with what became of it: of the company, or of the stores somebody sees."""
    stores = None if user.role in COMPANY_ROLES else [user.store_id]
    types = VoucherType.objects.with_results(today, stores).prefetch_related("stores").order_by("-is_on", "pk")
    return {"tab": "vouchers", "types": types}


@dataclass(frozen=True)
class Discount:
    """What the vouchers of a visit take off its bill, for the desk to confirm; None where none was used."""

    fen: int | None = None
    words: str = ""


def discount_of(order) -> Discount:
    """Worked out from the lines as they stand, whenever the bill is shown. At most two statements."""
    rows = list(VoucherRedemption.objects.ever_of_order(order.pk))
    used = [one.voucher.type for one in rows if not hasattr(one, "rollback")]
    if not used:
        was_paid = bool(rows) and order.discount_fen is not None
        return Discount(words="券退回了，上次结单的优惠请核对。" if was_paid else "")
    bill = order.lines.exclude(kind=ServiceKind.INSURANCE).values_list("name", "labour_fen", "material_fen")
    lines = [Line(name, _sum(labour, material)) for name, labour, material in bill]
    taken = taken_off([kind.offer() for kind in used], lines)
    words = [f"{kind} {_said(kind, fen)}" for kind, fen in zip(used, taken, strict=True)]
    if order.discount_fen is not None:
        words.append("上次结单写的是现在这个数，请核对")
    return Discount(sum(fen or 0 for fen in taken) or None, f"券：{'；'.join(words)}。")


def _sum(*parts: int | None) -> int | None:
    return None if parts.count(None) == len(parts) else sum(part or 0 for part in parts)


def _said(kind: VoucherType, fen: int | None) -> str:
    return f"减 {yuan(fen)}" if fen is not None else f"写上“{kind.item}”和价钱，先保存项目，就按它减"


def visit_vouchers(order, *, user: User, today: date) -> dict:
    """What counts at a visit, and what its customer could still use."""
    mine = Voucher.objects.usable(today).filter(customer=order.customer_id).select_related("type")
    return {"order": order, "used": list(VoucherRedemption.objects.of_order(order.pk)), "mine": list(mine)}
