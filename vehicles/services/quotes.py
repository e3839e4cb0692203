"""A quote is begun, written, decided line by line, taken up again next time; and every slip taken back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from core.models import PublicToken
from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from customers.services import make_known
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import Advice, DecidedHow, Decision, OrderStatus, QuoteState
from ..errors import CannotQuote, NothingToDecide, OfferChanged, QuoteOver
from ..models import Quote, QuoteLine, ServiceLine, ServiceOrder, Vehicle, VehicleChange
from ..models.quotes import UNDECIDED
from ..rules.cards import card_for
from ..rules.quotes import goes_along, is_another_offer, may_come_back
from .items import meanings_of

SHARED = "quote"  # the purpose of the customer's link
SHARED_FOR = timedelta(days=7)
MOST_OFFERED_AGAIN = 20
CARRIED = ("name", "item", "advice", "reason", "amount_fen", "watch_on", "watch_km", "card")


class QuoteDraft(NamedTuple):
    """A line as the desk typed it; `pk` of the line it changes, None for a new one."""

    name: str
    advice: Advice
    reason: str = ""
    amount_fen: int | None = None
    watch_on: date | None = None
    watch_km: int | None = None
    pk: int | None = None


@transaction.atomic
def start_quote(
    vehicle: Vehicle, *, customer: Customer, store: Store, by: User, now: datetime, order: ServiceOrder | None = None
) -> Quote:
    """The quote of this visit, or the one open for the car; starting again gives the same one.

    A new one takes along what we said we would watch, unless it was done meanwhile; the quote before it is closed.
    """
    Vehicle.objects.select_for_update(of=["self"]).get(pk=vehicle.pk)
    standing = Quote.objects.open().select_related("order").filter(vehicle=vehicle, store=store).first()
    if standing and _goes_on(standing, customer, order):
        return standing
    if standing:
        standing.end(QuoteState.CLOSED, now=now)
    quote = Quote.objects.create(store=store, customer=customer, vehicle=vehicle, order=order, advisor=by, made_at=now)
    _write_again(quote, [line for line in _earlier(quote) if goes_along(line.advice, line.decision)])
    make_known(customer, store=store)
    note_quote(quote, by, did="started")
    return quote


def _goes_on(standing: Quote, customer: Customer, order: ServiceOrder | None) -> bool:
    if not standing.is_open or standing.customer_id != customer.pk:
        return False
    if order and standing.order_id is None:  # quoted before the car came: now it is here
        standing.order = order
        standing.save(update_fields=["order"])
    return order is None or standing.order_id == order.pk


def _earlier(quote: Quote) -> list[QuoteLine]:
    """What was said last of each job in earlier quotes of the car, unless its item was done since."""
    newest = {}
    for line in QuoteLine.objects.earlier_than(quote).select_related("quote")[:200]:
        newest.setdefault(line.name, line)
    lines = list(newest.values())
    done = _done_since(quote, lines)
    return [line for line in lines if not any(day >= line.quote.made_at for day in done.get(line.item, ()))]


def _done_since(quote: Quote, lines: Iterable[QuoteLine]) -> dict[str, list[datetime]]:
    items, days = {line.item for line in lines} - {""}, {}
    closed = {"order__vehicle": quote.vehicle_id, "order__status": OrderStatus.CLOSED, "item__in": items}
    rows = ServiceLine.objects.filter(**closed, order__closed_at__isnull=False) if items else ServiceLine.objects.none()
    for item, day in rows.values_list("item", "order__closed_at"):
        days.setdefault(item, []).append(day)
    return days


def _write_again(quote: Quote, earlier: Sequence[QuoteLine]) -> None:
    first = quote.lines.count() + 1
    QuoteLine.objects.bulk_create(
        QuoteLine(
            quote=quote, position=place, revived_from=line, **{field: getattr(line, field) for field in CARRIED}
        )
        for place, line in enumerate(earlier, start=first)
    )  # fmt: skip


def left_undone(quote: Quote) -> list[QuoteLine]:
    """What was a must on earlier visits and was not done: it may be taken up again."""
    lines = [line for line in _earlier(quote) if may_come_back(line.advice, line.decision)]
    return lines[:MOST_OFFERED_AGAIN]


@transaction.atomic
def revive_line(line: QuoteLine, *, by: User) -> QuoteLine:
    """Take a line of an earlier visit up into the car's open quote, undecided; twice is once.

    Raises QuoteOver where no quote is open, CannotQuote for a line that is not offered again.
    """
    quote = Quote.objects.open().filter(vehicle=line.quote.vehicle_id, store=line.quote.store_id).first()
    if quote is None:
        raise QuoteOver
    quote = locked_quote(quote)
    if taken := QuoteLine.objects.filter(revived_from=line).first():
        return taken
    if line not in left_undone(quote):
        raise CannotQuote("这一项不用再提")
    _write_again(quote, [line])
    note_quote(quote, by, did="revived")
    return line.revival


@transaction.atomic
def write_quote_lines(quote: Quote, *, drafts: Sequence[QuoteDraft], by: User) -> Quote:
    """The quote has exactly these lines. A line whose name, advice or price changed is undecided again.

    Raises QuoteOver. Writing the same again changes nothing.
    """
    quote = locked_quote(quote)
    before = {line.pk: line for line in quote.lines.all()}
    kept = {draft.pk: draft for draft in drafts if draft.pk in before}
    items = {name: meaning.item for name, meaning in meanings_of(draft.name for draft in drafts).items()}
    gone = [pk for pk in before if pk not in kept]
    quote.lines.filter(pk__in=gone).delete()
    changed = [_change(before[pk], place, kept[pk], items) for place, pk in enumerate(_in_order(before, kept), start=1)]
    new = [draft for draft in drafts if draft.pk not in kept]
    QuoteLine.objects.bulk_create(
        QuoteLine(quote=quote, position=place, **_facts(draft, items[draft.name]))
        for place, draft in enumerate(new, start=len(kept) + 1)
    )
    if gone or new or any(changed):
        note_quote(quote, by, did="written")
    return quote


def _in_order(before: dict[int, QuoteLine], kept: dict[int, QuoteDraft]) -> list[int]:
    """Places only ever move up, so that no two lines stand on one in between."""
    return sorted(kept, key=lambda pk: before[pk].position)


def _facts(draft: QuoteDraft, item: str) -> dict:
    """What stands in the line: what was typed, the maintenance item it is, and the card that explains it."""
    typed = {name: value for name, value in draft._asdict().items() if name != "pk"}
    return typed | {"item": item, "card": card_for(draft.name, item)}


def _change(line: QuoteLine, place: int, draft: QuoteDraft, items: dict[str, str]) -> bool:
    facts = _facts(draft, items[draft.name]) | {"position": place}
    if all(getattr(line, field) == value for field, value in facts.items()):
        return False
    if is_another_offer(line, draft):
        facts |= UNDECIDED | {"revision": line.revision + 1}
    for field, value in facts.items():
        setattr(line, field, value)
    line.save(update_fields=list(facts))
    return True


@transaction.atomic
def decide_line(
    line: QuoteLine, *, decision: Decision, how: DecidedHow, by: User | None, now: datetime, revision: int,
    reason: str = "",
) -> QuoteLine:  # fmt: skip
    """What the customer said of the offer `revision`. The same word again is the same decision.

    Raises QuoteOver, OfferChanged when something else is offered meanwhile, NothingToDecide for a C line.
    """
    quote = locked_quote(line.quote)
    line = QuoteLine.objects.select_for_update(of=["self"]).get(pk=line.pk)
    if line.revision != revision:
        raise OfferChanged
    if not line.needs_word:
        raise NothingToDecide
    if (line.decision, line.decided_how, line.decline_reason) == (decision, how, reason):
        return line
    line.decide(decision, how=how, by=by, now=now, reason=reason)
    if how == DecidedHow.PHONE:
        quote.answer(now=now)
    note_quote(quote, by, did="decided", line=line.pk, decision=str(decision), how=str(how))
    return line


@transaction.atomic
def take_decision_back(line: QuoteLine, *, by: User) -> QuoteLine:
    """The word was written down by mistake; an undecided line stays as it is. Raises QuoteOver."""
    quote = locked_quote(line.quote)
    line = QuoteLine.objects.select_for_update(of=["self"]).get(pk=line.pk)
    if line.decision:
        line.reopen()
        note_quote(quote, by, did="undecided", line=line.pk)
    return line


@transaction.atomic
def withdraw_quote(quote: Quote, *, by: User, now: datetime) -> Quote:
    """It was a mistake: it counts nowhere and its link ends. Twice is once. Raises QuoteOver for a closed one."""
    quote = Quote.objects.select_for_update(of=["self"]).get(pk=quote.pk)
    if quote.state == QuoteState.WITHDRAWN:
        return quote
    if quote.state == QuoteState.CLOSED:
        raise QuoteOver
    quote.end(QuoteState.WITHDRAWN, now=now)
    PublicToken.objects.revoke(SHARED, quote.pk, now=now)
    # What it had taken along from earlier visits is offered there again.
    quote.lines.filter(revived_from__isnull=False).update(revived_from=None)
    note_quote(quote, by, did="withdrawn")
    return quote


@transaction.atomic
def restore_quote(quote: Quote, *, by: User) -> Quote:
    """Take the withdrawing back. Raises CannotQuote when the car has another one open by now."""
    Vehicle.objects.select_for_update(of=["self"]).get(pk=quote.vehicle_id)
    quote = Quote.objects.select_for_update(of=["self"]).get(pk=quote.pk)
    if quote.state != QuoteState.WITHDRAWN:
        return quote
    if Quote.objects.open().filter(vehicle=quote.vehicle_id, store=quote.store_id).exists():
        raise CannotQuote("这台车已经有一份新的报价")
    quote.open_again()
    note_quote(quote, by, did="restored")
    return quote


@transaction.atomic
def share_quote(quote: Quote, *, by: User, now: datetime) -> str:
    """A secret for the customer's phone; an earlier one ends. Raises QuoteOver."""
    quote = locked_quote(quote)
    secret = PublicToken.objects.issue(SHARED, quote.pk, until=now + SHARED_FOR, now=now)
    note_quote(quote, by, did="shared")
    return secret


@transaction.atomic
def unshare_quote(quote: Quote, *, by: User, now: datetime) -> bool:
    """The customer's link opens nothing more; False when there was none."""
    ended = PublicToken.objects.revoke(SHARED, quote.pk, now=now)
    if ended:
        note_quote(quote, by, did="unshared")
    return bool(ended)


def follow_visit(order: ServiceOrder, *, now: datetime) -> None:
    """The visit is of another car or person: what was quoted at it goes along, closed where that car has one open."""
    for quote in Quote.objects.filter(order=order).select_for_update(of=["self"]):
        others = Quote.objects.open().filter(vehicle=order.vehicle_id, store=quote.store_id).exclude(pk=quote.pk)
        if quote.state == QuoteState.OPEN and others.exists():
            quote.end(QuoteState.CLOSED, now=now)
        quote.vehicle_id, quote.customer_id = order.vehicle_id or quote.vehicle_id, order.customer_id
        quote.save(update_fields=["vehicle", "customer"])


def locked_quote(quote: Quote) -> Quote:
    """The quote, held until the act is over. Raises QuoteOver."""
    quote = Quote.objects.select_for_update(of=["self"]).select_related("order").get(pk=quote.pk)
    if not quote.is_open:
        raise QuoteOver
    return quote


def note_quote(quote: Quote, by: User | None, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.QUOTE, subject=quote.customer, quote=quote.pk, **facts)
    CustomerChange.objects.note([quote.customer_id], ChangeKind.ORDER)
    VehicleChange.objects.note([quote.vehicle_id])
