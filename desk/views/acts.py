"""What the desk does on a briefing, one press each. Nothing here answers GET, nothing is done twice."""

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, say_done
from customers.models import Interaction
from staff.access import requires
from staff.enums import Permission
from vehicles.models import Vehicle, VehicleWarning
from vehicles.services.changes import raise_warning

from ..briefing import customer_or_404
from ..forms.conversation import DismissForm, WarningForm
from ..services import conversation
from ..services.proposals import dismiss
from .small_form import answer_form_page


@require_POST
@requires(Permission.WRITE)
def settle(request, pk):
    talk = get_object_or_404(Interaction.objects.visible_to(request.user), pk=pk)
    if not talk.settled_at:
        talk.settle(by=request.user)
        say_done(request, "记下了：客户已安抚。")
    return redirect_back(request, talk.customer)


@require_POST
@requires(Permission.WRITE)
def record_consent(request, pk):
    customer = customer_or_404(request.user, pk)
    answer = request.POST.get("answer")
    if answer not in ("yes", "no", "later"):
        return HttpResponseBadRequest("请选一个回答")
    conversation.answer_consent(customer, answer=answer, by=request.user)
    words = {"yes": "记下了：客户同意。", "no": "记下了：不再向客户推销。", "later": "好，过一阵再问。"}
    say_done(request, words[answer])
    return redirect_back(request, customer)


@require_POST
@requires(Permission.WRITE)
def dismiss_action(request, pk):
    customer = customer_or_404(request.user, pk)
    form = DismissForm(request.POST)
    if form.is_valid():
        dismiss(customer, by=request.user, **form.cleaned_data)
        say_done(request, "先放一放，事情有变化会再出现。")
        return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title="先不做", act="先放一放")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def warning_add(request, pk):
    vehicle = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk)
    form = WarningForm(request.POST or None)
    if form.is_valid():
        raise_warning(vehicle, by=request.user, **form.cleaned_data)
        say_done(request, f"{vehicle} 的提醒记下了，接车的人会先看到。")
        return redirect_back(request, "desk:customers")
    return answer_form_page(request, form, vehicle=vehicle, title=f"{vehicle} 要提醒什么", act="记下提醒")


@require_POST
@requires(Permission.WRITE)
def warning_clear(request, pk):
    warning = get_object_or_404(VehicleWarning.objects.visible_to(request.user), pk=pk)
    if not warning.cleared_at:
        warning.clear(by=request.user)
        messages.success(request, "提醒已处理。")
    return redirect_back(request, "desk:customers")
