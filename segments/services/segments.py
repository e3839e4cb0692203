"""Segments: saved under a name, changed, put away."""

from datetime import datetime

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import SegmentMoved, SegmentTaken
from ..models import Segment
from ..rules.conditions import Group, as_json


@transaction.atomic
def save_segment(segment: Segment, *, name: str, conditions: Group, by: User) -> Segment:
    """Write a segment, new or changed; saving it as it stands writes nothing.

    Raises SegmentTaken, and SegmentMoved when it is no longer the version that `segment` was when `by` saw it.
    """
    wanted = {"name": name, "conditions": as_json(conditions)}
    is_new, seen = segment.pk is None, segment.version
    if not is_new:
        segment = Segment.objects.select_for_update(of=["self"]).get(pk=segment.pk)
    if Segment.objects.filter(name=name).exclude(pk=segment.pk).exists():
        raise SegmentTaken
    fields = [field for field, value in wanted.items() if is_new or getattr(segment, field) != value]
    if not fields:
        return segment
    if not is_new and segment.version != seen:
        raise SegmentMoved(segment)
    segment.version += not is_new
    for field in fields:
        setattr(segment, field, wanted[field])
    segment.created_by = by if is_new else segment.created_by
    segment.save()
    # The conditions stand there whole: who was taken out by them can be told for as long as the trail is kept.
    AuditEntry.objects.record(by=by, action=Action.SEGMENT, subject=segment, fields=fields, **wanted)
    return segment


@transaction.atomic
def archive_segment(segment: Segment, *, by: User, at: datetime) -> None:
    """Out of the list; lists and exports that were made by it keep its name. Repeating changes nothing."""
    _put(segment, at, by=by)


@transaction.atomic
def revive_segment(segment: Segment, *, by: User) -> None:
    """Back in the list. Repeating changes nothing."""
    _put(segment, None, by=by)


def _put(segment: Segment, archived_at: datetime | None, *, by: User) -> None:
    changed = Segment.objects.filter(pk=segment.pk, archived_at__isnull=archived_at is not None)
    if changed.update(archived_at=archived_at):
        AuditEntry.objects.record(by=by, action=Action.SEGMENT, subject=segment, fields=["archived_at"])
