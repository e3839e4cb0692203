"""Posts that greet everybody: shown above the worklist and at reception, copied and ticked off by their author."""

from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from core.web import redirect_back, say_done, way_back
from staff.access import requires
from staff.enums import Permission

from ..models import Posting


@require_safe
def postings(request):
    """The part of a page that comes by itself; empty where there is nothing to post."""
    found = Posting.objects.to_do(request.user, localdate())
    context = {"postings": found, "today": localdate(), "next": way_back(request)}
    return render(request, "campaigns/_postings.html", context)


@require_POST
@requires(Permission.CALL)
def posted(request, pk):
    posting = _mine(request, pk)
    posting.tick_off(now=timezone.now())
    undo = f"{reverse('campaigns:not_posted', args=[pk])}?{urlencode({'next': way_back(request)})}"
    say_done(request, f"{posting.title}：发了。", undo_url=undo)
    return redirect_back(request, "campaigns:worklist")


@require_POST
@requires(Permission.CALL)
def not_posted(request, pk):
    posting = _mine(request, pk)
    posting.take_back()
    say_done(request, f"{posting.title}：又回到待发。")
    return redirect_back(request, "campaigns:worklist")


def _mine(request, pk) -> Posting:
    return get_object_or_404(Posting.objects.visible_to(request.user).filter(author=request.user), pk=pk)
