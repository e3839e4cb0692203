"""What a customer wants to hear of, and a task for one customer: set on their page, taken back by one press."""

from urllib.parse import urlencode

from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.enums import Topic
from campaigns.errors import OffersSomething
from campaigns.models import ManualTask, TopicWish
from campaigns.services import add_task, take_task_back, wish
from core.web import redirect_back, render_page, say_done
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..forms.hearing import TaskForm
from .small_form import answer_form_page

CARD = "desk/briefing/_wishes.html"
SAID = {"yes": True, "no": False, "": None}
WORDS = {"yes": "记下了：想听“{}”。", "no": "记下了：不再说“{}”。", "": "“{}”又按平常的来。"}


@require_safe
def wishes(request, pk):
    """The card of the briefing, fetched when the page stands."""
    customer = customer_or_404(request.user, pk)
    said = {
        one.topic: one for one in TopicWish.objects.standing().filter(customer=customer).select_related("recorded_by")
    }
    context = {
        "customer": customer,
        "topics": [(topic, said.get(topic)) for topic in Topic],
        "may_write": request.user.may(Permission.WRITE),
        "title": f"{customer} 想听什么",
        "part": CARD,
    }
    return render_page(request, "desk/briefing/form.html", CARD, context)


@require_POST
@requires(Permission.WRITE)
def record_wish(request, pk):
    customer = customer_or_404(request.user, pk)
    given = request.POST if "topic" in request.POST else request.GET
    topic, said = given.get("topic", ""), given.get("said", "")
    if topic not in Topic.values or said not in SAID:
        return HttpResponseBadRequest("请选一个话题")
    before = wish(customer, topic, SAID[said], by=request.user, now=timezone.now())
    was = {True: "yes", False: "no", None: ""}[before.wanted if before else None]
    undo = f"{reverse('desk:record_wish', args=[pk])}?{urlencode({'topic': topic, 'said': was})}"
    say_done(request, WORDS[said].format(Topic(topic).label), undo_url=undo)
    return redirect_back(request, customer)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
def add_task_for(request, pk):
    customer = customer_or_404(request.user, pk)
    form = TaskForm(request.POST or None, today=timezone.localdate(), user=request.user, customer=customer)
    if form.is_valid():
        try:
            task = add_task(customer, by=request.user, now=timezone.now(), **form.cleaned_data)
        except OffersSomething as error:
            form.add_error("reason", str(error))
        else:
            say_done(request, f"{task.due_on} 进待办。", undo_url=reverse("desk:take_task_back", args=[task.pk]))
            return redirect_back(request, customer)
    return answer_form_page(request, form, customer=customer, title=f"{customer}：排一次联系", act="排上")


@require_POST
@requires(Permission.WRITE)
def take_back_task(request, pk):
    task = get_object_or_404(ManualTask.objects.visible_to(request.user).standing().select_related("customer"), pk=pk)
    take_task_back(task, by=request.user, now=timezone.now())
    say_done(request, "不排了。")
    return redirect_back(request, task.customer)
