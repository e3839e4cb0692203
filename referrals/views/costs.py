"""What a source cost, written down."""

from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.web import say_done
from customers.models import Customer
from staff.access import requires
from staff.enums import Permission

from ..forms.costs import CostForm
from ..services import record_cost
from .acting import acted, form_page, once_only

MOST = 100


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_REFERRALS)
@once_only
def add_cost(request):
    form = CostForm(request.POST or None, user=request.user, today=timezone.localdate())
    if form.is_valid() and acted(request, form, lambda: record_cost(by=request.user, **form.facts)):
        say_done(request, "记下了。")
        return redirect("desk:sources")
    said = Customer.objects.visible_to(request.user).exclude(came_through="").order_by("came_through")
    known = said.values_list("came_through", flat=True).distinct()[:MOST]
    return form_page(request, form, title="记一笔来源的花费", act="记下", back="desk:sources", reasons=known)
