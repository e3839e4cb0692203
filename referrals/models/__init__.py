"""老带新: points, gifts, vouchers."""

from .acts import ByHand, EarningRule, FormKey, Gift, GiftOrder, PointClaim
from .points import (
    LedgerProof,
    OrderEarning,
    PointAccount,
    PointEntry,
    PointLot,
    PointPolicy,
    PointTransaction,
)
from .vouchers import Voucher, VoucherRedemption, VoucherRollback, VoucherType

__all__ = [
    "ByHand",
    "EarningRule",
    "FormKey",
    "Gift",
    "GiftOrder",
    "LedgerProof",
    "OrderEarning",
    "PointAccount",
    "PointClaim",
    "PointEntry",
    "PointLot",
    "PointPolicy",
    "PointTransaction",
    "Voucher",
    "VoucherRedemption",
    "VoucherRollback",
    "VoucherType",
]
