"""A quote at the desk: begun, written, decided, handed out, taken back."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.models import PublicToken
from core.public import has_public_pages, public_address
from core.web import is_htmx, redirect_back, redirect_to, say_done
from customers.models import Customer
from staff.access import requires, requires_any
from staff.enums import Permission
from vehicles.enums import TaughtHow
from vehicles.errors import VehicleError
from vehicles.models import Quote, QuoteLine, ServiceOrder, Vehicle
from vehicles.services import (
    decide_line,
    restore_quote,
    revive_line,
    share_quote,
    start_quote,
    take_decision_back,
    unshare_quote,
    withdraw_quote,
    write_quote_lines,
)
from vehicles.services.cards import forget, teach
from vehicles.services.quotes import SHARED

from ..forms.quotes import SayForm, quote_lines_of
from ..quotes_page import offer_of, quote_page

LINK = "desk:shared_quote"


def _quote(request, pk):
    return get_object_or_404(Quote.objects.visible_to(request.user).for_page(), pk=pk)


def _line(request, pk):
    rows = QuoteLine.objects.visible_to(request.user).select_related("quote__customer", "quote__store")
    return get_object_or_404(rows, pk=pk)


def _page(request, quote, status=200, **bound):
    context = quote_page(quote, user=request.user, now=timezone.localtime(), **bound)
    return render(request, "desk/quote/page.html", context, status=status)


def _back(request, pk):
    return redirect_to(request, "desk:quote", pk)


@require_POST
@requires(Permission.SERVE)
def quote_car(request, pk):
    vehicle = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk)
    owner = vehicle.owner_on(timezone.localdate())
    if owner is None or not Customer.objects.visible_to(request.user).filter(pk=owner.pk).exists():
        messages.error(request, "这台车在本店还没有车主，先接车登记。")
        return redirect_back(request, "desk:reception")
    quote = start_quote(vehicle, customer=owner, store=request.user.working_store, by=request.user, now=timezone.now())
    return _back(request, quote.pk)


@require_POST
@requires(Permission.SERVE)
def quote_visit(request, pk):
    order = get_object_or_404(ServiceOrder.objects.visible_to(request.user).for_reception().open(), pk=pk)
    if order.vehicle is None:
        messages.error(request, "这张工单还没有车，不能报价。")
        return redirect_to(request, "desk:visit", order.pk)
    about = {"customer": order.customer, "store": order.store, "order": order}
    quote = start_quote(order.vehicle, **about, by=request.user, now=timezone.now())
    return _back(request, quote.pk)


@require_GET
@requires_any(Permission.SERVE, Permission.SEE_MONEY)
def quote(request, pk):
    return _page(request, _quote(request, pk))


@require_GET
@requires_any(Permission.SERVE, Permission.SEE_MONEY)
def print_quote(request, pk):
    return render(request, "desk/quote/print.html", {"offer": offer_of(_quote(request, pk))})


@require_POST
@requires(Permission.SERVE)
def quote_lines(request, pk):
    quote = _quote(request, pk)
    lines = quote_lines_of(quote, today=timezone.localdate(), posted=request.POST)
    if not lines.is_valid():
        return _page(request, quote, status=422, lines=lines)
    act = partial(write_quote_lines, quote, drafts=lines.drafts(), by=request.user)
    return _done(request, pk, act, "报价已保存。")


@require_POST
@requires(Permission.SERVE)
def quote_decide(request, pk):
    quote = _quote(request, pk)
    form = SayForm(request.POST)
    if not form.is_valid():
        return _page(request, quote, status=422, say=form)
    line_pk, decision, revision = form.cleaned_data["say"]
    line = get_object_or_404(quote.lines.select_related("quote__customer"), pk=line_pk)
    how, reason = form.cleaned_data["how"], form.cleaned_data["reason"] if decision != "yes" else ""
    about = {"decision": decision, "how": how, "reason": reason, "revision": revision}
    act = partial(decide_line, line, by=request.user, now=timezone.now(), **about)
    undo = reverse("desk:quote_undecide", args=[line.pk])
    return _done(request, pk, act, f"{line.name}：{decision.label}，记下了。", undo_url=undo)


@require_POST
@requires(Permission.SERVE)
def quote_undecide(request, pk):
    line = _line(request, pk)
    return _done(request, line.quote_id, partial(take_decision_back, line, by=request.user), "已撤销，还等客户一句话。")


@require_POST
@requires(Permission.SERVE)
def quote_revive(request, pk):
    line = _line(request, pk)
    current = Quote.objects.open().filter(vehicle=line.quote.vehicle_id, store=line.quote.store_id).first()
    to = current.pk if current else line.quote_id
    return _done(request, to, partial(revive_line, line, by=request.user), f"{line.name} 又写进了报价。")


@require_POST
@requires(Permission.SERVE)
def quote_teach(request, pk):
    line, undo = _line(request, pk), reverse("desk:quote_unteach", args=[pk])
    about = {"how": TaughtHow.TOLD, "by": request.user, "now": timezone.now()}
    act = partial(teach, line.quote.customer, line.card, **about)
    return _done(request, line.quote_id, act, "记下了：讲给客户听过。", undo_url=undo)


@require_POST
@requires(Permission.SERVE)
def quote_unteach(request, pk):
    line = _line(request, pk)
    act = partial(forget, line.quote.customer, line.card, by=request.user)
    return _done(request, line.quote_id, act, "已撤销。")


@require_POST
@requires(Permission.SERVE)
def quote_withdraw(request, pk):
    quote, undo = _quote(request, pk), reverse("desk:quote_restore", args=[pk])
    act = partial(withdraw_quote, quote, by=request.user, now=timezone.now())
    return _done(request, pk, act, "报价已作废。", undo_url=undo)


@require_POST
@requires(Permission.SERVE)
def quote_restore(request, pk):
    quote = _quote(request, pk)
    return _done(request, pk, partial(restore_quote, quote, by=request.user), "报价已恢复。")


@require_POST
@requires(Permission.SERVE)
def quote_share(request, pk):
    quote = _quote(request, pk)
    if not has_public_pages():
        messages.error(request, "这台电脑客户的手机打不开，请打印给客户。")
        return _back(request, pk)
    try:
        secret = share_quote(quote, by=request.user, now=timezone.now())
    except VehicleError as refusal:
        messages.error(request, str(refusal))
        return _back(request, pk)
    return _page(request, quote, link=public_address(LINK, secret), secret=secret)


@require_POST
@requires(Permission.SERVE)
def print_shared_quote(request, pk):
    """On paper with the code of the link that was just made; where that is not at hand, of a new one."""
    quote, secret = _quote(request, pk), request.POST.get("secret", "")
    known = PublicToken.objects.opened_by(SHARED, secret, now=timezone.now())
    if known is None or known.subject_id != quote.pk:
        if not has_public_pages():
            return redirect_to(request, "desk:print_quote", pk)
        try:
            secret = share_quote(quote, by=request.user, now=timezone.now())
        except VehicleError as refusal:
            messages.error(request, str(refusal))
            return _back(request, pk)
    context = {"offer": offer_of(quote), "link": public_address(LINK, secret)}
    return render(request, "desk/quote/print.html", context)


@require_POST
@requires(Permission.SERVE)
def quote_looked(request, pk):
    """What the customer answered on the phone has been seen; the page itself says so when it is opened."""
    quote = _quote(request, pk)
    if quote.answered_at:
        quote.look()
    return HttpResponse(status=204) if is_htmx(request) else _back(request, pk)


@require_POST
@requires(Permission.SERVE)
def quote_unshare(request, pk):
    quote = _quote(request, pk)
    act = partial(unshare_quote, quote, by=request.user, now=timezone.now())
    return _done(request, pk, act, "链接已作废，客户打不开了。")


def _done(request, pk, act, words, *, undo_url=""):
    try:
        act()
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, words, undo_url=undo_url)
    return _back(request, pk)
