"""The one way points move: whose they are is locked first, then everything is written together.

A book is opened for customers, told what happens, and written in a handful of statements, for one act as for a night's
thousand. Stores' accounts are added to last and briefly: every act of a store meets there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F

from core.bulk import insert_rows, update_rows
from staff.models import User

from ..enums import OF_CUSTOMER, OF_STORE, AccountKind, Cause
from ..errors import NotEnoughPoints
from ..models import PointAccount, PointEntry, PointLot, PointTransaction
from ..rules.points import oldest_first


class Happening(NamedTuple):
    """What moved points: why, the key that is there once, of whom, where, on which day."""

    cause: Cause
    key: str
    customer_id: int
    store_id: int
    on: date
    order_id: int | None = None
    reverses: PointTransaction | None = None


class Book:
    """Open it in a transaction, and `write` before that ends."""

    def __init__(self, customer_ids: Iterable[int], *, now: datetime, by: User | None = None):
        self.now, self.by = now, by
        ids = sorted(set(customer_ids))
        self._accounts = {(row.customer_id, row.kind): row for row in _locked(ids)}
        self.lots = defaultdict(list)
        for lot in PointLot.objects.held().filter(holder_id__among=ids).order_by("expires_on", "pk"):
            self.lots[lot.holder_id].append(lot)
        self._happened, self._moved, self._new = [], [], []
        self._changed: dict[int, PointLot] = {}
        self._of_stores: dict[tuple[int, str], int] = defaultdict(int)

    # What stands

    def balance(self, customer_id: int, kind: AccountKind) -> int:
        return self._accounts[customer_id, kind].balance

    def usable(self, customer_id: int, today: date) -> int:
        """What can be spent: what has come and not ended, less what is owed."""
        return max(0, sum(lot.left for lot in self._usable(customer_id, today)) + self._debt(customer_id))

    def _debt(self, customer_id: int) -> int:
        return self.balance(customer_id, AccountKind.DEBT)

    def _usable(self, customer_id: int, today: date) -> list[PointLot]:
        return [lot for lot in self.lots[customer_id] if not lot.is_pending and lot.expires_on >= today]

    # What happens

    def begin(self, what: Happening) -> PointTransaction:
        row = PointTransaction(
            cause=what.cause, cause_key=what.key, about_id=what.customer_id, store_id=what.store_id, on=what.on,
            order_id=what.order_id, reverses=what.reverses, by=self.by, at=self.now,
        )  # fmt: skip
        self._happened.append(row)
        return row

    def give(self, what: Happening, points: int, *, usable_on: date, expires_on: date) -> PointTransaction:
        """New points: to wait until they may be used, or at once, when they pay first what is owed."""
        row, customer, issued = self.begin(what), what.customer_id, (what.store_id, AccountKind.ISSUED)
        is_pending = usable_on > what.on
        owed = 0 if is_pending else min(points, -self._debt(customer))
        self._move(row, issued, (customer, AccountKind.DEBT), owed)
        if points > owed:
            lot = PointLot(
                holder_id=customer, store_id=what.store_id, order_id=what.order_id, points=points - owed,
                left_points=points - owed, is_pending=is_pending, usable_on=usable_on, expires_on=expires_on,
            )  # fmt: skip
            self._new.append(lot)
            self.lots[customer].append(lot)
            self._move(row, issued, (customer, _held(lot)), points - owed, lot)
        return row

    def spend(self, what: Happening, points: int, *, to: AccountKind) -> PointTransaction:
        """The oldest points first. Raises NotEnoughPoints, and nothing has moved."""
        usable = self.usable(what.customer_id, what.on)
        if usable < points:
            raise NotEnoughPoints(usable, points)
        row = self.begin(what)
        for lot, part in oldest_first(self._usable(what.customer_id, what.on), points):
            self._take(row, lot, part, (what.store_id, to))
        return row

    def claw_back(self, what: Happening, points: int, own: Iterable[PointLot] = ()) -> PointTransaction:
        """Take back what should not have been given: of its `own` lots what waits, has ended or is left, then the
        oldest others; what is spent already is owed."""
        row, customer, issued = self.begin(what), what.customer_id, (what.store_id, AccountKind.ISSUED)
        own = [self._same(lot) for lot in own]
        for lot in own:
            points -= self._unexpire(row, lot, points, issued)
        others = [lot for lot in self.lots[customer] if not lot.is_pending and lot not in own]
        for lot, part in oldest_first([*own, *others], points):
            self._take(row, lot, part, issued)
            points -= part
        self._move(row, (customer, AccountKind.DEBT), issued, points)
        return row

    def _unexpire(self, row, lot: PointLot, points: int, issued) -> int:
        """What nobody could use any more is not taken a second time."""
        part = min(lot.expired_points, points)
        self._move(row, (lot.store_id, AccountKind.EXPIRED), issued, part, lot)
        lot.expired_points -= part
        self._note(lot)
        return part

    def release(self, what: Happening, lot: PointLot) -> PointTransaction:
        """What waited can be used: it pays first what is owed."""
        row, lot = self.begin(what), self._same(lot)
        pending, points = (lot.holder_id, AccountKind.PENDING), lot.left_points
        owed = min(points, -self._debt(lot.holder_id))
        lot.is_pending, lot.left_points = False, points - owed
        self._move(row, pending, (lot.holder_id, AccountKind.DEBT), owed, lot)
        self._move(row, pending, (lot.holder_id, AccountKind.AVAILABLE), points - owed, lot)
        self._note(lot)
        return row

    def expire(self, what: Happening, lot: PointLot) -> PointTransaction:
        row, lot = self.begin(what), self._same(lot)
        lot.expired_points += lot.left_points
        self._take(row, lot, lot.left_points, (lot.store_id, AccountKind.EXPIRED))
        return row

    def give_back(self, row: PointTransaction, lot: PointLot, points: int, *, out_of: tuple) -> None:
        """Points return to the lot they were taken from, and pay first what is owed."""
        lot = self._same(lot)
        owed = min(points, -self._debt(lot.holder_id))
        self._move(row, out_of, (lot.holder_id, AccountKind.DEBT), owed)
        self._move(row, out_of, (lot.holder_id, _held(lot)), points - owed, lot)
        lot.left_points += points - owed
        self._note(lot)

    def hand_over(self, row: PointTransaction, lot: PointLot, *, to: int) -> None:
        """What is left of a lot is somebody else's."""
        lot = self._same(lot)
        self._move(row, (lot.holder_id, _held(lot)), (to, _held(lot)), lot.left_points, lot)
        self.lots[lot.holder_id].remove(lot)
        lot.holder_id = to
        self.lots[to].append(lot)
        self._note(lot)

    def pass_debt(self, row: PointTransaction, *, of: int, to: int, points: int) -> None:
        """Somebody else owes it from now on."""
        self._move(row, (to, AccountKind.DEBT), (of, AccountKind.DEBT), points)

    def forfeit(self, what: Happening) -> PointTransaction:
        """Everything ends: what is held is void, what is owed forgiven."""
        row, customer = self.begin(what), what.customer_id
        for lot in list(self.lots[customer]):
            self._take(row, lot, lot.left_points, (what.store_id, AccountKind.FORFEITED))
        self._move(row, (what.store_id, AccountKind.ISSUED), (customer, AccountKind.DEBT), -self._debt(customer))
        return row

    # How it is kept

    def _take(self, row, lot: PointLot, points: int, to: tuple) -> None:
        lot.left_points -= points
        self._move(row, (lot.holder_id, _held(lot)), to, points, lot)
        self._note(lot)

    def _move(self, row, taken_from: tuple, given_to: tuple, points: int, lot: PointLot | None = None) -> None:
        if not points:
            return
        self._moved.append((row, taken_from, given_to, points, lot))
        for (owner, kind), change in ((taken_from, -points), (given_to, points)):
            if kind in OF_CUSTOMER:
                self._accounts[owner, kind].balance += change
            else:
                self._of_stores[owner, kind] += change

    def _same(self, lot: PointLot) -> PointLot:
        """The lot as this book has it."""
        known = next((one for one in self.lots[lot.holder_id] if one.pk == lot.pk), None)
        if known is None:
            self.lots[lot.holder_id].append(known := lot)
        return known

    def _note(self, lot: PointLot) -> None:
        if lot not in self._new:
            self._changed[lot.pk] = lot

    def write(self) -> None:
        """Everything that happened; after it the book is done with."""
        insert_rows(self._new)
        insert_rows(self._happened)
        stores = _accounts_of_stores(self._of_stores.keys())
        pk_of = {key: row.pk for key, row in self._accounts.items()} | stores
        insert_rows([
            PointEntry(transaction=row, taken_from_id=pk_of[a], given_to_id=pk_of[b], points=points, lot=lot)
            for row, a, b, points, lot in self._moved
        ])  # fmt: skip
        update_rows(list(self._changed.values()), ["holder", "left_points", "expired_points", "is_pending"])
        touched = {key for _, a, b, *_ in self._moved for key in (a, b) if key in self._accounts}
        update_rows([self._accounts[key] for key in sorted(touched)], ["balance"])
        for key in sorted(self._of_stores):
            PointAccount.objects.filter(pk=stores[key]).update(balance=F("balance") + self._of_stores[key])


def _held(lot: PointLot) -> AccountKind:
    return AccountKind.PENDING if lot.is_pending else AccountKind.AVAILABLE


def _locked(ids: list[int]) -> list[PointAccount]:
    """The accounts of these customers, opened where they have none, for nobody else until the transaction ends."""
    mine = PointAccount.objects.filter(customer_id__among=ids).order_by("pk").select_for_update(of=["self"])
    rows = list(mine)
    if len(rows) < len(ids) * len(OF_CUSTOMER):
        new = [PointAccount(kind=kind, customer_id=pk) for pk in ids for kind in OF_CUSTOMER]
        PointAccount.objects.bulk_create(new, ignore_conflicts=True)
        rows = list(mine.all())
    return rows


def _accounts_of_stores(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """{(store, kind): account} of whatever stores are met, opened where they have none."""
    stores = sorted({store for store, _ in keys})
    found = _of(stores)
    if set(keys) - found.keys():
        new = [PointAccount(kind=kind, store_id=pk) for pk in stores for kind in OF_STORE]
        PointAccount.objects.bulk_create(new, ignore_conflicts=True)
        found = _of(stores)
    return found


def _of(stores: list[int]) -> dict[tuple[int, str], int]:
    rows = PointAccount.objects.filter(store__in=stores).values_list("store_id", "kind", "pk")
    return {(store, kind): pk for store, kind, pk in rows}
