"""The year: what is when, what is planned on each day, days off, the weather."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.jobs import nudge
from core.web import redirect_to, render_form, say_done
from staff.access import requires
from staff.enums import Permission

from .. import services
from ..calendar_forms import KINDS, DayOffForm, NoticeForm, StoreDayForm, TakenBackDayForm, WeatherForm
from ..errors import AlreadyNoticed, CampaignError
from ..models import WeatherNotice
from ..occasions import name_of
from ..tasks import replan
from ..year import FIRST, LAST, NUMBERS, day_of, days_off_of, people_of_day, year_of


@require_safe
@requires(Permission.SEE_TOUCHES)
def calendar(request):
    today = localdate()
    year = year_of(request.user, _year(request, today), today=today)
    return render(request, "campaigns/calendar/year.html", {"year": year, "today": today})


@require_safe
@requires(Permission.SEE_TOUCHES)
def calendar_day(request):
    day = _day(request.GET.get("on", ""))
    found = day_of(request.user, day, today=timezone.localdate())
    return render(request, "campaigns/calendar/day.html", {"found": found, "today": localdate()})


@require_safe
@requires(Permission.SEE_TOUCHES)
def calendar_people(request):
    """Who stands behind a number of a day."""
    day, today = _day(request.GET.get("on", "")), localdate()
    occasion, what = request.GET.get("occasion", ""), request.GET.get("what", "planned")
    if what not in NUMBERS:
        raise Http404
    asked = {"occasion": occasion, "what": what, "after": request.GET.get("after")}
    page = people_of_day(request.user, day, today=today, **asked)
    context = {"day": day, "name": name_of(occasion), "what": NUMBERS[what], "page": page}
    return render(request, "campaigns/calendar/people.html", context)


@require_safe
@requires(Permission.SEE_TOUCHES)
def days_off(request):
    return _days_off(request, _year(request, localdate()))


@require_POST
@requires(Permission.PLAN_TOUCHES)
def write_day_off(request):
    """Add or change a day, and take that back: an undo comes with its words in the address."""
    form = TakenBackDayForm(request.GET) if request.GET else DayOffForm(request.POST)
    if not form.is_valid():
        return (
            HttpResponseBadRequest("这一天已经改过了")
            if request.GET
            else _days_off(request, localdate().year, day=form)
        )
    said = form.cleaned_data
    before = services.write_day(said.pop("date"), by=request.user, **said)
    day = form.data["date"]
    words = "改好了" if said["kind"] else "不再单独写"
    say_done(request, f"{day}：{words}。", undo_url="" if request.GET else _undo_of(day, before))
    return redirect_to(request, f"{reverse('touches:days_off')}?year={day[:4]}")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def remove_day_off(request):
    day = _day(request.POST.get("date", ""))
    before = services.write_day(day, kind="", name="", source="", by=request.user)
    if before:
        say_done(request, f"{day}：删掉了。", undo_url=_undo_of(day.isoformat(), before))
    return redirect_to(request, f"{reverse('touches:days_off')}?year={day.year}")


@require_POST
@requires(Permission.PLAN_TOUCHES)
def store_day(request):
    """A store rests or works on a day, and that taken back: an undo comes with its words in the address."""
    form = StoreDayForm(request.GET or request.POST, user=request.user, today=localdate())
    if not form.is_valid():
        return HttpResponseBadRequest("这一天不能改了")
    said = form.cleaned_data
    before = services.set_store_day(**said, by=request.user, now=timezone.now())
    nudge(replan)
    words = {True: "照常联系客户", False: "不联系客户", None: "按全公司的来"}[said["works"]]
    undo = "" if request.GET else _undo_of_store_day(said, before)
    say_done(request, f"{said['store']} {said['day']}：{words}，正在重排。", undo_url=undo)
    return redirect_to(request, f"{reverse('touches:calendar_day')}?on={said['day']}")


def _undo_of_store_day(said: dict, before) -> str:
    works = {True: "yes", False: "no"}[before.works] if before else ""
    facts = {"day": said["day"], "store": said["store"].pk, "works": works, "why": before.why if before else ""}
    return f"{reverse('touches:store_day')}?{urlencode(facts)}"


@require_POST
@requires(Permission.PLAN_TOUCHES)
def enter_notice(request):
    form = NoticeForm(request.POST)
    if form.is_valid():
        try:
            count = services.enter_notice(form.year, form.days, by=request.user)
        except AlreadyNoticed as error:
            form.add_error("text", str(error))
        else:
            undo = f"{reverse('touches:forget_notice')}?year={form.year}"
            say_done(request, f"{form.year} 年的通知录好了：{count} 天。", undo_url=undo)
            return redirect_to(request, f"{reverse('touches:days_off')}?year={form.year}")
    return _days_off(request, localdate().year, notice=form)


@require_POST
@requires(Permission.PLAN_TOUCHES)
def forget_notice(request):
    year = _year(request, localdate())
    gone = services.forget_notice(year, by=request.user)
    say_done(request, f"{year} 年的通知撤掉了：{gone} 天。")
    return redirect_to(request, f"{reverse('touches:days_off')}?year={year}")


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
def weather(request):
    kind = request.POST.get("kind") or request.GET.get("kind") or KINDS[0][0]
    if kind not in dict(KINDS):
        raise Http404
    form = WeatherForm(request.POST or None, user=request.user, kind=kind)
    if form.is_valid() and _told(request, form):
        return redirect("touches:calendar")
    return render_form(request, "campaigns/calendar/weather.html", {"form": form, "kinds": KINDS, "kind": kind})


def _told(request, form) -> bool:
    said = form.cleaned_data
    try:
        notice = services.tell_weather(
            said["store"], kind=dict(KINDS)[said["kind"]], text=said["text"], by=request.user, now=timezone.now()
        )
    except CampaignError as error:
        form.add_error("text", str(error))
        return False
    say_done(request, "已经排给顾问。", undo_url=reverse("touches:take_weather_back", args=[notice.pk]))
    return True


@require_POST
@requires(Permission.PLAN_TOUCHES)
def take_weather_back(request, pk):
    notice = get_object_or_404(WeatherNotice.objects.visible_to(request.user).standing(), pk=pk)
    services.take_weather_back(notice, now=timezone.now())
    messages.success(request, "天气提醒撤回了；已经发出去的，请顾问自己删。")
    return redirect_to(request, "touches:calendar")


def _days_off(request, number, *, day=None, notice=None):
    refused = day or notice
    year = refused.data.get("date", "")[:4] if day else ""
    number = int(year) if year.isdecimal() and FIRST <= int(year) <= LAST else number
    context = {
        "found": days_off_of(number, today=localdate()),
        "day_form": day or DayOffForm(initial={"date": date(number, 1, 1)}),
        "notice_form": notice or NoticeForm(),
        "may_plan": request.user.may(Permission.PLAN_TOUCHES),
    }
    return render(request, "campaigns/calendar/days_off.html", context, status=422 if refused else 200)


def _undo_of(day: str, before) -> str:
    facts = {"date": day, "kind": before.kind if before else ""}
    facts |= {"name": before.name, "source": before.source} if before else {}
    return f"{reverse('touches:write_day_off')}?{urlencode(facts)}"


def _year(request, today: date) -> int:
    asked = request.GET.get("year", "")
    number = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    return min(max(number, FIRST), LAST)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST <= day.year <= LAST:
        raise Http404
    return day
