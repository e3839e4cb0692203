"""Invitation cards at the desk: the customer is happy, is asked, and makes cards here or on their own phone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.web import is_htmx, redirect_to, render_form, say_done
from staff.access import requires
from staff.enums import Permission

from ..errors import CannotInvite
from ..forms.invitations import CardForm
from ..invitations_page import offer_to, set_page
from ..models import InvitationCard, InvitationSet
from ..services import (
    decline_invitations,
    invite,
    invite_after_all,
    make_card,
    revoke_card,
    unmake_invitations,
)
from .acting import customer_or_404

PAGE = "referrals/invitations.html"


def _set(request, pk):
    return get_object_or_404(InvitationSet.objects.visible_to(request.user).for_page(), pk=pk)


@require_safe
@requires(Permission.SERVE)
def offer(request, pk):
    """A part of the briefing and of a visit: that somebody is happy now. Nothing where they are not to be asked."""
    customer, now = customer_or_404(request, pk), timezone.localtime()
    if not is_htmx(request):
        return redirect("referrals:customer_introductions", pk)
    found = offer_to(customer, user=request.user, today=now.date(), now=now)
    is_visit = "visit" in request.GET
    if found is None or not (found.moment or found.standing or is_visit):
        return HttpResponse()
    return render(request, "referrals/_offer.html", {"offer": found, "customer": customer})


@require_POST
@requires(Permission.SERVE)
def ask(request, pk):
    customer, now = customer_or_404(request, pk), timezone.localtime()
    try:
        row = invite(customer, store=request.user.working_store, by=request.user, today=now.date(), now=now)
    except CannotInvite as refusal:
        messages.error(request, str(refusal))
        return redirect_to(request, "referrals:customer_introductions", pk)
    return redirect_to(request, "referrals:invitations", row.pk)


@require_safe
@requires(Permission.SERVE)
def invitations(request, pk):
    context = set_page(_set(request, pk), today=timezone.localdate()) | {"form": CardForm()}
    return render(request, PAGE, context)


@require_safe
@requires(Permission.SERVE)
def paper(request, pk):
    return render(request, "referrals/invitations_paper.html", set_page(_set(request, pk), today=timezone.localdate()))


@require_POST
@requires(Permission.SERVE)
def add_card(request, pk):
    row, form, now = _set(request, pk), CardForm(request.POST), timezone.localtime()
    if form.is_valid():
        try:
            card = make_card(row, by=request.user, today=now.date(), now=now, **form.facts)
        except CannotInvite as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, f"给{card.whom}的卡做好了。")
            return redirect("referrals:invitations", pk)
    return render_form(request, PAGE, set_page(row, today=now.date()) | {"form": form})


@require_POST
@requires(Permission.SERVE)
def take_card_back(request, pk):
    card = get_object_or_404(InvitationCard.objects.visible_to(request.user), pk=pk)
    if revoke_card(card, now=timezone.now()):
        messages.success(request, f"{card}收回了，链接和卡码都不能再用。")
    return redirect("referrals:invitations", card.set_id)


@require_POST
@requires(Permission.SERVE)
def decline(request, pk):
    decline_invitations(_set(request, pk), by=request.user, now=timezone.now())
    say_done(request, "记下了，以后不再问他。", undo_url=reverse("referrals:invite_after_all", args=[pk]))
    return redirect("referrals:invitations", pk)


@require_POST
@requires(Permission.SERVE)
def after_all(request, pk):
    invite_after_all(_set(request, pk), by=request.user)
    return redirect("referrals:invitations", pk)


@require_POST
@requires(Permission.SERVE)
def unmake(request, pk):
    row = _set(request, pk)
    if unmake_invitations(row, by=request.user, now=timezone.now()):
        messages.success(request, "当作没有点过。")
        return redirect("referrals:customer_introductions", row.customer_id)
    messages.error(request, "已经做了卡，或者过了十分钟，不能当作没有点过。")
    return redirect("referrals:invitations", pk)
