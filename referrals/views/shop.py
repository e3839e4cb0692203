"""老带新: what the manager looks after, and the shelf the desk hands gifts from."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, say_done
from staff.access import requires, requires_any
from staff.enums import Permission

from ..errors import ReferralError
from ..forms.points import EarningRuleForm, GiftForm, PolicyForm, RefuseForm
from ..models import EarningRule, Gift, GiftOrder, PointClaim, PointPolicy
from ..screens import gifts_page, points_page
from ..services import (
    approve,
    cancel_gift,
    hand_gift,
    refuse_claim,
    set_earning_rule,
    set_point_policy,
)
from .acting import form_page


@require_safe
@requires(Permission.SEE_TEAM)
def points(request):
    return render(request, "referrals/points.html", points_page(request.user, today=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def policy(request):
    newest, today = PointPolicy.objects.newest(), timezone.localdate()
    start = {"version": newest.version if newest else 0, "from_on": today}
    form = PolicyForm(request.POST or None, instance=newest, initial=start)
    if form.is_valid():
        try:
            row = set_point_policy(by=request.user, today=today, **form.cleaned_data)
        except ReferralError as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, f"保存了，{row.from_on} 起按新的规则积分。")
            return redirect("referrals:points")
    return form_page(request, form, title="积分规则", act="保存", back="referrals:points")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def earning_rule(request, pk):
    rule = get_object_or_404(EarningRule, pk=pk)
    form = EarningRuleForm(request.POST or None, instance=rule)
    if form.is_valid():
        set_earning_rule(form.instance, by=request.user, now=timezone.now())
        say_done(request, f"“{rule}”的规则保存了，等着批的不变。")
        return redirect("referrals:points")
    return form_page(request, form, title=f"{rule}得几分", act="保存", back="referrals:points")


def _claim(request, pk):
    return get_object_or_404(PointClaim.objects.visible_to(request.user), pk=pk)


@require_POST
@requires(Permission.MANAGE_POINTS)
def approve_claim(request, pk):
    now = timezone.localtime()
    return _said(request, lambda: approve(_claim(request, pk), by=request.user, today=now.date(), now=now), "已批准。")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def turn_claim_down(request, pk):
    row, form = _claim(request, pk), RefuseForm(request.POST or None)
    if not form.is_valid():
        return form_page(request, form, title=f"不批：{row.customer} {row}", act="不批", back="referrals:points")
    about = {"why": form.cleaned_data["why"], "by": request.user, "now": timezone.now()}
    return _said(request, lambda: refuse_claim(row, **about), "没有批，写明了原因。")


def _said(request, act, words, fallback="referrals:points"):
    try:
        act()
    except ReferralError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, words)
    return redirect_back(request, fallback)


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_TEAM)
def gifts(request):
    return render(request, "referrals/gifts.html", gifts_page(request.user))


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def add_gift(request):
    return _gift_form(request, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def edit_gift(request, pk):
    return _gift_form(request, get_object_or_404(Gift.objects.visible_to(request.user), pk=pk))


def _gift_form(request, gift):
    form = GiftForm(request.POST or None, instance=gift, user=request.user)
    if form.is_valid():
        say_done(request, f"{form.save()} 保存了。")
        return redirect("referrals:gifts")
    title = f"改礼品：{gift}" if gift else "添一样礼品"
    return form_page(request, form, title=title, act="保存", back="referrals:gifts")


def _order(request, pk):
    return get_object_or_404(GiftOrder.objects.visible_to(request.user), pk=pk)


@require_POST
@requires(Permission.SERVE)
def hand_over(request, pk):
    row = _order(request, pk)
    return _said(request, lambda: hand_gift(row, by=request.user, now=timezone.now()), "已领走。", "referrals:gifts")


@require_POST
@requires(Permission.SERVE)
def give_back(request, pk):
    row, now = _order(request, pk), timezone.localtime()
    words = "退回了：礼品上架，积分回到原来的批次。"
    return _said(
        request, lambda: cancel_gift(row, by=request.user, today=now.date(), now=now), words, "referrals:gifts"
    )
