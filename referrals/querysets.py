"""How points, gifts and what belongs to them are chosen."""

from datetime import date, datetime

from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from customers.enums import EndedAs
from customers.querysets import OfCustomerQuerySet
from staff.querysets import StoreScopedQuerySet, VisibleQuerySet
from vehicles.models import ServiceOrder

from .enums import (
    OPEN_REFERRALS,
    WALLET,
    AccountKind,
    AmbassadorEnd,
    Cause,
    ClaimState,
    GiftState,
    ReferralState,
    RewardState,
    VoucherState,
)
from .rules.points import Terms, terms_on

# What every line says of an account: what it was given less what was taken from it.
# What an account's lines say: what it was given less what was taken from it.
WRONG_BALANCES = """SELECT a.id, a.balance, COALESCE(s.points, 0) FROM referrals_pointaccount a
    LEFT JOIN (SELECT account, SUM(points) AS points FROM (
            SELECT given_to_id AS account, points FROM referrals_pointentry
            UNION ALL SELECT taken_from_id, -points FROM referrals_pointentry) AS moved GROUP BY account) AS s
        ON s.account = a.id
    WHERE a.balance <> COALESCE(s.points, 0) ORDER BY a.id"""
# A lot is what a customer still holds of one earning, so its lines are those that cross into or out of their accounts.
WRONG_LOTS = """SELECT l.id, l.left_points, COALESCE(s.points, 0) FROM referrals_pointlot l
    LEFT JOIN (SELECT e.lot_id, SUM(CASE WHEN g.kind IN ('available', 'pending') THEN e.points ELSE 0 END
            - CASE WHEN t.kind IN ('available', 'pending') THEN e.points ELSE 0 END) AS points
        FROM referrals_pointentry e JOIN referrals_pointaccount g ON g.id = e.given_to_id
        JOIN referrals_pointaccount t ON t.id = e.taken_from_id WHERE e.lot_id IS NOT NULL GROUP BY e.lot_id) AS s
        ON s.lot_id = l.id
    WHERE l.left_points <> COALESCE(s.points, 0) ORDER BY l.id"""
# What a customer holds is what is left of their lots, to the point.
UNCOVERED = """SELECT a.id, a.balance, COALESCE(s.points, 0) FROM referrals_pointaccount a
    LEFT JOIN (SELECT holder_id, is_pending, SUM(left_points) AS points FROM referrals_pointlot
        GROUP BY holder_id, is_pending) AS s
        ON s.holder_id = a.customer_id AND s.is_pending = (a.kind = 'pending')
    WHERE a.kind IN ('available', 'pending') AND a.balance <> COALESCE(s.points, 0) ORDER BY a.id"""
MOST_NAMED = 50


class PointPolicyQuerySet(models.QuerySet):
    def newest(self):
        """The version written last; None before the programme."""
        return self.order_by("-version").first()

    def terms(self) -> list[Terms]:
        """The terms of every period; of two that begin on one day the later version holds."""
        return list({row.from_on: row.terms for row in self.order_by("version")}.values())

    def on(self, day: date) -> Terms | None:
        return terms_on(self.terms(), day)


class PointAccountQuerySet(models.QuerySet):
    def held_by(self, customer) -> dict[str, int]:
        """{available, pending, debt: points} of one customer, 0 for what was never opened; one statement."""
        held = dict(self.filter(customer=customer).values_list("kind", "balance"))
        return {kind: held.get(kind, 0) for kind in (AccountKind.AVAILABLE, AccountKind.PENDING, AccountKind.DEBT)}

    def totals(self) -> dict[str, int]:
        """{kind: points of all accounts of the kind}; they add up to nothing."""
        return dict(self.order_by().values_list("kind").annotate(points=Sum("balance")))

    def wrong(self) -> list[tuple[int, int, int]]:
        """(account, what it says, what its lines add up to) where these differ."""
        return _rows(WRONG_BALANCES)

    def uncovered(self) -> list[tuple[int, int, int]]:
        """(account, what it says, what is left of its lots) where these differ."""
        return _rows(UNCOVERED)


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {MOST_NAMED}")
        return cursor.fetchall()


class PointTransactionQuerySet(StoreScopedQuerySet):
    def of(self, customer):
        """What moved points of a customer, the newest first."""
        mine = Q(entries__given_to__customer=customer) | Q(entries__taken_from__customer=customer)
        return self.filter(mine).distinct().order_by("-pk")

    def by_hand_of(self, user, day: date):
        """What somebody gave or took by hand on a day and was not taken back."""
        return self.filter(cause=Cause.BY_HAND, by=user, on=day, reversal__isnull=True)

    def merges_of(self, customer_id: int):
        return self.filter(about=customer_id, cause=Cause.MERGE)

    def merges_undone(self):
        """Merges of people who live on their own again, whose points have not come back yet."""
        return self.filter(cause=Cause.MERGE, reversal__isnull=True, about__ended_at__isnull=True)


class PointLotQuerySet(StoreScopedQuerySet):
    def held(self):
        """Of which something is left."""
        return self.filter(left_points__gt=0)

    def usable(self, today: date):
        """What can be spent today, what ends first in front."""
        return self.held().filter(is_pending=False, expires_on__gte=today).order_by("expires_on", "pk")

    def ripe(self, today: date):
        """What has waited long enough."""
        return self.held().filter(is_pending=True, usable_on__lte=today)

    def over(self, today: date):
        """What nobody used in time."""
        return self.held().filter(is_pending=False, expires_on__lt=today)

    def liability(self) -> list[dict]:
        """What we owe by the month in which it ends: {month, available, pending, people}."""
        by_month = self.held().annotate(month=TruncMonth("expires_on")).order_by("month").values("month")
        return list(
            by_month.annotate(
                available=Sum("left_points", filter=Q(is_pending=False), default=0),
                pending=Sum("left_points", filter=Q(is_pending=True), default=0),
                people=Count("holder", distinct=True),
            )
        )

    @staticmethod
    def wrong() -> list[tuple[int, int, int]]:
        """(lot, what it says, what its lines leave of it) where these differ."""
        return _rows(WRONG_LOTS)


class PointClaimQuerySet(OfCustomerQuerySet):
    def waiting(self):
        return self.filter(state=ClaimState.WAITING).order_by("pk")

    def standing(self):
        """Waiting or approved: what counts against the cap."""
        return self.exclude(state=ClaimState.REFUSED)

    def for_page(self):
        return self.select_related("customer", "made_by", "decided_by")


class GiftQuerySet(StoreScopedQuerySet):
    def offered(self):
        """What can be chosen now."""
        return self.filter(is_on=True, stock__gt=0).order_by("points", "pk")

    def take_one(self, pk: int) -> bool:
        """One less on the shelf; False when none is left. However many ask at once, none is given twice."""
        return bool(self.filter(pk=pk, is_on=True, stock__gt=0).update(stock=F("stock") - 1))

    def put_back(self, pk: int) -> None:
        self.filter(pk=pk).update(stock=F("stock") + 1)


class GiftOrderQuerySet(StoreScopedQuerySet):
    store_path = "gift__store"

    def to_pick(self):
        """What waits to be handed over, the oldest first."""
        return self.filter(state=GiftState.RESERVED).order_by("pk")

    def for_page(self):
        return self.select_related("gift__store", "customer", "ordered_by", "ended_by")


class VoucherTypeQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_on=True).order_by("pk")

    def with_results(self, today: date, store_ids=None):
        """With how many were given, used, ended unused, and what using them cost and brought (fen)."""
        from .models import VoucherRedemption

        seen = {} if store_ids is None else {"store__in": store_ids}
        standing = VoucherRedemption.objects.standing().filter(**seen)
        uses = standing.filter(voucher__type=OuterRef("pk"))
        visits = standing.filter(voucher__type=OuterRef(OuterRef("pk"))).values("order_id")
        orders = ServiceOrder.objects.closed().filter(pk__in=visits)
        given = Q() if store_ids is None else Q(vouchers__store__in=store_ids)
        worth = Coalesce("amount_fen", "voucher__type__cost_fen", 0, output_field=models.BigIntegerField())
        over = Q(vouchers__state=VoucherState.OPEN, vouchers__expires_on__lt=today)
        return self.annotate(
            given=Count("vouchers", filter=given),
            ended=Count("vouchers", filter=given & over),
            used=_one(uses, Count("pk")),
            cost=_one(uses, Sum(worth)),
            brought=_one(orders, Sum("paid_fen")),
        )


def _one(rows, total):
    """A total over rows that the outer row names, as a column."""
    totals = rows.order_by().annotate(nothing=Value(1)).values("nothing").annotate(total=total).values("total")
    return Coalesce(Subquery(totals[:1]), 0, output_field=models.BigIntegerField())


class VoucherQuerySet(OfCustomerQuerySet):
    def open(self):
        return self.filter(state=VoucherState.OPEN)

    def usable(self, today: date):
        """What can be used today, what ends first in front."""
        return self.open().filter(valid_from__lte=today, expires_on__gte=today).order_by("expires_on", "pk")

    def ending_between(self, first: date, last: date):
        return self.open().filter(expires_on__range=(first, last))

    def use(self, pk: int) -> bool:
        """Take it, unless somebody else has: however many ask at once, one gets it."""
        return bool(self.filter(pk=pk, state=VoucherState.OPEN).update(state=VoucherState.USED))

    def reopen(self, pk: int) -> bool:
        return bool(self.filter(pk=pk, state=VoucherState.USED).update(state=VoucherState.OPEN))


class WalletLinkQuerySet(models.QuerySet):
    def newest_of(self, customer):
        """The link made last, opened or ended; one statement."""
        made = self.filter(token__purpose=WALLET, token__subject_id=customer.pk)
        return made.select_related("token", "made_by").order_by("-pk").first()


class VoucherRedemptionQuerySet(StoreScopedQuerySet):
    def standing(self):
        """Uses that were not taken back."""
        return self.filter(rollback__isnull=True)

    def of_order(self, order_id: int):
        return self.standing().filter(order_id=order_id).select_related("voucher__type").order_by("pk")

    def ever_of_order(self, order_id: int):
        """Also what was taken back."""
        return self.filter(order_id=order_id).select_related("voucher__type", "rollback").order_by("pk")

    def of_nothing(self):
        """Whose visit was cancelled, or went with its file."""
        kept = ServiceOrder.objects.not_cancelled().filter(pk=OuterRef("order_id"))
        return self.standing().filter(~Exists(kept))


class ProgrammeQuerySet(VisibleQuerySet):
    def seen_in(self, store_id):
        return self.filter(stores=store_id)

    def on(self, store, day: date):
        """What a store promises on a day, with its terms; None where it promises nothing."""
        running = self.filter(stores=store, first_on__lte=day, last_on__gte=day)
        return running.prefetch_related("terms").order_by("-first_on", "-pk").first()

    def for_page(self):
        return self.prefetch_related("terms", "stores").select_related("created_by").order_by("-last_on", "-pk")


class ReferralQuerySet(StoreScopedQuerySet):
    def alive(self):
        """What a night looks at: not ended yet, and thanked, which may have to be taken back."""
        return self.filter(state__in=(*OPEN_REFERRALS, ReferralState.REWARDED))

    def to_review(self):
        """Somebody has to look at them; they wait for as long as that takes."""
        return self.filter(state=ReferralState.HELD, is_doubtful=True).order_by("hold_until", "pk")

    def between(self):
        """With what a page or a night asks of it."""
        return self.select_related("introduction", "programme", "entered_by", "decided_by")

    def of(self, customer):
        """Those they brought and the one that brought them, the newest first."""
        mine = Q(introduction__introducer=customer) | Q(introduction__introduced=customer)
        return self.filter(mine).order_by("-arrived_on", "-pk")


class RewardQuerySet(StoreScopedQuerySet):
    store_path = "referral__store"

    def to_hand(self):
        """What waits to be handed over, and what was handed over though the order fell."""
        return self.filter(state__in=(RewardState.DUE, RewardState.OWED)).order_by("made_on", "pk")

    def for_page(self):
        return self.select_related("referral__introduction")


class InvitationSetQuerySet(StoreScopedQuerySet):
    def of(self, customer):
        """The newest first."""
        return self.filter(customer=customer).order_by("-made_at", "-pk")

    def for_page(self):
        return self.select_related("customer", "store", "made_by")


class InvitationCardQuerySet(StoreScopedQuerySet):
    store_path = "set__store"

    def of(self, customer):
        """The cards somebody made, the newest first, with what a page asks of them."""
        return self.filter(set__customer=customer).for_page()

    def for_page(self):
        return self.select_related("set__customer", "set__store", "introduction__referral").order_by("-made_at", "-pk")

    def invited(self, today: date):
        """Those that wait for an answer."""
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True, ends_on__gte=today)

    def with_old_hints(self, today: date):
        """Nobody answered in time, and something is still said of the friend."""
        return self.filter(ends_on__lt=today).exclude(nickname="")

    def forget_hints(self) -> int:
        return self.update(nickname="", relation="", need="")


class AmbassadorQuerySet(OfCustomerQuerySet):
    def live(self):
        """Those who are ambassadors now."""
        return self.filter(ended_at__isnull=True)

    def to_follow(self):
        """Roles of merged records and those that came from one; of those that have ended, which no person ended."""
        came, is_live = Q(moved_from__isnull=False), Q(ended_at__isnull=True)
        merged = is_live & Q(customer__ended_as=EndedAs.MERGED) | Q(ended_as=AmbassadorEnd.MERGED)
        return self.filter(came | merged, ended_by__isnull=True)

    def said_since(self, moment: datetime):
        """Those who are ambassadors now, and whom a person let go since."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_by__isnull=False, ended_at__gte=moment))


class SourceCostQuerySet(StoreScopedQuerySet):
    def between(self, first: date, last: date):
        """Of the months from one day to another."""
        return self.filter(month__gte=first.replace(day=1), month__lte=last)
