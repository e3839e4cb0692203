"""The board of opportunities, and everything that is said of one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, render_form, say_done, way_back
from customers.errors import ContactTaken
from segments.at_once import counted_at_once
from staff.access import requires, requires_any
from staff.enums import Permission
from vehicles.enums import OpportunityKind, OpportunityState
from vehicles.errors import OpportunityOver, PlateTaken, VinTaken
from vehicles.models import Opportunity
from vehicles.services.opportunities import decline, invite, lose, take_word_back, win

from ..forms.opportunities import REASONS, OutcomeForm
from ..forms.renewal import RenewalForm
from ..opportunity_board import Asked, board_of, figures_of
from ..services.renewing import renew_insurance, to_verify
from .small_form import answer_form_page

S = OpportunityState


@require_safe
@requires_any(Permission.WRITE, Permission.SEE_TEAM)
def opportunities(request):
    asked = Asked(request.GET, user=request.user, today=timezone.localdate())
    board = board_of(asked, after=request.GET.get("after"))
    return render(request, "desk/opportunities/page.html", {"board": board, "page": board.page, "asked": asked})


@require_safe
@requires_any(Permission.SEE_MONEY)
def opportunity_figures(request):
    asked = Asked(request.GET, user=request.user, today=timezone.localdate())
    return render(request, "desk/opportunities/figures.html", {"figures": figures_of(asked), "asked": asked})


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def told_opportunity(request, pk):
    return _said(request, _row(request, pk), invite, "说过了")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def settle_opportunity(request, pk):
    row = _row(request, pk)
    form = OutcomeForm(request.POST or None, kind=row.kind)
    if not form.is_valid():
        title = f"{row.vehicle} {row.get_kind_display()}"
        context = {"title": title, "act": "记下", "back": way_back(request), "reasons": REASONS, "row": row}
        return answer_form_page(request, form, part="desk/opportunities/_outcome.html", **context)
    given = form.cleaned_data
    if given["outcome"] == S.DECLINED:
        return _said(request, row, decline, "客户不做", reason=given["reason"])
    if given["outcome"] == S.LOST:
        return _said(request, row, lose, "去了别处", to=given["place"])
    return _said(request, row, win, "做成了", earned_fen=given["earned"])


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def retake_opportunity(request, pk):
    row = take_word_back(_row(request, pk), by=request.user, now=timezone.now())
    messages.success(request, f"撤销了：{row.vehicle} {row.get_kind_display()}。")
    return redirect_back(request, "desk:opportunities")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def renew(request, pk):
    row, now = _row(request, pk, kind=OpportunityKind.INSURANCE), timezone.now()
    about = {"vehicle": row.vehicle, "user": request.user, "today": timezone.localdate(now)}
    gaps = to_verify(row.customer, row.vehicle, today=about["today"])
    form = RenewalForm(request.POST or None, gaps=gaps, **about)
    if form.is_valid():
        try:
            renew_insurance(row, form=form, by=request.user, now=now, today=about["today"])
        except (ContactTaken, PlateTaken, VinTaken, OpportunityOver) as refusal:
            form.add_error(None, str(refusal))
        else:
            say_done(request, f"{row.vehicle} 记下了。")
            return redirect_back(request, "desk:opportunities")
    context = {"form": form, "row": row, "vehicle": row.vehicle, "customer": row.customer, "back": way_back(request)}
    return render_form(request, "desk/opportunities/renewal.html", context)


def _row(request, pk, **asked) -> Opportunity:
    rows = Opportunity.objects.visible_to(request.user).filter(customer__ended_at__isnull=True, **asked)
    return get_object_or_404(rows.select_related("vehicle", "customer__advisor", "store"), pk=pk)


def _said(request, row, verb, words, **facts):
    try:
        verb(row, by=request.user, now=timezone.now(), **facts)
    except OpportunityOver as refusal:
        messages.warning(request, str(refusal))
    else:
        undo = f"{reverse('desk:retake_opportunity', args=[row.pk])}?{urlencode({'next': way_back(request)})}"
        say_done(request, f"{row.vehicle} {row.get_kind_display()}：{words}。", undo_url=undo)
    return redirect_back(request, "desk:opportunities")
