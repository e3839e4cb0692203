"""What came of people's word: whom they brought, who came, what was thanked for, what those friends paid themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, Q, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.timezone import localdate

from customers.models import Introduction
from staff.models import User
from vehicles.models import ServiceOrder

from .enums import ReferralState
from .services.kin import Kin

# What a customer paid themselves: neither the insurer's share nor a warranty's.
OWN_FEN = Greatest(Coalesce(F("paid_fen"), 0) - Coalesce(F("insurer_fen"), 0) - Coalesce(F("warranty_fen"), 0), 0)


@dataclass
class Results:
    """This year and ever; money in fen, of closed orders that the reader sees."""

    introduced: int = 0
    introduced_year: int = 0
    visited: int = 0
    visited_year: int = 0
    rewarded: int = 0
    rewarded_year: int = 0
    fen: int = 0
    fen_year: int = 0

    def take(self, row: tuple, paid: tuple, *, since: date) -> None:
        """Count one friend: who brought them when, and what they paid since when."""
        recorded_at, state, state_at = row
        first_on, fen, fen_year = paid
        has_come, is_thanked = first_on is not None, state == ReferralState.REWARDED
        self.introduced += 1
        self.introduced_year += localdate(recorded_at) >= since
        self.visited += has_come
        self.visited_year += has_come and first_on >= since
        self.rewarded += is_thanked
        self.rewarded_year += is_thanked and localdate(state_at) >= since
        self.fen, self.fen_year = self.fen + fen, self.fen_year + fen_year


def results_of(customer_ids: Collection[int], *, user: User, today: date) -> dict[int, Results]:
    """{customer: what came of their word}, of merged records as of one; the same few statements for any number."""
    found, since = {pk: Results() for pk in customer_ids}, today.replace(month=1, day=1)
    if not found:
        return found
    kin = Kin(found)
    mine = Introduction.objects.filter(introducer__among=kin.everybody)
    rows = list(mine.values_list("introducer", "introduced", "recorded_at", "referral__state", "referral__state_at"))
    friends = Kin(friend for _, friend, *_ in rows)
    paid = _paid(friends.everybody, user, since)
    for introducer, friend, *row in rows:
        orders = [paid[pk] for pk in friends.records(friend) if pk in paid]
        first_on = min((first for first, *_ in orders), default=None)
        sums = [sum(order[place] for order in orders) for place in (1, 2)]
        found[kin.heir(introducer)].take(tuple(row), (first_on, *sums), since=since)
    return found


def _paid(ids: list[int], user: User, since: date) -> dict[int, tuple]:
    """{customer: (first closed visit, paid ever, paid since)}."""
    orders = ServiceOrder.objects.visible_to(user).closed().filter(customer__among=ids).order_by()
    year = Q(closed_on__gte=since)
    sums = orders.values("customer").annotate(
        first=Min("closed_on"), fen=Sum(OWN_FEN), fen_year=Sum(OWN_FEN, filter=year, default=0)
    )
    return {row["customer"]: (row["first"], row["fen"], row["fen_year"]) for row in sums}
