"""到点复查 (3-4): months after a job the car is looked at for free. Service: nothing is sold, nothing is wanted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Subquery

from customers.enums import Purpose
from vehicles.models import Appointment, JourneyStep, Ownership, ServiceOrder
from vehicles.rules.jobs import job_of
from vehicles.rules.journey import Step
from vehicles.services.journey import lines_reaching

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone
from .after_visit import stands
from .base import Occasion, Proposal, Script, spoken
from .cars import still_owned

# Who was here so shortly before a step, or since, was looked at.
SEEN = timedelta(days=30)
COLUMNS = (
    "kind",
    "name",
    "order_id",
    "order__customer",
    "order__vehicle",
    "order__store",
    "order__closed_on",
    "last_on",
)


class Journey(Occasion):
    """Each step of a visit once; not while the car is here or expected, nor where it was here again meanwhile."""

    key = "journey"
    name = "到点复查"
    purpose = Purpose.SERVICE
    topic = Topic.FOLLOW_UP
    priority = 43
    max_age = 21
    channel = TouchChannel.WECHAT
    stands_alone = True

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        for step, words in sorted(JourneyStep.objects.in_force().items()):
            yield from self._at(step, words, first - timedelta(days=self.max_age), last)

    def _at(self, step: Step, words: str, first: date, last: date) -> Iterator[Proposal]:
        after, said = timedelta(days=step.days), set()
        for kind, name, order, customer, vehicle, store, closed_on, last_on in _reaching(step, first, last).iterator():
            due_on = closed_on + after
            if order in said or job_of(kind, name) != step.job or was_seen(closed_on, due_on, last_on):
                continue
            said.add(order)
            yield Proposal(
                customer_id=customer,
                store_id=store,
                vehicle_id=vehicle,
                order_id=order,
                cycle=f"order:{order}:{step.job}:{step.days}",
                due_on=due_on,
                not_after=self.latest(due_on),
                reason=f"{closed_on}做的{name[:20]}，{words}",
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The visit stands, the car is still theirs and was not here since, the shop still does this. Three queries."""
        steps, owned = JourneyStep.objects.in_force(), [touch for touch in still_owned(touches) if stands(touch)]
        orders = ServiceOrder.objects.closed().filter(vehicle__in=[touch.vehicle_id for touch in owned])
        last = dict(orders.order_by().values_list("vehicle").annotate(last=Max("closed_on")))
        return {
            touch.pk
            for touch in owned
            if step_of(touch) in steps
            and not was_seen(touch.order.closed_on, touch.due_on, last.get(touch.vehicle_id, touch.order.closed_on))
        }

    def script(self, touch: Touch) -> Script:
        plate = touch.vehicle.plate if touch.vehicle else "车"
        work = touch.reason.partition("做的")[2].partition("，")[0] or "上次那一项"
        return spoken(self.key, touch, plate=plate, work=work)


def _reaching(step: Step, first: date, last: date):
    """Lines in visits that come to a step, of people who still own the car and can be called."""
    car = {"vehicle": OuterRef("order__vehicle")}
    here = ServiceOrder.objects.open().filter(**car)
    expected = Appointment.objects.expected().filter(**car)
    owned = Ownership.objects.current().filter(**car, customer=OuterRef("order__customer"))
    last_on = ServiceOrder.objects.closed().filter(**car).order_by("-closed_on").values("closed_on")[:1]
    return (
        lines_reaching(step, first, last)
        .filter(has_phone("order__customer"), Exists(owned), ~Exists(here), ~Exists(expected))
        .filter(order__customer__ended_at__isnull=True)
        .annotate(last_on=Subquery(last_on))
        .order_by("order__customer", "order", "position")
        .values_list(*COLUMNS)
    )


def was_seen(closed_on: date, due_on: date, last_on: date) -> bool:
    """Whether the car was here again shortly before a step, or since."""
    return last_on > closed_on and last_on >= due_on - SEEN


def step_of(touch: Touch) -> Step | None:
    """The step that a touch is about."""
    said = touch.cycle.split(":")
    return Step(said[2], int(said[3])) if len(said) == 4 and said[3].isdigit() else None


occasion = Journey()
