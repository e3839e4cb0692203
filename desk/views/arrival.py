"""A car drives in: one that is known, and one that is not."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.models import Touch
from campaigns.querysets import IN_PERSON
from core.web import id_of, redirect_to, render_form
from customers.enums import Learnt
from customers.errors import PhoneTaken
from customers.models import Customer, ProfileFact
from referrals.errors import ReferralError
from referrals.services import introduce
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import PlateTaken, VinTaken
from vehicles.models import Appointment, ServiceOrder, Vehicle
from vehicles.services import open_visit
from vehicles.services.promising import drive_home

from ..beware import beware_of
from ..fleet import may_bring
from ..forms.arrival import ArrivalForm, IdentityForm, NewArrivalForm, advisor_for
from ..services.arrival import check_in_new
from ..services.duplicates import known_already


def _posted(request):
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@counted_at_once
def arrive(request, vehicle_pk):
    store = request.user.working_store
    vehicle = get_object_or_404(Vehicle.objects.visible_to(request.user), pk=vehicle_pk)
    standing = ServiceOrder.objects.standing(vehicle=vehicle, store=store).first()
    if standing:
        messages.info(request, "这台车已经在厂，接着办就行。")
        return redirect_to(request, "desk:visit", standing.pk)
    owner = vehicle.owner_now()
    if owner is None:
        return redirect(f"{reverse('desk:new_arrival')}?{urlencode({'plate': vehicle.plate})}")
    if not Customer.objects.visible_to(request.user).filter(pk=owner.pk).exists():
        # Sold to somebody whom only another store knows: the search box offers the way that is written down.
        return redirect(f"{reverse('desk:search')}?{urlencode({'q': vehicle.plate})}")
    return _arrive(request, vehicle, owner)


def _arrive(request, vehicle, owner):
    user, now = request.user, timezone.localtime()
    advisor = advisor_for(owner, user)
    bringers = may_bring(vehicle, owner, user)
    named = [one.words for one in bringers if str(one.customer.pk) == request.GET.get("by")]
    form = ArrivalForm(
        _posted(request), vehicle=vehicle, store=user.working_store, now=now, bringers=bringers,
        initial={"advisor": advisor} | ({"brought_by": named[0]} if named else {}),
    )  # fmt: skip
    if form.is_valid():
        moment = {"today": now.date(), "now": now}
        order = open_visit(vehicle, customer=owner, store=user.working_store, by=user, **moment, **form.visit_facts())
        drive_home(order, form.ride_facts, by=user, at=now)
        messages.success(request, f"{vehicle} 已进厂，单号 {order.number}。")
        return redirect_to(request, "desk:visit", order.pk)
    context = {"form": form, "vehicle": vehicle, "customer": owner, "beware": beware_of(owner, vehicle)}
    booked = Appointment.objects.visible_to(user).expected().of_day(now.date())
    context["booked"] = booked.filter(vehicle=vehicle).first()
    context["unsaid"] = Touch.objects.visible_to(user).filter(customer=owner).to_say_in_person(now - IN_PERSON)
    context["rides"] = ProfileFact.objects.live().filter(customer=owner, kind=Learnt.TRANSPORT)[:2]
    context["brought"] = ServiceOrder.objects.brought_by_file(
        vehicle=vehicle, store=user.working_store, day=now.date()
    ).closed()
    return render_form(request, "desk/arrive.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.SERVE)
@counted_at_once
def new_arrival(request):
    user, now = request.user, timezone.localtime()
    customer = request.POST.get("customer") or request.GET.get("customer") or ""
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=id_of(customer)) if customer else None
    initial = {name: request.GET.get(name, "")[:30] for name in ("plate", "phone", "vin")}
    initial["advisor"] = advisor_for(customer, user)
    form = NewArrivalForm(
        _posted(request), user=user, store=user.working_store, now=now, owner=customer, initial=initial
    )
    if form.is_valid():
        try:
            owner, order = check_in_new(
                customer=customer, family_of=form.family_of, person=form.person_facts(), car=form.car_facts(),
                visit=form.visit_facts(), store=user.working_store, by=user, today=now.date(), now=now,
            )  # fmt: skip
        except (PhoneTaken, PlateTaken, VinTaken) as taken:
            form.refuse_taken(taken)
        else:
            return _checked_in(request, form, owner, order)
    return render_form(request, "desk/arrive_new.html", {"form": form, "customer": customer})


def _checked_in(request, form, owner, order):
    _note_introducer(request, owner, form.cleaned_data.get("introducer"))
    if form.lost_vin:
        messages.warning(request, f"车架号 {form.lost_vin} 不是 17 位的正确写法，没有保存，请核对后在车辆资料里补上。")
    if order is None:
        messages.success(request, f"{owner} 已建档。")
        return redirect_to(request, owner)
    drive_home(order, form.ride_facts, by=request.user, at=form.now)
    messages.success(request, f"{order.vehicle} 已建档进厂，单号 {order.number}。")
    return redirect_to(request, "desk:visit", order.pk)


def _note_introducer(request, owner, typed):
    """Whoever cannot be found does not hold up the desk: it is said, and can be written down later."""
    now = timezone.localtime()
    about = {"store": request.user.working_store, "by": request.user, "today": now.date(), "now": now}
    try:
        if typed:
            introduce(owner, typed=typed, **about)
    except ReferralError as refusal:
        messages.warning(request, f"介绍人没有记上：{refusal}。客户页的“介绍”里可以再记。")


@require_POST
@requires(Permission.SERVE)
def duplicates(request):
    """Who is on file under what has been typed so far. Posted, so that numbers stay out of addresses and logs."""
    form = IdentityForm(request.POST, user=request.user)
    known = known_already(**form.identity(), user=request.user)
    context = {"known": known, "suggestion": form.suggestion, "family_of": request.POST.get("family_of", "")}
    return render(request, "desk/_duplicates.html", context)
