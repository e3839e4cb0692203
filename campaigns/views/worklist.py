"""The worklist: look, open a line, record what came of it, take it back."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from core.web import is_htmx, redirect_to, render_form, render_page, say_done
from segments.at_once import counted_at_once
from vehicles.errors import AlreadyExpected

from .. import services
from ..enums import SPOKEN_RESULTS, Result
from ..errors import AlreadyWorked, LineTaken, TooLateToUndo
from ..forms import OutcomeForm, keys_of
from ..models import Outcome
from ..occasions.base import listener
from ..worklist import cars_of, day_of, lines_of, opened, show, workable_by
from ..worklist import worklist as worklist_of

# What a browser hears when a line was worked: how far a drive is moves with it.
WORKED = "worked"
RATINGS = {"yes": True, "no": False}
RATING_KEYS = [("yes", "有用", "g"), ("no", "没用", "u")]


@require_GET
def worklist(request):
    query = request.GET
    found = worklist_of(
        request.user,
        tab=query.get("tab", ""),
        who=query.get("who", ""),
        after=query.get("after"),
        now=timezone.now(),
    )
    return render_page(request, "campaigns/worklist.html", "campaigns/_lines.html", {"worklist": found})


@require_POST
def open_line(request, pk):
    touch = get_object_or_404(workable_by(request.user).listed().for_worklist().for_script(), pk=pk)
    now = timezone.now()
    try:
        services.take(touch, by=request.user, now=now)
    except (LineTaken, AlreadyWorked) as refusal:
        messages.warning(request, str(refusal))
        return _closed(request, pk)
    return _opened(
        request, touch, OutcomeForm(now=now, vehicles=cars_of(touch), initial={"attempt": touch.attempts + 1})
    )


@require_POST
def hold_line(request, pk):
    """The browser that has the line open says that it is still there."""
    touch = get_object_or_404(workable_by(request.user).listed(), pk=pk)
    try:
        services.take(touch, by=request.user, now=timezone.now())
    except (LineTaken, AlreadyWorked) as refusal:
        messages.warning(request, str(refusal))
        return redirect_to(request, "campaigns:worklist")
    return HttpResponse(status=204)


@require_POST
def close_line(request, pk):
    """Put away without a result: the line lies on the list as before."""
    services.put_away(get_object_or_404(workable_by(request.user), pk=pk), by=request.user)
    return _closed(request, pk)


def _closed(request, pk):
    if not is_htmx(request):
        return redirect("campaigns:worklist")
    touch = get_object_or_404(lines_of(request.user).listed().for_worklist(), pk=pk)
    return render(request, "campaigns/_line_closed.html", {"line": show(touch, now=timezone.now())})


@require_POST
@counted_at_once
def work(request, pk):
    touch = get_object_or_404(workable_by(request.user).for_worklist().for_script(), pk=pk)
    form = OutcomeForm(request.POST, now=timezone.now(), channel=touch.channel, vehicles=cars_of(touch))
    if not form.is_valid():
        return _opened(request, touch, form)
    said = form.cleaned_data | form.lessons
    try:
        outcome = services.work(
            touch, said.pop("result"), by=request.user, now=timezone.now(), booking=form.booked, **said
        )
    except AlreadyExpected as refusal:
        form.refuse_booking(refusal)
        return _opened(request, touch, form)
    except (AlreadyWorked, LineTaken) as error:
        messages.warning(request, str(error))
        return redirect_to(request, "campaigns:worklist")
    say_done(request, f"{touch.customer}：{outcome.words}", undo_url=undo_url(outcome))
    return _worked(request, touch, outcome)


@require_POST
@counted_at_once
def undo(request, pk):
    outcome = get_object_or_404(Outcome.objects.visible_to(request.user).filter(by=request.user), pk=pk)
    try:
        services.undo(outcome, by=request.user, now=timezone.now())
    except TooLateToUndo as error:
        messages.warning(request, str(error))
    else:
        say_done(request, f"{outcome.touch.customer}：已撤销“{outcome.words}”")
    return redirect_to(request, "campaigns:worklist")


@require_POST
def rate(request, pk):
    """One press after a call: the script helped, or it did not."""
    mine = Outcome.objects.visible_to(request.user).standing().filter(by=request.user)
    outcome = get_object_or_404(mine.select_related("touch__customer__profile"), pk=pk)
    if request.POST.get("helped") not in RATINGS:
        return HttpResponseBadRequest("请按有用或没用")
    outcome.rate(RATINGS[request.POST["helped"]], listener=listener(outcome.touch) or "")
    if not is_htmx(request):
        return redirect("campaigns:worklist")
    return render(request, "campaigns/_rating.html", {"outcome": outcome})


def undo_url(outcome):
    return reverse("campaigns:undo", args=[outcome.pk])


def _fresh(touch, *, now):
    initial = {"attempt": touch.attempts + 1}
    return OutcomeForm(now=now, channel=touch.channel, vehicles=cars_of(touch), initial=initial)


def _opened(request, touch, form):
    if not is_htmx(request):
        return redirect("campaigns:worklist")
    show(touch, now=timezone.now())
    found = opened(touch, by=request.user, now=timezone.now())
    context = {"line": touch, "opened": found, "form": form, "keys": keys_of(touch.channel)}
    return render_form(request, "campaigns/_line_opened.html", context)


def _place(request) -> QueryDict:
    """What the browser's address asks for. A header nobody can trust: what cannot be read asks for nothing."""
    try:
        return QueryDict(urlsplit(request.htmx.current_url or "").query)
    except (ValueError, SuspiciousOperation):
        return QueryDict()


def _opened_anew(request, pk):
    """The number was wrong: the line goes on with the next one, or in writing."""
    now = timezone.now()
    touch = get_object_or_404(workable_by(request.user).listed().for_worklist().for_script(), pk=pk)
    services.take(touch, by=request.user, now=now)
    found = opened(show(touch, now=now), by=request.user, now=now)
    context = {"line": touch, "opened": found, "form": _fresh(touch, now=now), "keys": keys_of(touch.channel)}
    return render(request, "campaigns/_line_reopened.html", context)


def _worked(request, touch, outcome):
    if not is_htmx(request):
        return redirect("campaigns:worklist")
    if outcome.result == Result.WRONG_NUMBER and outcome.next_on == localdate():
        return _opened_anew(request, touch.pk)
    place = _place(request)
    who, tab = place.get("who", ""), place.get("tab", "today")
    day = day_of(request.user, who=who, today=localdate())
    context = {"line": outcome.touch, "outcome": outcome, "day": day, "tab": tab}
    context |= {"opened_script": outcome.result in SPOKEN_RESULTS, "ratings": RATING_KEYS}
    response = render(request, "campaigns/_line_worked.html", context)
    response["HX-Trigger"] = WORKED
    return response
