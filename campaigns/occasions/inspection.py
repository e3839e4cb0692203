"""年检到期提醒: two months and two weeks before, by the typed date, else by the law. Service: the date is a fact."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from customers.enums import Purpose
from vehicles.enums import Basis, OpportunityKind, Paper

from ..enums import Topic
from ..models import Touch
from .base import Occasion, Proposal, Script, spoken
from .cars import owned_due, stages_between, still_due

# The mark can be asked for within three months before the end.
STAGES = (60, 14)
PRIORITY = {60: 42, 14: 18}
LEFT = {60: "可以去办了", 14: "没剩几天"}


class InspectionEnding(Occasion):
    """One stage at a time, as with the insurance."""

    key = "inspection"
    name = "年检到期提醒"
    purpose = Purpose.SERVICE
    topic = Topic.REMINDER
    priority = 38
    max_age = STAGES[0]
    stands_alone = True

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        span = (first, last + timedelta(days=STAGES[0]))
        for row in owned_due(OpportunityKind.INSPECTION, due_on__range=span, item=Paper.INSPECTION).iterator():
            for stage, due_on, not_after in stages_between(row.due_on, first, last, stages=STAGES):
                by_law = "（按上牌日推算）" if row.basis == Basis.BY_RULE else ""
                yield Proposal(
                    customer_id=row.customer,
                    store_id=row.home,
                    vehicle_id=row.vehicle_id,
                    cycle=f"{turn_of(row.vehicle_id, row.item, row.due_on)}:{stage}",
                    due_on=due_on,
                    not_after=not_after,
                    reason=f"{row.plate} 年检 {row.due_on} 到期{by_law}，{LEFT[stage]}".strip(),
                    priority=PRIORITY[stage],
                )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The car is still theirs and its inspection still ends on the same day. One query."""
        return still_due(OpportunityKind.INSPECTION, touches, turn_of)

    def script(self, touch: Touch) -> Script:
        said = touch.cycle.split(":")
        day = date.fromisoformat(said[2]) if len(said) > 2 else touch.not_after
        plate = touch.vehicle.plate if touch.vehicle else "车"
        return spoken(self.key, touch, plate=plate, until=f"{day.month}月{day.day}日")


def turn_of(vehicle_id: int, item: str, due_on: date, last_on: date | None = None) -> str:
    return f"{vehicle_id}:{item}:{due_on}"


occasion = InspectionEnding()
