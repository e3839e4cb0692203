"""Who is away: noted by a manager, covered by colleagues at once, taken back."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.services import cover_absences
from core.web import say_done
from staff import services
from staff.access import requires, requires_password
from staff.enums import Permission
from staff.errors import AlreadyAbsent
from staff.forms.absence import AbsenceForm
from staff.models import Absence, User


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
@requires_password
def absences(request, pk):
    """The days somebody is away from today on, and a form for more."""
    person = get_object_or_404(User.objects.manageable_by(request.user).select_related("store"), pk=pk)
    now = timezone.localtime()
    form = AbsenceForm(request.POST or None, today=now.date())
    if form.is_valid():
        try:
            absence = services.note_absence(person, by=request.user, now=now, **form.cleaned_data)
        except AlreadyAbsent as refusal:
            form.add_error("first_on", str(refusal))
        else:
            cover_absences(today=now.date())
            undo = reverse("desk:end_absence", args=[absence.pk])
            say_done(request, f"{person}：{absence}，当天的待办由同事代。", undo_url=undo)
            return redirect("staff:people")
    ahead = Absence.objects.standing().filter(person=person, last_on__gte=now.date()).order_by("first_on")
    context = {"person": person, "form": form, "absences": ahead}
    return render(request, "desk/absences.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.MANAGE_STAFF)
@requires_password
def end_absence(request, pk):
    absence = get_object_or_404(Absence.objects.manageable_by(request.user).select_related("person"), pk=pk)
    now = timezone.localtime()
    if services.end_absence(absence, by=request.user, now=now, today=now.date()):
        cover_absences(today=now.date())
        say_done(request, f"{absence.person}今天起在，没办完的待办还给他。")
    return redirect("staff:people")
