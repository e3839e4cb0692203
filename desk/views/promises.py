"""Promises: given, kept, given another time, given up, and a slip taken back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, redirect_to, say_done, way_back
from customers import services
from customers.enums import PromiseKind
from customers.errors import TooLateToUndo
from customers.forms import PromiseForm
from customers.models import Promise
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import CannotPromise
from vehicles.services.promising import give_up_service, reopen_service

from ..briefing import customer_or_404
from ..forms.conversation import GiveUpPromiseForm, MovePromiseForm
from .small_form import answer_form_page


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def add_promise(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.now()
    form = PromiseForm(request.POST or None, now=now, auto_id="promise_%s")
    if form.is_valid():
        store = request.user.working_store
        services.give_promise(customer, store=store, by=request.user, at=now, **form.cleaned_data)
        say_done(request, "承诺记下了，到时间会提醒。")
        return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title="答应客户一件事", act="记下承诺")


@require_POST
@requires(Permission.WRITE)
def keep_promise(request, pk):
    promise = _promise_or_404(request, pk)
    if promise.kind == PromiseKind.LOANER:
        # Kept by handing the car over, with its odometer.
        return redirect_to(request, f"{reverse('desk:loan_out', args=[promise.loan.pk])}?{_way(request)}")
    if services.keep_promise(promise, by=request.user, at=timezone.now()):
        say_done(request, f"兑现了：{promise}", undo_url=_undo_url(request, pk))
    return redirect_back(request, promise.customer)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def move_promise(request, pk):
    promise, now = _promise_or_404(request, pk), timezone.now()
    form = MovePromiseForm(request.POST or None, now=now)
    if form.is_valid():
        if services.move_promise(promise, by=request.user, at=now, **form.cleaned_data):
            say_done(request, "时间改好了，原来的时间留在“全部经过”里。")
        return redirect_back(request, promise.customer)
    title = f"改时间：{promise}"
    return answer_form_page(request, form, customer=promise.customer, title=title, act="改时间")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def give_up_promise(request, pk):
    promise = _promise_or_404(request, pk)
    form = GiveUpPromiseForm(request.POST or None)
    if form.is_valid():
        try:
            if give_up_service(promise, by=request.user, at=timezone.now(), **form.cleaned_data):
                say_done(request, f"放下了：{promise}", undo_url=_undo_url(request, pk))
        except CannotPromise as refusal:
            messages.warning(request, str(refusal))
        return redirect_back(request, promise.customer)
    title = f"不做了：{promise}"
    return answer_form_page(request, form, customer=promise.customer, title=title, act="放下这件事")


@require_POST
@requires(Permission.WRITE)
def reopen_promise(request, pk):
    promise = _promise_or_404(request, pk)
    try:
        reopen_service(promise, by=request.user, at=timezone.now())
    except (TooLateToUndo, CannotPromise) as error:
        messages.warning(request, str(error))
    else:
        say_done(request, f"撤销了，还欠着：{promise}")
    return redirect_back(request, promise.customer)


@require_POST
@requires(Permission.WRITE)
def unmake_promise(request, pk):
    """Making it was a slip."""
    promise = _promise_or_404(request, pk)
    try:
        services.unmake_promise(promise, by=request.user, at=timezone.now())
    except TooLateToUndo as error:
        messages.warning(request, str(error))
    else:
        say_done(request, f"撤销了：{promise}")
    return redirect_back(request, promise.customer)


def _way(request) -> str:
    return urlencode({"next": way_back(request)})


def _undo_url(request, pk) -> str:
    """Taking it back leads where it was done."""
    return f"{reverse('desk:reopen_promise', args=[pk])}?{_way(request)}"


def _promise_or_404(request, pk) -> Promise:
    return get_object_or_404(Promise.objects.visible_to(request.user).select_related("customer"), pk=pk)
