"""操作记录: who did what to whom, and why."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff.access import requires
from staff.enums import Permission

from ..audit import Filters, trail


@require_safe
@requires(Permission.SEE_AUDIT)
def audit(request):
    filters = Filters(request.GET, user=request.user)
    lines, page = trail(request.user, filters, after=request.GET.get("after"))
    return render(request, "desk/audit/list.html", {"lines": lines, "page": page, "filters": filters})
