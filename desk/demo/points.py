"""Points of the demo company: a month old, gifts on the shelf, one that waits for 老张, help nobody approved yet."""

from datetime import datetime, timedelta

from customers.models import Customer, MemberCard
from referrals.enums import EarnKind, Stacking, VoucherKind
from referrals.models import Gift, PointPolicy, VoucherType
from referrals.services import approve, change_by_hand, claim, give_voucher, redeem_gift
from staff.models import Store

from .company import Company
from .quoted import ZHANG

SINCE = timedelta(days=30)
GIFTS = (
    ("保温杯", 300, 2_600, 24),
    ("车载吸尘器", 900, 8_900, 6),
    ("晴雨伞", 200, 1_900, 40),
    ("洗车毛巾两条", 80, 700, 60),
)


def keep_points(company: Company, *, now: datetime) -> None:
    """Through the desk's own verbs; the night then pays for the orders of the month."""
    owner, manager = company.people["laoban"], company.people["wangdianzhang"]
    today, store = now.date(), company.stores[0]
    PointPolicy.objects.create(version=1, from_on=today - SINCE, created_by=owner, created_at=now - SINCE)
    gifts = {
        name: Gift.objects.create(store=place, name=name, points=points, cost_fen=fen, stock=stock)
        for place in company.stores[:2]
        for name, points, fen, stock in (GIFTS if place == store else GIFTS[:2])
    }
    wash, _ = _voucher_types()
    zhang = Customer.objects.filter(**ZHANG).order_by("pk").first()
    if zhang is None:
        return
    about, umbrella = {"today": today, "now": now}, gifts["晴雨伞"]
    change_by_hand(zhang, 500, why="六年老客户，启用积分时一次补记", store=store, by=manager, **about)
    redeem_gift(umbrella, customer=zhang, by=company.people["xiaolin"], **about)
    help_of = {"store": store, "by": company.people["xiaolin"], **about}
    done = claim(
        zhang,
        kind=EarnKind.EVENT_HELP,
        happened_on=today - timedelta(days=6),
        proof="自驾游签到表第 2 行，帮忙带队",
        **help_of,
    )
    approve(done, by=manager, **about)
    claim(
        zhang, kind=EarnKind.ANSWERING, happened_on=today - timedelta(days=1), proof="服务体验问卷第 11 份", **help_of
    )
    cause = {"cause_key": "demo:zhang", "code": "ZHANG23456", "store": store, "by": manager, **about}
    give_voucher(wash, customer=zhang, **cause)
    _bring_cards(zhang, store, now=now)


def _bring_cards(zhang: Customer, store: Store, *, now: datetime) -> None:
    """What the cash desk's own system said of his cards three weeks ago."""
    read_at = now - timedelta(weeks=3)
    facts = {"customer": zhang, "store": store, "as_of": read_at.date(), "recorded_at": read_at}
    MemberCard.objects.create(number="0018866", kind="储值卡", balance_fen=68_000, **facts)
    last = now.date() + timedelta(days=200)
    MemberCard.objects.create(number="0020317", kind="洗车十次卡", times=6, valid_until=last, **facts)


def _voucher_types() -> list[VoucherType]:
    work = {"kind": VoucherKind.ITEM, "item": "精洗一次", "cost_fen": 1_500, "stacking": Stacking.ONE_OF_A_KIND}
    money = {"amount_fen": 5_000, "min_spend_fen": 30_000}
    return [
        VoucherType.objects.create(name="精洗券", valid_days=120, **work),
        VoucherType.objects.create(name="保养抵五十", valid_days=90, **money),
    ]
