"""The wizard: upload, what we understood, what it would give, progress, result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.jobs import nudge
from core.paging import key_page
from core.web import is_htmx, redirect_to, render_form

from .. import services, tasks
from ..errors import ImportRefused
from ..forms import ColumnsForm, ReadAsForm, UploadForm
from ..models import ImportBatch, ImportRow, KeptRow
from ..screens import preview_of, result_of
from ..undo_screens import kept_lines, undone_of
from .access import batch_of, importer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A small file is looked through while one waits for the page; a large one by the worker.
LOOK_AT_ONCE = 2_000


@importer
@require_http_methods(["GET", "POST"])
def batches(request):
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            batch = services.receive(
                said["file"], file_name=said["file"].name, store=said.get("store") or request.user.working_store,
                by=request.user, today=localdate(), kind=said["kind"], strict=said["is_strict"],
            )  # fmt: skip
        except ImportRefused as error:
            form.add_error("file", str(error))
        else:
            return _look_through(batch)
    mine = ImportBatch.objects.visible_to(request.user).select_related("store", "created_by")
    page = key_page(mine, after=request.GET.get("after"), size=20, order=("-created_at", "-pk"))
    waiting = ImportRow.objects.visible_to(request.user)
    context = {"form": form, "page": page, "open_conflicts": waiting.asked_once().count()}
    return render_form(request, "imports/list.html", context | {"ownerless": waiting.by_plate().count()})


def _look_through(batch):
    """Have the file looked through, at once or by the worker, and show its page."""
    if batch.rows_total <= LOOK_AT_ONCE:
        services.check(batch.pk, now=timezone.now())
    else:
        nudge(tasks.check, str(batch.pk))
    return redirect("imports:batch", pk=batch.pk)


@importer
@require_GET
def batch(request, pk):
    batch = batch_of(request, pk)
    if batch.is_moving:
        return render(request, "imports/running.html", {"batch": batch})
    if batch.is_undone:
        return _undone(request, batch)
    if not batch.is_open:
        can_undo = batch.may_be_undone(now=timezone.now())
        context = {"batch": batch, "result": result_of(batch, request.user), "can_undo": can_undo}
        return render(request, "imports/result.html", context)
    return _review(request, batch, ColumnsForm(batch=batch), ReadAsForm(batch=batch))


def _undone(request, batch):
    """What was undone, and page by page what stayed."""
    kept = KeptRow.objects.filter(batch=batch)
    page = key_page(kept, after=request.GET.get("after"), order=("pk",))
    context = {"batch": batch, "undone": undone_of(batch), "page": page, "lines": kept_lines(page.rows, request.user)}
    return render(request, "imports/undone.html", context)


def _review(request, batch, columns, reading):
    context = {"batch": batch, "columns": columns, "reading": reading, "preview": preview_of(batch)}
    context["form"] = columns if columns.is_bound else reading
    return render_form(request, "imports/review.html", context)


@importer
@require_POST
def columns(request, pk):
    batch = batch_of(request, pk)
    form = ColumnsForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            return _look_through(services.map_columns(batch, form.cleaned_data["meanings"]))
        except ImportRefused as error:
            messages.warning(request, str(error))
            return redirect(batch)
    return _review(request, batch, form, ReadAsForm(batch=batch))


@importer
@require_POST
def read(request, pk):
    batch = batch_of(request, pk)
    form = ReadAsForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            return _look_through(services.read_as(batch, **form.cleaned_data))
        except ImportRefused as error:
            form.add_error(None, str(error))
    return _review(request, batch, ColumnsForm(batch=batch), form)


@importer
@require_POST
def confirm(request, pk):
    batch = batch_of(request, pk)
    try:
        if services.confirm(batch, by=request.user):
            nudge(tasks.run)
    except ImportRefused as error:
        messages.error(request, str(error))
    return redirect(batch)


@importer
@require_POST
def abandon(request, pk):
    batch = batch_of(request, pk)
    if batch.is_open:
        services.abandon(batch)
        messages.success(request, f"已放弃导入“{batch}”，文件已删除。")
        return redirect("imports:list")
    return redirect(batch)


@importer
@require_GET
def progress(request, pk):
    """How far the worker is; once it is done the whole page changes."""
    batch = batch_of(request, pk)
    is_waiting = batch.is_moving or batch.is_looked_through
    if not is_htmx(request) or not is_waiting:
        return redirect_to(request, batch)
    return render(request, "imports/_progress.html", {"batch": batch})


@importer
@require_GET
def errors(request, pk):
    batch = batch_of(request, pk)
    name = f"未导入-{batch.file_name.rsplit('.', 1)[0]}.xlsx"
    response = HttpResponse(services.write_error_file(batch), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
