"""Families and units: who belongs together, and who is what to a car."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, redirect_to, render_form, say_done
from customers.errors import BelongsElsewhere, CustomerError
from customers.models import Household, HouseholdMember
from customers.services import change_member, join_household, leave_household, undo_household
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..briefing.circle import home_of
from ..forms.households import JoinForm, SaidForm
from ..forms.people import candidates


@require_POST
@requires(Permission.WRITE)
def people_like(request):
    """Who may be meant by what has been typed so far. Posted, so that numbers stay out of addresses and logs."""
    found = candidates(request.POST.get("who", ""), user=request.user)
    return render(request, "desk/people/_candidates.html", {"found": found, "picked": ""})


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def household(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.now()
    home = home_of(customer, request.user)
    form = JoinForm(request.POST or None, user=request.user, host=customer, near=home.people if home else [customer])
    if form.is_valid():
        try:
            with transaction.atomic():
                is_moving = form.cleaned_data["is_moving"]
                member = join_household(
                    form.person(), of=customer, by=request.user, now=now, is_moving=is_moving, **form.said
                )
        except BelongsElsewhere as elsewhere:
            form.ask_to_move(str(elsewhere))
        except CustomerError as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, f"{member.customer} 登记好了。", member.household_id, customer)
            return redirect_to(request, "desk:household", customer.pk)
    context = {"form": form, "customer": customer, "home": home}
    return render_form(request, "desk/people/household.html", context)


def _say(request, text, household_pk, customer):
    undo = reverse("desk:household_undo", args=[household_pk])
    say_done(request, text, undo_url=f"{undo}?next={reverse('desk:household', args=[customer.pk])}")


def _member(request, pk):
    members = HouseholdMember.objects.visible_to(request.user).current().select_related("customer", "household")
    return get_object_or_404(members, pk=pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def member_edit(request, pk):
    member = _member(request, pk)
    first = {name: getattr(member, name) for name in SaidForm.base_fields}
    form = SaidForm(request.POST or None, initial=first)
    form.offer_phones(member.customer, user=request.user, but=member.customer)
    if form.is_valid():
        try:
            change_member(member, by=request.user, now=timezone.now(), **form.said)
        except CustomerError as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, "已保存。", member.household_id, member.customer)
            return redirect_to(request, "desk:household", member.customer_id)
    return render_form(request, "desk/people/member.html", {"form": form, "member": member})


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def member_leave(request, pk):
    member = _member(request, pk)
    leave_household(member, by=request.user, now=timezone.now())
    _say(request, f"{member.customer} 已移出。", member.household_id, member.customer)
    return redirect_to(request, member.customer)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def household_undo(request, pk):
    home = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    try:
        undo_household(home, by=request.user, today=timezone.localdate())
    except CustomerError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已撤销。")
    return redirect_back(request, "desk:customers")
