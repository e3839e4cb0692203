"""Every night each referral is brought to where the facts say it is: set by set, each move a row, twice is once."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.bulk import in_batches, insert_rows, update_rows
from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from staff.models import User

from ..enums import STANDING_REWARDS, Cause, Reason, ReferralState, RewardForm, RewardState, Side
from ..errors import VoucherRefused
from ..models import PointPolicy, Referral, ReferralMove, Reward, RewardTerm
from ..rules.points import last_day
from ..rules.referring import Promise, Standing, Step, steps
from .book import Book, Happening
from .giving import reverse
from .judging import look_at
from .kin import Kin
from .vouchers import void_voucher, voucher_of_thanks

BATCH = 500
COLUMNS = ["state", "state_at", "order_id", "hold_until", "holds", "is_doubtful"]


def advance(*, today: date) -> dict:
    """{"introductions": looked at, "moves": made, "thanked", "taken_back": how many of them}."""
    moved, looked = Counter(), 0
    for batch in in_batches(list(Referral.objects.alive().order_by("pk").values_list("pk", flat=True)), BATCH):
        looked += len(batch)
        moved += advance_these(batch, today=today, now=timezone.now())
    return {
        "introductions": looked,
        "moves": moved.total(),
        "thanked": moved[ReferralState.REWARDED],
        "taken_back": moved[ReferralState.CLAWED_BACK],
    }


@transaction.atomic
def advance_these(ids: Iterable[int], *, today: date, now: datetime) -> Counter:
    """Move these referrals as far as the facts carry them; how many came to each state."""
    rows = list(locked(ids))
    seen = look_at(rows)
    taken = {one.pk: steps(_standing(one), seen[one.pk], _promise(one), today=today) for one in rows}
    return move([(one, taken[one.pk]) for one in rows if taken[one.pk]], today=today, now=now)


def locked(ids: Iterable[int]):
    """These referrals, for nobody else until the transaction ends."""
    mine = Referral.objects.alive().filter(pk__among=list(ids)).order_by("pk")
    return mine.select_related("introduction", "programme").select_for_update(of=["self"])


def _standing(one: Referral) -> Standing:
    return Standing(
        ReferralState(one.state), one.order_id, one.hold_until, tuple(map(Reason, one.holds)),
        tuple(map(Reason, one.cleared)),
    )  # fmt: skip


def _promise(one: Referral) -> Promise:
    terms = one.programme
    return Promise(terms.minimum_fen, terms.hold_days, one.arrived_on + timedelta(days=terms.within_days))


def move(taken: list[tuple[Referral, list[Step]]], *, today: date, now: datetime, by: User | None = None) -> Counter:
    """Write the moves down, and give or take back the thanks that follow."""
    made, thanked, taken_back = [], [], []
    for one, path in taken:
        for step in path:
            made.append(_move(one, step, by, now))
            thanked += [one] if step.state == ReferralState.REWARDED else []
            taken_back += [one] if step.state == ReferralState.CLAWED_BACK else []
    insert_rows(made)
    update_rows([one for one, _ in taken], COLUMNS)
    if thanked:
        _thank(thanked, today=today, now=now, by=by)
    _take_back(taken_back, today=today, now=now, by=by)
    _note([one for one, _ in taken])
    return Counter(step.state for _, path in taken for step in path)


def _move(one: Referral, step: Step, by: User | None, now: datetime) -> ReferralMove:
    was, one.state, one.state_at = one.state, step.state, now
    if step.state not in (ReferralState.REFUSED, ReferralState.CLAWED_BACK):
        one.order_id, one.hold_until, one.holds = step.order_id, step.hold_until, list(step.holds)
    one.is_doubtful = step.state == ReferralState.HELD and bool(one.holds)
    reasons = [str(reason) for reason in step.reasons]
    return ReferralMove(referral=one, was=was, state=step.state, reasons=reasons, order_id=one.order_id, by=by, at=now)


def _note(rows: list[Referral]) -> None:
    people = {pk for one in rows for pk in (one.introduction.introducer_id, one.introduction.introduced_id)}
    CustomerChange.objects.note(sorted(people), ChangeKind.PERSON)


class _Thanking:
    """Who gets what, where that has not been given yet."""

    def __init__(self, rows: list[Referral]):
        self.kin = Kin(pk for one in rows for pk in _two(one).values())
        terms = RewardTerm.objects.filter(programme__in={one.programme_id for one in rows}).select_related(
            "voucher_type"
        )
        self.terms = {(term.programme_id, term.side, term.arm): term for term in terms}
        standing = Reward.objects.filter(referral__in=rows).values_list("referral", "side")
        self.standing = set(standing)

    def payee(self, one: Referral, side: Side) -> int:
        """The introducer or the introduced one themselves, under the record that is theirs now."""
        return self.kin.heir(_two(one)[side])

    def term(self, one: Referral, side: Side) -> RewardTerm | None:
        if (one.pk, side) in self.standing:
            return None
        by_arm = self.terms.get((one.programme_id, side, one.arm))
        return by_arm or self.terms.get((one.programme_id, side, "a"))


def _two(one: Referral) -> dict[Side, int]:
    return {Side.REFERRER: one.introduction.introducer_id, Side.FRIEND: one.introduction.introduced_id}


def _thank(rows: list[Referral], *, today: date, now: datetime, by: User | None) -> None:
    giving = _Thanking(rows)
    referrers = sorted({giving.payee(one, Side.REFERRER) for one in rows})
    # Counting a year's thanks and adding to them is for one at a time.
    list(Customer.objects.filter(pk__among=referrers).order_by("pk").select_for_update(of=["self"], no_key=True))
    thanked = _thanked_this_year(giving.kin, today)
    book = Book({giving.payee(one, side) for one in rows for side in Side}, now=now, by=by)
    made = []
    for one in rows:
        who = giving.payee(one, Side.REFERRER)
        is_over = thanked[who] >= one.programme.most_a_year
        for side in Side:
            term = giving.term(one, side)
            if term and not (side == Side.REFERRER and is_over):
                made.append(_reward(book, one, side, term, giving.payee(one, side), today))
                thanked[who] += side == Side.REFERRER
    book.write()
    insert_rows([reward.voucher for reward in made if reward.voucher])
    for reward in made:
        reward.transaction_id = reward.transaction and reward.transaction.pk
        reward.voucher_id = reward.voucher and reward.voucher.pk
    insert_rows(made)


def _thanked_this_year(kin: Kin, today: date) -> Counter:
    rewards = Reward.objects.filter(
        side=Side.REFERRER, state__in=STANDING_REWARDS, made_on__year=today.year,
        referral__introduction__introducer__among=kin.everybody,
    )  # fmt: skip
    return Counter(kin.heir(pk) for pk in rewards.values_list("referral__introduction__introducer", flat=True))


def _reward(book: Book, one: Referral, side: Side, term: RewardTerm, payee: int, today: date) -> Reward:
    key, posted, voucher = f"referral:{one.pk}:{side}", None, None
    if term.form == RewardForm.POINTS:
        months = PointPolicy.objects.on(today).valid_months
        what = Happening(Cause.THANKS, key, payee, one.store_id, today, one.order_id)
        posted = book.give(what, term.points, usable_on=today, expires_on=last_day(today, months))
    elif term.voucher_type:
        about = {"payee": payee, "cause_key": key, "store_id": one.store_id, "by": book.by, "now": book.now}
        voucher = voucher_of_thanks(term.voucher_type, today=today, **about)
    return Reward(
        referral=one, side=side, form=term.form, size=term.size, worth_fen=term.worth_fen, transaction=posted,
        voucher=voucher, state=RewardState.GIVEN if posted or voucher else RewardState.DUE, made_on=today,
    )  # fmt: skip


def _take_back(rows: list[Referral], *, today: date, now: datetime, by: User | None) -> None:
    """Points go back by the ledger, once; an unused voucher is void; what waits is not handed over; what was used or
    handed over somebody sees to."""
    standing = Reward.objects.filter(referral__in=rows, state__in=STANDING_REWARDS)
    for reward in standing.select_related("transaction", "voucher__customer"):
        if reward.transaction:
            reverse(reward.transaction, today=today, now=now, by=by)
            reward.state = RewardState.TAKEN_BACK
        elif reward.voucher:
            reward.state = RewardState.TAKEN_BACK if _is_void(reward, by) else RewardState.OWED
        else:
            reward.state = RewardState.CANCELLED if reward.state == RewardState.DUE else RewardState.OWED
        reward.save(update_fields=["state"])


def _is_void(reward: Reward, by: User | None) -> bool:
    """Whether nobody can use its voucher from now on; a used one stays used."""
    try:
        void_voucher(reward.voucher, by=by)
    except VoucherRefused:
        return False
    return True
