"""Taking a time off a card that counts them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind
from ..errors import CardEmpty, CardOver, TooLateToUndo
from ..models import CardUse, CustomerChange, MemberCard


@transaction.atomic
def use_card(card: MemberCard, *, key: UUID, by: User, now: datetime) -> CardUse:
    """Take one time off. The same `key` again is the same use. Raises CardEmpty and CardOver."""
    MemberCard.objects.select_for_update().get(pk=card.pk)
    if known := CardUse.objects.filter(key=key, card=card).first():
        return known
    row = MemberCard.objects.with_left().get(pk=card.pk)
    if not row.is_valid(localdate(now)):
        raise CardOver
    if not row.left or row.left < 0:
        raise CardEmpty
    return _write(row, times=1, key=key, by=by, at=now)


@transaction.atomic
def take_back_use(use: CardUse, *, key: UUID, by: User, now: datetime) -> CardUse:
    """Give back what was taken off on the same day by mistake, once. Raises TooLateToUndo."""
    card = MemberCard.objects.select_for_update().get(pk=use.card_id)
    if known := CardUse.objects.filter(reverses=use).first():
        return known
    if localdate(use.at) != localdate(now) or use.reverses_id:
        raise TooLateToUndo
    return _write(card, times=-use.times, reverses=use, key=key, by=by, at=now)


def _write(card: MemberCard, *, by: User, **facts) -> CardUse:
    use = CardUse.objects.create(card=card, by=by, **facts)
    AuditEntry.objects.record(by=by, action=Action.USE_CARD, subject=card.customer, card=card.pk, times=use.times)
    CustomerChange.objects.note([card.customer_id], ChangeKind.ORDER)
    return use
