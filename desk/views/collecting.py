"""Collecting what is worth knowing: one answer at the briefing, the rates, and the policy of what is asked."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import id_of, redirect_back, redirect_to, render_form, say_done
from customers.enums import ProfileItem
from customers.errors import ContactTaken
from segments.at_once import counted_at_once
from segments.enums import Department
from segments.errors import PolicyMoved
from segments.models import CollectionPolicy
from segments.services import set_policy
from staff.access import requires
from staff.enums import Permission
from vehicles.errors import PlateTaken, VinTaken
from vehicles.models import Vehicle

from ..briefing import customer_or_404
from ..completeness_page import completeness_page
from ..forms.answer import answer_form, needs_car
from ..forms.collection import CollectionForm, history
from ..services.collecting import collect, confirm, may_stay
from .small_form import answer_form_page


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def answer(request, pk):
    customer = customer_or_404(request.user, pk)
    item, now = _item_or_404(request), timezone.now()
    vehicle = _car_or_none(request, customer, item)
    form = answer_form(item, today=timezone.localdate(now), vehicle=vehicle, data=request.POST)
    if form.is_valid():
        try:
            collect(customer, item=item, form=form, by=request.user, now=now)
        except (ContactTaken, PlateTaken, VinTaken) as taken:
            form.add_error(None, str(taken))
        else:
            say_done(request, f"记下了：{item.label}。")
            return redirect_back(request, customer)
    context = {"item": item, "vehicle": vehicle, "title": item.label, "act": "记下"}
    return answer_form_page(request, form, customer=customer, **context)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def still_true(request, pk):
    customer, item = customer_or_404(request.user, pk), _item_or_404(request)
    if not may_stay(customer, item):
        raise Http404
    confirm(customer, item=item, by=request.user, now=timezone.now())
    say_done(request, f"记下了：{item.label}还是这样。")
    return redirect_back(request, customer)


@require_safe
def completeness(request):
    page = completeness_page(request.GET, user=request.user, today=timezone.localdate())
    return render(request, "desk/completeness/page.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires(Permission.SET_POLICY)
def collection_policy(request):
    policy = CollectionPolicy.objects.current()
    form = CollectionForm(request.POST or None, policy=policy)
    if form.is_valid():
        try:
            set_policy(**form.facts, by=request.user)
        except PolicyMoved as moved:
            # What was typed stays; saved once more it is written over the version that is shown now.
            form = CollectionForm(request.POST | {"version": moved.current.version}, policy=moved.current)
            form.add_error(None, str(moved))
        else:
            say_done(request, "规则已保存，收集率马上按新规则算。")
            return redirect_to(request, "desk:completeness")
    return render_form(
        request, "desk/completeness/policy.html", {"form": form, "history": history(), "departments": list(Department)}
    )


def _item_or_404(request) -> ProfileItem:
    value = request.POST.get("item")
    if value not in ProfileItem.values:
        raise Http404
    return ProfileItem(value)


def _car_or_none(request, customer, item: ProfileItem) -> Vehicle | None:
    pk = id_of(request.POST.get("vehicle", ""))
    if pk is None and not needs_car(item):
        return None
    return get_object_or_404(Vehicle.objects.owned_by(customer), pk=pk)
