"""The coach's view: every caller's week, the lines behind each number, and who has no next step."""

from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from core.web import id_of
from staff.access import requires
from staff.enums import Permission
from staff.models import User

from ..coaching import NAMES, asked_of, coach_page, lines_behind, without_next_page


@require_safe
@requires(Permission.WORKLIST_ALL)
def coach(request):
    asked = asked_of(request.GET, user=request.user, today=localdate())
    return render(request, "campaigns/coach/page.html", {"page": coach_page(asked), "asked": asked})


@require_safe
@requires(Permission.WORKLIST_ALL)
def coach_lines(request):
    query = request.GET
    asked = asked_of(query, user=request.user, today=localdate())
    what, who = query.get("what", "worked"), query.get("who", "")
    context = {
        "asked": asked,
        "page": lines_behind(asked, what=what, who=who, after=query.get("after")),
        "what": NAMES.get(what, NAMES["worked"]),
        "who": User.objects.visible_to(request.user).filter(pk=id_of(who)).first(),
    }
    return render(request, "campaigns/coach/lines.html", context)


@require_safe
@requires(Permission.WORKLIST_ALL)
def without_next(request):
    asked = asked_of(request.GET, user=request.user, today=localdate())
    page = without_next_page(asked, after=request.GET.get("after"))
    return render(request, "campaigns/coach/without_next.html", {"asked": asked, "page": page})
