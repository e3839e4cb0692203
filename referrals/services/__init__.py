"""What can be done with points, gifts and vouchers."""

from .advancing import advance, advance_these
from .ambassadors import appoint, dismiss, mind_ambassadors, share_card, thank
from .answering import answer_card
from .costs import record_cost
from .deciding import approve_referral, hand_reward, refuse_referral, settle_owed
from .earning import earn, settle_orders
from .gifts import cancel_gift, hand_gift, redeem_gift
from .giving import approve, change_by_hand, claim, left_today, refuse_claim, take_back
from .introducing import code_of, introduce
from .inviting import (
    decline_invitations,
    invite,
    invite_after_all,
    make_card,
    mind_invitations,
    revoke_card,
    unmake_invitations,
)
from .minding import follow_merge, follow_people, forfeit, mind_points, undo_merge
from .once import once
from .planting import try_fraud_rules
from .policy import set_earning_rule, set_point_policy
from .programmes import end_programme, start_programme
from .proving import prove
from .vouchers import give_voucher, mind_vouchers, redeem_voucher, roll_back, void_voucher
from .wallets import answer, grant_wish, is_proved, proof_of, share_wallet, unshare_wallet

__all__ = [
    "answer_card",
    "decline_invitations",
    "invite",
    "invite_after_all",
    "make_card",
    "mind_invitations",
    "revoke_card",
    "unmake_invitations",
    "appoint",
    "dismiss",
    "mind_ambassadors",
    "share_card",
    "record_cost",
    "thank",
    "advance",
    "answer",
    "grant_wish",
    "is_proved",
    "proof_of",
    "share_wallet",
    "unshare_wallet",
    "advance_these",
    "approve_referral",
    "code_of",
    "end_programme",
    "hand_reward",
    "introduce",
    "refuse_referral",
    "settle_owed",
    "start_programme",
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
    "try_fraud_rules",
    "undo_merge",
    "void_voucher",
]
