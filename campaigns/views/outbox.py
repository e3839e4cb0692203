"""发件箱: what waits, is on its way, is uncertain or failed; stop and resume, and what can be done about one text."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.web import redirect_to, render_form, render_page, say_done
from staff.access import requires
from staff.enums import Permission

from .. import services
from ..channels import Channel, channels_in_use
from ..forms import HoldForm
from ..models import Message
from ..models.outbox import EVERYTHING, occasion_scope
from ..occasions import name_of, registry
from ..outbox import outbox as outbox_of


@require_safe
@requires(Permission.SEE_TOUCHES)
def outbox(request):
    query, now = request.GET, timezone.now()
    found = outbox_of(request.user, tab=query.get("tab", ""), after=query.get("after"), now=now)
    context = {"outbox": found, "page": found.page, "tab": "outbox", "form": HoldForm()}
    return render_page(request, "campaigns/outbox/page.html", "campaigns/outbox/_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def stop(request):
    form = HoldForm(request.POST or None)
    if not form.is_valid():
        return render_form(request, "campaigns/outbox/stop.html", {"form": form})
    services.stop_everything(why=form.cleaned_data["why"], by=request.user, now=timezone.now())
    say_done(request, "已全部停发。一条不丢，恢复以后接着发。")
    return redirect_to(request, "touches:outbox")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def resume(request):
    if services.resume(EVERYTHING, by=request.user, now=timezone.now()):
        say_done(request, "已恢复发送，一分钟内接着发。")
    return redirect_to(request, "touches:outbox")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def wake(request):
    if services.wake(_channel(request.POST), by=request.user, now=timezone.now()):
        say_done(request, "马上再试一次。")
    return redirect_to(request, "touches:outbox")


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def allow(request):
    channel, form = _channel(request.GET), HoldForm(request.POST or None)
    if not form.is_valid():
        return render_form(request, "campaigns/outbox/allow.html", {"form": form, "channel": channel})
    if services.allow_more(channel, why=form.cleaned_data["why"], by=request.user, now=timezone.now()):
        say_done(request, "今天可以再发这么多，一分钟内接着发。")
    return redirect_to(request, "touches:outbox")


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def pause(request):
    key = _occasion(request.GET)
    form = HoldForm(request.POST or None)
    if not form.is_valid():
        return render_form(request, "campaigns/outbox/pause.html", {"form": form, "name": name_of(key)})
    services.pause_occasion(key, why=form.cleaned_data["why"], by=request.user, now=timezone.now())
    say_done(request, f"“{name_of(key)}”先不发。")
    return redirect_to(request, "touches:outbox")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def go_on(request):
    key = _occasion(request.POST)
    if services.resume(occasion_scope(key), by=request.user, now=timezone.now()):
        say_done(request, f"“{name_of(key)}”接着发。")
    return redirect_to(request, "touches:outbox")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def retry(request, pk):
    if services.retry(_message(request, pk), by=request.user, now=timezone.now()):
        say_done(request, "放回待发，一分钟内再发。")
    else:
        messages.warning(request, "这一条不能再发：可能已经发出，或者已经交给人了。")
    return redirect_to(request, "touches:outbox")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def by_hand(request, pk):
    if services.give_to_person(_message(request, pk), by=request.user, now=timezone.now()):
        say_done(request, "交给人了：今晚排进待办，由同事打电话。")
    else:
        messages.warning(request, "这一条已经有人在跟了。")
    return redirect_to(request, "touches:outbox")


def _occasion(asked) -> str:
    key = asked.get("occasion", "")
    if key not in registry():
        raise Http404
    return key


def _channel(asked) -> Channel:
    """The channel in use that is named; without a name the first."""
    channels = {channel.name: channel for channel in channels_in_use()}
    name = asked.get("channel") or next(iter(channels))
    if name not in channels:
        raise Http404
    return channels[name]


def _message(request, pk) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user).for_outbox(), pk=pk)
