"""触达: what goes out in the coming time, and why. Pages of managers, one module of `views` per tab."""

from django.urls import path

from .views import calendar, message_templates, outbox, plan

app_name = "touches"

CALENDAR = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/day/", calendar.calendar_day, name="calendar_day"),
    path("calendar/day/people/", calendar.calendar_people, name="calendar_people"),
    path("calendar/day/store/", calendar.store_day, name="store_day"),
    path("days-off/", calendar.days_off, name="days_off"),
    path("days-off/write/", calendar.write_day_off, name="write_day_off"),
    path("days-off/remove/", calendar.remove_day_off, name="remove_day_off"),
    path("days-off/notice/", calendar.enter_notice, name="enter_notice"),
    path("days-off/forget/", calendar.forget_notice, name="forget_notice"),
    path("weather/", calendar.weather, name="weather"),
    path("weather/<int:pk>/take-back/", calendar.take_weather_back, name="take_weather_back"),
]

TEMPLATES = [
    path("templates/", message_templates.templates, name="templates"),
    path("templates/edit/", message_templates.template, name="template"),
    path("templates/try/", message_templates.try_template, name="try_template"),
    path("templates/restore/", message_templates.restore_template, name="restore_template"),
]

PLAN = [
    path("", plan.plan, name="plan"),
    path("day/", plan.plan_day, name="plan_day"),
    path("policy/", plan.contact_policy, name="policy"),
    path("policy/<int:pk>/restore/", plan.restore_policy, name="restore_policy"),
]

OUTBOX = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/stop/", outbox.stop, name="stop"),
    path("outbox/resume/", outbox.resume, name="resume"),
    path("outbox/wake/", outbox.wake, name="wake"),
    path("outbox/allow/", outbox.allow, name="allow"),
    path("outbox/pause/", outbox.pause, name="pause"),
    path("outbox/go-on/", outbox.go_on, name="go_on"),
    path("outbox/<uuid:pk>/retry/", outbox.retry, name="retry"),
    path("outbox/<uuid:pk>/by-hand/", outbox.by_hand, name="by_hand"),
]

urlpatterns = [*PLAN, *CALENDAR, *TEMPLATES, *OUTBOX]
