"""Whose work came back, for whoever leads."""

from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from staff.access import requires
from staff.enums import Permission

from ..comebacks_page import SPANS, asked_of, comeback_rows, technicians


@require_safe
@requires(Permission.SEE_TEAM)
def comebacks(request):
    asked = asked_of(request.GET, user=request.user, today=localdate())
    context = {"asked": asked, "lines": technicians(asked), "spans": SPANS}
    return render(request, "desk/comebacks/page.html", context)


@require_safe
@requires(Permission.SEE_TEAM)
def comeback_cars(request):
    asked, who = asked_of(request.GET, user=request.user, today=localdate()), request.GET.get("who", "")[:30]
    page = comeback_rows(asked, technician=who, after=request.GET.get("after"))
    return render(request, "desk/comebacks/rows.html", {"asked": asked, "page": page, "who": who})
