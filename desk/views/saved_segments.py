"""人群: saved conditions with how many are in, and the page on which they are put together."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import is_htmx, render_form, say_done
from customers.models import Customer
from segments.errors import SegmentMoved, SegmentTaken
from segments.models import Segment
from segments.services import archive_segment, choices_for, look, revive_segment, save_segment, size_of
from staff.access import requires
from staff.enums import Permission

from ..forms.saved_segments import SegmentForm
from ..saved_segments_page import saved_page
from ..segment_editor import Editor, blank, pressed, sent

FOLDER = "desk/saved_segments/"


@require_safe
@requires(Permission.SEE_TEAM)
def saved_segments(request):
    return render(request, f"{FOLDER}page.html", saved_page(request.GET, user=request.user))


@require_safe
@requires(Permission.SEE_TEAM)
def segment_size(request, pk):
    """One number of the list, fetched by itself: a count of everybody takes longer than the page."""
    segment = get_object_or_404(Segment.objects.active(), pk=pk)
    size = size_of(segment.tree, among=Customer.objects.visible_to(request.user), today=timezone.localdate())
    return render(request, f"{FOLDER}_size.html", {"segment": segment, "size": size})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def add_segment(request):
    return _edit(request, Segment())


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def edit_segment(request, pk):
    return _edit(request, get_object_or_404(Segment, pk=pk))


def _edit(request, segment):
    do, choices = request.POST.get("do", ""), choices_for(request.user)
    raw = pressed(sent(request.POST), do) if request.method == "POST" else segment.conditions or blank()
    editor = Editor(raw, choices)
    if do == "save":
        return _save(request, segment, editor)
    if do == "look" and is_htmx(request):
        return render(request, f"{FOLDER}_look.html", _looked(request, editor))
    context = {"segment": segment, "box": editor.drawn(with_problems=False)}
    if do and is_htmx(request):
        response = render(request, f"{FOLDER}_group.html", context | {"group": context["box"]})
        response.headers["HX-Trigger-After-Swap"] = "shaped"  # before, the look would read the old form
        return response
    initial = {name: request.POST.get(name, getattr(segment, name)) for name in SegmentForm.base_fields}
    seen = _looked(request, editor) if do else {}
    return render(request, f"{FOLDER}form.html", context | seen | {"form": SegmentForm(initial=initial)})


def _looked(request, editor):
    found = look(editor.tree, editor.choices, user=request.user, today=timezone.localdate()) if editor.tree else None
    return {"look": found, "unfinished": editor.unfinished}


def _save(request, segment, editor):
    form = SegmentForm(request.POST)
    if form.is_valid() and editor.tree:
        segment.version = form.cleaned_data["version"]
        try:
            saved = save_segment(segment, name=form.cleaned_data["name"], conditions=editor.tree, by=request.user)
        except SegmentTaken as taken:
            form.add_error("name", str(taken))
        except SegmentMoved as moved:
            # What was typed stays; saved once more it is written over what stands there now.
            form = SegmentForm(request.POST | {"version": moved.current.version})
            form.add_error(None, str(moved))
        else:
            say_done(request, f"“{saved}”保存了，名单和导出里都可以用它。")
            return redirect("desk:saved_segments")
    elif not editor.tree:
        form.add_error(None, "条件还没填好，请看标红的地方。您填的内容都在。")
    context = {"form": form, "segment": segment, "box": editor.drawn(with_problems=True)}
    return render_form(request, f"{FOLDER}form.html", context)


@require_POST
@requires(Permission.SET_POLICY)
def archive(request, pk):
    segment = get_object_or_404(Segment, pk=pk)
    archive_segment(segment, by=request.user, at=timezone.now())
    say_done(request, f"“{segment}”停用了。", undo_url=reverse("desk:revive_segment", args=[pk]))
    return redirect("desk:saved_segments")


@require_POST
@requires(Permission.SET_POLICY)
def revive(request, pk):
    segment = get_object_or_404(Segment, pk=pk)
    revive_segment(segment, by=request.user)
    say_done(request, f"“{segment}”又用起来了。")
    return redirect("desk:saved_segments")
