"""Putting right whose car it is and whose visit it was; both can be taken back the same day."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_to, render_form, say_done
from customers.errors import CustomerError
from customers.models import Customer
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import VehicleError
from vehicles.models import ServiceOrder, Vehicle

from ..fleet import cars_for, near_the_car, whose_visit
from ..forms.corrections import MoveForm, TransferForm
from ..services import corrections


@require_http_methods(["GET", "POST"])
@requires(Permission.CORRECT)
@counted_at_once
def transfer(request, pk):
    vehicle, today = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk), timezone.localdate()
    near = near_the_car(vehicle, request.user)
    form = TransferForm(request.POST or None, user=request.user, vehicle=vehicle, today=today, **near.to_choose_from)
    if form.is_valid():
        try:
            with transaction.atomic():
                owner = form.person()
                corrections.transfer(vehicle, to=owner, by=request.user, today=today, **form.facts)
        except (CustomerError, VehicleError) as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("desk:transfer_undo", args=[vehicle.pk])
            say_done(request, f"{vehicle} 已过户给 {owner}，以前的工单留在原车主名下。", undo_url=undo)
            return redirect_to(request, f"{owner.get_absolute_url()}?vehicle={vehicle.pk}")
    stays = ServiceOrder.objects.visible_to(request.user).not_cancelled().filter(vehicle=vehicle).count()
    context = {"form": form, "vehicle": vehicle, "near": near, "stays": stays}
    return render_form(request, "desk/people/transfer.html", context)


@require_POST
@requires(Permission.CORRECT)
@counted_at_once
def transfer_undo(request, pk):
    vehicle = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk)
    try:
        corrections.take_back_transfer(vehicle, by=request.user, today=timezone.localdate())
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{vehicle} 的过户已撤销。")
    owner = vehicle.owner_now()
    seen = owner and Customer.objects.visible_to(request.user).filter(pk=owner.pk).exists()
    return redirect_to(request, owner if seen else reverse("desk:customers"))


def _move_form(request, order: ServiceOrder) -> MoveForm:
    choices = {"cars": cars_for(order, request.user), "offers": partial(whose_visit, order, user=request.user)}
    return MoveForm(request.POST or None, user=request.user, order=order, **choices)


@require_http_methods(["GET", "POST"])
@requires(Permission.CORRECT)
@counted_at_once
def move_visit(request, pk):
    order = get_object_or_404(ServiceOrder.objects.visible_to(request.user).for_reception(), pk=pk)
    form = _move_form(request, order)
    # Said before it is done: the first press shows what will change, the second does it.
    if form.is_valid() and request.POST.get("confirmed") == form.stamp:
        facts = {"why": form.cleaned_data["why"], "today": timezone.localdate()}
        try:
            with transaction.atomic():
                moved = corrections.move(order, to=form.to, customer=form.person(), by=request.user, **facts)
        except (CustomerError, VehicleError) as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("desk:move_undo", args=[order.pk])
            say_done(request, f"工单已移到 {moved.vehicle}（{moved.customer}）。", undo_url=undo)
            return redirect_to(request, "desk:visit", order.pk)
    to = form.to if form.is_bound and not form.errors else None
    return render_form(request, "desk/people/move.html", {"form": form, "order": order, "to": to})


@require_POST
@requires(Permission.CORRECT)
@counted_at_once
def move_undo(request, pk):
    order = get_object_or_404(ServiceOrder.objects.visible_to(request.user), pk=pk)
    try:
        corrections.take_back_move(order, by=request.user, today=timezone.localdate())
    except VehicleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "移单已撤销。")
    return redirect_to(request, "desk:visit", order.pk)
