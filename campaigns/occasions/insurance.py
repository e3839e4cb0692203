"""保险到期提醒: 60, 30 and 7 days before. Service: the date is a fact; quoting would be marketing and is not done."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from customers.enums import Purpose
from vehicles.enums import OpportunityKind
from vehicles.models import Opportunity, Ownership

from ..enums import Result, Topic
from ..models import Outcome, Touch
from ..querysets import has_phone, home_store
from .base import Occasion, Proposal, Script, spoken
from .cars import NO, answered, stages_between, still_owned

# Days before the end, far to near; a stage lasts until the next one begins, the last until the day itself.
STAGES = (60, 30, 7)
# A week before the end nothing else is as urgent; earlier there is time.
PRIORITY = {60: 40, 30: 30, 7: 15}
LEFT = {60: "不到两个月了", 30: "不到一个月了", 7: "就在这一周"}


class InsuranceEnding(Occasion):
    """One stage at a time: a shop that starts today calls about the stage a car is in, not about those it missed."""

    key = "insurance"
    name = "保险到期提醒"
    purpose = Purpose.SERVICE
    topic = Topic.REMINDER
    priority = 30
    max_age = STAGES[0]
    stands_alone = True

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        cars = (
            Ownership.objects.current()
            .filter(vehicle__insured_until__range=(first, last + timedelta(days=STAGES[0])))
            .filter(has_phone("customer"), ~_renewing(first), customer__ended_at__isnull=True)
            .filter(~answered(OpportunityKind.INSURANCE, "vehicle__insured_until"))
            .annotate(home=home_store("customer"))
            .filter(home__isnull=False)
            .order_by("customer_id", "vehicle_id")
            .values_list("customer_id", "home", "vehicle_id", "vehicle__insured_until", "vehicle__plate")
        )
        for customer_id, store_id, vehicle_id, until, plate in cars.iterator():
            for stage, due_on, not_after in stages_between(until, first, last, stages=STAGES):
                yield Proposal(
                    customer_id=customer_id,
                    store_id=store_id,
                    vehicle_id=vehicle_id,
                    cycle=cycle_of(vehicle_id, until, stage),
                    due_on=due_on,
                    not_after=not_after,
                    reason=self.reason(plate, until, stage),
                    priority=PRIORITY[stage],
                )

    def reason(self, plate: str, until: date, stage: int) -> str:
        """粤L12345 保险 2026-12-20 到期，不到一个月了. Days are not counted down: nothing is rewritten every night."""
        return f"{plate} 保险 {until} 到期，{LEFT[stage]}".strip()

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The car is still theirs, its insurance still ends on the same day, and nobody has said no. Two queries."""
        of_cars = {"vehicle__in": [touch.vehicle_id for touch in touches], "kind": OpportunityKind.INSURANCE}
        refused = set(Opportunity.objects.filter(state__in=NO, **of_cars).values_list("vehicle", "cycle"))
        return {
            touch.pk
            for touch in still_owned(touches)
            if touch.cycle.startswith(f"{touch.vehicle_id}:{touch.vehicle.insured_until}:")
            and (touch.vehicle_id, str(touch.vehicle.insured_until)) not in refused
        }

    def script(self, touch: Touch) -> Script:
        car = touch.vehicle
        until = f"{car.insured_until.month}月{car.insured_until.day}日" if car and car.insured_until else "最近"
        plate = car.plate if car else ""
        last = touch.cycle.endswith(f":{STAGES[-1]}")
        return spoken(f"{self.key}.{STAGES[-1]}" if last else self.key, touch, plate=plate, until=until)


def cycle_of(vehicle_id: int, until: date, stage: int) -> str:
    return f"{vehicle_id}:{until}:{stage}"


def _renewing(day: date) -> Exists:
    """The customer has agreed to come about it: no further stage of this expiry."""
    agreed = Outcome.objects.standing().filter(
        result=Result.BOOKED, touch__occasion=InsuranceEnding.key, touch__due_on__gte=day - timedelta(days=STAGES[0])
    )
    return Exists(agreed.filter(touch__vehicle=OuterRef("vehicle")))


occasion = InsuranceEnding()
