"""Closing a view to those whose role may not use it. A missing right is 404: what one may not see does not exist."""

from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from core.web import redirect_to

from .sessions import has_password


def requires(permission):
    """Decorator: the view exists only for users who may `permission`."""
    return requires_any(permission)


def requires_any(*permissions):
    """Decorator: the view exists only for users who may one of `permissions`."""

    def wrap(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(map(request.user.may, permissions)):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def requires_password(view):
    """Decorator, below `requires`: whoever came in by PIN types the password first; it is good for ten minutes."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if has_password(request.session, now=timezone.now()):
            return view(request, *args, **kwargs)
        return redirect_to(request, f"{reverse('staff:confirm')}?{urlencode({'next': _page_of(request)})}")

    return guarded


def _page_of(request) -> str:
    """Where to go on afterwards: this page, or for an act the page its button stood on."""
    if request.method == "GET":
        return request.get_full_path()
    try:
        came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/")
    except ValueError:
        return "/"
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
