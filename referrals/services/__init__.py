"""What can be done with points, gifts and vouchers."""

from .earning import earn, settle_orders
from .gifts import cancel_gift, hand_gift, redeem_gift
from .giving import approve, change_by_hand, claim, left_today, refuse_claim, take_back
from .minding import follow_merge, follow_people, forfeit, mind_points, undo_merge
from .once import once
from .policy import set_earning_rule, set_point_policy
from .proving import prove

__all__ = [
    "approve",
    "cancel_gift",
    "change_by_hand",
    "claim",
    "earn",
    "follow_merge",
    "follow_people",
    "forfeit",
    "hand_gift",
    "left_today",
    "mind_points",
    "once",
    "prove",
    "redeem_gift",
    "refuse_claim",
    "set_earning_rule",
    "set_point_policy",
    "settle_orders",
    "take_back",
    "undo_merge",
]
