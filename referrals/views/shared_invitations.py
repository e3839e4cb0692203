"""Two pages without a login: a customer makes cards on their own phone, and a friend answers one on theirs."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.public import public_page
from core.web import render_form

from ..errors import CannotInvite, CardNotGood, NobodyFound
from ..forms.invitations import AnswerForm, CardForm
from ..invitations_page import friend_page, poster_of, set_page
from ..models import InvitationCard, InvitationSet
from ..services import answer_card, make_card, revoke_card
from ..services.introducing import CARD, living
from ..services.inviting import OWN

OWN_PAGE, FRIENDS_PAGE = "public/own_invitations.html", "public/invitation.html"


def _token(request) -> str:
    return request.resolver_match.kwargs["token"]


def _gone(request):
    return render(request, "public/gone.html", status=404)


def _mine(found):
    return InvitationSet.objects.for_page().filter(customer__ended_at__isnull=True, pk=found.subject_id).first()


@require_safe
@public_page(OWN)
def own_invitations(request, found):
    row = _mine(found)
    if row is None:
        return _gone(request)
    context = set_page(row, today=timezone.localdate()) | {"form": CardForm(), "token": _token(request)}
    return render(request, OWN_PAGE, context)


@require_POST
@public_page(OWN)
def own_card(request, found):
    """Only the fields of the form are read; whose card it is, the address says."""
    row, form, now = _mine(found), CardForm(request.POST), timezone.localtime()
    if row is None:
        return _gone(request)
    if form.is_valid():
        try:
            make_card(row, by=None, today=now.date(), now=now, **form.facts)
        except CannotInvite as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("referrals:own_invitations", _token(request))
    context = set_page(row, today=now.date()) | {"form": form, "token": _token(request)}
    return render_form(request, OWN_PAGE, context)


@require_POST
@public_page(OWN)
def own_card_back(request, found, place):
    card = get_object_or_404(InvitationCard, set=found.subject_id, place=place)
    revoke_card(card, now=timezone.now())
    return redirect("referrals:own_invitations", _token(request))


def _card(found):
    """The card, as long as whoever made it is a customer of ours."""
    card = InvitationCard.objects.for_page().get(pk=found.subject_id)
    try:
        card.set.customer = living(card.set.customer_id)
    except NobodyFound:
        return None
    return card


@require_safe
@public_page(CARD)
def invitation(request, found):
    card, today = _card(found), timezone.localdate()
    if card is None:
        return _gone(request)
    form = AnswerForm(today=today, initial={"kind": card.need} if card.need else None)
    return render(request, FRIENDS_PAGE, friend_page(card, today=today) | {"form": form, "token": _token(request)})


@require_POST
@public_page(CARD)
def answer(request, found):
    """Whether the number was known here before or not, the answer is the same page."""
    card, now = _card(found), timezone.localtime()
    if card is None:
        return _gone(request)
    form = AnswerForm(request.POST, today=now.date())
    if card.answered_at is None and not form.is_valid():
        context = friend_page(card, today=now.date()) | {"form": form, "token": _token(request)}
        return render_form(request, FRIENDS_PAGE, context)
    try:
        if card.answered_at is None:
            answer_card(card, today=now.date(), now=now, **form.facts)
    except CardNotGood:
        pass  # a second press, or another phone: the page says that the card has been used
    return redirect("referrals:invitation", _token(request))


@require_safe
@public_page(CARD, is_part=True)
def poster(request, found):
    card = _card(found)
    if card is None or card.answered_at:
        return _gone(request)
    context = poster_of(card, today=timezone.localdate())
    return render(request, "public/poster.svg", context, content_type="image/svg+xml")
