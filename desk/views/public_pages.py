"""Whether customers' phones reach us, for whoever can have it mended."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.reachable import probe_public, public_state
from staff.access import requires
from staff.enums import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def public_pages(request):
    """GET shows what is known, POST knocks once more."""
    if request.method == "POST":
        probe_public()
        return redirect("desk:public_pages")
    return render(request, "desk/public_pages.html", {"state": public_state()})
