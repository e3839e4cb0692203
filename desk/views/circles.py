"""Circles and acquaintances of a customer: a box on their page, and the page that writes them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.web import redirect_back, redirect_to, render_form, render_page, say_done
from customers.errors import CannotRelate
from customers.models import CircleMember, Relation
from customers.services import join_circle, leave_circle, relate, unrelate
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..circles_page import circle_names, circles_of
from ..forms.circles import CircleForm, RelateForm

PAGE, BOX = "desk/circles/page.html", "desk/circles/_box.html"


def _context(request, customer, **bound):
    context = circles_of(customer, user=request.user)
    if request.user.may(Permission.WRITE):
        forms = {"circle_form": CircleForm(auto_id="circle_%s"), "relate_form": RelateForm(user=request.user)}
        context |= {"names": circle_names(request.user), **forms}
    return context | bound


@require_safe
def circles(request, pk):
    customer = customer_or_404(request.user, pk)
    return render_page(request, PAGE, BOX, _context(request, customer))


@require_POST
@requires(Permission.WRITE)
def add_circle(request, pk):
    customer, form = customer_or_404(request.user, pk), CircleForm(request.POST, auto_id="circle_%s")
    if not form.is_valid():
        return render_form(request, PAGE, _context(request, customer, circle_form=form, form=form))
    member = join_circle(customer, by=request.user, now=timezone.now(), **form.cleaned_data)
    say_done(request, f"记下了：{customer} 在{member.circle}。")
    return redirect_to(request, "desk:circles", pk)


@require_POST
@requires(Permission.WRITE)
def add_relation(request, pk):
    customer, form = customer_or_404(request.user, pk), RelateForm(request.POST, user=request.user)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "how")}
        try:
            relate(customer, to=form.chosen, by=request.user, now=timezone.now(), **said)
        except CannotRelate as refusal:
            form.add_error("who", str(refusal))
        else:
            say_done(request, f"记下了：{customer} 和 {form.chosen} 认识。")
            return redirect_to(request, "desk:circles", pk)
    return render_form(request, PAGE, _context(request, customer, relate_form=form, form=form))


@require_POST
@requires(Permission.WRITE)
def end_circle(request, pk):
    member = get_object_or_404(
        CircleMember.objects.visible_to(request.user).select_related("customer", "circle"), pk=pk
    )
    if leave_circle(member, by=request.user, now=timezone.now()):
        messages.success(request, f"去掉了：{member.circle}。")
    return redirect_back(request, reverse("desk:circles", args=[member.customer_id]))


@require_POST
@requires(Permission.WRITE)
def end_relation(request, pk):
    relation = get_object_or_404(Relation.objects.visible_to(request.user).select_related("told_by"), pk=pk)
    if unrelate(relation, by=request.user, now=timezone.now()):
        messages.success(request, "去掉了，两边的页面上都不再写。")
    return redirect_back(request, reverse("desk:circles", args=[relation.told_by_id]))
