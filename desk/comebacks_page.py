"""Comeback rate per technician: lines that had to be done again, of all lines they did. Small numbers say so.

A comeback counts in the time in which the car came back, for whoever did the work that failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from core.paging import KeyPage, key_page
from core.web import id_of
from staff.models import Store, User
from vehicles.enums import OrderStatus
from vehicles.models import ServiceLine

SPANS = {"30": "30 天", "90": "90 天", "365": "一年"}
USUAL, SIZE = "90", 50
FEW = 20  # of fewer lines a rate says nothing


@dataclass(frozen=True)
class Asked:
    """How far back, and of which store; what cannot be read is a quarter and every store."""

    user: User
    today: date
    span: str
    store: Store | None
    stores: list[Store]

    @property
    def since(self) -> date:
        return self.today - timedelta(days=int(self.span))

    @property
    def here(self) -> str:
        return f"span={self.span}" + (f"&store={self.store.pk}" if self.store else "")


@dataclass(frozen=True)
class TechnicianLine:
    name: str
    lines: int
    comebacks: int

    @property
    def rate(self) -> str:
        """2.5%; "" where there are too few lines to speak of."""
        return "" if self.lines < FEW else f"{self.comebacks * 100 / self.lines:.1f}%"


def asked_of(query: Mapping, *, user: User, today: date) -> Asked:
    stores = list(Store.objects.visible_to(user))
    store = next((one for one in stores if one.pk == id_of(query.get("store", ""))), None)
    span = query.get("span", USUAL)
    return Asked(user, today, span if span in SPANS else USUAL, store, stores)


def technicians(asked: Asked) -> list[TechnicianLine]:
    """Whose work came back most often first; two statements."""
    done = _of_time(asked).exclude(technician="").order_by().values_list("technician")
    lines = dict(done.annotate(count=Count("pk")))
    came = comebacks(asked).order_by().values_list("rework_of__technician")
    back = dict(came.annotate(count=Count("pk")))
    found = [TechnicianLine(name, lines.get(name, 0), back.get(name, 0)) for name in {*lines, *back}]
    return sorted(found, key=lambda one: (-one.comebacks, -one.lines, one.name))


def _of_time(asked: Asked):
    stores = [asked.store] if asked.store else asked.stores
    within = {"order__closed_on__gt": asked.since, "order__closed_on__lte": asked.today, "order__store__in": stores}
    return ServiceLine.objects.filter(order__status=OrderStatus.CLOSED, **within)


def comebacks(asked: Asked):
    """Lines of the time that made earlier work good."""
    return _of_time(asked).reworks()


def comeback_rows(asked: Asked, *, technician: str, after: str | None) -> KeyPage:
    """Whose car came back, with what was done then and now."""
    rows = comebacks(asked).filter(rework_of__technician=technician)
    rows = rows.select_related("order__customer", "order__vehicle", "rework_of__order")
    return key_page(rows, after=after, size=SIZE, order=("-order__closed_on", "-pk"))
