"""The list of customers, and what people write about them and their cars."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.web import redirect_back, render_form, say_done, way_back
from customers.errors import ContactTaken
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import PlateTaken
from vehicles.models import Vehicle
from vehicles.services.changes import change_vehicle

from ..briefing import customer_or_404
from ..customer_list import Filters, listed
from ..forms.customer import CustomerForm
from ..forms.vehicle import VehicleForm
from ..services.collecting import edit_person


@require_safe
def customers(request):
    filters = Filters(request.GET, user=request.user)
    page = listed(request.user, filters, after=request.GET.get("after"), today=timezone.localdate())
    return render(request, "desk/customers/list.html", {"page": page, "filters": filters})


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def edit_customer(request, pk):
    customer = customer_or_404(request.user, pk)
    form = CustomerForm(request.POST or None, customer=customer, user=request.user, today=timezone.localdate())
    if form.is_valid():
        try:
            edit_person(customer, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ContactTaken:
            form.add_error("email", "这个邮箱已经登记在另一位客户名下")
        else:
            say_done(request, "资料已保存。")
            return redirect_back(request, customer)
    return render_form(request, "desk/customers/edit.html", {"form": form, "customer": customer})


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def edit_vehicle(request, pk):
    vehicle, today = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=pk), timezone.localdate()
    form = VehicleForm(request.POST or None, vehicle=vehicle, user=request.user, today=today)
    if form.is_valid():
        try:
            change_vehicle(vehicle, by=request.user, today=today, **form.facts)
        except PlateTaken as taken:
            form.add_error("plate", str(taken))
        else:
            say_done(request, "车辆资料已保存。")
            if form.vin_doubt:
                messages.warning(request, form.vin_doubt)
            return redirect_back(request, "desk:customers")
    return render_form(
        request, "desk/customers/vehicle.html", {"form": form, "vehicle": vehicle, "back": way_back(request)}
    )
