"""What the pages of 老带新 print."""

from datetime import date

from django.db.models import Sum

from customers.models import Customer
from staff.enums import COMPANY_ROLES
from staff.models import User

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


def visit_vouchers(order, *, user: User, today: date) -> dict:
    """What counts at a visit, and what its customer could still use."""
    mine = Voucher.objects.usable(today).filter(customer=order.customer_id).select_related("type")
    return {"order": order, "used": list(VoucherRedemption.objects.of_order(order.pk)), "mine": list(mine)}
