"""A new version of the contact budget: looked at first, then applied; an older one can be put back."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from segments.errors import PolicyMoved
from staff.enums import Action
from staff.models import AuditEntry, User

from ..models import ContactPolicy
from ..rules.numbers import NUMBERS, problems_with


@transaction.atomic
def set_contact_policy(
    *, seen_version: int, numbers: Mapping[str, int], closed: Sequence[str], why: str, by: User
) -> ContactPolicy:
    """Write a new version, when it differs from the one in force; the one in force. The caller has it planned anew.

    `seen_version` is the one that was on the screen: raises PolicyMoved when somebody else wrote another meanwhile, and
    ValueError for numbers that no policy has.
    """
    if problems := problems_with(numbers):
        raise ValueError(f"no policy: {problems}")
    before = ContactPolicy.objects.current()
    if (before.all_numbers, before.closed) == (dict(numbers), list(closed)):
        return before
    if before.version != seen_version:
        raise PolicyMoved(before)
    policy, is_new = ContactPolicy.objects.get_or_create(
        version=before.version + 1,
        defaults={"numbers": dict(numbers), "closed": list(closed), "why": why, "created_by": by},
    )
    if not is_new:
        raise PolicyMoved(policy)
    changed = [name for name in NUMBERS if before.all_numbers[name] != policy.all_numbers[name]]
    fields = [NUMBERS[name].words for name in changed] + (["休息日"] if before.closed != policy.closed else [])
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=policy, fields=fields)
    return policy


def restore_contact_policy(old: ContactPolicy, *, by: User) -> ContactPolicy:
    """Put the numbers of an older version in force again, as a new one."""
    return set_contact_policy(
        seen_version=ContactPolicy.objects.current().version,
        numbers=old.all_numbers,
        closed=old.closed,
        why=f"恢复第 {old.version} 版",
        by=by,
    )
