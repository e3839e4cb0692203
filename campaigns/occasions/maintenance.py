"""保养到期提醒: an item of a car is due about now, counted from a day we know. Service: a fact, without an offer."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q

from customers.enums import Purpose
from vehicles.enums import Basis, MaintenanceItem, OpportunityKind
from vehicles.rules.due_words import why_words

from ..enums import Topic, TouchChannel
from ..models import Touch
from .base import Occasion, Proposal, Script, spoken
from .cars import owned_due, still_due

# Spoken of from two weeks before to a month after; what was missed longer ago is the customer's rhythm, not the car's.
AHEAD, AFTER = timedelta(days=14), timedelta(days=30)
# Of a new car only the oil is worth a word: the rest is reckoned from a day on which nothing was done.
_KNOWN = Q(basis__in=[Basis.HERE, Basis.WRITTEN, Basis.ELSEWHERE]) | Q(item=MaintenanceItem.ENGINE_OIL)


class MaintenanceDue(Occasion):
    """Each item of a car once for each time it was last done; what is due together the planner says together."""

    key = "maintenance"
    name = "保养到期提醒"
    purpose = Purpose.SERVICE
    topic = Topic.REMINDER
    priority = 35
    max_age = (AHEAD + AFTER).days
    channel = TouchChannel.WECHAT
    stands_alone = True

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        rows = owned_due(
            OpportunityKind.MAINTENANCE, due_on__range=(first - AFTER, last + AHEAD), item__in=MaintenanceItem
        ).filter(_KNOWN)
        for row in rows.iterator():
            yield Proposal(
                customer_id=row.customer,
                store_id=row.home,
                vehicle_id=row.vehicle_id,
                cycle=cycle_of(row.vehicle_id, row.item, row.last_on),
                due_on=row.due_on - AHEAD,
                not_after=row.due_on + AFTER,
                reason=f"{row.plate} {row.get_item_display()} {row.due_on} 前后该做，{why_words(row)}".strip()[:200],
                channel=TouchChannel.CALL if row.item == MaintenanceItem.ENGINE_OIL else None,
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The car is still theirs, and the item has not been done since. One query."""
        return still_due(
            OpportunityKind.MAINTENANCE, touches, lambda vehicle, item, _, last_on: cycle_of(vehicle, item, last_on)
        )

    def script(self, touch: Touch) -> Script:
        item = touch.cycle.split(":")[1]
        work = MaintenanceItem(item).label if item in MaintenanceItem.values else "保养"
        return spoken(self.key, touch, plate=touch.vehicle.plate if touch.vehicle else "车", work=work)


def cycle_of(vehicle_id: int, item: str, last_on: date) -> str:
    return f"{vehicle_id}:{item}:{last_on}"


occasion = MaintenanceDue()
