"""触达 · 计划 and its rules."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.jobs import nudge
from core.web import redirect_to, render_form, say_done
from segments.errors import PolicyMoved
from staff.access import requires
from staff.enums import COMPANY_ROLES, Permission

from ..forms.policy import ContactPolicyForm
from ..models import ContactPolicy
from ..plan_page import DayPage, PlanPage, Scope
from ..policy_page import history, would
from ..services import restore_contact_policy, set_contact_policy
from ..tasks import replan

POLICY = "campaigns/plan/policy.html"


@require_GET
@requires(Permission.SEE_TOUCHES)
def plan(request):
    return render(request, "campaigns/plan/page.html", {"page": PlanPage(Scope(request.GET, user=request.user))})


@require_GET
@requires(Permission.SEE_TOUCHES)
def plan_day(request):
    scope = Scope(request.GET, user=request.user)
    if scope.run is None:
        return redirect_to(request, "touches:plan")
    show, after = request.GET.get("show", ""), request.GET.get("after")
    page = DayPage(scope, on=_day(request.GET.get("on", "")), show=show, after=after)
    return render(request, "campaigns/plan/day.html", {"day": page})


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def contact_policy(request):
    policy = ContactPolicy.objects.current()
    form = ContactPolicyForm(request.POST or None, policy=policy)
    if not form.is_valid():
        return render_form(request, POLICY, _context(form, policy))
    if not form.changes(policy):
        say_done(request, "没有改动，规则不变。")
        return redirect_to(request, "touches:policy")
    if "apply" in request.POST:
        return _apply(request, form)
    user = request.user
    store = None if user.role in COMPANY_ROLES else user.store_id
    found = would(form.numbers, form.cleaned_data["closed"], user=user, store=store)
    return render(request, POLICY, _context(form, policy) | {"would": found, "is_looked_at": True})


def _apply(request, form):
    given = form.cleaned_data
    try:
        policy = set_contact_policy(
            seen_version=given["version"],
            numbers=form.numbers,
            closed=given["closed"],
            why=given["why"],
            by=request.user,
        )
    except PolicyMoved as moved:
        # What was typed stays; looked at once more it is written over the version that is shown now.
        form = ContactPolicyForm(request.POST | {"version": moved.current.version}, policy=moved.current)
        form.add_error(None, str(moved))
        return render_form(request, POLICY, _context(form, moved.current))
    return _applied(request, policy)


@require_POST
@requires(Permission.PLAN_TOUCHES)
def restore_policy(request, pk):
    old = get_object_or_404(ContactPolicy, pk=pk)
    try:
        policy = restore_contact_policy(old, by=request.user)
    except PolicyMoved:
        messages.warning(request, "规则刚被别人改过，请再看一遍。")
        return redirect_to(request, "touches:policy")
    return _applied(request, policy)


def _applied(request, policy):
    nudge(replan)
    before = ContactPolicy.objects.filter(version__lt=policy.version).order_by("-version").first()
    undo_url = reverse("touches:restore_policy", args=[before.pk]) if before else ""
    say_done(request, f"第 {policy.version} 版规则已启用，正在按它重排。", undo_url=undo_url)
    return redirect_to(request, "touches:policy")


def _context(form, policy):
    return {"form": form, "policy": policy, "history": history()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
