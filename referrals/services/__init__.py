"""What can be done with points, gifts and vouchers."""

from .earning import earn, settle_orders
from .gifts import cancel_gift, hand_gift, redeem_gift
from .giving import approve, change_by_hand, claim, left_today, refuse_claim, take_back
from .minding import follow_merge, follow_people, forfeit, mind_points, undo_merge
from .once import once
from .policy import set_earning_rule, set_point_policy
from .proving import prove
from .vouchers import give_voucher, mind_vouchers, redeem_voucher, roll_back, void_voucher

__all__ = [
    "approve",
    "cancel_gift",
    "change_by_hand",
    "claim",
    "earn",
    "follow_merge",
    "follow_people",
    "forfeit",
    "give_voucher",
    "hand_gift",
    "left_today",
    "mind_points",
    "mind_vouchers",
    "once",
    "prove",
    "redeem_gift",
    "redeem_voucher",
    "refuse_claim",
    "roll_back",
    "set_earning_rule",
    "set_point_policy",
    "settle_orders",
    "take_back",
    "undo_merge",
    "void_voucher",
]
