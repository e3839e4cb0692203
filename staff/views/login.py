"""The door: by password anywhere, by PIN at a shared desk."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.web import id_of, redirect_back, render_form, way_back

from .. import sessions
from ..desk_cookie import claims_desk, desk_of, give_cookie
from ..errors import PinPaused, PinRefused
from ..forms.login import LoginForm, SwitchForm
from ..models import User
from ..services import came_in, switch, was_refused


def with_next(name: str, wanted: str, **query) -> str:
    """The address of a page of the door that remembers where one was going."""
    query |= {"next": wanted} if wanted else {}
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def note_refusal(request, username: str, *, how: str) -> None:
    """A wrong password goes on the trail, and so does the lock it led to; not each try that a lock then refuses."""
    locked = getattr(request, "axes_locked_out", False)
    if not locked or request.axes_failures_since_start is not None:
        was_refused(username, how=how, locked=locked)


class Login(LoginView):
    """Django's login, on the trail; a refused one answers 422 like every refused form."""

    authentication_form = LoginForm

    @property
    def redirect_authenticated_user(self):
        """Somebody who is in goes on, unless a colleague takes over with a password."""
        return self.request.GET.get("by") != "password"

    def get(self, request, *args, **kwargs):
        if request.GET.get("by") != "password" and desk_of(request, now=timezone.now()):
            return redirect(with_next("staff:switch", way_back(request)))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, desk=desk_of(self.request, now=timezone.now()))

    def form_valid(self, form):
        now, user = timezone.now(), form.get_user()
        sessions.begin(self.request, user, now=now)
        came_in(user, desk=desk_of(self.request, now=now), now=now)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form):
        if form.cleaned_data.get("username") and form.cleaned_data.get("password"):
            note_refusal(self.request, form.cleaned_data["username"], how="password")
        return self.render_to_response(self.get_context_data(form=form), status=422)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
@login_not_required
def switch_person(request):
    """Who takes over this desk? Also the locked screen: whoever is there may be nobody."""
    back, desk = way_back(request), desk_of(request, now=timezone.now())
    if desk is None:
        return redirect(with_next("login", back))
    form = SwitchForm(request.POST or None)
    if form.is_valid():
        try:
            return _switched(request, desk, **form.cleaned_data)
        except (PinRefused, PinPaused) as refusal:
            form.add_error("pin", str(refusal))
    chosen = id_of(f"{form['who'].value() or request.GET.get('who', '')}")
    context = {"form": form, "desk": desk, "people": User.objects.at_desk(desk), "back": back, "chosen": chosen}
    return render_form(request, "staff/switch.html", context)


def _switched(request, desk, *, who, pin):
    now, before = timezone.now(), request.user if request.user.is_authenticated else None
    person = switch(desk, to=who, pin=pin, before=before, now=now)
    sessions.begin(request, person, now=now, by_pin=True, landing=way_back(request))
    response = redirect_back(request, "desk:reception")
    give_cookie(response, desk)
    return response


@require_http_methods(["GET", "POST"])
@login_not_required
def lock(request):
    """Nothing of the shop stays on the screen; the page comes back to whoever unlocks it."""
    who = {"who": request.user.pk} if request.user.is_authenticated else {}
    if request.method == "POST":
        request.session.flush()
    return redirect(with_next("staff:switch" if claims_desk(request) else "login", way_back(request), **who))
