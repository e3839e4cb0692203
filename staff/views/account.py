"""One's own door key: password, PIN, and the desk one shares."""

from django.contrib.auth import update_session_auth_hash
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.web import redirect_back, render_form, say_done, way_back

from .. import sessions
from ..access import requires, requires_password
from ..desk_cookie import desk_of, give_cookie, take_cookie
from ..enums import Permission
from ..forms.account import ConfirmForm, DeskForm, OwnPasswordForm, PinForm
from ..models import DeskDevice
from ..services import change_own_password, enrol, revoke, set_own_pin
from .login import note_refusal


def _refused(request, form):
    if form.is_bound and form.has_error("password", "wrong"):
        note_refusal(request, request.user.get_username(), how="confirm")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirm(request):
    """The password again, before something that a PIN is not enough for."""
    form = ConfirmForm(request.POST or None, request=request)
    if form.is_valid():
        sessions.confirm(request.session, now=timezone.now())
        return redirect_back(request, "desk:reception")
    _refused(request, form)
    return render_form(request, "staff/confirm.html", {"form": form, "back": way_back(request)})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    """A password of one's own: this session goes on, all others end."""
    form = OwnPasswordForm(request.POST or None, request=request)
    if form.is_valid():
        change_own_password(request.user, password=form.cleaned_data["password1"])
        update_session_auth_hash(request, request.user)
        say_done(request, "密码改好了，别处的登录都已退出。")
        return redirect("desk:reception")
    _refused(request, form)
    return render_form(request, "staff/password.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def pin(request):
    """A PIN of one's own, for shared desks."""
    form = PinForm(request.POST or None, request=request)
    if form.is_valid():
        set_own_pin(request.user, pin=form.cleaned_data["pin"])
        update_session_auth_hash(request, request.user)
        say_done(request, "快捷码设好了。在合用的电脑上按 U 换人。")
        return redirect("desk:reception")
    _refused(request, form)
    return render_form(request, "staff/pin.html", {"form": form, "desk": desk_of(request, now=timezone.now())})


@require_POST
def drop_pin(request):
    """No PIN any more."""
    if request.user.pin:
        set_own_pin(request.user, pin="")
        update_session_auth_hash(request, request.user)
        say_done(request, "快捷码取消了，以后用密码登录。")
    return redirect("staff:pin")


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE)
@requires_password
def share_desk(request):
    """Trust this PC: people of its store switch here by PIN from now on."""
    now = timezone.now()
    form = DeskForm(request.POST or None, user=request.user)
    if form.is_valid():
        store = form.cleaned_data.get("store") or request.user.working_store
        desk = enrol(by=request.user, store=store, name=form.cleaned_data["name"], now=now)
        say_done(request, f"“{desk}”可以用快捷码换人了。")
        response = redirect("desk:reception" if request.user.pin else "staff:pin")
        give_cookie(response, desk)
        return response
    return render_form(request, "staff/share_desk.html", {"form": form, "desk": desk_of(request, now=now)})


@require_POST
@requires(Permission.WRITE)
@requires_password
def revoke_desk(request, pk):
    """Stop a shared desk: a manager any of the store's, everybody the one they stand at."""
    now = timezone.now()
    here = desk_of(request, now=now)
    desk = get_object_or_404(DeskDevice.objects.visible_to(request.user), pk=pk)
    if desk != here and not request.user.may(Permission.MANAGE_STAFF):
        raise Http404
    if revoke(desk, by=request.user, now=now):
        say_done(request, f"“{desk}”不再用快捷码，那里的人要用密码登录。")
    response = redirect_back(request, "desk:reception")
    if desk == here:
        take_cookie(response)
    return response
