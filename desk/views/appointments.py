"""The appointment book: looked at, and everything that is done in it."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, redirect_to, render_form, say_done, way_back
from customers.errors import PhoneTaken
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import AlreadyExpected, AppointmentOver, CannotExpectAgain, PlateTaken
from vehicles.forms import AppointmentForm, when_form_of
from vehicles.models import Appointment, Vehicle
from vehicles.services import (
    cancel_appointment,
    expect_again,
    make_appointment,
    move_appointment,
    note_no_show,
)

from ..appointment_book import book_of
from ..briefing import customer_or_404
from ..forms.appointments import BookingForm, CancelAppointmentForm
from ..services.bookings import book_somebody
from .small_form import answer_form_page

MOST_CARS = 20


@require_safe
def appointments(request):
    today = localdate()
    day = _day(request) or today
    return render(
        request,
        "desk/appointments/page.html",
        {"book": book_of(request.user, day=day, store=request.GET.get("store", ""), today=today)},
    )


def _day(request) -> date | None:
    """The day that the address names; None for none, or what is no day."""
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def new_appointment(request):
    user, now = request.user, timezone.localtime()
    day = _day(request)
    form = BookingForm(request.POST or None, user=user, today=now.date(), initial={"expected_on": day} if day else {})
    if form.is_valid():
        try:
            booked = book_somebody(store=user.working_store, by=user, now=now, today=now.date(), **form.facts)
        except (AlreadyExpected, PhoneTaken, PlateTaken) as refusal:
            form.add_error(None, str(refusal))
        else:
            return _made(request, booked)
    return render_form(request, "desk/appointments/form.html", {"form": form})


def _made(request, booked):
    say_done(request, f"{booked.customer}：{_words(booked)}，约好了。", undo_url=_unmake_url(request, booked))
    return redirect_to(request, f"{reverse('desk:appointments')}?{urlencode({'day': booked.expected_on})}")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def add_appointment(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    cars = Vehicle.objects.used_by(customer)[:MOST_CARS]
    form = AppointmentForm(request.POST or None, today=now.date(), vehicles=cars)
    if form.is_valid():
        try:
            booked = make_appointment(
                customer, store=request.user.working_store, by=request.user, now=now, **form.facts
            )
        except AlreadyExpected as refusal:
            form.add_error("expected_on", str(refusal))
        else:
            say_done(request, f"{_words(booked)}，约好了。", undo_url=_unmake_url(request, booked))
            return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title=f"{customer} 哪天来", act="约好")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def move(request, pk):
    booked, now = _appointment(request, pk), timezone.localtime()
    form = when_form_of(booked, request.POST or None, today=now.date())
    if form.is_valid():
        try:
            moved = move_appointment(booked, by=request.user, now=now, **form.when_facts)
        except AlreadyExpected as refusal:
            form.add_error("expected_on", str(refusal))
        except AppointmentOver as refusal:
            messages.warning(request, str(refusal))
            return redirect_back(request, "desk:appointments")
        else:
            undo = _undo_url(request, pk) if moved != booked else ""
            say_done(request, f"{booked.customer}：改到 {_words(moved)}。", undo_url=undo)
            return redirect_back(request, "desk:appointments")
    title = f"{booked.customer} 改到什么时候"
    return answer_form_page(request, form, customer=booked.customer, title=title, act="改期")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def cancel(request, pk):
    booked = _appointment(request, pk)
    form = CancelAppointmentForm(request.POST or None)
    if not form.is_valid():
        title = f"{booked.customer} 不来了"
        return answer_form_page(request, form, customer=booked.customer, title=title, act="取消预约")
    return _settled(request, booked, cancel_appointment, "取消了预约", why=form.cleaned_data["why"])


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def no_show(request, pk):
    return _settled(request, _appointment(request, pk), note_no_show, "没来，记下了")


def _settled(request, booked, verb, words, **facts):
    try:
        verb(booked, by=request.user, now=timezone.now(), **facts)
    except AppointmentOver as refusal:
        messages.warning(request, str(refusal))
    else:
        say_done(request, f"{booked.customer}：{words}。", undo_url=_undo_url(request, booked.pk))
    return redirect_back(request, "desk:appointments")


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def again(request, pk):
    """Cancelling, moving or a no-show was a slip."""
    return _taken_back(request, pk, expect_again)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def unmake(request, pk):
    """Making it was a slip."""
    return _taken_back(request, pk, cancel_appointment, why="撤销")


def _taken_back(request, pk, verb, **facts):
    booked = _appointment(request, pk)
    try:
        verb(booked, by=request.user, now=timezone.now(), **facts)
    except (AppointmentOver, CannotExpectAgain) as refusal:
        messages.warning(request, str(refusal))
    else:
        say_done(request, f"撤销了：{booked.customer}")
    return redirect_back(request, "desk:appointments")


def _appointment(request, pk) -> Appointment:
    return get_object_or_404(Appointment.objects.visible_to(request.user).for_reading(), pk=pk)


def _words(booked: Appointment) -> str:
    return f"{booked.expected_on:%m-%d} {booked.when} {booked.get_kind_display()}"


def _undo_url(request, pk, name="desk:expect_again") -> str:
    """Taking it back leads where it was done."""
    return f"{reverse(name, args=[pk])}?{urlencode({'next': way_back(request)})}"


def _unmake_url(request, booked) -> str:
    return _undo_url(request, booked.pk, "desk:unmake_appointment")
