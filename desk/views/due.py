"""What is due: work that was done elsewhere, and how often the shop reminds of what."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, say_done, way_back
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import RuleMoved
from vehicles.models import MaintenanceRule, Vehicle, WorkElsewhere
from vehicles.services import report_elsewhere, set_rule, take_back_elsewhere, try_rule, undo_of

from ..due_page import rule_of, rules_page
from ..forms.due import ElsewhereForm, RuleForm
from .small_form import answer_form_page

FORM = "desk/due/form.html"


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def work_elsewhere(request, pk):
    vehicle, now = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk), timezone.localtime()
    form = ElsewhereForm(request.POST or None, vehicle=vehicle, today=now.date(), item=request.GET.get("item", ""))
    if not form.is_valid():
        title = f"{vehicle} 在别处做了什么"
        return answer_form_page(request, form, title=title, act="记下", back=way_back(request))
    row = report_elsewhere(vehicle, by=request.user, now=now, **form.cleaned_data)
    undo = f"{reverse('desk:undo_elsewhere', args=[row.pk])}?next={_history(vehicle)}"
    say_done(request, f"记下了：{row.get_item_display()}，{row.get_place_display()}。下次从那天算起。", undo_url=undo)
    return redirect_back(request, _history(vehicle))


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def undo_elsewhere(request, pk):
    row = get_object_or_404(WorkElsewhere.objects.visible_to(request.user).select_related("vehicle"), pk=pk)
    take_back_elsewhere(row, by=request.user)
    messages.success(request, "已去掉，按原来的算。")
    return redirect_back(request, _history(row.vehicle))


def _history(vehicle):
    return reverse("desk:vehicle_history", args=[vehicle.pk])


@require_safe
@requires(Permission.SEE_TEAM)
def maintenance(request):
    return render(request, "desk/due/rules.html", {"lines": rules_page()})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def maintenance_rule(request):
    rule = rule_of(request.GET)
    if rule is None:
        raise Http404
    form = RuleForm(request.POST or None, **rule.for_form)
    context = {"form": form, "rule": rule, "versions": rule.versions[:6]}
    if not form.is_valid():
        return render(request, FORM, context, status=422 if form.is_bound else 200)
    wanted = form.wanted(is_dropped=request.POST.get("act") == "drop")
    if request.POST.get("act") == "look":
        about, moved = try_rule(wanted, user=request.user, today=timezone.localdate())
        return render(request, FORM, context | {"about": about, "moved": moved, "is_tried": True})
    try:
        row = set_rule(wanted, by=request.user)
    except RuleMoved as moved:
        form.add_error(None, str(moved))
        return render(request, FORM, context, status=422)
    undo = reverse("desk:undo_rule", args=[row.pk]) if row else ""
    say_done(request, "保存了，今晚起按新的周期算。" if row else "没有改动。", undo_url=undo)
    return redirect("desk:maintenance")


@require_POST
@requires(Permission.SET_POLICY)
def undo_rule(request, pk):
    row = get_object_or_404(MaintenanceRule, pk=pk)
    try:
        set_rule(undo_of(row), by=request.user)
    except RuleMoved as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, "已恢复成原来的周期。")
    return redirect("desk:maintenance")
