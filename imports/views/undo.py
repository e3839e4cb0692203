"""Taking a batch back: what it would do, why, and then in the background."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.jobs import nudge
from core.web import is_htmx, redirect_to, render_form

from .. import services, tasks
from ..errors import ImportRefused
from ..forms import UndoForm
from ..undo_screens import undo_preview_of
from .access import batch_of, importer

# So many rows are counted while one waits for the page; more by the worker.
COUNT_AT_ONCE = 20_000


@importer
@require_POST
def ask(request, pk):
    """Have counted what undoing would do, and show it."""
    batch = batch_of(request, pk)
    try:
        services.ask_to_undo(batch, now=timezone.now())
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    if services.rows_to_undo(batch) <= COUNT_AT_ONCE:
        services.count_undo(batch.pk, now=timezone.now())
    else:
        nudge(tasks.count_undo, str(batch.pk))
    return redirect("imports:undo", pk=batch.pk)


@importer
@require_http_methods(["GET", "POST"])
def undo(request, pk):
    batch, now = batch_of(request, pk), timezone.now()
    preview = undo_preview_of(batch, request.user)
    if not batch.may_be_undone(now=now) or (preview is None and batch.undo_asked_at is None):
        return redirect_to(request, batch)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _begin(request, batch, form.cleaned_data["why"], now)
    if is_htmx(request):
        return _still_counting(request, batch)
    return render_form(request, "imports/undo.html", {"batch": batch, "preview": preview, "form": form})


def _begin(request, batch, why, now):
    try:
        if services.begin_undo(batch, why=why, by=request.user, now=now):
            nudge(tasks.undo, str(batch.pk))
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect_to(request, batch)


def _still_counting(request, batch):
    if batch.undo_asked_at is None:
        return redirect_to(request, "imports:undo", batch.pk)
    return render(request, "imports/_counting.html", {"batch": batch})
