"""What the occasions share that speak of an opportunity: which stand open, and whether one still does."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef

from vehicles.enums import OpportunityKind, OpportunityState
from vehicles.models import Appointment, Opportunity, ServiceOrder

from ..models import Touch
from ..querysets import has_phone
from .base import Occasion, Proposal, Script, spoken


class OfOpportunity(Occasion):
    """Each opportunity of a kind once, from `ahead` days before its day to `max_age` days on, while nobody has spoken
    of it and its car is neither here nor expected."""

    kind: OpportunityKind
    ahead = 0

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        ahead, since = timedelta(days=self.ahead), first - timedelta(days=self.max_age)
        here = ServiceOrder.objects.open().filter(vehicle=OuterRef("vehicle"))
        expected = Appointment.objects.expected().filter(vehicle=OuterRef("vehicle"))
        rows = (
            self._open()
            .filter(due_on__range=(since + ahead, last + ahead), ends_on__gte=first, customer__ended_at__isnull=True)
            .filter(has_phone("customer"), ~Exists(here), ~Exists(expected))
            .annotate(plate=F("vehicle__plate"))
            .order_by("customer", "vehicle", "due_on", "cycle")
        )
        for row in rows.iterator():
            due_on = row.due_on - ahead
            yield Proposal(
                customer_id=row.customer_id,
                store_id=row.store_id,
                vehicle_id=row.vehicle_id,
                cycle=cycle_of(row),
                due_on=due_on,
                not_after=min(self.latest(due_on), row.ends_on),
                reason=f"{row.plate} {row.reason}".strip()[:200],
            )

    def _open(self):
        return Opportunity.objects.filter(kind=self.kind, state=OpportunityState.OPEN)

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """It still stands open, and is still about this customer. One query."""
        rows = self._open().filter(vehicle__in=[touch.vehicle_id for touch in touches], ends_on__gte=day)
        standing = {(row.customer_id, cycle_of(row)) for row in rows}
        return {touch.pk for touch in touches if (touch.customer_id, touch.cycle) in standing}

    def script(self, touch: Touch) -> Script:
        plate = touch.vehicle.plate if touch.vehicle else ""
        # A reason begins with the car, then with what it is about.
        text = touch.reason.removeprefix(plate).strip()
        return spoken(self.key, touch, plate=plate or "车", work=text.partition("，")[0], text=text)


def cycle_of(row: Opportunity) -> str:
    return f"{row.vehicle_id}:{row.cycle}"
