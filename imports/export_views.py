"""Exports: what, how many rows, why, and the list of those before."""

from dataclasses import dataclass

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods

from core.paging import KeyPage, key_page
from core.web import render_form
from staff.access import requires_any, requires_password
from staff.enums import Permission
from staff.models import AuditEntry

from .enums import Export, FileForm
from .errors import ExportRefused
from .export_forms import TakeForm, WishForm
from .rules.asked import filter_words
from .services import exports

TYPES = {
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileForm.CSV: "text/csv; charset=utf-8",
}
# How long the page may wait for the news that its file has come.
TOKEN_AGE = 60


@requires_any(Permission.EXPORT, Permission.SEE_AUDIT)
@require_http_methods(["GET", "POST"])
def export(request):
    if not request.user.may(Permission.EXPORT):
        return _only_the_list(request)
    wishes = WishForm(request.POST if request.method == "POST" else request.GET, user=request.user)
    form = TakeForm(request.POST or None, initial={"token": get_random_string(16)})
    if wishes.is_valid() and form.is_valid():
        try:
            return _take(request, wishes.wish(today=timezone.localdate()), form.cleaned_data)
        except ExportRefused as error:
            form.add_error(None, str(error))
    return render_form(request, "imports/exports/page.html", _context(request, wishes, form))


def _only_the_list(request):
    if request.method == "POST":
        raise Http404
    return render_form(request, "imports/exports/past.html", {"form": TakeForm(), "page": _past(request)})


@requires_password
def _take(request, wish, said):
    grant = exports.grant(wish, form=said["form"], by=request.user, why=said["why"], now=timezone.now())
    day = timezone.localdate()
    name = f"{wish.export.label}-{wish.store}-{day}-{grant.entry.pk}.{grant.form}"
    response = FileResponse(exports.opened(grant), as_attachment=True, filename=name, content_type=TYPES[grant.form])
    response.set_cookie("exported", said["token"], max_age=TOKEN_AGE, samesite="Strict", secure=request.is_secure())
    return response


def _context(request, wishes, form) -> dict:
    sight = exports.sight_of(request.user)
    wish = wishes.wish(today=timezone.localdate()) if wishes.is_valid() else None
    rows = exports.count(wish, sight) if wish else 0
    allowance = exports.allowance(request.user, now=timezone.now())
    return {
        "wishes": wishes,
        "form": form,
        "tabs": Export.choices,
        "wish": wish,
        "words": filter_words(wish.facts()) if wish else [],
        "rows": rows,
        "rows_said": f"{rows:,}",
        "allowance": allowance,
        "left_said": f"{allowance.left:,}",
        "cap_said": f"{allowance.rows:,}",
        "sight": sight,
        "page": _past(request),
    }


@dataclass(frozen=True)
class Past:
    """An export as the list shows it."""

    entry: AuditEntry
    what: str
    form: str
    words: list[str]
    rows: str


def _past(request) -> KeyPage:
    page = key_page(exports.past_exports(request.user), after=request.GET.get("after"), size=20, order=("-pk",))
    rows = [_as_past(entry) for entry in page.rows]
    return KeyPage(rows=rows, newer=page.newer, older=page.older)


def _as_past(entry: AuditEntry) -> Past:
    facts = entry.facts
    return Past(entry, Export(facts["export"]).label, facts["form"], filter_words(facts), f"{facts['rows']:,}")
