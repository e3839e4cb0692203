"""The customer on one screen, and the rest of their story."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.web import id_of, is_htmx
from customers.enums import Purpose
from customers.forms import PromiseForm
from customers.services import CONSENT_TEXT
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404, gather, survivor_of
from ..forms.answer import answer_form
from ..forms.conversation import DismissForm, NoteForm, RevealForm, WarningForm
from ..forms.knowledge import TagForm
from ..promise_links import promise_about
from ..services.phones import call_due, reveal_phones
from ..timeline import read_cursor
from ..timeline import timeline as timeline_of


@require_safe
def briefing(request, pk):
    try:
        context = briefing_context(request, pk)
    except Http404:
        survivor = survivor_of(request.user, pk)
        if survivor is None:
            raise
        return redirect(survivor)
    return render(request, "desk/briefing/page.html", context)


@require_safe
def timeline(request, pk):
    customer = customer_or_404(request.user, pk)
    after = read_cursor(request.GET.get("after", ""))
    page = timeline_of(customer, user=request.user, after=after, now=timezone.now())
    template = "desk/briefing/_timeline.html" if is_htmx(request) else "desk/briefing/timeline.html"
    return render(request, template, {"customer": customer, "page": page})


@require_POST
@requires(Permission.REVEAL_PHONE)
def reveal_phone(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    touch = call_due(customer, user=request.user, today=now.date())
    form = RevealForm(request.POST)
    if not touch and not form.is_valid():
        return _phones(request, pk, status=422, reveal_form=form)
    why = "" if touch else form.cleaned_data["why"]
    return _phones(request, pk, shown=reveal_phones(customer, by=request.user, why=why, touch=touch, now=now))


def _phones(request, pk, *, status=200, **more):
    template = "desk/briefing/_phones.html" if is_htmx(request) else "desk/briefing/page.html"
    return render(request, template, briefing_context(request, pk) | more, status=status)


def briefing_context(request, pk):
    """What the page and its parts print. Raises Http404 for a customer the user may not see."""
    now = timezone.localtime()
    vehicle = id_of(request.GET.get("vehicle", ""))
    found = gather(request.user, pk, vehicle_pk=vehicle, today=now.date(), now=now)
    action, asked = found.action, found.collected.gap_of(request.GET.get("ask", ""))
    may_write = request.user.may(Permission.WRITE)
    return {
        "found": found,
        "promise_about": promise_about(request.path, appointment=found.booked),
        "customer": found.customer,
        "consent_text": CONSENT_TEXT,
        "marketing": Purpose.MARKETING,
        "may_write": may_write,
        "note_form": NoteForm(now=now),
        "promise_form": PromiseForm(now=now, auto_id="promise_%s"),
        "warning_form": WarningForm(),
        "tag_form": TagForm(today=found.today),
        "reveal_form": RevealForm(),
        "dismiss_form": DismissForm(initial={"kind": action.kind, "subject": action.subject}) if action else None,
        "answer_form": _answer_form(found, action) if action and action.item else None,
        "asked": asked,
        "asked_form": _answer_form(found, asked, auto_id="asked_%s") if asked and may_write else None,
    }


def _answer_form(found, asked, **options):
    """The form for what an action or a gap asks, filled with what is on file of the car."""
    vehicle = next((car.vehicle for car in found.cars if car.vehicle.pk == asked.vehicle_pk), None)
    form = answer_form(asked.item, today=found.today, vehicle=vehicle, **options)
    if not found.phones:
        form.fields.pop("keeps_old", None)  # there is no old number
    return form
