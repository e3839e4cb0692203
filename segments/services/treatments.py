"""A new version of how the shop treats a cell of the grade."""

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import PolicyMoved
from ..models import Treatment
from ..rules.treatments import Plan


@transaction.atomic
def set_treatment(cell: str, wanted: Plan, *, by: User) -> Plan:
    """Write a new version of one cell, when it differs from the plan in force; the plan in force.

    `wanted.version` is the one that was on the screen: raises PolicyMoved when somebody else wrote another meanwhile.
    """
    before = Treatment.objects.plan(cell)
    if wanted.what == before.what:
        return before
    if before.version != wanted.version:
        raise PolicyMoved(before)
    words = {"company": wanted.company, "staff": wanted.staff, "minutes": wanted.minutes, "fen": wanted.fen}
    row, is_new = Treatment.objects.get_or_create(
        letter=cell[0], digit=int(cell[1]), version=before.version + 1, defaults={**words, "created_by": by}
    )
    if not is_new:
        raise PolicyMoved(row.plan)
    fields = [name for name, value in words.items() if value != getattr(before, name)]
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row, cell=cell, fields=fields)
    return row.plan
