"""A new version of what the shop collects."""

from collections.abc import Mapping

from django.db import transaction

from customers.enums import ProfileItem
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import Department
from ..errors import PolicyMoved
from ..models import CollectionPolicy, CollectionRule
from ..rules.completeness import Policy, Rule


@transaction.atomic
def set_policy(*, seen_version: int, rules: Mapping[ProfileItem, Rule], goal_percent: int, by: User) -> Policy:
    """Write a new version, when it differs from the one in force; the version in force afterwards.

    `seen_version` is the one that was on the screen: raises PolicyMoved when somebody else wrote another meanwhile.
    """
    before = CollectionPolicy.objects.current()
    wanted = Policy(version=before.version + 1, rules=rules, goal_percent=goal_percent, created_by=by)
    changes = changes_between(before, wanted)
    if not changes:
        return before
    if before.version != seen_version:
        raise PolicyMoved(before)
    is_drawn = before.is_drawn and before.half_lives == wanted.half_lives
    row, is_new = CollectionPolicy.objects.get_or_create(
        version=wanted.version, defaults={"goal_percent": goal_percent, "created_by": by, "is_drawn": is_drawn}
    )
    if not is_new:
        raise PolicyMoved(CollectionPolicy.objects.current())
    CollectionRule.objects.bulk_create(_row(row, rule) for rule in rules.values())
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row, **changes)
    return CollectionPolicy.objects.current()


def _row(policy: CollectionPolicy, rule: Rule) -> CollectionRule:
    asked = {department.value: department in rule.departments for department in Department}
    return CollectionRule(
        policy=policy, item=rule.item, purpose=rule.purpose, good_for_days=rule.good_for_days, **asked
    )


def changes_between(before: Policy, after: Policy) -> dict:
    """What differs, in codes: {"goal": [90, 95], "asked": {"birthday": ["+advisor"]}, "reworded": […], "ages": […]}."""
    pairs = [(item, before.rules[item], after.rules[item]) for item in after.rules]
    asked = {item.value: _marks(old.departments, new.departments) for item, old, new in pairs}
    found = {
        "goal": [before.goal_percent, after.goal_percent] if before.goal_percent != after.goal_percent else [],
        "asked": {item: marks for item, marks in asked.items() if marks},
        "reworded": [item.value for item, old, new in pairs if old.purpose != new.purpose],
        "ages": [item.value for item, old, new in pairs if old.good_for_days != new.good_for_days],
    }
    return {name: what for name, what in found.items() if what}


def _marks(before: frozenset, after: frozenset) -> list[str]:
    return [*(f"+{one.value}" for one in sorted(after - before)), *(f"-{one.value}" for one in sorted(before - after))]
