"""The customer's own WeChat group: recorded, who of the staff is in it, dissolved. One at a time."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind
from ..errors import TooLateToUndo
from ..models import Customer, CustomerChange, WechatGroup
from ..rules import UNDO_WITHIN


@transaction.atomic
def record_group(
    customer: Customer, *, name: str, staff: Iterable[User], by: User, at: datetime, started_on: date | None = None
) -> WechatGroup:
    """What the customer's group is called and who of us is in it; a group that is on record is corrected."""
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    facts = {"name": name, "started_on": started_on}
    recorded = {"recorded_by": by, "recorded_at": at}
    group, is_new = WechatGroup.objects.live().get_or_create(customer=row, ended_at=None, defaults=facts | recorded)
    was = (group.name, group.started_on, set() if is_new else set(group.staff.values_list("pk", flat=True)))
    if is_new or was != (name, started_on, {person.pk for person in staff}):
        group.name, group.started_on = name, started_on
        group.save(update_fields=["name", "started_on"])
        group.staff.set(staff)
        _note(group, by=by, group=group.pk, staff=sorted(person.pk for person in staff))
    return group


@transaction.atomic
def end_group(group: WechatGroup, *, by: User, at: datetime) -> None:
    """The group is dissolved. Repeating changes nothing."""
    if WechatGroup.objects.live().filter(pk=group.pk).update(ended_at=at, ended_by=by):
        _note(group, by=by, group_ended=group.pk)


@transaction.atomic
def revive_group(group: WechatGroup, *, by: User, at: datetime) -> None:
    """It was not dissolved after all. Raises TooLateToUndo for somebody else's word, an old one, or a new group."""
    lately = WechatGroup.objects.filter(pk=group.pk, ended_by=by, ended_at__gte=at - UNDO_WITHIN)
    try:
        with transaction.atomic():
            back = lately.update(ended_at=None, ended_by=None)
    except IntegrityError:
        raise TooLateToUndo from None
    if not back:
        raise TooLateToUndo
    _note(group, by=by, group=group.pk)


def _note(row: WechatGroup, /, *, by: User, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=row.customer, **facts)
    CustomerChange.objects.note([row.customer_id], ChangeKind.PERSON)
