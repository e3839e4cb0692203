"""The wallet as its customer reads it: what they hold, what became of whom they brought, and their years.

No reason of ours stands on it, and of a friend no more than they are called by.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Sum
from django.db.models.functions import ExtractYear
from django.utils.timezone import localdate

from customers.enums import Purpose
from customers.models import Customer, Introduction
from customers.services import has_refused

from .enums import STANDING_REWARDS, AccountKind, CardState, Cause, RewardState, Side, VoucherState
from .enums import ReferralState as State
from .models import InvitationCard, PointEntry, PointTransaction, Referral, Reward, Voucher, VoucherRedemption
from .qr import qr_of
from .services.kin import Kin
from .wallet import Holding, change_of, holding_of

MOST_LINES, MOST_USED, MOST_FRIENDS = 10, 5, 30
# How long a line is, in words for whom it is about.
SAID = {
    Cause.ORDER: "到店消费",
    Cause.RETURN: "工单有改动，重新算过",
    Cause.RELEASE: "到账，可以用了",
    Cause.BY_HAND: "门店加减",
    Cause.TAKEN_BACK: "撤销上一笔",
    Cause.EXPIRY: "到期",
    Cause.MERGE: "两份档案合并",
    Cause.THANKS: "谢谢您介绍朋友",
}
# What was answered and is followed stands below among the friends.
CARDS = {
    CardState.INVITED: "等他自己登记",
    CardState.ANSWERED: "已登记",
    CardState.ENDED: "过期了",
    CardState.REVOKED: "已收回",
}
FRIENDS = {
    State.ARRIVED: "已登记，等他第一次来",
    State.VISITED: "来过了",
    State.QUALIFIED: "来过了，谢礼在等满期",
    State.HELD: "来过了，谢礼在等满期",
    State.REWARDED: "谢过了",
    State.REFUSED: "来往照旧，按约定没有谢礼",
    State.CLAWED_BACK: "按约定谢礼已收回",
}
THANKS = {
    RewardState.DUE: "等您来领",
    RewardState.GIVEN: "已收到",
    RewardState.OWED: "请下次来店时问一声",
    RewardState.CANCELLED: "按约定不再发",
    RewardState.TAKEN_BACK: "按约定已收回",
}
BUCKETS = {AccountKind.ISSUED: "earned", AccountKind.GIFTS: "used", AccountKind.EXPIRED: "ended"}


@dataclass
class Year:
    """One year of somebody: whom they brought, thanks, points that came, went and ended, vouchers used.

    `moved`: what came or went with a merged record. Over all years the points add up to what they hold.
    """

    year: int
    introduced: int = 0
    thanked: int = 0
    earned: int = 0
    used: int = 0
    ended: int = 0
    moved: int = 0
    vouchers: int = 0


def wallet_of(customer: Customer, *, today: date) -> dict:
    """What the page prints; the number of statements does not depend on how much that is."""
    records = sorted(Kin([customer.pk]).records(customer.pk))
    mine = Voucher.objects.filter(customer=customer).select_related("type").prefetch_related("type__stores")
    usable = list(mine.usable(today))
    held = holding_of(customer, today=today)
    return {
        "customer": customer,
        "held": held,
        "ends": _ends(held),
        "lines": _lines(customer),
        "usable": [(voucher, qr_of(voucher.code)) for voucher in usable],
        "used": list(mine.filter(state=VoucherState.USED).order_by("-pk")[:MOST_USED]),
        "friends": [*_cards(records, today), *_friends(records)],
        "thanks": _thanks(records),
        "years": years_of(customer, records, today=today),
        "is_marketing_stopped": has_refused(customer, Purpose.MARKETING),
        "today": today,
    }


def _ends(held: Holding) -> list[tuple[int, date | None, date]]:
    """(points, the day they come, the day they end), the first to end in front."""
    days: Counter = Counter()
    for lot in held.lots:
        days[lot.expires_on, lot.usable_on if lot.is_pending else None] += lot.left
    return [(points, comes, ends) for (ends, comes), points in days.items()]


def _lines(customer: Customer) -> list[tuple[date, str, int]]:
    rows = PointTransaction.objects.of(customer).select_related("gift_order__gift", "claim")
    rows = rows.prefetch_related("entries__given_to", "entries__taken_from")[:MOST_LINES]
    return [(row.on, _said(row), change_of(row, customer)) for row in rows]


def _said(row: PointTransaction) -> str:
    if hasattr(row, "gift_order"):
        return f"换了{row.gift_order.gift}"
    return f"谢谢您：{row.claim.get_kind_display()}" if hasattr(row, "claim") else SAID[row.cause]


def _cards(records: list[int], today: date) -> list[tuple[str, date, str]]:
    """As below, of cards they made from which nothing is followed: as they themselves called the friend."""
    made = InvitationCard.objects.filter(set__customer__among=records, introduction__referral__isnull=True)
    return [
        (card.whom, localdate(card.made_at), CARDS[card.state_on(today)])
        for card in made.order_by("-pk")[:MOST_FRIENDS]
    ]


def _friends(records: list[int]) -> list[tuple[str, date, str]]:
    """(whom, since, where it stands) of whom they brought."""
    brought = Referral.objects.filter(introduction__introducer__among=records)
    rows = brought.select_related("introduction__introduced").order_by("-arrived_on", "-pk")[:MOST_FRIENDS]
    return [(masked(one.introduction.introduced), one.arrived_on, FRIENDS[one.state]) for one in rows]


def masked(friend: Customer) -> str:
    """张*: enough for who brought them."""
    return f"{friend.name[0]}*" if friend.name and friend.ended_at is None else "一位朋友"


def _thanks(records: list[int]) -> list[tuple[Reward, str]]:
    rows = _rewards(records).order_by("-made_on", "-pk")[:MOST_FRIENDS]
    return [(reward, THANKS[reward.state]) for reward in rows]


def _rewards(records: list[int]):
    brought = Reward.objects.filter(side=Side.REFERRER, referral__introduction__introducer__among=records)
    return brought | Reward.objects.filter(side=Side.FRIEND, referral__introduction__introduced__among=records)


def years_of(customer: Customer, records: list[int], *, today: date) -> list[Year]:
    """Every year in which there was something, the newest first. Five statements."""
    years: dict[int, Year] = {}

    def add(counts: Iterable[tuple[int, int]], name: str) -> None:
        for year, many in counts:
            row = years.setdefault(year, Year(year))
            setattr(row, name, getattr(row, name) + many)

    brought = Introduction.objects.filter(introducer__among=records)
    add(_by_year(brought, ExtractYear("recorded_at"), Count("pk")), "introduced")
    thanked = _rewards(records).filter(side=Side.REFERRER, state__in=STANDING_REWARDS)
    add(_by_year(thanked, ExtractYear("made_on"), Count("pk")), "thanked")
    uses = VoucherRedemption.objects.standing().filter(voucher__customer=customer)
    add(_by_year(uses, ExtractYear("at"), Count("pk")), "vouchers")
    for name, counts in _points(customer).items():
        add(counts.items(), name)
    return sorted(years.values(), key=lambda row: -row.year)


def _by_year(rows, year, total) -> list[tuple[int, int]]:
    return list(rows.order_by().annotate(year=year).values_list("year").annotate(many=total))


def _points(customer: Customer) -> dict[str, Counter]:
    """{what it was: {year: points}} of everything that crossed into or out of their accounts."""
    found = {name: Counter() for name in ("earned", "used", "ended", "moved")}
    for into, out_of, sign in (("given_to", "taken_from", 1), ("taken_from", "given_to", -1)):
        theirs = PointEntry.objects.filter(**{f"{into}__customer": customer})
        crossing = theirs.exclude(**{f"{out_of}__customer": customer}).order_by()
        moved = crossing.annotate(year=ExtractYear("transaction__on"), kind=F(f"{out_of}__kind"))
        for year, kind, points in moved.values_list("year", "kind").annotate(points=Sum("points")):
            name = BUCKETS.get(kind, "moved")
            found[name][year] += -sign * points if name in ("used", "ended") else sign * points
    return found
