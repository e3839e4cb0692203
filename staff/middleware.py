"""What holds for every page of somebody who is logged in."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from core.web import is_htmx, redirect_to

from . import sessions

# What somebody may do before they have chosen a password of their own.
BEFORE_ANYTHING = frozenset({"staff:password", "staff:lock", "logout"})


class SessionMiddleware:
    """Ends sessions by the clock, and keeps a start password from doing more than being changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = timezone.now()
        if sessions.has_ended(request.session, now=now):
            request.session.flush()
        elif not (is_htmx(request) and request.method == "GET"):  # a board that renews itself is no sign of life
            sessions.saw(request.session, now=now)
        response = self.get_response(request)
        return self._landed(request, response) if sessions.LANDING in request.session else response

    def process_view(self, request, view, args, kwargs):
        user, page = request.user, request.resolver_match.view_name
        if user.is_authenticated and user.must_change_password and page not in BEFORE_ANYTHING:
            return redirect_to(request, "staff:password")
        return None

    def _landed(self, request, response):
        """After a switch: the page the last person had open, or reception when the new one may not see it."""
        if request.get_full_path() != request.session[sessions.LANDING]:
            return response
        del request.session[sessions.LANDING]
        if response.status_code != 404:
            return response
        messages.info(request, "刚才那一页不归您看，先回到前台。")
        return redirect(settings.LOGIN_REDIRECT_URL)
