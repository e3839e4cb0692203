"""Who has to be decided about one by one. One reason to speak to somebody who heard nothing from us lately stands as
wished, and what is said alike to many is decided for all of them (alike)."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from customers.enums import Purpose
from customers.models import Consent, Interaction
from staff.models import Store

from ..enums import BY_HAND, OPEN_STATES
from ..models import PlanRun, TopicWish, Touch
from ..rules.closed import Budgets
from ..rules.numbers import MONTH
from .alike import differing, said_alike
from .contacts import said_since
from .permission import PAUSED_WHEN_UNHAPPY, ever_refused


def to_decide(run: PlanRun, budgets: Budgets) -> Iterator[int]:
    """Customers of a run, in the order of their ids, about whose lines the planner may decide otherwise than as noted.

    Everybody else has one line, which nothing stands against: `rules.planner.plan` would keep it on its first day, up
    to its last. Or they have lines as many others have, and `alike.patterns` told what becomes of them. Asked in sets,
    so that a festival for a million people costs no million decisions; who is named here for nothing is decided about
    all the same.
    """
    lines = run.lines.order_by()
    asked = differing(lines).union(*(some.values("customer") for some in _doubtful(lines, run, budgets)))
    # Eight bytes for each, rather than a cursor that stays open while decisions are written.
    found = array("q", (pk for (pk,) in asked.values_list("customer").order_by("customer").iterator()))
    refused = sorted(set(ever_refused(lines.values_list("customer").distinct())))
    return (pk for pk, _ in groupby(merge(found, refused)))


def _doubtful(lines: QuerySet, run: PlanRun, budgets: Budgets) -> Iterator[QuerySet]:
    """Lines that something may stand against, whatever it is in the end."""
    same = {name: OuterRef(name) for name in ("customer", "occasion", "cycle")}
    yield lines.filter(Exists(Touch.objects.filter(**same).exclude(state__in=OPEN_STATES, frozen_at__isnull=True)))
    touches, later, noted = said_since(run.today - timedelta(days=MONTH))
    for said in (touches.values("customer"), later.values("touch__customer"), noted.values("customer")):
        yield lines.filter(customer__in=said)
    unhappy = Interaction.objects.unhappy().values("customer")
    yield lines.filter(purpose__in=PAUSED_WHEN_UNHAPPY, customer__in=unhappy)
    yield lines.filter(customer__in=TopicWish.objects.standing().filter(wanted=False).values("customer"))
    agreed = Consent.objects.live().filter(purpose=Purpose.MARKETING).values("customer")
    not_agreed = Q(purpose=Purpose.MARKETING) & ~Q(customer__in=agreed)
    # Both have to look at every line: at the same time.
    yield lines.filter(not_agreed | _out_of_time(run, budgets) & ~Q(occasion__in=said_alike()))


def _out_of_time(run: PlanRun, budgets: Budgets) -> Q:
    """Lines whose first day is a day off of their store or past their last one, and those that no cap lets through."""
    found, stores_by_budget = Q(not_after__lt=F("planned_on")), defaultdict(list)
    for store in Store.objects.values_list("pk", flat=True):
        stores_by_budget[budgets.of({store})].append(store)
    for budget, stores in stores_by_budget.items():
        closed = [date.fromordinal(day) for day in budget.closed if day >= run.today.toordinal()]
        found |= Q(channel__in=BY_HAND, store__in=stores, planned_on__in=closed)
        for (purpose, channel), caps in budget.binding.items():
            if not all(most for _, _, most, _, _ in caps):
                found |= Q(store__in=stores, purpose=purpose, channel=channel)
    return found
