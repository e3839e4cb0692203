"""The page of one visit, and what is done on it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.web import id_of, redirect_to, say_done
from referrals.errors import ReferralError
from referrals.services import introduce
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import CannotReopen, CannotRework, VisitNotOpen
from vehicles.models import ServiceLine, ServiceOrder
from vehicles.services import (
    LineDraft,
    cancel_visit,
    close_visit,
    note_arrival,
    plan_next_visit,
    reopen_visit,
    write_lines,
)
from vehicles.services.rework import LOOKED_BACK

from ..forms.visit import BillForm, CancelForm, IntroducerForm, NextVisitForm, lines_of
from ..visit_page import note_form, visit_page


def _visit(request, pk):
    return get_object_or_404(ServiceOrder.objects.visible_to(request.user).for_reception(), pk=pk)


def _page(request, order, status=200, **bound):
    context = visit_page(order, user=request.user, now=timezone.localtime(), **bound)
    return render(request, "desk/visit.html", context, status=status)


def _back(request, order):
    return redirect_to(request, "desk:visit", order.pk)


@require_http_methods(["GET"])
def visit(request, pk):
    return _page(request, _visit(request, pk))


@require_POST
@requires(Permission.SERVE)
@counted_at_once
def visit_note(request, pk):
    order, now = _visit(request, pk), timezone.localtime()
    form = note_form(order, now=now, posted=request.POST)
    if not form.is_valid():
        return _page(request, order, status=422, note=form)
    try:
        note_arrival(order, today=now.date(), now=now, **form.visit_facts())
    except VisitNotOpen as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已保存。")
    return _back(request, order)


@require_POST
@requires(Permission.SERVE)
def visit_lines(request, pk):
    order = _visit(request, pk)
    lines = lines_of(order, request.POST)
    if not lines.is_valid():
        return _page(request, order, status=422, lines=lines, bill=BillForm(request.POST))
    drafts = lines.drafts()
    again = _done_again(request, order, {line.rework_of_id for line in drafts})
    try:
        write_lines(order, lines=[*drafts, *again])
    except (VisitNotOpen, CannotRework) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "返工记下了，默认不收钱。" if again else "项目已保存。")
    return _back(request, order)


def _done_again(request, order, already: set[int | None]) -> list[LineDraft]:
    """The line that is to be made good, by its button: free, and nobody's yet. Pressed twice it is one."""
    pk = id_of(request.POST.get("rework", ""))
    if pk in already:
        return []
    names = ServiceLine.objects.that_may_fail(order, order.opened_on - LOOKED_BACK).filter(pk=pk)
    return [LineDraft(name, 0, 0, "", pk) for name in names.values_list("name", flat=True)] if pk else []


@require_POST
@requires(Permission.SERVE)
@counted_at_once
def visit_close(request, pk):
    order, now = _visit(request, pk), timezone.localtime()
    lines, bill = lines_of(order, request.POST), BillForm(request.POST)
    if not (lines.is_valid() & bill.is_valid()):
        return _page(request, order, status=422, lines=lines, bill=bill)
    try:
        close_visit(order, lines=lines.drafts(), by=request.user, today=now.date(), now=now, **bill.cleaned_data)
    except (VisitNotOpen, CannotRework) as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, f"{order.vehicle} 已结单。", undo_url=reverse("desk:visit_reopen", args=[order.pk]))
    return _back(request, order)


@require_POST
@requires(Permission.SERVE)
@counted_at_once
def visit_cancel(request, pk):
    order = _visit(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, order, status=422, cancel=form)
    try:
        cancel_visit(order, reason=form.cleaned_data["reason"], by=request.user)
    except VisitNotOpen as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, "工单已作废。", undo_url=reverse("desk:visit_reopen", args=[order.pk]))
    return _back(request, order)


@require_POST
@requires(Permission.SERVE)
@counted_at_once
def visit_reopen(request, pk):
    order = _visit(request, pk)
    try:
        reopen_visit(order, by=request.user, today=timezone.localdate())
    except CannotReopen as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已撤销，工单重新打开。")
    return _back(request, order)


@require_POST
@requires(Permission.SERVE)
def visit_next(request, pk):
    order = _visit(request, pk)
    form = NextVisitForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _page(request, order, status=422, next_visit=form)
    plan_next_visit(order, **form.cleaned_data)
    messages.success(request, "下次来店已记下。")
    return _back(request, order)


@require_POST
@requires(Permission.SERVE)
@counted_at_once
def visit_introducer(request, pk):
    order, now = _visit(request, pk), timezone.localtime()
    form = IntroducerForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["introducer"]
        try:
            introduce(order.customer, typed=typed, store=order.store, by=request.user, today=now.date(), now=now)
        except ReferralError as refusal:
            form.add_error("introducer", str(refusal))
        else:
            messages.success(request, "介绍人已记下，记得谢谢他。")
            return _back(request, order)
    return _page(request, order, status=422, introducer=form)
