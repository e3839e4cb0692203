"""What people decide about referrals, and the thanks they hand over."""

from datetime import date, datetime

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import Reason, ReferralState, RewardForm, RewardState
from ..errors import CannotDecideReferral, RewardOver
from ..models import Referral, Reward
from ..rules.referring import Step
from .advancing import advance_these, locked, move
from .judging import hands_of


def approve_referral(referral: Referral, *, why: str, by: User, today: date, now: datetime) -> Referral:
    """Somebody has looked at the doubts: it is thanked for once its time is over, or now where it is.

    Raises CannotDecideReferral for what one entered oneself and for what does not wait for a decision.
    """
    advance_these([referral.pk], today=today, now=now)
    with transaction.atomic():
        one = _to_decide(referral, by)
        one.cleared = sorted({*one.cleared, *one.holds})
        _decide(one, by, now, why)
        step = Step(ReferralState.HELD, (Reason.APPROVED,), one.order_id, one.hold_until)
        move([(one, [step])], today=today, now=now, by=by)
        advance_these([one.pk], today=today, now=now)
        _noted(one, by, "approved")
    return Referral.objects.get(pk=one.pk)


def refuse_referral(referral: Referral, *, why: str, by: User, today: date, now: datetime) -> Referral:
    """No thanks for it; the reason is for staff. Raises CannotDecideReferral."""
    advance_these([referral.pk], today=today, now=now)
    with transaction.atomic():
        one = _to_decide(referral, by)
        _decide(one, by, now, why)
        move([(one, [Step(ReferralState.REFUSED, (Reason.TURNED_DOWN,))])], today=today, now=now, by=by)
        _noted(one, by, "refused")
    return one


def _to_decide(referral: Referral, by: User) -> Referral:
    """The referral, for nobody else; what has happened meanwhile was told first."""
    one = locked([referral.pk]).first()
    if one is None or not one.needs_a_look:
        raise CannotDecideReferral("这条现在不用审，请看一眼它的经过")
    if by.pk in hands_of(one):
        raise CannotDecideReferral("介绍或工单是您经手的，要由别人来审")
    return one


def _decide(one: Referral, by: User, now: datetime, why: str) -> None:
    one.decided_by, one.decided_at, one.decided_why = by, now, why
    one.save(update_fields=["cleared", "decided_by", "decided_at", "decided_why"])


@transaction.atomic
def hand_reward(reward: Reward, *, by: User, now: datetime, receipt: str = "", tax_fen: int | None = None) -> Reward:
    """The thanks were handed over; a red packet by finance, with its receipt and the tax withheld.

    Raises RewardOver, and CannotDecideReferral for a red packet without these.
    """
    reward = Reward.objects.select_for_update(of=["self"]).get(pk=reward.pk)
    if reward.state != RewardState.DUE:
        raise RewardOver(reward)
    if reward.form == RewardForm.RED_PACKET and (not receipt or tax_fen is None):
        raise CannotDecideReferral("红包由财务发放，写上凭证号和代扣的个税（没有扣填 0）")
    reward.state, reward.handed_by, reward.handed_at = RewardState.GIVEN, by, now
    reward.receipt, reward.tax_fen = receipt, tax_fen
    reward.save(update_fields=["state", "handed_by", "handed_at", "receipt", "tax_fen"])
    _noted(reward.referral, by, "handed", reward=reward.pk)
    return reward


@transaction.atomic
def settle_owed(reward: Reward, *, by: User) -> Reward:
    """What was handed over though the order fell has been seen to. Raises RewardOver."""
    reward = Reward.objects.select_for_update(of=["self"]).get(pk=reward.pk)
    if reward.state != RewardState.OWED:
        raise RewardOver(reward)
    reward.state = RewardState.TAKEN_BACK
    reward.save(update_fields=["state"])
    _noted(reward.referral, by, "settled", reward=reward.pk)
    return reward


def _noted(one: Referral, by: User, did: str, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=one, did=did, **facts)
