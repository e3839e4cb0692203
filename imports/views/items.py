"""The item dictionary: names said once, in bulk, for all lines there are and all to come."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, render_form, say_done
from vehicles.services import Meaning

from .. import services
from ..enums import ItemFilter
from ..errors import ImportRefused
from ..forms import ItemsForm
from ..models import ItemMapping
from .access import importer


def _page(request, form):
    which = request.GET.get("which", "")
    which = ItemFilter(which) if which in ItemFilter else ItemFilter.UNKNOWN
    query = request.GET.get("q", "").strip()[:60]
    found = services.items_of(request.user, today=localdate(), which=which, query=query, after=request.GET.get("after"))
    context = {"form": form, "items": found, "page": found.page, "which": which, "q": query, "filters": ItemFilter}
    return render_form(request, "imports/items.html", context | {"last": services.last_mapping(request.user)})


@importer
@require_http_methods(["GET", "POST"])
def items(request):
    form = ItemsForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    mapping = services.map_items(_meanings(request, form.cleaned_data), by=request.user, now=timezone.now())
    if mapping is None:
        messages.info(request, "这些项目已经是这样归类的。")
    else:
        undo_url = reverse("imports:unmap", args=[mapping.pk])
        say_done(request, f"归类了 {mapping} ，{mapping.lines} 条工单项目跟着更新。", undo_url=undo_url)
    return redirect_back(request, "imports:items")


def _meanings(request, said) -> dict[str, Meaning]:
    """{name: what it stands for} as chosen for all ticked names, or for each as suggested."""
    names = list(dict.fromkeys(said["name"]))
    if said["as_suggested"]:
        return services.suggestions(names, user=request.user, today=localdate())
    return dict.fromkeys(names, Meaning(said["kind"], said["item"]))


@importer
@require_POST
def unmap(request, pk):
    mapping = get_object_or_404(ItemMapping.objects.visible_to(request.user), pk=pk)
    try:
        if services.unmap_items(mapping, by=request.user, now=timezone.now()):
            messages.success(request, f"已撤销，{mapping} 恢复成原来的归类。")
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:items")
