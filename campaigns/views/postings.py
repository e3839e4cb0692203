"""Posts that greet everybody: shown above the worklist, copied and ticked off by their author."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from core.web import redirect_to, say_done
from staff.access import requires
from staff.enums import Permission

from ..models import Posting


@require_safe
def postings(request):
    """The part of the worklist that comes by itself; empty where there is nothing to post."""
    found = Posting.objects.to_do(request.user, localdate())
    return render(request, "campaigns/_postings.html", {"postings": found, "today": localdate()})


@require_POST
@requires(Permission.CALL)
def posted(request, pk):
    posting = _mine(request, pk)
    posting.tick_off(now=timezone.now())
    say_done(request, f"{posting.title}：发了。", undo_url=reverse("campaigns:not_posted", args=[pk]))
    return redirect_to(request, "campaigns:worklist")


@require_POST
@requires(Permission.CALL)
def not_posted(request, pk):
    posting = _mine(request, pk)
    posting.take_back()
    say_done(request, f"{posting.title}：又回到待发。")
    return redirect_to(request, "campaigns:worklist")


def _mine(request, pk) -> Posting:
    return get_object_or_404(Posting.objects.visible_to(request.user).filter(author=request.user), pk=pk)
