"""The terms under which points are given: a new version from a day to come, never for what has happened."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import PolicyMoved, TooEarly
from ..models import EarningRule, PointPolicy


@transaction.atomic
def set_point_policy(*, version: int, by: User, today: date, **terms) -> PointPolicy:
    """A new version after the one somebody looked at (`version`, 0 for none).

    The first may begin today, later ones tomorrow: an old order is never paid for, nor by other rules than those of its
    day. Raises PolicyMoved and TooEarly.
    """
    newest = PointPolicy.objects.newest()
    if (newest.version if newest else 0) != version:
        raise PolicyMoved
    first = today + timedelta(days=1) if newest and newest.from_on <= today else today
    if terms["from_on"] < first:
        raise TooEarly(first)
    try:
        with transaction.atomic():
            row = PointPolicy.objects.create(version=version + 1, created_by=by, **terms)
    except IntegrityError:
        raise PolicyMoved from None
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row)
    return row


def set_earning_rule(rule: EarningRule, *, by: User, now: datetime) -> EarningRule:
    """What the act earns from now on; claims that wait keep what they were written with."""
    rule.changed_by, rule.changed_at = by, now
    rule.save()
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=rule)
    return rule
