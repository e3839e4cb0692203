"""What is said together ends together: the touches a contact carries besides its own."""

from datetime import datetime

from ..enums import TouchState
from ..models import Touch


def end_with(lead: Touch, *, now: datetime) -> list[int]:
    """The open touches said together with `lead` go the way it went, or wait with it; their ids."""
    along = list(Touch.objects.open().filter(merged_into=lead).values_list("pk", flat=True))
    touches = Touch.objects.filter(pk__in=along)
    touches.freeze(now)
    if not lead.is_open:
        touches.end(lead.state, lead.drop_reason)
    return along


def restore(along: list[int], *, frozen_at) -> None:
    """As they were before the contact that carried them was worked; `frozen_at` is the lead's."""
    touches = Touch.objects.filter(pk__in=along)
    touches.update(state=TouchState.WAITING, drop_reason="", ended_at=None, frozen_at=frozen_at)


def release(leads: list[int]) -> int:
    """Their lead is not carried out: the next night finds another place for them."""
    return Touch.objects.open().filter(merged_into__in=leads).update(merged_into=None, frozen_at=None)
