"""100% 触达行动: reckoned, begun and ended by a manager; its bar and its people are shown to the whole store."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from core.web import id_of, redirect_to, render_form, say_done
from staff.access import requires
from staff.enums import Permission
from staff.models import User

from ..driving import NOBODY, cost_of, cover_of, covers_for, people_behind
from ..enums import Coverage
from ..errors import DriveRunning
from ..forms.drive import DriveForm
from ..models import Drive
from ..services import end_drive, start_drive

PAGE = "campaigns/drive/page.html"


@require_safe
@requires(Permission.WORKLIST_ALL)
def drive(request):
    """The drives that stand, and what another one would cost once it is said whom and when."""
    form = DriveForm(request.GET if "first_on" in request.GET else None, user=request.user, today=localdate())
    context = _context(request, form)
    if form.is_valid():
        context["cost"] = cost_of(**form.cleaned_data, today=localdate())
    return render(request, PAGE, context, status=422 if form.errors else 200)


def _context(request, form):
    """The drives that stand, and the form for another one where a store is free for it."""
    live = Drive.objects.visible_to(request.user).live().select_related("store", "segment", "started_by")
    covers = [cover_of(one) for one in live.order_by("store")]
    taken = {cover.drive.store_id for cover in covers if cover.drive.last_on >= localdate()}
    is_free = any(store.pk not in taken for store in form.fields["store"].queryset)
    may_start = (is_free or form.is_bound) and request.user.may(Permission.PLAN_TOUCHES)
    return {"covers": covers, "form": form, "may_start": may_start, "today": localdate()}


@require_POST
@requires(Permission.PLAN_TOUCHES)
def start(request):
    form = DriveForm(request.POST, user=request.user, today=localdate())
    if form.is_valid():
        try:
            begun = start_drive(**form.cleaned_data, by=request.user, today=localdate(), now=timezone.now())
        except DriveRunning as refusal:
            form.add_error(None, str(refusal))
        else:
            words = f"{begun.store}的 100% 触达行动定好了，从 {begun.first_on} 起每天早上排在各人的待办里。"
            say_done(request, words, undo_url=reverse("campaigns:end_drive", args=[begun.pk]))
            return redirect("campaigns:drive")
    return render_form(request, PAGE, _context(request, form))


@require_POST
@requires(Permission.PLAN_TOUCHES)
def end(request, pk):
    ended = end_drive(_drive(request, pk), by=request.user, today=localdate(), now=timezone.now())
    say_done(request, f"{ended.store}的行动结束了：还没轮到的撤下来，打过的照常办完。")
    return redirect_to(request, "campaigns:drive")


@require_safe
def drive_people(request, pk):
    """Who stands behind a number."""
    what, who = request.GET.get("what", Coverage.LEFT), request.GET.get("who", "")
    if what not in Coverage.values:
        raise Http404
    found = _drive(request, pk)
    advisor = id_of(who)
    context = {
        "drive": found,
        "what": Coverage(what),
        "page": people_behind(found, what=what, who=advisor, after=request.GET.get("after")),
        "advisor": User.objects.visible_to(request.user).filter(pk=advisor).first() if advisor else None,
        "is_nobodys": advisor == NOBODY,
        "who": who if advisor is not None else "",
        "tabs": Coverage.choices,
    }
    return render(request, "campaigns/drive/people.html", context)


@require_safe
def drive_bar(request):
    """How far the drives of today are, as it stands above the worklist; nothing where there is none."""
    covers = [(cover, cover.of(request.user)) for cover in covers_for(request.user)]
    return render(request, "campaigns/drive/_bar.html", {"covers": covers}) if covers else HttpResponse(status=204)


def _drive(request, pk) -> Drive:
    return get_object_or_404(Drive.objects.visible_to(request.user).select_related("store", "segment"), pk=pk)
