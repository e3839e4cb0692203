"""Which promises were kept, for whoever leads."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from customers.enums import PromiseKind
from staff.access import requires
from staff.enums import Permission

from ..kept_page import CAR, CAR_NAME, NAMES, asked_of, kept_page, rows_behind


@require_safe
@requires(Permission.SEE_TEAM)
def kept(request):
    asked = asked_of(request.GET, user=request.user, now=timezone.localtime())
    return render(request, "desk/promised/kept.html", {"page": kept_page(asked), "asked": asked})


@require_safe
@requires(Permission.SEE_TEAM)
def kept_rows(request):
    query = request.GET
    asked, kind = asked_of(query, user=request.user, now=timezone.localtime()), query.get("kind", "")
    names = {**dict(PromiseKind.choices), CAR: CAR_NAME}
    context = {
        "asked": asked,
        "page": rows_behind(asked, query),
        "is_car": kind == CAR,
        "what": " · ".join(word for word in (names.get(kind), NAMES.get(query.get("what"))) if word) or "承诺",
    }
    return render(request, "desk/promised/kept_rows.html", context)
