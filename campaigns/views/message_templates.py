"""模板: the shop's own words, tried on real people before they are saved; every earlier version can come back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import id_of, redirect_to, render_form, say_done
from staff.access import requires
from staff.enums import Permission

from ..errors import AlreadyChanged, UnlawfulTemplate
from ..forms import TemplateForm
from ..models import MessageTemplate
from ..services import save_template
from ..template_pages import lines, slot_or_404, trials
from ..wording import VARIABLES


@require_safe
@requires(Permission.SEE_TOUCHES)
def templates(request):
    return render(request, "campaigns/templates/list.html", {"lines": lines(), "tab": "templates"})


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def template(request):
    slot = slot_or_404(request.GET)
    versions = slot.versions()
    form = TemplateForm(request.POST or None, slot=slot, newest=versions[0] if versions else None)
    if form.is_valid() and _saved(request, slot, form):
        return redirect_to(request, slot.url)
    text = form["text"].value() or ""
    context = {"form": form, "slot": slot, "versions": versions, "variables": VARIABLES, "tab": "templates"}
    return render_form(request, "campaigns/templates/edit.html", context | _tried(request, slot, text))


def _saved(request, slot, form) -> bool:
    """Whether the words were taken; if not, the form says why."""
    given = form.cleaned_data
    try:
        row = save_template(
            *slot.key, text=given["text"], code=given["code"], seen_version=given["version"], by=request.user
        )
    except UnlawfulTemplate as refusal:
        form.add_error("text", str(refusal))
        return False
    except AlreadyChanged as refusal:
        form.add_error(None, str(refusal))
        return False
    undo = slot.address_of("restore_template", version=row.version - 1)
    say_done(request, "已保存，从下一条起就这样写。" if row.text else "又用出厂的话了。", undo_url=undo)
    return True


@require_POST
@requires(Permission.PLAN_TOUCHES)
def try_template(request):
    """What the text that is being written says to real people; nothing is saved."""
    slot = slot_or_404(request.GET)
    text = request.POST.get("text", "")[:500].strip()
    return render(request, "campaigns/templates/_trials.html", {"slot": slot} | _tried(request, slot, text))


def _tried(request, slot, text) -> dict:
    return {"trials": trials(text, slot, user=request.user), "refusal": slot.refusal_of(text)}


@require_POST
@requires(Permission.PLAN_TOUCHES)
def restore_template(request):
    """Write an earlier version once more; 0 is the product's own words."""
    slot, version = slot_or_404(request.GET), id_of(request.GET.get("version", ""))
    versions = MessageTemplate.objects.of(*slot.key)
    earlier = None if version == 0 else get_object_or_404(versions, version=version)
    newest = versions.first()
    text, code = (earlier.text, earlier.code) if earlier else ("", "")
    try:
        save_template(*slot.key, text=text, code=code, seen_version=newest.version if newest else 0, by=request.user)
    except (AlreadyChanged, UnlawfulTemplate) as refusal:
        messages.warning(request, str(refusal))
    else:
        say_done(request, f"又用第 {version} 版了。" if text else "又用出厂的话了。")
    return redirect_to(request, slot.url)
