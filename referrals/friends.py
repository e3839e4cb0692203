"""What the pages of introductions print."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count

from customers.models import Customer
from staff.models import User

from .enums import CardState, ReferralState
from .invitations_page import shown
from .models import InvitationCard, Programme, Referral, Reward

MOST = 100


def with_names(referrals: Iterable[Referral], *, user: User) -> list[Referral]:
    """Each with `referrer` and `friend`, None for whom the reader does not see; one statement."""
    rows = list(referrals)
    pks = {pk for one in rows for pk in (one.introduction.introducer_id, one.introduction.introduced_id)}
    seen = Customer.objects.visible_to(user).filter(pk__among=sorted(pks)).in_bulk()
    for one in rows:
        one.referrer = seen.get(one.introduction.introducer_id)
        one.friend = seen.get(one.introduction.introduced_id)
    return rows


def introductions_page(user: User, *, today: date) -> dict:
    """What waits for somebody's eye, what is to be handed over, and where the newest stand."""
    mine = Referral.objects.visible_to(user)
    review, newest = list(mine.to_review().between()[:MOST]), list(mine.between().order_by("-arrived_on", "-pk")[:30])
    rewards = list(Reward.objects.visible_to(user).to_hand().for_page()[:MOST])
    with_names([*review, *newest, *(reward.referral for reward in rewards)], user=user)
    invited = InvitationCard.objects.visible_to(user).invited(today)
    counts = dict(mine.order_by().values_list("state").annotate(many=Count("pk")))
    return {
        "tab": "introductions",
        "review": review,
        "rewards": rewards,
        "states": [
            (CardState.INVITED, invited.count()),
            *((state, counts.get(state, 0)) for state in ReferralState if state != ReferralState.QUALIFIED),
        ],
        "invited": shown(invited.for_page()[:30], today=today, has_links=False),
        "newest": newest,
        "promised": Programme.objects.on(user.working_store, today),
        "today": today,
    }


def referral_page(referral: Referral, *, user: User) -> dict:
    """One introduction: every move, the thanks, and what somebody should look at."""
    with_names([referral], user=user)
    return {
        "tab": "introductions",
        "referral": referral,
        "moves": referral.moves.select_related("by"),
        "rewards": referral.rewards.all(),
    }


def programmes_page(user: User, *, today: date) -> dict:
    return {"tab": "introductions", "programmes": Programme.objects.visible_to(user).for_page()[:MOST], "today": today}
