"""Which channel carries a message: the first of those in use that may carry it and reaches its customer."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef

from customers.models import ContactPoint

from ..channels import Channel
from ..models import Message, Touch
from ..occasions import topic_of
from ..wording import policy_of


class Routes:
    """The ways to some customers, read once for many messages: one query."""

    def __init__(self, customer_ids: Collection[int], channels: Sequence[Channel]):
        self.channels = channels
        self._points = _points(customer_ids, {channel.reaches for channel in channels})

    def of(self, touch: Touch) -> tuple[Channel, ContactPoint | None]:
        """The channel of a touch and where it sends to; no point: no channel reaches this customer.

        Where only a channel that may not carry it reaches them, that one: it is refused there, and said by a person.
        """
        topic = topic_of(touch.occasion)
        ways = [(one, self._points.get((touch.customer_id, one.reaches))) for one in self.channels]
        ways = [way for way in ways if way[1]]
        lawful = (way for way in ways if topic not in policy_of(way[0].words).topics_refused)
        return next(lawful, ways[0] if ways else (self.channels[0], None))


def _points(customer_ids: Collection[int], kinds: Collection[str]) -> dict[tuple[int, str], ContactPoint]:
    """Where a text goes, by customer and kind: the main one, else another; never one that is known to be dead."""
    points = ContactPoint.objects.written_to(*kinds).filter(customer__in=customer_ids)
    dead = Message.objects.filter(point=OuterRef("pk"), is_dead_number=True)
    rows = points.exclude(Exists(dead)).order_by("is_main", "-pk")
    return {(point.customer_id, point.kind): point for point in rows}
