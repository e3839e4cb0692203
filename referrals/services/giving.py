"""Points that people give and take: by hand with a reason and a limit, and for help that somebody else approved."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Abs

from customers.enums import CustomerKind, HouseholdKind
from customers.models import Customer, HouseholdMember
from customers.services import survivor_of
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import AccountKind, Cause, ClaimState
from ..errors import CannotClaim, CannotDecide, CannotTakeBack, NoPointsForUnits, NotStarted, OverLimit
from ..models import ByHand, EarningRule, PointClaim, PointLot, PointPolicy, PointTransaction
from ..rules.points import Terms, last_day
from .book import Book, Happening

# What is older is put right by a new line, with a reason of its own.
UNDO_WITHIN = timedelta(days=1)
# Help is written down while people remember it.
CLAIM_WITHIN = timedelta(days=30)


def terms_or_refuse(day: date) -> Terms:
    terms = PointPolicy.objects.on(day)
    if terms is None:
        raise NotStarted
    return terms


def is_of_unit(customer: Customer) -> bool:
    """A unit, or somebody who steers its orders: nothing personal for them (G15)."""
    unit = HouseholdMember.objects.current().filter(customer=customer, household__kind=HouseholdKind.UNIT)
    return customer.kind == CustomerKind.UNIT or unit.exists()


def refuse_units(customer: Customer) -> None:
    if is_of_unit(customer):
        raise NoPointsForUnits


@transaction.atomic
def change_by_hand(
    customer: Customer, points: int, *, why: str, store: Store, by: User, today: date, now: datetime
) -> PointTransaction:
    """Give (or, below nothing, take) points by hand.

    Raises NotStarted, NoPointsForUnits, OverLimit, NotEnoughPoints.
    """
    terms = terms_or_refuse(today)
    if points > 0:
        refuse_units(customer)
    _refuse_over_limit(by, abs(points), today)
    book = Book([customer.pk], now=now, by=by)
    turn = PointTransaction.objects.filter(about=customer, cause=Cause.BY_HAND).count() + 1
    what = Happening(Cause.BY_HAND, f"by_hand:{customer.pk}:{turn}", customer.pk, store.pk, today)
    if points > 0:
        row = book.give(what, points, usable_on=today, expires_on=last_day(today, terms.valid_months))
    else:
        row = book.spend(what, -points, to=AccountKind.ISSUED)
    book.write()
    ByHand.objects.create(transaction=row, points=points, why=why)
    _noted(customer, by, did="by_hand", points=points)
    return row


def left_today(by: User, today: date) -> int:
    """How many points somebody may still give and take by hand today."""
    policy = PointPolicy.objects.newest()
    done = PointTransaction.objects.by_hand_of(by, today).aggregate(points=Sum(Abs("by_hand__points")))["points"]
    return max(0, policy.limit_of(by.role) - (done or 0)) if policy else 0


def _refuse_over_limit(by: User, points: int, today: date) -> None:
    """One at a time per person, or two acts at once would each find the limit free."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    left = left_today(by, today)
    if points > left:
        raise OverLimit(left)


@transaction.atomic
def take_back(source: PointTransaction, *, by: User, today: date, now: datetime) -> PointTransaction:
    """What was given or taken by hand was a slip: by the same person, within a day, once. Raises CannotTakeBack."""
    if source.cause != Cause.BY_HAND or source.by_id != by.pk or now - source.at > UNDO_WITHIN:
        raise CannotTakeBack("只能由本人在一天内撤销；过后请另记一笔，写明原因")
    row = reverse(source, today=today, now=now, by=by)
    _noted(source.about, by, did="taken_back", points=source.by_hand.points)
    return row


@transaction.atomic
def reverse(source: PointTransaction, *, today: date, now: datetime, by: User | None) -> PointTransaction:
    """What a transaction moved goes back, at most once: what was given is clawed back, what was spent returns to the
    lots it came from. Raises CannotTakeBack."""
    entries = list(source.entries.select_related("lot", "taken_from", "given_to").order_by("pk"))
    holders = {one.lot.holder_id for one in entries if one.lot} | {survivor_of(source.about_id)}
    book = Book(holders, now=now, by=by)
    if PointTransaction.objects.filter(reverses=source).exists():
        raise CannotTakeBack("已经撤销过了")
    holder = next((one.lot.holder_id for one in entries if one.lot), None) or survivor_of(source.about_id)
    about = Happening(
        Cause.TAKEN_BACK, f"reversal:{source.pk}", holder, source.store_id, today, source.order_id, reverses=source
    )
    issued = [one for one in entries if one.taken_from.kind == AccountKind.ISSUED]
    if issued:
        own = PointLot.objects.filter(entries__transaction=source, holder=holder)
        row = book.claw_back(about, sum(one.points for one in issued), own)
    else:
        row = book.begin(about)
        for one in entries:
            book.give_back(row, one.lot, one.points, out_of=(one.given_to.store_id, one.given_to.kind))
    book.write()
    return row


@transaction.atomic
def claim(
    customer: Customer, *, kind: str, happened_on: date, proof: str, store: Store, by: User, today: date, now: datetime
) -> PointClaim:
    """Write down that somebody helped; another person approves it. Raises NotStarted, NoPointsForUnits, CannotClaim."""
    terms_or_refuse(today)
    refuse_units(customer)
    rule = EarningRule.objects.filter(kind=kind, is_on=True).first()
    if rule is None:
        raise CannotClaim("店里现在不给这件事积分")
    if not today - CLAIM_WITHIN <= happened_on <= today:
        raise CannotClaim("只记最近 30 天里的事")
    Book([customer.pk], now=now)  # one at a time per customer
    _refuse_too_often(customer, rule, happened_on)
    row = PointClaim.objects.create(
        customer=customer, store=store, kind=kind, points=rule.points, happened_on=happened_on, proof=proof,
        made_by=by, made_at=now,
    )  # fmt: skip
    _noted(customer, by, did="claimed", claim=row.pk)
    return row


def _refuse_too_often(customer: Customer, rule: EarningRule, day: date) -> None:
    mine = PointClaim.objects.standing().filter(customer=customer, kind=rule.kind)
    if mine.filter(happened_on=day).count() >= rule.most_a_day:
        raise CannotClaim(f"“{rule}”一天最多算 {rule.most_a_day} 次，那天已经记满")
    rest = timedelta(days=rule.cool_down_days)
    near = mine.filter(happened_on__gt=day - rest, happened_on__lt=day + rest).exclude(happened_on=day).first()
    if near:
        raise CannotClaim(f"“{rule}”隔 {rule.cool_down_days} 天才再算一次，{near.happened_on} 刚记过")


@transaction.atomic
def approve(row: PointClaim, *, by: User, today: date, now: datetime) -> PointTransaction:
    """Points for help that was given. Raises CannotDecide for one's own claim and for one that was decided."""
    row = _to_decide(row, by)
    terms = terms_or_refuse(today)
    book = Book([row.customer_id], now=now, by=by)
    what = Happening(Cause.ACT, f"claim:{row.pk}", row.customer_id, row.store_id, today)
    posted = book.give(what, row.points, usable_on=today, expires_on=last_day(today, terms.valid_months))
    book.write()
    row.transaction = posted
    _decide(row, ClaimState.APPROVED, by, now)
    _noted(row.customer, by, did="approved", claim=row.pk, points=row.points)
    return posted


@transaction.atomic
def refuse_claim(row: PointClaim, *, why: str, by: User, now: datetime) -> PointClaim:
    """No points for it, and why. Raises CannotDecide."""
    row = _to_decide(row, by)
    _decide(row, ClaimState.REFUSED, by, now, why=why)
    _noted(row.customer, by, did="refused", claim=row.pk)
    return row


def _to_decide(row: PointClaim, by: User) -> PointClaim:
    row = PointClaim.objects.select_for_update(of=["self"]).select_related("customer").get(pk=row.pk)
    if row.state != ClaimState.WAITING:
        raise CannotDecide(f"这条申请{row.get_state_display()}")
    if row.made_by_id == by.pk:
        raise CannotDecide("自己写的要由别人来批")
    return row


def _decide(row: PointClaim, state: ClaimState, by: User, now: datetime, why: str = "") -> None:
    row.state, row.decided_by, row.decided_at, row.why_not = state, by, now, why
    row.save(update_fields=["state", "decided_by", "decided_at", "why_not", "transaction"])


def _noted(customer: Customer, by: User, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.POINTS, subject=customer, **facts)
