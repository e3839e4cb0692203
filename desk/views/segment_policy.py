"""The rules of the segments: changed with a look at who would move, then applied to everybody."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.jobs import nudge
from core.web import redirect_to, render_form, say_done
from segments.errors import PolicyMoved
from segments.models import Profile, SegmentPolicy
from segments.services import preview, set_segment_policy
from segments.tasks import redraw_segments
from staff.access import requires
from staff.enums import COMPANY_ROLES, Permission

from ..forms.segment_policy import SegmentPolicyForm, history
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
        store = None if request.user.role in COMPANY_ROLES else request.user.store_id
        would = told(preview(form.numbers, today=timezone.localdate(), store=store), user=request.user)
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
    nudge(redraw_segments)
    say_done(request, f"第 {policy.version} 版规则已启用，正在按它重算所有客户。")
    return redirect_to(request, "desk:segment_policy")


def _context(form, policy):
    waiting = Profile.objects.exclude(policy=policy).count()
    return {"form": form, "policy": policy, "history": history(), "waiting": waiting}
