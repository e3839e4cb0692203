"""For machines that watch: does this process answer, and is the product well. No login, no personal data."""

from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from core.enums import PartState
from core.probes import Prober

from .. import health

prober = Prober(lambda: health.parts(localtime()))


@login_not_required
@require_safe
def livez(request):
    return JsonResponse({"status": PartState.OK})


@login_not_required
@require_safe
def readyz(request):
    parts = prober() or health.unreachable()
    status = health.verdict(parts)
    states = {part.name: part.state for part in parts}
    answer = {"status": status, "parts": states}
    if may_see_numbers(request):
        answer["numbers"] = {part.name: part.numbers for part in parts}
    return JsonResponse(answer, status=503 if status == PartState.DOWN else 200)


def may_see_numbers(request) -> bool:
    token, given = settings.READYZ_TOKEN, request.headers.get("Authorization", "")
    return bool(token) and compare_digest(f"Bearer {token}".encode(), given.encode())
