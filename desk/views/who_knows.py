"""谁能介绍我们认识: a unit, an association, a neighbourhood or a customer, and who leads there."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.web import id_of
from customers.enums import HouseholdKind
from customers.models import Circle, Customer, Household
from staff.access import requires
from staff.enums import Permission

from ..reach import circles_known, reach, targets

ASKED = {
    "circle": Circle.objects.all(),
    "home": Household.objects.filter(kind=HouseholdKind.UNIT),
    "customer": Customer.objects.filter(no_profiling=False),
}


@require_safe
@requires(Permission.SEE_CIRCLES)
def who_knows(request):
    typed, user = request.GET.get("q", "").strip()[:40], request.user
    name = next((name for name in ASKED if request.GET.get(name)), None)
    context = {"tab": "who_knows", "typed": typed}
    if name:
        rows = ASKED[name].all().visible_to(user)
        context["found"] = reach(user, **{name: get_object_or_404(rows, pk=id_of(request.GET[name]))})
    elif typed:
        context["targets"] = targets(typed, user=user)
    else:
        context["circles"] = circles_known(user)
    return render(request, "desk/circles/who_knows.html", context)
