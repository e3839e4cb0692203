"""What ways of winning customers cost: written down by month, put right by an amount below nothing."""

from datetime import date

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..models import SourceCost


@transaction.atomic
def record_cost(*, source: str, store: Store, month: date, fen: int, by: User) -> SourceCost:
    """So much was spent on a source in a month, or less than was written before."""
    row = SourceCost.objects.create(source=source, store=store, month=month.replace(day=1), fen=fen, by=by)
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=row, did="spent", fen=fen)
    return row
