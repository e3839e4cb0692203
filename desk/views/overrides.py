"""A person's word on a grade or a stage: given, taken back, looked at again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import id_of, redirect_back, say_done
from segments.errors import CannotStand, OptedOut
from segments.models import Override
from segments.rules.by_hand import GRADE, LIFECYCLE
from segments.services import judged_now, override, restore_overrides
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..forms.overrides import OverrideForm
from ..overrides_page import overrides_page
from .small_form import answer_form_page


@require_safe
@requires(Permission.SEE_TEAM)
def overrides(request):
    today = timezone.localdate()
    page = overrides_page(request.user, after=request.GET.get("after"), today=today)
    return render(request, "desk/overrides/page.html", {"page": page, "today": today})


@require_http_methods(["GET", "POST"])
@requires(Permission.OVERRIDE)
def set_grade(request, pk):
    return _decide(request, pk, axes=GRADE, title="人工定级")


@require_http_methods(["GET", "POST"])
@requires(Permission.OVERRIDE)
def set_stage(request, pk):
    return _decide(request, pk, axes=LIFECYCLE, title="人工定阶段")


def _decide(request, pk, *, axes, title):
    customer, now = customer_or_404(request.user, pk), timezone.localtime()
    if customer.no_profiling:
        messages.warning(request, str(OptedOut("不定级、不定阶段")))
        return redirect_back(request, customer)
    facts, numbers = judged_now(customer, today=now.date())
    standing = {one.axis: one for one in Override.objects.standing().filter(customer=customer)}
    form = OverrideForm(
        request.POST or None, axes=axes, standing=standing, facts=facts, numbers=numbers, today=now.date()
    )
    if form.is_valid() and _took(request, customer, form, now):
        return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title=f"{customer}：{title}", act="定下")


def _took(request, customer, form, now) -> bool:
    """Whether the words were taken; if not, the form says why."""
    given = form.cleaned_data
    why = {"reason": given["reason"], "review_on": given["review_on"]}
    try:
        ended, new = override(customer, form.words, by=request.user, at=now, **why)
    except CannotStand as error:
        form.add_error(error.axis, str(error))
        return False
    except OptedOut as error:
        messages.warning(request, str(error))
        return True
    if not (ended or new):
        say_done(request, "没有改动。")
        return True
    said = "、".join(f"{one.get_axis_display()} {one.words}" for one in new)
    undo = _address(customer, end=new, stand=ended)
    say_done(request, f"定为{said}，到 {given['review_on']} 复核。" if new else "又按规则算了。", undo_url=undo)
    return True


@require_POST
@requires(Permission.OVERRIDE)
def restore(request, pk):
    """End some overrides, let others stand again: both the way back to the rules and its undoing."""
    customer = customer_or_404(request.user, pk)
    end, stand = (_ids(request.GET.getlist(name)) for name in ("end", "stand"))
    if not end and not stand:
        return HttpResponseBadRequest("请说明撤哪一个")
    try:
        ended = restore_overrides(customer, end=end, stand=stand, by=request.user, at=timezone.now())
    except OptedOut as error:
        messages.warning(request, str(error))
        return redirect_back(request, customer)
    undo = _address(customer, stand=ended) if ended and not stand else ""
    say_done(request, "又按原来定的算了。" if stand else "又按规则算了。", undo_url=undo)
    return redirect_back(request, customer)


def _ids(given) -> list[int]:
    return [pk for text in given if (pk := id_of(text))]


def _address(customer, **rows) -> str:
    pks = {name: [one.pk for one in some] for name, some in rows.items()}
    return f"{reverse('desk:restore_overrides', args=[customer.pk])}?{urlencode(pks, doseq=True)}"
