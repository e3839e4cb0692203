"""老带新: points, gifts, vouchers."""

from .acts import ByHand, EarningRule, FormKey, Gift, GiftOrder, PointClaim
from .ambassadors import Ambassador, SourceCost, Thanks, ThanksWords
from .introductions import PersonalCode, Referral, ReferralMove, Reward
from .invitations import InvitationCard, InvitationSet
from .points import (
    LedgerProof,
    OrderEarning,
    PointAccount,
    PointEntry,
    PointLot,
    PointPolicy,
    PointTransaction,
)
from .programmes import Programme, RewardTerm
from .vouchers import Voucher, VoucherRedemption, VoucherRollback, VoucherType
from .wallets import WalletLink

__all__ = [
    "InvitationCard",
    "InvitationSet",
    "Ambassador",
    "SourceCost",
    "Thanks",
    "ThanksWords",
    "PersonalCode",
    "Programme",
    "Referral",
    "ReferralMove",
    "Reward",
    "RewardTerm",
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
    "WalletLink",
]
