"""停用: a colleague goes. First what they hold, then one press; taken back as easily."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.web import say_done
from staff import services
from staff.access import requires, requires_password
from staff.enums import Permission
from staff.errors import LastOwner
from staff.models import User

from ..leaving import held_by


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
@requires_password
def leave(request, pk):
    person = get_object_or_404(User.objects.manageable_by(request.user).select_related("store"), pk=pk)
    context, status = {"person": person, "held": held_by(person)}, 200
    if request.method == "POST":
        try:
            services.disable(person, by=request.user)
        except LastOwner as refusal:
            context["refusal"], status = str(refusal), 422
        else:
            say_done(request, f"{person}已停用，登录当场失效。", undo_url=reverse("staff:enable", args=[person.pk]))
            return redirect("staff:people")
    return render(request, "desk/leave.html", context, status=status)
