"""The yearly statement: at the desk, on paper, on the customer's phone."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.public import has_public_pages, public_address, public_page
from core.web import redirect_to
from customers.models import Customer
from staff.access import requires
from staff.enums import Permission
from vehicles.services.statements import STATEMENT
from vehicles.services.statements import share_statement as make_link
from vehicles.services.statements import unshare_statement as end_link

from ..trust_statement import statement_of, statement_page, year_asked_for


def _customer(request, pk):
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def _page(request, customer, **bound):
    now = timezone.localtime()
    year = year_asked_for(request.GET.get("year", ""), today=now.date())
    context = statement_page(customer, year, user=request.user, now=now, **bound)
    return render(request, "desk/statement.html", context)


@require_GET
@requires(Permission.SEE_MONEY)
def statement(request, pk):
    return _page(request, _customer(request, pk))


@require_POST
@requires(Permission.SERVE)
@requires(Permission.SEE_MONEY)
def share_statement(request, pk):
    customer = _customer(request, pk)
    if not has_public_pages() or customer.ended_at:
        messages.error(request, "现在发不了链接，请打印给客户。")
        return redirect_to(request, "desk:statement", pk)
    secret = make_link(customer, by=request.user, now=timezone.now())
    year = year_asked_for(request.GET.get("year", ""), today=timezone.localdate())
    return _page(request, customer, link=f"{public_address('desk:shared_statement', secret)}?year={year}")


@require_POST
@requires(Permission.SERVE)
def unshare_statement(request, pk):
    if end_link(_customer(request, pk), by=request.user, now=timezone.now()):
        messages.success(request, "链接已作废，客户打不开了。")
    return redirect_to(request, "desk:statement", pk)


@require_safe
@public_page(STATEMENT)
def shared_statement(request, found):
    customer = get_object_or_404(Customer.objects.filter(ended_at__isnull=True), pk=found.subject_id)
    now = timezone.localtime()
    year = year_asked_for(request.GET.get("year", ""), today=now.date())
    return render(request, "public/statement.html", {"statement": statement_of(customer, year, now=now)})
