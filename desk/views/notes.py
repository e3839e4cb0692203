"""What was said and what it taught: notes, and facts that are found wrong, chosen between or revived."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, say_done
from customers import services
from customers.errors import TooLateToUndo
from customers.models import Interaction, ProfileFact
from segments.at_once import counted_at_once
from staff.access import requires
from staff.enums import Permission

from ..briefing import customer_or_404
from ..forms.conversation import NoteForm
from ..services import conversation
from .small_form import answer_form_page


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@counted_at_once
def add_note(request, pk):
    customer, now = customer_or_404(request.user, pk), timezone.now()
    form = NoteForm(request.POST or None, now=now)
    if form.is_valid():
        said = form.cleaned_data | form.lessons
        here = {"store": request.user.working_store, "by": request.user, "at": now, "today": localdate(now)}
        talk = conversation.note(customer, **here, **said)
        say_done(request, "记下了。", undo_url=reverse("desk:undo_note", args=[talk.pk]))
        return redirect_back(request, customer)
    context = {"part": "desk/briefing/_note.html", "title": "记一笔", "act": "记下"}
    return answer_form_page(request, form, customer=customer, **context)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def undo_note(request, pk):
    """A caller's outcome is taken back on the worklist, with all that hangs on it."""
    talks = Interaction.objects.visible_to(request.user).filter(outcome__isnull=True)
    talk = get_object_or_404(talks.select_related("customer"), pk=pk)
    try:
        conversation.unnote(talk, by=request.user, at=timezone.now(), today=localdate())
    except TooLateToUndo as error:
        messages.warning(request, str(error))
    else:
        say_done(request, "撤销了，这一笔没有记。")
    return redirect_back(request, talk.customer)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def end_fact(request, pk):
    fact = _fact_or_404(request, pk)
    services.end_fact(fact, by=request.user, at=timezone.now())
    say_done(request, f"不再成立：{fact.value}", undo_url=reverse("desk:revive_fact", args=[fact.pk]))
    return redirect_back(request, fact.customer)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def choose_fact(request, pk):
    fact = _fact_or_404(request, pk)
    over = services.choose_fact(fact, by=request.user, at=timezone.now())
    undo_url = reverse("desk:revive_fact", args=[over]) if over else ""
    say_done(request, f"记下了：{fact.get_kind_display()}是“{fact.value}”。", undo_url=undo_url)
    return redirect_back(request, fact.customer)


@require_POST
@requires(Permission.WRITE)
@counted_at_once
def revive_fact(request, pk):
    fact = _fact_or_404(request, pk)
    services.revive_facts(fact, by=request.user)
    say_done(request, f"撤销了，“{fact.value}”仍然成立。")
    return redirect_back(request, fact.customer)


def _fact_or_404(request, pk) -> ProfileFact:
    return get_object_or_404(ProfileFact.objects.visible_to(request.user).select_related("customer"), pk=pk)
