"""The night's care of points: what has waited comes, what was not used ends, people who became one share an account."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.bulk import in_batches
from customers.enums import EndedAs
from customers.models import Customer
from customers.services import heirs_of, survivor_of

from ..enums import AccountKind, Cause
from ..models import OrderEarning, PointAccount, PointEntry, PointLot, PointTransaction
from .book import Book, Happening
from .earning import merge_of

BATCH = 500


def mind_points(*, today: date) -> dict:
    """{"released", "expired", "merged", "parted", "forfeited"}: how many of each."""
    return {
        **follow_people(today=today, now=timezone.now()),
        "released": _each_lot(PointLot.objects.ripe(today), Cause.RELEASE, Book.release, today),
        "expired": _each_lot(PointLot.objects.over(today), Cause.EXPIRY, Book.expire, today),
    }


def _each_lot(lots, cause: Cause, act: Callable, today: date) -> int:
    """A portion of lots in a transaction; a killed night goes on with those that are left."""
    ids, done = lots.order_by("holder_id", "pk").values_list("pk", flat=True), 0
    for portion in in_batches(ids, BATCH):
        done += _portion(lots, portion, cause, act, today)
    return done


@transaction.atomic
def _portion(lots, portion: list[int], cause: Cause, act: Callable, today: date) -> int:
    holders = PointLot.objects.filter(pk__among=portion).values_list("holder_id", flat=True)
    book = Book(holders, now=timezone.now())
    due = list(lots.filter(pk__among=portion).order_by("pk"))
    for lot in due:
        act(book, Happening(cause, _key(cause, lot, today), lot.holder_id, lot.store_id, today, lot.order_id), lot)
    book.write()
    return len(due)


def _key(cause: Cause, lot: PointLot, today: date) -> str:
    """A lot comes once; it may end again, where a gift was given back after its day."""
    return f"release:{lot.pk}" if cause == Cause.RELEASE else f"expiry:{lot.pk}:{today}:{lot.expired_points}"


def follow_people(*, today: date, now: datetime) -> dict:
    """Points go where their people went."""
    holding = PointAccount.objects.exclude(balance=0).filter(customer__ended_at__isnull=False)
    ended = Customer.objects.filter(pk__in=holding.values("customer")).order_by("pk")
    merged = [follow_merge(one, today=today, now=now) for one in ended.filter(ended_as=EndedAs.MERGED)]
    parted = [undo_merge(one, today=today, now=now) for one in PointTransaction.objects.merges_undone()]
    erased = [forfeit(one, today=today, now=now) for one in ended.filter(ended_as=EndedAs.ERASED)]
    return {"merged": sum(merged), "parted": sum(parted), "forfeited": sum(erased)}


@transaction.atomic
def follow_merge(customer: Customer, *, today: date, now: datetime, by=None) -> bool:
    """What a merged customer holds and owes is the survivor's from now on; False where there is nothing."""
    heir = survivor_of(customer.pk)
    book = Book([customer.pk, heir], now=now, by=by)
    lots, owed = list(book.lots[customer.pk]), -book.balance(customer.pk, AccountKind.DEBT)
    if heir == customer.pk or not (lots or owed):
        return False
    row = book.begin(merge_of(customer.pk, _home(customer.pk, lots), today))
    for lot in lots:
        book.hand_over(row, lot, to=heir)
    book.pass_debt(row, of=customer.pk, to=heir, points=owed)
    book.write()
    return True


@transaction.atomic
def undo_merge(merge: PointTransaction, *, today: date, now: datetime, by=None) -> bool:
    """They are two again: what is left of the lots that came goes back, and what is still owed. Once."""
    entries = list(merge.entries.select_related("taken_from"))
    lots, back = {one.lot_id for one in entries if one.lot_id}, merge.about_id
    owed = [one for one in entries if one.taken_from.kind == AccountKind.DEBT]
    # What their own orders have earned meanwhile is theirs too.
    orders = set(OrderEarning.objects.filter(holder=back).values_list("order_id", flat=True))
    found = PointLot.objects.held().filter(Q(pk__among=sorted(lots)) | Q(order_id__among=sorted(orders)))
    theirs = {lot for lot, owner in _owners(found).items() if owner == back}
    holders = found.filter(pk__among=sorted(theirs)).values_list("holder_id", flat=True)
    debtors = heirs_of({one.taken_from.customer_id for one in owed})
    heirs = {*holders, *debtors.values()}
    book = Book({back, *heirs}, now=now, by=by)
    if PointTransaction.objects.filter(reverses=merge).exists():
        return False
    about = Happening(Cause.TAKEN_BACK, f"parted:{merge.pk}", back, merge.store_id, today, reverses=merge)
    row = book.begin(about)
    for lot in [one for heir in sorted(heirs - {back}) for one in book.lots[heir]]:
        if lot.pk in theirs:
            book.hand_over(row, lot, to=back)
    for one in owed:
        heir = debtors[one.taken_from.customer_id]
        if heir != back:
            book.pass_debt(row, of=heir, to=back, points=min(one.points, -book.balance(heir, AccountKind.DEBT)))
    book.write()
    return True


def _owners(lots: QuerySet) -> dict[int, int]:
    """{lot: whose record it is now of whom it was given to}. An order's points are whose the order is, also those that
    a survivor was given; thanks that somebody else got for it are theirs."""
    given = PointEntry.objects.filter(lot__in=lots, taken_from__kind=AccountKind.ISSUED).order_by("-pk")
    rows = list(given.values_list("lot", "transaction__cause", "transaction__order_id", "transaction__about"))
    earned = OrderEarning.objects.filter(order_id__among=sorted({order for _, _, order, _ in rows if order}))
    holders = dict(earned.values_list("order_id", "holder"))
    # The latest first, so that what counts is the line that made the lot.
    owners = {lot: holders.get(order, about) if cause == Cause.ORDER else about for lot, cause, order, about in rows}
    heirs = heirs_of(set(owners.values()))
    return {lot: heirs[owner] for lot, owner in owners.items()}


@transaction.atomic
def forfeit(customer: Customer, *, today: date, now: datetime, by=None) -> bool:
    """Somebody was erased: nobody can ask for their points any more. The lines stay, without a name."""
    book = Book([customer.pk], now=now, by=by)
    lots = list(book.lots[customer.pk])
    if not (lots or book.balance(customer.pk, AccountKind.DEBT)):
        return False
    turn = PointTransaction.objects.filter(about=customer, cause=Cause.FORFEIT).count() + 1
    key = f"forfeit:{customer.pk}:{turn}"
    book.forfeit(Happening(Cause.FORFEIT, key, customer.pk, _home(customer.pk, lots), today))
    book.write()
    return True


def _home(customer_id: int, lots: Iterable[PointLot]) -> int:
    """The store whose points they are mostly; of who only owes, the store they owe it to."""
    found = next((lot.store_id for lot in lots), None)
    return found or PointTransaction.objects.of(customer_id).first().store_id
