"""The customer's own WeChat group."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, say_done
from customers import services
from customers.errors import TooLateToUndo
from customers.models import WechatGroup
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..forms.knowledge import GroupForm
from .small_form import answer_form_page


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def record_group(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    group = WechatGroup.objects.live().filter(customer=customer).first()
    form = GroupForm(request.POST or None, customer=customer, group=group, by=request.user, today=now.date())
    if form.is_valid():
        services.record_group(customer, by=request.user, at=now, **form.cleaned_data)
        say_done(request, "专属群记下了。")
        return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title=f"{customer}的专属微信群", act="记下")


@require_POST
@requires(Permission.WRITE)
def end_group(request, pk):
    group = _group_or_404(request, pk)
    services.end_group(group, by=request.user, at=timezone.now())
    say_done(request, f"记下了：“{group}”解散了。", undo_url=reverse("desk:revive_group", args=[pk]))
    return redirect_back(request, group.customer)


@require_POST
@requires(Permission.WRITE)
def revive_group(request, pk):
    group = _group_or_404(request, pk)
    try:
        services.revive_group(group, by=request.user, at=timezone.now())
    except TooLateToUndo as error:
        messages.warning(request, str(error))
    else:
        say_done(request, f"撤销了，“{group}”还在。")
    return redirect_back(request, group.customer)


def _group_or_404(request, pk) -> WechatGroup:
    return get_object_or_404(WechatGroup.objects.visible_to(request.user).select_related("customer"), pk=pk)
