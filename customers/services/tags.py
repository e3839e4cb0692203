"""Tags: one vocabulary for the company, put on customers for a time, taken off, renamed, merged."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from core.days import start_of
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind
from ..errors import TagTaken, TooLateToUndo
from ..models import Customer, CustomerChange, CustomerTag, Tag
from ..rules import UNDO_WITHIN, tag_key, tidy_name


@transaction.atomic
def tag_customer(
    customer: Customer, *, name: str, by: User, at: datetime, today: date, expires_on: date | None = None
) -> CustomerTag:
    """Put a tag on a customer, a new word joining the vocabulary. Repeating changes nothing but the day it ends."""
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    words = {"name": tidy_name(name), "created_by": by, "created_at": at}
    tag, _ = Tag.objects.get_or_create(key=tag_key(name), defaults=words)
    standing = CustomerTag.objects.standing().filter(customer=row, tag=tag).first()
    if standing and standing.expires_on == expires_on and standing.is_live(today):
        return standing
    if standing:
        _end(standing, by=by, at=at, today=today)
    _note([row.pk], by=by, subject=row, tag=tag.pk)
    return CustomerTag.objects.create(customer=row, tag=tag, added_by=by, added_at=at, expires_on=expires_on)


def _end(link: CustomerTag, *, by: User, at: datetime, today: date) -> None:
    """What ran out by itself ended at the end of its last day, and by nobody."""
    if link.is_live(today):
        link.removed_at, link.removed_by = at, by
    else:
        link.removed_at = start_of(link.expires_on + timedelta(days=1))
    link.save(update_fields=["removed_at", "removed_by"])


@transaction.atomic
def untag(link: CustomerTag, *, by: User, at: datetime) -> None:
    """Take a tag off a customer. Repeating changes nothing."""
    if CustomerTag.objects.standing().filter(pk=link.pk).update(removed_at=at, removed_by=by):
        _note([link.customer_id], by=by, subject=link.customer, untagged=link.tag_id)


@transaction.atomic
def retag(link: CustomerTag, *, by: User, at: datetime) -> None:
    """Put back what was taken off by mistake. Raises TooLateToUndo for somebody else's and for an old one."""
    lately = CustomerTag.objects.filter(pk=link.pk, removed_by=by, removed_at__gte=at - UNDO_WITHIN)
    try:
        with transaction.atomic():
            back = lately.update(removed_at=None, removed_by=None)
    except IntegrityError:  # it was put on anew meanwhile
        raise TooLateToUndo from None
    if not back:
        raise TooLateToUndo
    _note([link.customer_id], by=by, subject=link.customer, tag=link.tag_id)


@transaction.atomic
def rename_tag(tag: Tag, *, name: str, by: User) -> None:
    """Write a tag otherwise, on everybody at once. Raises TagTaken where another tag is called so."""
    name, key = tidy_name(name), tag_key(name)
    if other := Tag.objects.filter(key=key).exclude(pk=tag.pk).first():
        raise TagTaken(other)
    if (tag.name, tag.key) != (name, key):
        tag.name, tag.key = name, key
        tag.save(update_fields=["name", "key"])
        # What a tag says is a fact about everybody who carries it.
        carry = CustomerTag.objects.standing().filter(tag=tag).values_list("customer", flat=True)
        _note(list(carry), by=by, subject=tag, renamed=tag.pk)


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag, by: User, at: datetime) -> int:
    """Two words for one thing become one: everybody with `tag` has `into`, for the longer of both times. How many."""
    gone, kept = CustomerTag.objects.filter(tag=tag), CustomerTag.objects.filter(tag=into)
    _lengthen(kept.standing(), gone.standing())
    twice = gone.standing().filter(Exists(kept.standing().filter(customer=OuterRef("customer"))))
    twice.update(removed_at=at, removed_by=by)
    customers = list(gone.values_list("customer", flat=True).distinct())
    gone.update(tag=into)
    was = tag.pk
    tag.delete()
    _note(customers, by=by, subject=into, merged=was)
    return len(customers)


def _lengthen(kept, gone) -> None:
    """Of two standing tags on one customer the one that is kept lasts as long as either."""
    same = gone.filter(customer=OuterRef("customer"))
    longer = same.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=OuterRef("expires_on")))
    both = kept.filter(expires_on__isnull=False).filter(Exists(longer))
    both.update(expires_on=Subquery(same.values("expires_on")[:1]))


def _note(customer_ids: list[int], *, by: User, subject, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=subject, **facts)
    CustomerChange.objects.note(customer_ids, ChangeKind.PERSON)
