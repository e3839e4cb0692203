"""The rules of the segments: changed with a look at who would move, then applied to everybody."""

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.jobs import nudge
from core.web import redirect_to, render_form, say_done
from segments.errors import NothingToFit, PolicyMoved
from segments.models import Profile, SegmentPolicy
from segments.services import fit, preview, preview_estimates, set_estimates, set_segment_policy
from segments.tasks import redraw_segments
from staff.access import requires
from staff.enums import COMPANY_ROLES, Permission

from ..estimates import Estimates
from ..forms.segment_policy import EstimatesForm, SegmentPolicyForm, history
from ..segment_moves import told

TEMPLATE = "desk/segments/policy.html"


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def segment_policy(request):
    policy = SegmentPolicy.objects.current()
    form = SegmentPolicyForm(request.POST or None, policy=policy)
    if not form.is_valid():
        return render_form(request, TEMPLATE, _context(form, policy))
    if form.numbers == policy.all_numbers:
        say_done(request, "没有改动，规则不变。")
        return redirect_to(request, "desk:segment_policy")
    if "apply" not in request.POST:
        would = told(preview(form.numbers, today=timezone.localdate(), store=_store(request.user)), user=request.user)
        return render(request, TEMPLATE, _context(form, policy) | {"preview": would})
    return _apply(request, form)


def _apply(request, form):
    given = form.cleaned_data
    try:
        policy = set_segment_policy(
            seen_version=given["version"], numbers=form.numbers, why=given["why"], by=request.user
        )
    except PolicyMoved as moved:
        # What was typed stays; looked at once more it is written over the version that is shown now.
        form = SegmentPolicyForm(request.POST | {"version": moved.current.version}, policy=moved.current)
        form.add_error(None, str(moved))
        return render_form(request, TEMPLATE, _context(form, moved.current))
    return _applied(request, policy)


@require_POST
@requires(Permission.SET_POLICY)
def estimates(request):
    if "apply" in request.POST:
        return _adopt(request)
    policy, today = SegmentPolicy.objects.current(), timezone.localdate()
    try:
        fitted = fit(today=today)
    except NothingToFit as problem:
        messages.warning(request, str(problem))
        return redirect_to(request, "desk:segment_policy")
    would = told(preview_estimates(fitted, today=today, store=_store(request.user)), user=request.user)
    found = {"estimates": Estimates(policy, fitted, would)}
    return render(request, TEMPLATE, _context(SegmentPolicyForm(policy=policy), policy) | found)


def _adopt(request):
    form = EstimatesForm(request.POST)
    if not form.is_valid():
        messages.warning(request, form.errors["looked_at"][0])
        return redirect_to(request, "desk:segment_policy")
    try:
        policy = set_estimates(**form.cleaned_data["looked_at"], by=request.user)
    except PolicyMoved:
        messages.warning(request, "规则刚被别人改过，请按最新的一版再估一次。")
        return redirect_to(request, "desk:segment_policy")
    return _applied(request, policy)


def _applied(request, policy):
    nudge(redraw_segments)
    say_done(request, f"第 {policy.version} 版规则已启用，正在按它重算所有客户。")
    return redirect_to(request, "desk:segment_policy")


def _store(user):
    """Whose people a sample may name."""
    return None if user.role in COMPANY_ROLES else user.store_id


def _context(form, policy):
    waiting = Profile.objects.exclude(policy=policy).count()
    estimates = Estimates(policy)
    return {"form": form, "policy": policy, "history": history(), "waiting": waiting, "estimates": estimates}
