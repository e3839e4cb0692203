"""What comes after a job, months later: looked at by whoever leads, written by whoever sets the rules."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import say_done
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import RuleMoved
from vehicles.models import JourneyStep
from vehicles.services import journey as verbs

from ..forms.journey import StepForm
from ..journey_page import line_of, steps_page
from .small_form import answer_form_page


@require_safe
@requires(Permission.SEE_TEAM)
def journey(request):
    return render(request, "desk/journey/page.html", {"lines": steps_page()})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def journey_step(request):
    line = line_of(request.GET)
    if line is None and request.GET.get("job"):
        raise Http404
    initial = line.step._asdict() | {"words": line.words} if line else {}
    initial["version"] = line.row.version if line and line.row else 0
    form = StepForm(request.POST or None, initial=initial, is_of_one=line is not None)
    if form.is_valid():
        words = "" if request.POST.get("act") == "drop" else form.cleaned_data["words"]
        try:
            row = verbs.set_step(form.step, words, version=form.cleaned_data["version"] or 0, by=request.user)
        except RuleMoved as moved:
            form.add_error(None, str(moved))
        else:
            undo = reverse("desk:undo_step", args=[row.pk]) if row else ""
            say_done(request, "保存了，今晚起按新的走。" if row else "没有改动。", undo_url=undo)
            return redirect("desk:journey")
    title = f"{line.job} {line.step.days} 天以后" if line else "添一步"
    about = {"title": title, "act": "保存", "back": reverse("desk:journey"), "url": request.get_full_path()}
    return answer_form_page(request, form, part="desk/journey/_form.html", may_drop=bool(line and line.words), **about)


@require_POST
@requires(Permission.SET_POLICY)
def undo_step(request, pk):
    try:
        verbs.undo_step(get_object_or_404(JourneyStep, pk=pk), by=request.user)
    except RuleMoved as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, "已恢复成原来的。")
    return redirect("desk:journey")
