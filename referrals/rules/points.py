"""Points: what an order earns, when they count and end, which are spent first."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Terms:
    """The rules of a period: a point for so much paid, after so many days, for so many months."""

    from_on: date
    fen_per_point: int
    hold_days: int
    valid_months: int


@dataclass(frozen=True)
class Bill:
    """What counts of an order. `apart_fen` are lines that never earn: insurance (G14), cards and prepaid services."""

    is_closed: bool
    closed_on: date | None
    paid_fen: int | None
    insurer_fen: int | None = None
    warranty_fen: int | None = None
    apart_fen: int | None = 0  # None: there are such lines and nobody knows how much
    is_unit: bool = False

    @property
    def own_fen(self) -> int:
        """What the customer paid for work; unknown is nothing."""
        if self.paid_fen is None or self.apart_fen is None:
            return 0
        return max(0, self.paid_fen - (self.insurer_fen or 0) - (self.warranty_fen or 0) - self.apart_fen)


def terms_on(terms: Iterable[Terms], day: date | None) -> Terms | None:
    """The terms of a day; None before the programme began. A bill is paid for by those of the day it was closed on."""
    begun = [one for one in terms if day is not None and one.from_on <= day]
    return max(begun, key=lambda one: one.from_on, default=None)


def points_of(bill: Bill, terms: Terms | None) -> int:
    """What an order earns; nothing for company cars (G15)."""
    if terms is None or not bill.is_closed or bill.is_unit:
        return 0
    return bill.own_fen // terms.fen_per_point


def last_day(earned_on: date, months: int) -> date:
    """The last day on which points earned on a day can be used: the end of the month, so many months on."""
    year, month = divmod(earned_on.year * 12 + earned_on.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def pending_until(earned_on: date, days: int) -> date:
    """The day from whose morning they can be used."""
    return earned_on + timedelta(days=days)


def oldest_first(lots: Sequence, points: int) -> list[tuple]:
    """[(lot, points)] that pay `points` out of lots in order, as far as they reach."""
    taken, owed = [], points
    for lot in lots:
        part = min(lot.left, owed)
        if part:
            taken.append((lot, part))
            owed -= part
    return taken
