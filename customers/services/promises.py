"""Promises: given, kept, given another time, given up, and a slip taken back. Pressing twice is pressing once."""

from datetime import datetime

from django.db import transaction

from staff.models import Store, User

from ..enums import ChangeKind, PromiseKind
from ..errors import TooLateToUndo
from ..models import Customer, CustomerChange, Interaction, Promise, PromiseMove
from ..rules import UNDO_WITHIN


@transaction.atomic
def give_promise(
    customer: Customer,
    *,
    store: Store,
    by: User,
    at: datetime,
    body: str,
    due_at: datetime,
    kind: PromiseKind = PromiseKind.WORD,
    interaction: Interaction | None = None,
    **more,
) -> Promise:
    """Remember what we told a customer we would do, and by when. `more`: owner, fee_fen."""
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    if same := Promise.objects.open().filter(customer=row, kind=kind, body=body, due_at=due_at).first():
        return same
    _note(customer.pk)
    return Promise.objects.create(
        customer=row, store=store, made_by=by, made_at=at, kind=kind, body=body, due_at=due_at,
        interaction=interaction, **more,
    )  # fmt: skip


@transaction.atomic
def unmake_promise(promise: Promise, *, by: User, at: datetime) -> None:
    """It was never promised: a slip. Raises TooLateToUndo for somebody else's, an old one, and one that is over."""
    row = _locked(promise)
    if not row.is_open or row.made_by_id != by.pk or at - row.made_at > UNDO_WITHIN:
        raise TooLateToUndo
    _note(row.customer_id)
    row.delete()


@transaction.atomic
def keep_promise(promise: Promise, *, by: User, at: datetime) -> bool:
    """The promise was kept. False when somebody was quicker."""
    return _end(promise, kept_at=at, kept_by=by)


@transaction.atomic
def give_up_promise(promise: Promise, *, by: User, at: datetime, why: str) -> bool:
    """It will not be done, for a reason the customer knows. False when it was kept or given up before."""
    return _end(promise, given_up_at=at, given_up_by=by, given_up_why=why)


@transaction.atomic
def move_promise(promise: Promise, *, by: User, at: datetime, due_at: datetime, why: str) -> bool:
    """Another time for an open promise; what it was before is kept. False when there is nothing to move."""
    row = _locked(promise)
    if not row.is_open or not row.can_move or row.due_at == due_at:
        return False
    PromiseMove.objects.create(promise=row, was_due_at=row.due_at, due_at=due_at, why=why, by=by, at=at)
    row.due_at = due_at
    row.save(update_fields=["due_at"])
    _note(row.customer_id)
    return True


@transaction.atomic
def reopen_promise(promise: Promise, *, by: User, at: datetime) -> Promise:
    """Take back that it was kept or given up. Raises TooLateToUndo for somebody else's word and for an old one."""
    row = _locked(promise)
    if row.is_open:
        return row
    whose, when = (row.kept_by_id, row.kept_at) if row.kept_at else (row.given_up_by_id, row.given_up_at)
    if whose != by.pk or at - when > UNDO_WITHIN:
        raise TooLateToUndo
    row.kept_at = row.kept_by = row.given_up_at = row.given_up_by = None
    row.given_up_why = ""
    row.save(update_fields=["kept_at", "kept_by", "given_up_at", "given_up_by", "given_up_why"])
    _note(row.customer_id)
    return row


def _end(promise: Promise, **end) -> bool:
    row = _locked(promise)
    if not row.is_open:
        return False
    Promise.objects.filter(pk=row.pk).update(**end)
    _note(row.customer_id)
    return True


def _locked(promise: Promise) -> Promise:
    return Promise.objects.select_for_update(of=["self"]).get(pk=promise.pk)


def _note(customer_id: int) -> None:
    CustomerChange.objects.note([customer_id], ChangeKind.CONTACT)
