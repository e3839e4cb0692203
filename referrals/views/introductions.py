"""Who brought whom: what waits for an eye or a hand, and what the shop promises."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, redirect_to, render_form, render_page, say_done
from staff.access import requires, requires_any
from staff.enums import Permission

from ..enums import RewardForm
from ..errors import ReferralError
from ..forms.introductions import DecideForm, HandForm, IntroduceForm, ProgrammeForm
from ..friends import introductions_page, programmes_page, referral_page
from ..models import Programme, Referral, Reward
from ..recognition import introductions_of
from ..services import (
    approve_referral,
    code_of,
    end_programme,
    hand_reward,
    introduce,
    refuse_referral,
    settle_owed,
    start_programme,
)
from .acting import customer_or_404, form_page


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_TEAM)
def introductions(request):
    context = introductions_page(request.user, today=timezone.localdate())
    return render(request, "referrals/introductions.html", context)


def _referral(request, pk):
    return get_object_or_404(Referral.objects.visible_to(request.user).between(), pk=pk)


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_TEAM)
def referral(request, pk):
    context = referral_page(_referral(request, pk), user=request.user) | {"form": DecideForm()}
    return render(request, "referrals/referral.html", context)


def _decide(request, pk, verb, words):
    row, form, now = _referral(request, pk), DecideForm(request.POST), timezone.localtime()
    if form.is_valid():
        try:
            verb(row, why=form.cleaned_data["why"], by=request.user, today=now.date(), now=now)
        except ReferralError as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, words)
            return redirect("referrals:introductions")
    row.refresh_from_db(fields=["state", "state_at", "holds", "is_doubtful"])
    context = referral_page(row, user=request.user) | {"form": form}
    return render_form(request, "referrals/referral.html", context)


@require_POST
@requires(Permission.MANAGE_REFERRALS)
def approve(request, pk):
    return _decide(request, pk, approve_referral, "审核通过；满期就谢，已经满期的现在就谢了。")


@require_POST
@requires(Permission.MANAGE_REFERRALS)
def refuse(request, pk):
    return _decide(request, pk, refuse_referral, "这次没有谢礼，原因只有员工看得到。")


def _reward(request, pk):
    return get_object_or_404(Reward.objects.visible_to(request.user).for_page(), pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
def hand(request, pk):
    """A press of a button; a red packet is written down with finance's receipt, by who may decide."""
    row, form = _reward(request, pk), None
    if row.form == RewardForm.RED_PACKET:
        if not request.user.may(Permission.MANAGE_REFERRALS):
            messages.error(request, "红包由财务发放，请店长或老板来记。")
            return redirect("referrals:introductions")
        form = HandForm(request.POST or None)
        if not form.is_valid():
            title = f"红包已由财务发放：{row.size}"
            return form_page(request, form, title=title, act="记下", back="referrals:introductions")
    facts = form.cleaned_data if form else {}
    if request.method == "POST":
        _told(request, lambda: hand_reward(row, by=request.user, now=timezone.now(), **facts), "交付了，记下了。")
    return redirect("referrals:introductions")


@require_POST
@requires(Permission.MANAGE_REFERRALS)
def settle(request, pk):
    _told(request, lambda: settle_owed(_reward(request, pk), by=request.user), "处理完了。")
    return redirect("referrals:introductions")


def _told(request, act, words):
    try:
        act()
    except ReferralError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, words)


@require_safe
@requires(Permission.SEE_TEAM)
def programmes(request):
    return render(request, "referrals/programmes.html", programmes_page(request.user, today=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_REFERRALS)
def add_programme(request):
    today = timezone.localdate()
    form = ProgrammeForm(request.POST or None, user=request.user, initial={"first_on": today})
    if form.is_valid():
        try:
            row = start_programme(by=request.user, today=today, **form.facts)
        except ReferralError as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, f"“{row}”定好了，{row.first_on} 起算。")
            return redirect("referrals:programmes")
    return render_form(request, "referrals/programme_form.html", {"form": form})


@require_POST
@requires(Permission.MANAGE_REFERRALS)
def stop_programme(request, pk):
    row = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    row = end_programme(row, by=request.user, today=timezone.localdate())
    say_done(request, f"“{row}”到 {row.last_on} 为止；已经答应的照谢。")
    return redirect("referrals:programmes")


@require_safe
def customer_introductions(request, pk):
    customer = customer_or_404(request, pk)
    context = introductions_of(customer, user=request.user, today=timezone.localdate()) | {"form": IntroduceForm()}
    return render_page(request, "referrals/customer_introductions.html", "referrals/_brought.html", context)


@require_POST
@requires(Permission.SERVE)
def name_introducer(request, pk):
    customer, form, now = customer_or_404(request, pk), IntroduceForm(request.POST), timezone.localtime()
    about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
    if form.is_valid():
        try:
            introduce(customer, typed=form.cleaned_data["introducer"], **about)
        except ReferralError as refusal:
            form.add_error("introducer", str(refusal))
        else:
            say_done(request, "介绍人已记下，记得谢谢他。")
            return redirect_to(request, "referrals:customer_introductions", customer.pk)
    context = introductions_of(customer, user=request.user, today=now.date()) | {"form": form}
    return render_form(request, "referrals/customer_introductions.html", context)


@require_POST
@requires(Permission.SERVE)
def make_code(request, pk):
    customer = customer_or_404(request, pk)
    say_done(request, f"{customer} 的介绍码是 {code_of(customer)}，朋友到店说这个码就行。")
    return redirect_back(request, reverse("referrals:customer_introductions", args=[customer.pk]))
