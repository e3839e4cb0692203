"""Warranty cards of a visit: given by one key, printed, shown on the customer's phone."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.public import has_public_pages, public_address, public_page
from core.web import id_of, redirect_to, say_done
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import VehicleError
from vehicles.models import ServiceOrder, WarrantyCard
from vehicles.services.warranty import (
    SHARED,
    give_card,
    restore_card,
    share_warranty,
    unshare_warranty,
    void_card,
)

from ..forms.warranty import WarrantyForm
from ..visit_page import visit_page
from ..warranty_page import offer_for, sheet_of
from .small_form import answer_form_page

LINK = "desk:shared_warranty"


def _order(request, pk) -> ServiceOrder:
    """A visit that is over: an open one has nothing to warrant yet."""
    return get_object_or_404(ServiceOrder.objects.visible_to(request.user).closed().for_reception(), pk=pk)


def _back(request, pk):
    return redirect_to(request, "desk:visit", pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
def give_warranty(request, pk):
    order = _order(request, pk)
    form = WarrantyForm(request.POST or None, initial=_proposed(request, order))
    if form.is_valid():
        try:
            card = give_card(order, by=request.user, now=timezone.now(), **form.cleaned_data)
        except VehicleError as refusal:
            form.add_error("until_on", str(refusal))
        else:
            undo = reverse("desk:warranty_void", args=[card.pk])
            say_done(request, f"{card.what}：质保{card.limits}，卡号 {card.number}。", undo_url=undo)
            return _back(request, pk)
    back = reverse("desk:visit", args=[pk])
    return answer_form_page(request, form, title="质保卡", act="开卡", back=back)


def _proposed(request, order) -> dict:
    line = order.lines.filter(pk=id_of(request.GET.get("line", ""))).first()
    offer = offer_for(order, line) if line else None
    return vars(offer) if offer else {"what": line.name if line else ""}


@require_GET
@requires(Permission.SERVE)
def print_warranty(request, pk):
    return render(request, "desk/warranty/print.html", {"sheet": sheet_of(_order(request, pk))})


@require_POST
@requires(Permission.SERVE)
def warranty_void(request, pk):
    card, undo = _card(request, pk), reverse("desk:warranty_restore", args=[pk])
    return _done(request, card, partial(void_card, by=request.user, now=timezone.now()), "质保卡已作废。", undo)


@require_POST
@requires(Permission.SERVE)
def warranty_restore(request, pk):
    return _done(request, _card(request, pk), partial(restore_card, by=request.user), "质保卡已恢复。")


def _card(request, pk) -> WarrantyCard:
    return get_object_or_404(WarrantyCard.objects.visible_to(request.user).select_related("order__customer"), pk=pk)


def _done(request, card, act, words, undo_url=""):
    try:
        if act(card):
            say_done(request, words, undo_url=undo_url)
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    return _back(request, card.order_id)


@require_POST
@requires(Permission.SERVE)
def warranty_share(request, pk):
    order, now = _order(request, pk), timezone.localtime()
    if not has_public_pages():
        messages.error(request, "这台电脑客户的手机打不开，请打印给客户。")
        return _back(request, pk)
    link = public_address(LINK, share_warranty(order, by=request.user, now=now))
    return render(request, "desk/visit.html", visit_page(order, user=request.user, now=now, warranty_link=link))


@require_POST
@requires(Permission.SERVE)
def warranty_unshare(request, pk):
    if unshare_warranty(_order(request, pk), by=request.user, now=timezone.now()):
        messages.success(request, "链接已作废，客户打不开了。")
    return _back(request, pk)


@require_safe
@public_page(SHARED)
def shared_warranty(request, found):
    orders = ServiceOrder.objects.closed().for_reception()
    sheet = sheet_of(get_object_or_404(orders, pk=found.subject_id))
    return render(request, "public/warranty.html", {"sheet": sheet, "today": timezone.localdate()})
