"""客户从哪来: the page, and the people behind each of its numbers."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.paging import key_page
from staff.access import requires
from staff.enums import Permission

from ..sources_page import Sources, sources_page


@require_safe
@requires(Permission.SEE_TEAM)
def sources(request):
    asked = Sources(request.GET, user=request.user, today=timezone.localdate())
    return render(request, "desk/sources/page.html", sources_page(asked))


@require_safe
@requires(Permission.SEE_TEAM)
def source_people(request):
    asked = Sources(request.GET, user=request.user, today=timezone.localdate())
    page = key_page(asked.people(), after=request.GET.get("after"))
    return render(request, "desk/sources/people.html", {"tab": "sources", "asked": asked, "page": page})
