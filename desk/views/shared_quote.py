"""A quote on the customer's phone: opened by the link alone, decided line by line, readable without JavaScript."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.photos import photo_response
from core.public import public_page
from vehicles.enums import DecidedHow, QuoteState, TaughtHow
from vehicles.errors import VehicleError
from vehicles.models import Quote, QuotePhoto
from vehicles.services import decide_line
from vehicles.services.cards import teach
from vehicles.services.quotes import SHARED

from ..forms.quotes import said
from ..quotes_page import offer_of

PAGE = "public/quote.html"


def _quote(found):
    return get_object_or_404(Quote.objects.standing().for_page(), pk=found.subject_id)


def _page(request, quote, status=200, **more):
    token = request.resolver_match.kwargs["token"]
    decide_url = reverse("desk:decide_shared_quote", args=[token])
    context = {"offer": offer_of(quote), "decide_url": decide_url, "token": token}
    return render(request, PAGE, context | more, status=status)


@require_safe
@public_page(SHARED)
def shared_quote(request, found):
    return _page(request, _quote(found))


@require_safe
@public_page(SHARED, is_part=True)
def shared_photo(request, found, pk):
    photos = QuotePhoto.objects.standing().exclude(line__quote__state=QuoteState.WITHDRAWN)
    return photo_response(get_object_or_404(photos, pk=pk, line__quote=found.subject_id))


@require_POST
@public_page(SHARED)
def decide_shared_quote(request, found):
    """Only which line, which word and which offer are read: prices and advice are ours."""
    quote = get_object_or_404(Quote.objects.standing().select_related("customer"), pk=found.subject_id)
    try:
        pk, decision, revision = said(request.POST.get("say", ""))
        line = get_object_or_404(quote.lines.select_related("quote__customer"), pk=pk)
        about = {"decision": decision, "how": DecidedHow.PHONE, "revision": revision}
        decide_line(line, by=None, now=timezone.now(), **about)
        if line.lesson:
            teach(quote.customer, line.card, how=TaughtHow.PHONE, by=None, now=timezone.now())
    except (ValidationError, VehicleError) as refusal:
        words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
        return _page(request, _quote(found), status=422, refusal=words)
    return redirect("desk:shared_quote", request.resolver_match.kwargs["token"])
