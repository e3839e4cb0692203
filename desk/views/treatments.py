"""How each cell of the grade is treated: the grid, and one cell to edit."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.web import render_form, say_done
from segments.errors import PolicyMoved
from segments.models import Treatment
from segments.services import set_treatment
from staff.access import requires
from staff.enums import Permission

from ..forms.treatments import TreatmentForm
from ..treatments_page import DIGIT_WORDS, LETTER_WORDS, cell_or_none, treatments_page

FORM = "desk/treatments/form.html"


@require_safe
@requires(Permission.SEE_TEAM)
def treatments(request):
    return render(request, "desk/treatments/page.html", {"page": treatments_page(request.user)})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def treatment(request):
    cell = cell_or_none(request.GET.get("cell", ""))
    if cell is None:
        raise Http404
    form = TreatmentForm(request.POST or None, plan=Treatment.objects.plan(cell))
    if not form.is_valid():
        return render_form(request, FORM, _context(cell, form))
    try:
        plan = set_treatment(cell, form.plan, by=request.user)
    except PolicyMoved as moved:
        # What was typed stays; sent once more it is written over the version that is shown now.
        form = TreatmentForm(request.POST | {"version": moved.current.version}, plan=moved.current)
        form.add_error(None, str(moved))
        return render_form(request, FORM, _context(cell, form) | {"current": moved.current})
    say_done(
        request, f"{cell} 的办法{'没有改动' if plan.version == form.plan.version else '保存了，客户页上已经是新的'}。"
    )
    return redirect("desk:treatments")


def _context(cell, form):
    words = f"{LETTER_WORDS[cell[0]]}，{DIGIT_WORDS[cell[1]]}"
    history = Treatment.objects.of_cell(cell).select_related("created_by")[:6]
    return {"form": form, "cell": cell, "words": words, "history": history}
