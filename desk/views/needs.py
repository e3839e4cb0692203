"""What customers need: a person's word on the briefing, and the vocabulary."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.jobs import nudge
from core.web import redirect_back, render_form, render_page, say_done
from segments.enums import NeedState
from segments.errors import NeedTaken, OptedOut
from segments.models import CustomerNeed, Need
from segments.services import decide_need, people_spoken_of, retire_need, revive_need, save_need
from segments.tasks import redraw_segments
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..briefing.needs import needs_of
from ..forms.needs import DecisionForm, NeedForm
from ..needs_page import vocabulary

CARD = "desk/briefing/_needs.html"
FORM = "desk/needs/form.html"
WORDS = {
    NeedState.CONFIRMED: "记下了：{}。",
    NeedState.DISMISSED: "记下了：不是{}。",
    NeedState.SUGGESTED: "{}再按事实看。",
}


@require_safe
def customer_needs(request, pk):
    """The card of the briefing, fetched when the page stands."""
    customer = customer_or_404(request.user, pk)
    context = {
        "customer": customer,
        "needs": needs_of(customer, request.user, today=timezone.localdate()),
        "may_write": request.user.may(Permission.WRITE),
        "title": f"{customer} 的需求",
        "part": CARD,
    }
    return render_page(request, "desk/briefing/form.html", CARD, context)


@require_POST
@requires(Permission.WRITE)
def decide(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    form = DecisionForm(request.POST if "need" in request.POST else request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest("请选一个需求")
    given = form.cleaned_data
    was = CustomerNeed.objects.filter(customer=customer, need=given["need"]).first()
    try:
        decide_need(customer, by=request.user, at=now, today=now.date(), **given)
    except OptedOut as error:
        messages.warning(request, str(error))
    else:
        back = urlencode({"need": given["need"].pk, "state": was.state if was else NeedState.SUGGESTED})
        undo = f"{reverse('desk:decide_need', args=[pk])}?{back}"
        say_done(request, WORDS[given["state"]].format(given["need"].name), undo_url=undo)
    return redirect_back(request, customer)


@require_safe
@requires(Permission.SET_POLICY)
def needs(request):
    return render(request, "desk/needs/page.html", {"needs": vocabulary(request.user)})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def add_need(request):
    return _edit(request, Need(), title="加一个需求")


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def edit_need(request, pk):
    need = get_object_or_404(Need, pk=pk)
    return _edit(request, need, title=f"修改需求：{need}")


def _edit(request, need, *, title):
    initial = {name: getattr(need, name) for name in NeedForm.base_fields}
    form = NeedForm(request.POST or None, initial=initial)
    context = {"form": form, "need": need, "title": title}
    if not form.is_valid():
        return render_form(request, FORM, context)
    if "look" in request.POST:
        words = Need(pk=need.pk, **form.cleaned_data)
        return render(request, FORM, context | {"people": people_spoken_of(words, today=timezone.localdate())})
    try:
        save_need(need, by=request.user, **form.cleaned_data)
    except NeedTaken as taken:
        form.add_error("name", str(taken))
        return render_form(request, FORM, context)
    nudge(redraw_segments)
    say_done(request, f"“{need}”保存了，正在按这些词把客户重新认一遍。")
    return redirect("desk:needs")


@require_POST
@requires(Permission.SET_POLICY)
def retire(request, pk):
    need = get_object_or_404(Need, pk=pk)
    retire_need(need, by=request.user, at=timezone.now())
    nudge(redraw_segments)
    say_done(request, f"“{need}”停用了，客户页上不再出现。", undo_url=reverse("desk:revive_need", args=[pk]))
    return redirect("desk:needs")


@require_POST
@requires(Permission.SET_POLICY)
def revive(request, pk):
    need = get_object_or_404(Need, pk=pk)
    revive_need(need, by=request.user)
    nudge(redraw_segments)
    say_done(request, f"“{need}”又用起来了。")
    return redirect("desk:needs")
