"""What came after work in the demo company: warranty cards of coatings, and repairs that had to be done again."""

from datetime import date, timedelta
from itertools import islice

from vehicles.enums import OrderStatus, ServiceKind
from vehicles.models import ServiceLine, ServiceOrder
from vehicles.rules.warranty import terms_of, until
from vehicles.services.warranty import give_card

from .company import Company

CARDS, REWORKS, NEARLY_OVER = 8, 5, timedelta(days=18)
CARDS_SINCE, FAILED_SINCE, CAME_BACK_WITHIN = timedelta(days=400), timedelta(days=300), timedelta(days=75)


def follow_work(company: Company, *, today: date) -> None:
    """On saved rows, through the desk's own verb."""
    coated = ServiceLine.objects.filter(name="漆面镀晶", order__closed_on__gte=today - CARDS_SINCE)
    coated = coated.select_related("order__store").order_by("-order__closed_on", "pk")
    for line in coated[:CARDS]:
        _warrant(line, company)
    if earliest := coated.last():
        _warrant(earliest, company, until_on=today + NEARLY_OVER)
    _do_again(today)


def _warrant(line: ServiceLine, company: Company, *, until_on: date | None = None) -> None:
    terms, order = terms_of(line.kind, line.name), line.order
    until_on = until_on or until(terms.months, since=order.closed_on)
    limits = {"until_on": until_on, "until_km": None, "terms": terms.words}
    give_card(order, what=line.name, by=company.desk(order.store), now=order.closed_at, **limits)


def _do_again(today: date) -> None:
    failed = ServiceLine.objects.filter(kind=ServiceKind.REPAIR, order__closed_on__gte=today - FAILED_SINCE)
    lines = failed.exclude(technician="").select_related("order").order_by("pk").iterator()
    came_back = ((line, back) for line in lines if (back := _came_back(line.order)))
    for line, back in list(islice(came_back, REWORKS)):
        place = back.lines.count() + 1
        ServiceLine.objects.create(
            order=back, position=place, name=line.name, kind=line.kind, item=line.item, technician=line.technician,
            rework_of=line, labour_fen=0, material_fen=0,
        )  # fmt: skip


def _came_back(order: ServiceOrder) -> ServiceOrder | None:
    within = (order.closed_on + timedelta(days=2), order.closed_on + CAME_BACK_WITHIN)
    later = ServiceOrder.objects.filter(
        vehicle=order.vehicle_id, customer=order.customer_id, store=order.store_id, status=OrderStatus.CLOSED
    )
    return later.filter(opened_on__range=within).order_by("opened_on", "pk").first()
