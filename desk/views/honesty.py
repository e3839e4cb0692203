"""How honest our quotes have been, for those who lead."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from staff.access import requires
from staff.enums import Permission

from ..honesty_page import honesty_page, lines_of


@require_GET
@requires(Permission.SEE_TEAM)
def honesty(request):
    return render(request, "desk/honesty.html", honesty_page(request.user, today=timezone.localdate()))


@require_GET
@requires(Permission.SEE_TEAM)
def honesty_lines(request):
    behind = lines_of(request.GET, user=request.user, today=timezone.localdate())
    return render(request, "desk/honesty_lines.html", {"title": behind.title, "page": behind.page})
