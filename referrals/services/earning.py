"""What orders earn: the ledger is brought to what each order is worth now, however it came to be so.

Closed, edited, refunded in part or whole, cancelled, reopened, moved to somebody else, taken back with its file: all
the same. What an order should have earned is worked out anew, and the difference posted. Twice is once.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.bulk import in_batches, insert_rows, update_rows
from customers.enums import ChangeKind, CustomerKind, EndedAs, HouseholdKind
from customers.models import CustomerChange, HouseholdMember
from customers.services import heirs_of
from vehicles.enums import OrderStatus, ServiceKind
from vehicles.models import ServiceLine, ServiceOrder

from ..enums import Cause
from ..models import OrderEarning, PointLot, PointPolicy, PointTransaction
from ..rules.points import Bill, last_day, pending_until, points_of, terms_on
from .book import Book, Happening

# Every night looks at orders closed in so many days, and at older ones of whoever changed.
LOOK_BACK = timedelta(days=35)
BATCH = 500
# Never earn: insurance (G14), and what is paid for before it is given.
APART = (ServiceKind.INSURANCE, ServiceKind.VOUCHER)


class Standing(NamedTuple):
    """What an order is worth, whose it is and of which day. None: it is to be left as it is."""

    points: int | None
    holder_id: int
    store_id: int
    closed_on: date | None


def earn(*, today: date) -> dict:
    """Bring the ledger to what the orders say: {"orders": looked at, "posted": transactions}."""
    first = min((one.from_on for one in PointPolicy.objects.terms()), default=None)
    if first is None or first > today:
        return {"orders": 0, "posted": 0}
    counts = {"orders": 0, "posted": 0}
    for batch in in_batches(sorted(_worth_a_look(first, today)), BATCH):
        counts["orders"] += len(batch)
        counts["posted"] += settle_orders(batch, today=today, now=timezone.now())
    return counts


def _worth_a_look(first: date, today: date) -> set[int]:
    since = max(first, today - LOOK_BACK)
    changed = CustomerChange.objects.filter(kind=ChangeKind.ORDER).values("customer_id")
    closed, earned = ServiceOrder.objects.closed_between(first, today), OrderEarning.objects.all()
    recent = closed.filter(closed_on__gte=since).values_list("pk", flat=True)
    theirs = closed.filter(customer__in=changed, closed_on__lt=since).values_list("pk", flat=True)
    kept = earned.filter(Q(closed_on__gte=since) | Q(holder__in=changed)).values_list("order_id", flat=True)
    return {*recent.iterator(), *theirs.iterator(), *kept.iterator()}


@transaction.atomic
def settle_orders(order_ids: Iterable[int], *, today: date, now: datetime) -> int:
    """Post what these orders have earned too little or too much; how many transactions that took."""
    ids = sorted(set(order_ids))
    standing, earned = _standing(ids, today), _earned(ids)
    heirs = heirs_of({row.holder_id for rows in (standing, earned) for row in rows.values()})
    due = [pk for pk in ids if _differs(standing.get(pk), earned.get(pk), heirs)]
    if not due:
        return 0
    book = Book((heirs[rows[pk].holder_id] for rows in (standing, earned) for pk in due if pk in rows), now=now)
    # Somebody else may have settled them while we waited for the accounts.
    earned, writer = _earned(due), _Settling(book, today, heirs, _lots_of(due))
    for pk in due:
        if _differs(standing.get(pk), earned.get(pk), heirs):
            writer.settle(pk, standing.get(pk), earned.get(pk))
    writer.write()
    return writer.posted


def _earned(ids: list[int]) -> dict[int, OrderEarning]:
    return {row.order_id: row for row in OrderEarning.objects.filter(order_id__among=ids)}


def _differs(stands: Standing | None, row: OrderEarning | None, heirs: dict[int, int]) -> bool:
    if row is None or (stands and stands.points is None):
        return bool(stands and stands.points)
    points = stands.points if stands else 0
    return row.points != points or bool(points and heirs[row.holder_id] != heirs[stands.holder_id])


def _lots_of(due: list[int]) -> dict[int, list[PointLot]]:
    lots: dict[int, list[PointLot]] = {}
    for lot in PointLot.objects.filter(order_id__among=due).order_by("-pk"):
        lots.setdefault(lot.order_id, []).append(lot)
    return lots


class _Settling:
    """The differences of a batch, gathered and written at once."""

    def __init__(self, book: Book, today: date, heirs: dict[int, int], lots: dict[int, list[PointLot]]):
        self.book, self.today, self.heirs, self.lots = book, today, heirs, lots
        self.terms = PointPolicy.objects.terms()
        self.new, self.changed, self.posted = [], [], 0
        self.merged: dict[int, int] = {}

    def settle(self, pk: int, stands: Standing | None, row: OrderEarning | None) -> None:
        row = row or OrderEarning(order_id=pk, points=0, **_place(stands))
        points = stands.points if stands else 0
        (self.changed if row.pk else self.new).append(row)
        if points and self.heirs[row.holder_id] != self.heirs[stands.holder_id]:
            self._less(pk, row, 0)
            row.holder_id = stands.holder_id
        if points > row.points:
            self._more(pk, row, points, stands)
        else:
            self._less(pk, row, points)
        row.closed_on = (stands and stands.closed_on) or row.closed_on

    def _more(self, pk: int, row: OrderEarning, points: int, stands: Standing) -> None:
        terms = terms_on(self.terms, stands.closed_on)
        from_day = max(self.today, pending_until(stands.closed_on, terms.hold_days))
        days = {"usable_on": from_day, "expires_on": last_day(stands.closed_on, terms.valid_months)}
        self.book.give(self._what(Cause.ORDER, pk, row), points - row.points, **days)
        row.points = points

    def _less(self, pk: int, row: OrderEarning, points: int) -> None:
        if points < row.points:
            what = self._what(Cause.RETURN, pk, row)
            own = [lot for lot in self.lots.get(pk, ()) if lot.holder_id == what.customer_id]
            self.book.claw_back(what, row.points - points, own)
            row.points = points

    def _what(self, cause: Cause, pk: int, row: OrderEarning) -> Happening:
        row.turn, self.posted = row.turn + 1, self.posted + 1
        heir = self.heirs[row.holder_id]
        if heir != row.holder_id:
            self.merged[row.holder_id] = row.store_id
        return Happening(cause, f"order:{pk}:{row.turn}", heir, row.store_id, self.today, order_id=pk)

    def write(self) -> None:
        # What went to a survivor comes back when they part: there must be a merge to undo.
        for pk, store_id in sorted(self.merged.items()):
            if not PointTransaction.objects.merges_of(pk).filter(reversal__isnull=True).exists():
                self.book.begin(merge_of(pk, store_id, self.today))
        self.book.write()
        insert_rows(self.new)
        update_rows(self.changed, ["holder", "points", "turn", "closed_on"])


def merge_of(customer_id: int, store_id: int, today: date) -> Happening:
    """That somebody's points are another's from now on: each merging of theirs has a key of its own."""
    turn = PointTransaction.objects.merges_of(customer_id).count() + 1
    return Happening(Cause.MERGE, f"merge:{customer_id}:{turn}", customer_id, store_id, today)


def _place(stands: Standing) -> dict:
    return {"holder_id": stands.holder_id, "store_id": stands.store_id, "closed_on": stands.closed_on}


def _standing(ids: list[int], today: date) -> dict[int, Standing]:
    """What these orders are worth; those of erased people are left as they are."""
    terms, found = PointPolicy.objects.terms(), {}
    for row in _rows(ids):
        points = points_of(_bill(row), terms_on(terms, row["closed_on"])) if (row["closed_on"] or today) <= today else 0
        points = None if row["customer__ended_as"] == EndedAs.ERASED else points
        found[row["pk"]] = Standing(points, row["customer_id"], row["store_id"], row["closed_on"])
    return found


def _rows(ids: list[int]):
    unit = HouseholdMember.objects.current().filter(customer=OuterRef("customer"), household__kind=HouseholdKind.UNIT)
    who = ("customer_id", "customer__kind", "customer__ended_as")
    columns = ("pk", "store_id", *who, "status", "closed_on")
    money = ("paid_fen", "insurer_fen", "warranty_fen")
    amount = Coalesce("labour_fen", 0) + Coalesce("material_fen", 0)
    apart = ServiceLine.objects.filter(order__among=ids, kind__in=APART).values("order_id").order_by()
    known = {
        row["order_id"]: None if row["blind"] else row["fen"]
        for row in apart.annotate(
            fen=Sum(amount), blind=Count("pk", filter=Q(labour_fen__isnull=True, material_fen__isnull=True))
        )
    }
    orders = ServiceOrder.objects.filter(pk__among=ids).annotate(unit=Exists(unit)).values(*columns, *money, "unit")
    for row in orders:
        yield row | {"apart": known.get(row["pk"], 0)}


def _bill(row: dict) -> Bill:
    return Bill(
        is_closed=row["status"] == OrderStatus.CLOSED,
        closed_on=row["closed_on"],
        paid_fen=row["paid_fen"],
        insurer_fen=row["insurer_fen"],
        warranty_fen=row["warranty_fen"],
        apart_fen=row["apart"],
        is_unit=row["unit"] or row["customer__kind"] == CustomerKind.UNIT,
    )


def bills_of(order_ids: Iterable[int]) -> dict[int, Bill]:
    """What counts of these orders."""
    return {row["pk"]: _bill(row) for row in _rows(sorted(set(order_ids)))}
