"""Introductions of the demo company: a programme of two forms, and friends at every stage."""

from datetime import datetime, timedelta

from django.db.models import Max, Min

from customers.models import Introduction
from referrals.enums import Arm, Reason, ReferralState, RewardForm, Side
from referrals.models import PersonalCode, Programme, Referral, ReferralMove, RewardTerm, VoucherType
from referrals.services import advance_these

from .company import Company

SINCE = timedelta(days=60)
MOST = 12
# The kinds of voucher that `keep_points` has made, in the two places where one is promised.
VOUCHERS = ((Side.REFERRER, Arm.B, "保养抵五十"), (Side.FRIEND, Arm.A, "精洗券"))


def thank_for_friends(company: Company, *, now: datetime) -> None:
    """The newest introductions are followed as if the desk had just written them down."""
    store, owner, today = company.stores[0], company.people["laoban"], now.date()
    programme = Programme.objects.create(
        name="秋天带朋友", first_on=today - SINCE, last_on=today + timedelta(days=60), minimum_fen=20_000,
        created_by=owner, created_at=now - SINCE,
    )  # fmt: skip
    programme.stores.add(*company.stores)
    RewardTerm.objects.create(programme=programme, side=Side.REFERRER, form=RewardForm.POINTS, points=200)
    for side, arm, name in VOUCHERS:
        issued = RewardTerm.issuing(VoucherType.objects.get(name=name))
        RewardTerm.objects.create(programme=programme, side=side, arm=arm, **issued)
    followed = []
    for row in _newest(store, today):
        referral = Referral.objects.create(
            introduction=row, programme=programme, store=store, entered_by=row.recorded_by, state_at=now - SINCE,
            arrived_on=row.first_on, arm=(Arm.A, Arm.B)[row.introducer_id % 2],
        )  # fmt: skip
        ReferralMove.objects.create(
            referral=referral, state=ReferralState.ARRIVED, reasons=[Reason.REGISTERED], by=row.recorded_by,
            at=now - SINCE,
        )  # fmt: skip
        PersonalCode.objects.get_or_create(customer=row.introducer, defaults={"code": f"LP{row.introducer_id:04d}"})
        followed.append(referral.pk)
    advance_these(followed, today=today, now=now)


def _newest(store, today):
    """Friends who came for the first time within the programme, the newest first."""
    visits = Introduction.objects.filter(introduced__orders__store=store).annotate(
        first_on=Min("introduced__orders__opened_on"), last_on=Max("introduced__orders__opened_on")
    )
    fresh = visits.filter(first_on__gte=today - SINCE, first_on__lte=today)
    return fresh.select_related("introducer", "recorded_by").order_by("-first_on", "-pk")[:MOST]
