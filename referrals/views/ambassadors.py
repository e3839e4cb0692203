"""口碑大使: who they are, what came of it, their card, and thanks."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.public import has_public_pages, public_address, public_page
from core.web import redirect_back, render_form, say_done
from staff.access import requires, requires_any
from staff.enums import Permission

from ..ambassadors_page import ambassador_page, ambassadors_page, card_of
from ..errors import CannotAppoint
from ..forms.ambassadors import AppointForm, DismissForm, ThankForm
from ..models import Ambassador
from ..services import appoint, dismiss, share_card, thank
from ..services.ambassadors import CARD
from .acting import acted, customer_or_404, form_page, once_only

LINK = "referrals:shared_card"


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_TEAM)
def ambassadors(request):
    context = ambassadors_page(request.user, today=timezone.localdate())
    return render(request, "referrals/ambassadors.html", context)


def _page(request, customer, form, now):
    context = ambassador_page(customer, user=request.user, now=now) | {"form": form, "end_form": DismissForm()}
    return render_form(request, "referrals/ambassador.html", context)


@require_safe
def ambassador(request, pk):
    return _page(request, customer_or_404(request, pk), AppointForm(), timezone.localtime())


@require_POST
@requires(Permission.SERVE)
def appoint_ambassador(request, pk):
    customer, form, now = customer_or_404(request, pk), AppointForm(request.POST), timezone.localtime()
    if form.is_valid():
        about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
        facts = {name: form.cleaned_data[name] for name in ("how", "may_name")}
        try:
            appoint(customer, **facts, **about)
        except CannotAppoint as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, f"{customer} 是口碑大使了，可以打印他的卡片。")
            return redirect("referrals:ambassador", pk)
    return _page(request, customer, form, now)


def _role(request, pk) -> Ambassador:
    return get_object_or_404(Ambassador.objects.visible_to(request.user).select_related("customer", "store"), pk=pk)


@require_POST
@requires(Permission.SERVE)
def end_ambassador(request, pk):
    role, form = _role(request, pk), DismissForm(request.POST)
    if not form.is_valid():
        messages.error(request, "选一下为什么。")
    elif dismiss(role, why=form.cleaned_data["why"], by=request.user, now=timezone.now()):
        say_done(request, f"{role.customer} 不再是口碑大使，发出去的卡片打不开了；介绍过的照旧。")
    return redirect("referrals:ambassador", role.customer_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@once_only
def thank_ambassador(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    form = ThankForm(request.POST or None, today=now.date())
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("way", "kind", "words", "on")}
        if acted(request, form, lambda: thank(customer, by=request.user, now=now, **facts)):
            say_done(request, "记下了。")
            return redirect_back(request, reverse("referrals:ambassador", args=[pk]))
    return form_page(request, form, customer=customer, title=f"{customer}：记一次致谢", act="记下")


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
def ambassador_card(request, pk):
    """The card on paper; posted, with the code of a link that opens it on a phone."""
    role, now = _role(request, pk), timezone.localtime()
    if role.ended_at:
        messages.error(request, f"{role.customer} 现在不是口碑大使。")
        return redirect("referrals:ambassador", role.customer_id)
    link = ""
    if request.method == "POST" and has_public_pages():
        link = public_address(LINK, share_card(role, by=request.user, now=now))
    return render(request, "referrals/ambassador_card.html", card_of(role, today=now.date(), link=link))


@require_safe
@public_page(CARD)
def shared_card(request, found):
    roles = Ambassador.objects.live().filter(customer__ended_at__isnull=True).select_related("customer", "store")
    role = roles.filter(pk=found.subject_id).first()
    if role is None:
        return render(request, "public/gone.html", status=404)
    return render(request, "public/ambassador.html", card_of(role, today=timezone.localdate()))
