"""Rows that wait for a person: two who say different things, and records nobody is known for."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import key_page
from core.web import id_of, redirect_back, render_form, say_done
from customers.errors import CustomerError
from vehicles.errors import VehicleError
from vehicles.models import ServiceOrder

from .. import services
from ..conflict_screens import conflicts_of
from ..enums import Reason, Settlement
from ..errors import ImportRefused
from ..forms import DropForm, GiveForm
from ..models import ImportRow
from .access import importer

_REFUSALS = (ImportRefused, VehicleError, CustomerError)


def _row(request, pk) -> ImportRow:
    rows = ImportRow.objects.visible_to(request.user).select_related("batch__store")
    return get_object_or_404(rows, pk=pk)


@importer
@require_GET
def conflicts(request):
    rows = ImportRow.objects.visible_to(request.user).asked_once().select_related("batch__store")
    page = key_page(rows, after=request.GET.get("after"), size=20, order=("pk",))
    return render(request, "imports/conflicts.html", {"page": page, "conflicts": conflicts_of(page.rows, request.user)})


@importer
@require_POST
def decide(request, pk):
    """Do what the person chose; a choice that does not fit the question changes nothing."""
    row, choice = _row(request, pk), request.POST.get("choice", "")
    visit = ServiceOrder.objects.visible_to(request.user).filter(pk=id_of(request.POST.get("visit", ""))).first()
    if choice not in Settlement:
        return redirect_back(request, "imports:conflicts")
    choice = Settlement(choice)
    try:
        done = services.decide(row, choice, by=request.user, now=timezone.now(), visit=visit)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        undo_url = reverse("imports:take_back", args=[row.pk]) if services.may_be_taken_back(choice) else ""
        say_done(
            request, f"已处理：{choice.label}。" if done else "已经有人处理过了。", undo_url=undo_url if done else ""
        )
    return redirect_back(request, "imports:conflicts")


@importer
@require_POST
def take_back(request, pk):
    row = _row(request, pk)
    try:
        if services.take_back(row, by=request.user, now=timezone.now()):
            messages.success(request, "已撤销，又在等您确认。")
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:ownerless" if row.reason == Reason.NO_CUSTOMER else "imports:conflicts")


def _ownerless(request):
    plate = services.plate_typed(request.GET.get("q", ""))
    rows = ImportRow.objects.visible_to(request.user).by_plate().select_related("batch__store")
    return rows.filter(plate__contains=plate) if plate else rows


def _ownerless_page(request, form):
    page = key_page(_ownerless(request), after=request.GET.get("after"), size=20, order=("pk",))
    context = {"page": page, "form": form, "lines": services.ownerless_lines(page.rows), "q": request.GET.get("q", "")}
    return render_form(request, "imports/ownerless.html", context)


@importer
@require_GET
def ownerless(request):
    return _ownerless_page(request, GiveForm(user=request.user))


@importer
@require_http_methods(["POST"])
def give(request, pk):
    """These records of a plate were of the customer whose number is typed."""
    row = _row(request, pk)
    form = GiveForm(request.POST, user=request.user)
    if not form.is_valid():
        form.row = row.pk
        return _ownerless_page(request, form)
    customer = form.cleaned_data["phone"]
    try:
        written = services.give(services.of_plate(row), to=customer, by=request.user, now=timezone.now())
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.plate} 的 {written} 条记录归到了 {customer}。")
    return redirect("imports:ownerless")


@importer
@require_POST
def drop(request, pk):
    row, form = _row(request, pk), DropForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写一句为什么不要。")
        return redirect("imports:ownerless")
    dropped = services.drop(services.of_plate(row), why=form.cleaned_data["why"], by=request.user, now=timezone.now())
    say_done(
        request, f"{row.plate} 的 {dropped} 条记录不再等了。", undo_url=reverse("imports:take_back", args=[row.pk])
    )
    return redirect("imports:ownerless")
