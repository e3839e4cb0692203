"""Everything the page of one visit shows, from opening to thanks."""

from datetime import datetime

from django.urls import reverse

from core.display import late_words
from core.photos import ACCEPTED, MOST_TOGETHER
from customers.models import Introduction
from customers.services import CONSENT_TEXT
from referrals.screens import discount_of
from staff.enums import Action, Permission
from staff.models import AuditEntry, User
from vehicles.enums import Decision, OrderSource, OrderStatus, PhotoStage
from vehicles.models import QuoteLine, ServiceOrder, VisitPhoto
from vehicles.rules.visits import propose_next
from vehicles.services.rework import may_have_failed

from .beware import beware_of
from .forms.arrival import ArrivalForm
from .forms.visit import CancelForm, IntroducerForm, NextVisitForm, bill_of, lines_of
from .frequent import frequent_in
from .promise_links import promise_about
from .warranty_page import warranty_of


def visit_page(order: ServiceOrder, *, user: User, now: datetime, **bound) -> dict:
    """The context of the visit page; `bound` replaces fresh forms by refused ones (note, lines, bill, cancel, …)."""
    today, may_serve = now.date(), user.may(Permission.SERVE)
    is_of_today = order.status == OrderStatus.OPEN or order.closed_on == today
    context = {
        "order": order,
        "customer": order.customer,
        "vehicle": order.vehicle,
        "beware": beware_of(order.customer, order.vehicle),
        "late": late_words(order.promised_at, now=now) if order.status == OrderStatus.OPEN else "",
        "may_serve": may_serve,
        # Whoever takes the money sees it; what was paid on other days is for those who may.
        "sees_money": user.may(Permission.SEE_MONEY) or (may_serve and is_of_today),
    }
    context["promise_about"] = promise_about(reverse("desk:visit", args=[order.pk]), order=order)
    if order.status != OrderStatus.CANCELLED and (may_serve or user.may(Permission.SEE_MONEY)):
        context |= {"photo_stages": _photos(order), "accepted": ACCEPTED, "most_bytes": MOST_TOGETHER}
    context["quoted"] = list(QuoteLine.objects.of_visit(order)) if may_serve else []
    state = {OrderStatus.OPEN: _open, OrderStatus.CLOSED: _closed, OrderStatus.CANCELLED: _cancelled}[order.status]
    context |= state(order, user, now, context["quoted"]) if may_serve or order.status == OrderStatus.CANCELLED else {}
    context.setdefault("done_lines", order.lines.all())
    return context | bound


def _photos(order: ServiceOrder) -> list[tuple[str, str, list[VisitPhoto]]]:
    """(stage, what it is called, its photos); one statement."""
    photos = list(order.photos.standing())
    return [(stage.value, stage.label, [photo for photo in photos if photo.stage == stage]) for stage in PhotoStage]


def note_form(order: ServiceOrder, *, now: datetime, posted=None) -> ArrivalForm:
    """What was noted at arrival, to correct while the car is here."""
    initial = {
        "km": order.km, "complaint": order.complaint, "brought_by": order.brought_by, "advisor": order.advisor_id,
    }  # fmt: skip
    return ArrivalForm(
        posted, vehicle=order.vehicle, store=order.store, now=now, advisor=order.advisor, initial=initial,
        keeps_promise=order.promised_at is not None,
    )  # fmt: skip


def _open(order: ServiceOrder, user: User, now: datetime, quoted: list[QuoteLine]) -> dict:
    return {
        "note": note_form(order, now=now),
        "km_doubt": _km_doubt(order),
        "lines": lines_of(order, agreed=[line for line in quoted if line.decision == Decision.YES]),
        "bill": bill_of(order, discount_of(order)),
        "cancel": CancelForm(),
        "frequent": frequent_in(order.store, today=now.date()),
        "may_have_failed": may_have_failed(order, today=now.date()) if order.vehicle else [],
    }


def _km_doubt(order: ServiceOrder) -> str:
    """Why the reading of this visit is not believed; "" where it is."""
    readings = order.vehicle.readings.filter(km=order.km, read_on=order.opened_on) if order.vehicle else None
    reading = readings.first() if readings is not None and order.km is not None else None
    return reading.doubt if reading else ""


def _closed(order: ServiceOrder, user: User, now: datetime, quoted: list[QuoteLine]) -> dict:
    """After the thanks: when to come again, and what is worth asking once."""
    lines, customer, today = list(order.lines.all()), order.customer, now.date()
    believed = order.vehicle.odometer_km if order.vehicle else None
    proposed = propose_next([line.kind for line in lines], km=believed, today=order.closed_on)
    first = {"next_on": order.next_on, "next_km": order.next_km}
    if proposed and not any(first.values()):
        first = {"next_on": proposed.on, "next_km": proposed.km}
    return {
        "done_lines": lines,
        "next_visit": NextVisitForm(initial=first, today=today),
        "is_planned": bool(order.next_on or order.next_km),
        "consent_text": CONSENT_TEXT if customer.consent_asked_at is None else "",
        "introducer": IntroducerForm() if _asks_who_sent(order) else None,
        **warranty_of(order, now=now),
        "can_reopen": order.source == OrderSource.DESK and order.closed_on == today,
    }


def _asks_who_sent(order: ServiceOrder) -> bool:
    """Asked after the first visit of somebody of whom nobody knows why they came."""
    if order.customer.came_through or Introduction.objects.filter(introduced=order.customer).exists():
        return False
    return not order.customer.orders.closed().exclude(pk=order.pk).exists()


def _cancelled(order: ServiceOrder, user: User, now: datetime, quoted: list[QuoteLine]) -> dict:
    trail = AuditEntry.objects.about(order, Action.CANCEL_VISIT)
    return {"cancelling": trail.order_by("-at", "-pk").exclude(why="撤销").first()}
