"""The people of a car, the cars of a customer, and the story of one car."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_back, redirect_to, render_form, say_done, way_back
from customers.errors import CustomerError
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import VehicleError
from vehicles.models import CarPerson, Vehicle
from vehicles.services import end_car_role, set_car_role, undo_car_role

from ..briefing import customer_or_404
from ..due_page import due_of_car
from ..fleet import cars_of, history_of, near_the_car, readings_of
from ..forms.households import CarPersonForm


def _vehicle(request, pk):
    return get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def car_people(request, pk):
    vehicle = _vehicle(request, pk)
    near = near_the_car(vehicle, request.user)
    form = CarPersonForm(request.POST or None, user=request.user, **near.to_choose_from)
    if form.is_valid():
        cars = [vehicle, *(near.cars if form.cleaned_data["every_car"] else [])]
        facts = {"role": form.cleaned_data["role"], "by": request.user, "today": timezone.localdate()}
        try:
            with transaction.atomic():
                person = form.person()
                is_new = set_car_role(cars, customer=person, **facts)
        except (CustomerError, VehicleError) as refusal:
            form.add_error(None, str(refusal))
        else:
            if is_new:
                _say(request, f"{person} 登记好了。", person, vehicle)
            return redirect_to(request, _here(request, vehicle))
    context = {"form": form, "vehicle": vehicle, "near": near, "back": way_back(request)}
    return render_form(request, "desk/people/car.html", context)


def _here(request, vehicle):
    """The same page, and the way back from it."""
    return f"{reverse('desk:car_people', args=[vehicle.pk])}?{urlencode({'next': way_back(request)})}"


def _say(request, text, person, vehicle):
    undo = reverse("desk:car_people_undo", args=[person.pk])
    say_done(request, text, undo_url=f"{undo}?next={reverse('desk:car_people', args=[vehicle.pk])}")


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def car_person_end(request, pk):
    person = get_object_or_404(CarPerson.objects.visible_to(request.user).known_to(request.user), pk=pk)
    end_car_role(person, by=request.user, today=timezone.localdate())
    _say(request, f"{person.customer} 不再登记在 {person.vehicle} 上。", person.customer, person.vehicle)
    return redirect_to(request, _here(request, person.vehicle))


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def car_people_undo(request, pk):
    customer = customer_or_404(request.user, pk)
    try:
        undo_car_role(customer, by=request.user, today=timezone.localdate())
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已撤销。")
    return redirect_back(request, customer)


@require_safe
def fleet(request, pk):
    customer = customer_or_404(request.user, pk)
    page = cars_of(customer, user=request.user, after=request.GET.get("after"))
    return render(request, "desk/people/fleet.html", {"customer": customer, "page": page})


@require_safe
def vehicle_history(request, pk):
    vehicle = _vehicle(request, pk)
    page = history_of(vehicle, user=request.user, after=request.GET.get("after"))
    context = {"vehicle": vehicle, "page": page, "back": way_back(request)}
    if not page.newer:
        today = timezone.localdate()
        context |= {"readings": readings_of(vehicle), "shows": vehicle.odometer_at(today)}
        context |= {"due": due_of_car(vehicle, today)}
    return render(request, "desk/people/history.html", context)
