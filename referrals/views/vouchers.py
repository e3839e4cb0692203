"""Vouchers: what the manager hands out, what a customer holds, what counts at a visit."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, redirect_to, say_done
from staff.access import requires
from staff.enums import Permission
from vehicles.models import ServiceOrder

from ..enums import RolledBack
from ..errors import ReferralError
from ..forms.vouchers import CodeForm, GiveVoucherForm, VoucherTypeForm
from ..models import Voucher, VoucherRedemption, VoucherType
from ..qr import qr_of
from ..screens import visit_vouchers, vouchers_page
from ..services import give_voucher, redeem_voucher, roll_back, void_voucher
from .acting import acted, customer_or_404, form_page, once_only


@require_safe
@requires(Permission.SEE_TEAM)
def vouchers(request):
    return render(request, "referrals/vouchers.html", vouchers_page(request.user, today=timezone.localdate()))


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def add_voucher_type(request):
    return _type_form(request, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def edit_voucher_type(request, pk):
    return _type_form(request, get_object_or_404(VoucherType, pk=pk))


def _type_form(request, kind):
    form = VoucherTypeForm(request.POST or None, instance=kind)
    if form.is_valid():
        say_done(request, f"{form.save()} 保存了。")
        return redirect("referrals:vouchers")
    title = f"改券：{kind}" if kind else "添一种券"
    return form_page(request, form, title=title, act="保存", back="referrals:vouchers")


@require_http_methods(["GET", "POST"])
@requires(Permission.GIVE_POINTS)
@once_only
def give(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    form = GiveVoucherForm(request.POST or None)
    if form.is_valid():
        about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
        cause, kind = f"by_hand:{form.cleaned_data['key']}", form.cleaned_data["type"]
        if acted(request, form, lambda: give_voucher(kind, customer=customer, cause_key=cause, **about)):
            say_done(request, f"发了一张：{kind}。")
            return redirect_back(request, reverse("referrals:customer_points", args=[customer.pk]))
    return form_page(request, form, customer=customer, title=f"{customer}：发券", act="发")


def _voucher(request, pk):
    rows = Voucher.objects.visible_to(request.user).select_related("type", "customer", "store")
    return get_object_or_404(rows.prefetch_related("type__stores"), pk=pk)


@require_safe
def voucher(request, pk):
    row = _voucher(request, pk)
    return render(request, "referrals/voucher.html", {"voucher": row, "qr": qr_of(row.code)})


@require_POST
@requires(Permission.MANAGE_POINTS)
def void(request, pk):
    row = _voucher(request, pk)
    try:
        void_voucher(row, by=request.user)
    except ReferralError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "这张券作废了。")
    return redirect_to(request, "referrals:customer_points", row.customer_id)


def _order(request, pk):
    return get_object_or_404(ServiceOrder.objects.visible_to(request.user).select_related("customer"), pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@once_only
def at_visit(request, pk):
    """The card of the visit's page: what counts there, and the field for the next code."""
    order, now = _order(request, pk), timezone.localtime()
    form = CodeForm(request.POST or None)
    about = {"order": order, "by": request.user, "today": now.date(), "now": now}
    if form.is_valid() and acted(request, form, lambda: redeem_voucher(form.cleaned_data["code"], **about)):
        say_done(request, "券用上了，结单时优惠已经填好。")
        return redirect_to(request, "desk:visit", order.pk)
    context = visit_vouchers(order, user=request.user, today=now.date()) | {"form": form}
    template = "referrals/_at_visit.html" if request.htmx else "referrals/at_visit.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.SERVE)
def undo_redemption(request, pk):
    rows = VoucherRedemption.objects.visible_to(request.user).select_related("voucher__customer")
    row = get_object_or_404(rows, pk=pk)
    try:
        roll_back(row, why=RolledBack.SLIP, by=request.user, now=timezone.now())
    except ReferralError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "退回了，这张券还能用。")
    return redirect_to(request, "desk:visit", row.order_id)
