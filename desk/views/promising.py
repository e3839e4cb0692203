"""Promises of a visit: a drive, a loaner car, a place in the children's corner."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import id_of, redirect_back, redirect_to, say_done, way_back
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import CannotPromise
from vehicles.models import Appointment, Loan, LoanerCar, ServiceOrder
from vehicles.services.lending import hand_out, last_km, take_back_car, undo_take_back
from vehicles.services.promising import lend, promise_service, take_corner

from ..briefing import customer_or_404
from ..forms.promising import CornerForm, LendForm, LoanerCarForm, OdometerForm, ServicePromiseForm, kind_named
from ..loaners_page import loaners_page
from .small_form import answer_form_page

NO_LOANERS = "本店还没有登记代步车"
NO_CORNER = "本店没有设儿童角的位子，老板可以在“员工”的门店资料里填"


def _visit_of(request, customer) -> dict:
    """The visit or the appointment of this customer that the address names."""
    named = {name: id_of(request.GET.get(name, "")) for name in ("order", "appointment")}
    rows = {"order": ServiceOrder.objects, "appointment": Appointment.objects}
    return {
        name: get_object_or_404(rows[name].visible_to(request.user), pk=pk, customer=customer)
        for name, pk in named.items()
        if pk
    }


def _given(request, customer) -> dict:
    """What every promise is told."""
    moment = {"store": request.user.working_store, "by": request.user, "at": timezone.now()}
    return moment | _visit_of(request, customer)


def _here(request) -> str:
    """The form goes where it came from: the address names the kind and the visit."""
    return request.get_full_path()


def _made(request, customer, promise):
    undo = f"{reverse('desk:unmake_promise', args=[promise.pk])}?{urlencode({'next': way_back(request)})}"
    say_done(request, f"答应了：{promise}", undo_url=undo)
    return redirect_back(request, customer)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def service_promise(request, pk):
    customer, kind = customer_or_404(request.user, pk), kind_named(request.GET.get("kind", ""))
    if kind is None:
        raise Http404
    facts = _given(request, customer)
    form = ServicePromiseForm(
        request.POST or None, kind=kind, store=facts["store"], by=request.user, now=timezone.localtime()
    )
    if form.is_valid():
        return _made(request, customer, promise_service(customer, **facts, **form.facts))
    part, title = "desk/promised/_drive.html", f"{customer}：{kind.label}"
    return answer_form_page(request, form, part=part, customer=customer, title=title, act="答应", url=_here(request))


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def lend_loaner(request, pk):
    customer = customer_or_404(request.user, pk)
    facts = _given(request, customer)
    form = LendForm(request.POST or None, store=facts["store"], by=request.user, now=timezone.localtime())
    if not form.fields["car"].queryset:
        messages.warning(request, NO_LOANERS)
        return redirect_to(request, "desk:loaners")
    if form.is_valid():
        try:
            loan = lend(customer, **facts, **form.cleaned_data)
        except CannotPromise as refusal:
            form.add_error("car", str(refusal))
        else:
            return _made(request, customer, loan.promise)
    about = {"title": f"{customer}：代步车", "act": "留车", "url": _here(request)}
    return answer_form_page(request, form, customer=customer, **about)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def corner(request, pk):
    customer = customer_or_404(request.user, pk)
    facts = _given(request, customer)
    if not facts["store"].corner_places:
        messages.warning(request, NO_CORNER)
        return redirect_back(request, customer)
    form = CornerForm(request.POST or None, store=facts["store"], now=timezone.localtime())
    if form.is_valid():
        try:
            place = take_corner(customer, starts_at=form.starts_at, owner=request.user, **facts)
        except CannotPromise as refusal:
            form.add_error("hour", str(refusal))
        else:
            return _made(request, customer, place.promise)
    about = {"title": f"{customer}：儿童角", "act": "留位", "url": _here(request)}
    return answer_form_page(request, form, customer=customer, **about)


@require_safe
def loaners(request):
    return render(request, "desk/promised/loaners.html", loaners_page(request.user, now=timezone.localtime()))


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def add_loaner(request):
    form = LoanerCarForm(request.POST or None, instance=LoanerCar(store=request.user.working_store))
    if form.is_valid():
        car = form.save()
        say_done(request, f"{car} 可以借了。", undo_url=reverse("desk:retire_loaner", args=[car.pk]))
        return redirect_to(request, "desk:loaners")
    return answer_form_page(request, form, title="添一台代步车", act="添上", back=reverse("desk:loaners"))


@require_POST
@requires(Permission.SET_POLICY)
def retire_loaner(request, pk):
    return _in_use(request, pk, timezone.now(), "停用了", "desk:revive_loaner")


@require_POST
@requires(Permission.SET_POLICY)
def revive_loaner(request, pk):
    return _in_use(request, pk, None, "又可以借了", "desk:retire_loaner")


def _in_use(request, pk, retired_at, words, undo):
    car = get_object_or_404(LoanerCar.objects.visible_to(request.user), pk=pk)
    if bool(car.retired_at) != bool(retired_at):
        LoanerCar.objects.filter(pk=car.pk).update(retired_at=retired_at)
        say_done(request, f"{car} {words}。", undo_url=reverse(undo, args=[pk]))
    return redirect_to(request, "desk:loaners")


def _loan(request, pk) -> Loan:
    rows = Loan.objects.visible_to(request.user).select_related("car", "promise__customer")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def loan_out(request, pk):
    loan = _loan(request, pk)
    undo = reverse("desk:reopen_promise", args=[loan.promise_id])
    return _odometer(request, loan, hand_out, "交给客户", f"{loan.car} 交给了 {loan.promise.customer}。", undo)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def loan_back(request, pk):
    loan = _loan(request, pk)
    return _odometer(
        request, loan, take_back_car, "还车", f"{loan.car} 还回来了。", reverse("desk:loan_out_again", args=[pk])
    )


def _odometer(request, loan, verb, act, words, undo):
    form = OdometerForm(request.POST if request.method == "POST" else None, initial={"km": last_km(loan.car)})
    if form.is_valid():
        try:
            done = verb(loan, by=request.user, at=timezone.now(), km=form.cleaned_data["km"])
        except CannotPromise as refusal:
            form.add_error("km", str(refusal))
        else:
            if done:
                say_done(request, words, undo_url=f"{undo}?{urlencode({'next': way_back(request)})}")
            return redirect_back(request, "desk:loaners")
    title = f"{loan.car} · {loan.promise.customer}"
    return answer_form_page(request, form, customer=loan.promise.customer, title=title, act=act)


@require_POST
@requires(Permission.WRITE)
def loan_out_again(request, pk):
    """Writing the return down was a slip."""
    loan = _loan(request, pk)
    try:
        undo_take_back(loan, by=request.user, at=timezone.now())
    except CannotPromise as refusal:
        messages.warning(request, str(refusal))
    else:
        say_done(request, f"撤销了：{loan.car} 还在客户那里。")
    return redirect_back(request, "desk:loaners")
