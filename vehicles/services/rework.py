"""Rework: a line that makes an earlier one good. Lines are written anew as a whole: what names them is kept by name."""

from collections.abc import Collection
from datetime import date, timedelta

from ..errors import CannotRework
from ..models import ServiceLine, ServiceOrder

# Beyond the longest warranty that parts are given, it is another repair.
LOOKED_BACK = timedelta(days=400)
OFFERED = 12


def may_have_failed(order: ServiceOrder, *, today: date) -> list[ServiceLine]:
    """What was done to this car here before, the latest first; one statement."""
    rows = ServiceLine.objects.that_may_fail(order, today - LOOKED_BACK).select_related("order")
    return list(rows.order_by("-order__closed_on", "-order_id", "position")[:OFFERED])


def refuse_foreign(order: ServiceOrder, wanted: Collection[int]) -> None:
    """Raises CannotRework for a line of another car, customer or store, and for one that makes another good itself."""
    if not wanted:
        return
    since = order.opened_on - LOOKED_BACK * 2
    if ServiceLine.objects.that_may_fail(order, since).filter(pk__in=wanted).count() < len(wanted):
        raise CannotRework


def named_by_reworks(order: ServiceOrder) -> dict[int, str]:
    """Which later lines name one of this visit's, by what that one is called."""
    return dict(ServiceLine.objects.filter(rework_of__order=order).values_list("pk", "rework_of__name"))


def name_again(order: ServiceOrder, named: dict[int, str]) -> None:
    """The lines were written anew: what named one of them names the one that is called the same."""
    if not named:
        return
    lines = dict(order.lines.values_list("name", "pk"))
    for pk, name in named.items():
        ServiceLine.objects.filter(pk=pk).update(rework_of=lines.get(name))
