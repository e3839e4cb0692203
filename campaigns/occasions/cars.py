"""What the occasions about cars share: whose car it is, what is due on it, and in which stage before an end it is."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef

from vehicles.enums import OpportunityKind, OpportunityState
from vehicles.models import Appointment, DueItem, Opportunity, Ownership, ServiceOrder

from ..models import Touch
from ..querysets import has_phone, home_store

_OWNER = "vehicle__ownerships__"
NO = (OpportunityState.DECLINED, OpportunityState.LOST)


def answered(kind: OpportunityKind, due_on: str = "due_on") -> Exists:
    """Somebody has said of this turn, on the board, that they do not want it or have it done elsewhere."""
    said = Opportunity.objects.filter(vehicle=OuterRef("vehicle"), kind=kind, state__in=NO)
    return Exists(said.filter(begins_on__lte=OuterRef(due_on), ends_on__gte=OuterRef(due_on)))


def owned_due(kind: OpportunityKind, **asked):
    """What is due on cars whose owner can be called and has not said no, of cars that are neither here nor expected;
    with `customer`, `home` and `plate`."""
    here = ServiceOrder.objects.open().filter(vehicle=OuterRef("vehicle"))
    expected = Appointment.objects.expected().filter(vehicle=OuterRef("vehicle"))
    living = {f"{_OWNER}valid_to__isnull": True, f"{_OWNER}customer__ended_at__isnull": True}
    owner = f"{_OWNER}customer"
    return (
        DueItem.objects.filter(**asked, **living)
        .filter(has_phone(owner), ~Exists(here), ~Exists(expected), ~answered(kind))
        .annotate(customer=F(owner), plate=F("vehicle__plate"), home=home_store(owner))
        .filter(home__isnull=False)
        .order_by("customer", "vehicle", "due_on", "item")
    )


def still_due(kind: OpportunityKind, touches: Sequence[Touch], turn) -> set[int]:
    """Ids of the touches whose customer owns the car, and whose cycle begins as `turn(vehicle, item, due_on, last_on)`
    does of something that is due on it."""
    of_cars = {"vehicle__in": [touch.vehicle_id for touch in touches], f"{_OWNER}valid_to__isnull": True}
    rows = DueItem.objects.filter(~answered(kind), **of_cars)
    facts = rows.values_list(f"{_OWNER}customer", "vehicle", "item", "due_on", "last_on")
    standing = {(customer, turn(*of_car)) for customer, *of_car in facts}
    return {touch.pk for touch in touches if (touch.customer_id, ":".join(touch.cycle.split(":")[:3])) in standing}


def still_owned(touches: Sequence[Touch]) -> Iterator[Touch]:
    """Those touches whose customer owns the car today; one query."""
    owners = Ownership.objects.current().filter(vehicle__in=[touch.vehicle_id for touch in touches])
    owner_of = dict(owners.values_list("vehicle", "customer"))
    for touch in touches:
        if touch.vehicle and owner_of.get(touch.vehicle_id) == touch.customer_id:
            yield touch


def stages_between(until: date, first: date, last: date, *, stages: Sequence[int]) -> Iterator[tuple[int, date, date]]:
    """(stage, its first and last day) of those that an expiry passes through from `first` to `last`."""
    for stage in stages:
        begins, ends = until - timedelta(days=stage), until - timedelta(days=_ends_at(stage, stages))
        if begins <= last and ends >= first:
            yield stage, begins, ends


def _ends_at(stage: int, stages: Sequence[int]) -> int:
    """Days before the end on which a stage is last spoken of: one before the next begins."""
    later = [other for other in stages if other < stage]
    return max(later) + 1 if later else 0
