"""分群: the dashboards of a day, and who moved."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from staff.access import requires
from staff.enums import Permission

from ..moved_page import Asked, moved_page
from ..overrides_page import to_review
from ..segments_page import segments_page


@require_safe
@requires(Permission.SEE_TEAM)
def segments(request):
    context = {"page": segments_page(request.GET, user=request.user)}
    context["to_review"] = to_review(request.user, today=timezone.localdate())
    return render(request, "desk/segments/page.html", context)


@require_safe
@requires(Permission.SEE_TEAM)
def segment_moves(request):
    asked = Asked(request.GET, user=request.user, today=timezone.localdate())
    page = moved_page(asked, after=request.GET.get("after"))
    return render(request, "desk/segments/moves.html", {"asked": asked, "page": page})
