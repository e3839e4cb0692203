"""How an act of this app is answered: once per form, refused in words."""

from collections.abc import Callable
from functools import wraps

from django.shortcuts import get_object_or_404, render

from core.web import render_form
from customers.models import Customer

from ..errors import KeyReused, ReferralError
from ..services import once

FORM = "referrals/form.html"


def customer_or_404(request, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def once_only(view):
    """Decorator: a key that came before with other words is 409, and nothing was done."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except KeyReused as refusal:
            return render(request, "referrals/conflict.html", {"words": str(refusal)}, status=409)

    return answered


def acted(request, form, act: Callable[[], object]) -> bool:
    """Whether `act` was done now or before; a refusal stands on the form."""
    said = form.said | {"at": request.path}
    try:
        once(lambda: act().pk, key=form.cleaned_data["key"], said=said, by=request.user)
    except KeyReused:
        raise
    except ReferralError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def form_page(request, form, **context):
    return render_form(request, FORM, {"form": form, **context})
