"""Knowledge cards: read and marked by staff."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.web import redirect_to
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import VehicleError
from vehicles.services.cards import study, study_again

from ..cards_page import cards_page


@require_GET
def cards(request):
    return render(request, "desk/cards.html", cards_page(request.user))


@require_POST
@requires(Permission.WRITE)
def study_card(request):
    key = request.POST.get("card", "")
    try:
        study(request.user, key, now=timezone.now())
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    return _back(request, key)


@require_POST
@requires(Permission.WRITE)
def unstudy_card(request):
    key = request.POST.get("card", "")
    study_again(request.user, key)
    return _back(request, key)


def _back(request, key):
    place = f"#card-{key}" if key.isidentifier() else ""
    return redirect_to(request, f"{reverse('desk:cards')}{place}")
