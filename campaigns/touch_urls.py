"""触达: what goes out in the coming time, and why. Pages of managers, one module of `views` per tab."""

from django.urls import path

from .views import message_templates, outbox, plan

app_name = "touches"

urlpatterns = [
    path("templates/", message_templates.templates, name="templates"),
    path("templates/edit/", message_templates.template, name="template"),
    path("templates/try/", message_templates.try_template, name="try_template"),
    path("templates/restore/", message_templates.restore_template, name="restore_template"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/stop/", outbox.stop, name="stop"),
    path("outbox/resume/", outbox.resume, name="resume"),
    path("outbox/wake/", outbox.wake, name="wake"),
    path("outbox/allow/", outbox.allow, name="allow"),
    path("outbox/pause/", outbox.pause, name="pause"),
    path("outbox/go-on/", outbox.go_on, name="go_on"),
    path("outbox/<uuid:pk>/retry/", outbox.retry, name="retry"),
    path("outbox/<uuid:pk>/by-hand/", outbox.by_hand, name="by_hand"),
    path("", plan.plan, name="plan"),
    path("day/", plan.plan_day, name="plan_day"),
    path("policy/", plan.contact_policy, name="policy"),
    path("policy/<int:pk>/restore/", plan.restore_policy, name="restore_policy"),
]
