"""A customer's points: what they hold, and what is done with it at the desk."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, render_page, say_done
from staff.access import requires
from staff.enums import Permission

from ..errors import ReferralError
from ..forms.points import REASONS, ByHandForm, ChooseGiftForm, ClaimForm
from ..models import PointTransaction
from ..services import change_by_hand, claim, left_today, redeem_gift, take_back
from ..wallet import wallet_page
from .acting import acted, customer_or_404, form_page, once_only


@require_safe
def customer_points(request, pk):
    customer = customer_or_404(request, pk)
    context = wallet_page(customer, user=request.user, now=timezone.localtime())
    return render_page(request, "referrals/customer.html", "referrals/_card.html", context)


def _back(request, customer):
    return redirect_back(request, reverse("referrals:customer_points", args=[customer.pk]))


@require_http_methods(["GET", "POST"])
@requires(Permission.GIVE_POINTS)
@once_only
def change_points(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    form = ByHandForm(request.POST or None, left=left_today(request.user, now.date()))
    about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
    if form.is_valid() and acted(
        request, form, lambda: change_by_hand(customer, form.change, why=form.cleaned_data["why"], **about)
    ):
        say_done(request, f"{customer} {form.change:+,} 分，记下了。")
        return _back(request, customer)
    return form_page(request, form, customer=customer, title=f"{customer}：加减积分", act="记下", reasons=REASONS)


@require_http_methods(["GET", "POST"])
@requires(Permission.GIVE_POINTS)
@once_only
def claim_points(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    form = ClaimForm(request.POST or None, today=now.date())
    about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("kind", "happened_on", "proof")}
        if acted(request, form, lambda: claim(customer, **facts, **about)):
            say_done(request, "记下了，等另一位同事批准。")
            return _back(request, customer)
    return form_page(request, form, customer=customer, title=f"{customer}：帮了忙，申请加分", act="申请")


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@once_only
def redeem(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    form = ChooseGiftForm(request.POST or None, user=request.user)
    about = {"customer": customer, "by": request.user, "today": now.date(), "now": now}
    if form.is_valid() and acted(request, form, lambda: redeem_gift(form.cleaned_data["gift"], **about)):
        say_done(request, f"换好了：{form.cleaned_data['gift']}，在“老带新 → 礼品”的领取单上。")
        return _back(request, customer)
    return form_page(request, form, customer=customer, title=f"{customer}：积分换礼品", act="换")


@require_POST
@requires(Permission.GIVE_POINTS)
def undo_points(request, pk):
    row = get_object_or_404(PointTransaction.objects.visible_to(request.user).select_related("about"), pk=pk)
    now = timezone.localtime()
    try:
        take_back(row, by=request.user, today=now.date(), now=now)
    except ReferralError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已撤销，积分回到原来的样子。")
    return _back(request, row.about)
