"""The yearly trust statement: what a customer spent, what we told them not to buy, what we watch, what we kept.

Every sum is the sum of the lines that are shown with it, to the fen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from core.days import start_of
from core.models import PublicToken
from core.public import has_public_pages
from customers.models import Customer, Promise
from staff.enums import Permission
from staff.models import User
from vehicles.enums import LineFate
from vehicles.models import QuoteLine, ServiceOrder
from vehicles.rules.honesty import MATTERS_WITHIN_DAYS
from vehicles.services.statements import STATEMENT

from .kept_page import KEPT, LATE, judged, ready_in_time

# Older years are history for the desk, not a page for the customer.
YEARS_BACK = 5


@dataclass(frozen=True)
class Word:
    """What we said we would do, by when, and what came of it: a word, a ride, a car lent, the car being ready."""

    body: str
    due_at: datetime
    outcome: str

    @property
    def told(self) -> str:
        return {KEPT: "做到了", LATE: "晚了"}.get(self.outcome, "没做到")


@dataclass(frozen=True)
class Statement:
    """One customer's year. `needed` was advised against and was needed after all: it counts as nothing saved."""

    customer: Customer
    year: int
    visits: list[ServiceOrder]
    saved: list[QuoteLine]
    needed: list[QuoteLine]
    watching: list[QuoteLine]
    promises: list[Word]

    @property
    def spent_fen(self) -> int:
        return sum(visit.own_fen or 0 for visit in self.visits)

    @property
    def saved_fen(self) -> int:
        return _fen(self.saved)

    @property
    def watching_fen(self) -> int:
        return _fen(self.watching)

    @property
    def unknown(self) -> int:
        """Visits of which nobody wrote down what was paid."""
        return sum(visit.paid_fen is None for visit in self.visits)

    @property
    def kept(self) -> int:
        """In time, as the rate of promises counts."""
        return sum(word.outcome == KEPT for word in self.promises)


def _fen(lines: list[QuoteLine]) -> int:
    return sum(line.amount_fen or 0 for line in lines)


def statement_of(customer: Customer, year: int, *, now: datetime, seen: Callable = lambda rows: rows) -> Statement:
    """The year as it stands `now`; `seen` narrows the rows to what the reader may see. Four statements."""
    begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
    made = {"quote__made_at__gte": start_of(begins), "quote__made_at__lt": start_of(ends)}
    orders = seen(ServiceOrder.objects).filter(customer=customer, closed_on__gte=begins, closed_on__lt=ends)
    lines = seen(QuoteLine.objects).filter(quote__customer=customer).select_related("quote__vehicle", "outcome")
    against = list(lines.saved(**made).order_by("quote__made_at", "pk"))
    watching = lines.watched().filter(quote__made_at__lt=start_of(ends)).order_by("watch_on", "pk")
    orders = orders.select_related("vehicle", "store").prefetch_related("lines").order_by("closed_on", "pk")
    visits = list(orders.annotate(outcome=ready_in_time()))
    due = Promise.objects.filter(customer=customer, due_at__gte=start_of(begins), due_at__lt=start_of(ends))
    words = [Word(one.body, one.due_at, one.outcome) for one in judged(due, now=now)]
    words += [Word("把车修好交给您", one.promised_at, one.outcome) for one in visits if one.outcome]
    return Statement(
        customer=customer,
        year=year,
        visits=visits,
        saved=[line for line in against if not hasattr(line, "outcome") or _proved_nothing(line)],
        needed=[line for line in against if hasattr(line, "outcome") and _was_needed(line)],
        watching=list(watching),
        promises=sorted(words, key=lambda word: word.due_at),
    )


def _was_needed(line: QuoteLine) -> bool:
    """Whether it came due within a year. What was done at once, against our advice, is neither."""
    return line.outcome.fate != LineFate.AT_ONCE and line.outcome.days <= MATTERS_WITHIN_DAYS


def _proved_nothing(line: QuoteLine) -> bool:
    return line.outcome.fate != LineFate.AT_ONCE and line.outcome.days > MATTERS_WITHIN_DAYS


def year_asked_for(text: str, *, today: date) -> int:
    """The year of an address; this year for none and for what no year of ours can be."""
    is_year = text.isascii() and text.isdecimal() and len(text) == 4
    return int(text) if is_year and today.year - YEARS_BACK <= int(text) <= today.year else today.year


def statement_page(customer: Customer, year: int, *, user: User, now: datetime, **bound) -> dict:
    """The context of the desk's page; `bound` carries a link just made."""
    may_share = user.may(Permission.SERVE) and customer.ended_at is None
    years = range(now.year - YEARS_BACK, now.year + 1)
    return {
        "statement": statement_of(customer, year, now=now, seen=lambda rows: rows.visible_to(user)),
        "customer": customer,
        "earlier": year - 1 if year - 1 in years else None,
        "later": year + 1 if year + 1 in years else None,
        "may_share": may_share,
        "can_share": may_share and has_public_pages(),
        "shared": PublicToken.objects.of(STATEMENT, customer.pk).live(now).first(),
        "is_part": bool(user.store_id) and customer.stores.count() > 1,
    } | bound
