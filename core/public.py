"""Pages that a secret in their address opens: for customers, without a login. Looking changes nothing.

Whoever holds the secret holds the page, so the secret is long, stands in the database as a hash only, is good for one
purpose, ends, and can be ended. The answer to a wrong one is the same as to one that has ended.
"""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt

from .addresses import client_block
from .limits import is_within
from .models import PublicToken, digest_of
from .reachable import public_state
from .web import client_address

WINDOW = 60  # seconds
# A family behind one address reads at its ease; whoever guesses gets nowhere.
MOST_PER_ADDRESS, MOST_PER_TOKEN = 90, 30
# A page may be made of so many parts, each asked for by itself.
PARTS = 16


def has_public_pages() -> bool:
    """Whether customers can reach us at all: most shop PCs cannot be reached from a phone."""
    return public_state().works


def public_address(view: str, secret: str) -> str:
    """The link to hand out."""
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse(view, args=[secret])


def public_page(purpose: str, *, is_part: bool = False):
    """Decorator: `view(request, found, **more)` is opened by the live token `found` of this purpose.

    `is_part`: a photo on such a page, which the browser asks for by itself; those are counted apart.
    No cookie opens it, so there is no form token to steal either: a stranger who does not know the address cannot post.
    """

    def wrap(view):
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def opened(request, token, **more):
            if not _may_knock(request, purpose, token, is_part):
                return _shut_in(wait(request))
            found = PublicToken.objects.opened_by(purpose, token, now=timezone.now())
            try:
                answer = view(request, found, **more) if found else gone(request)
            except Http404:  # what it opened is there no more
                answer = gone(request)
            return _shut_in(answer)

        return opened

    return wrap


def gone(request):
    """The one answer to whatever opens nothing: unknown, ended, revoked, locked."""
    return render(request, "public/gone.html", status=404)


def wait(request):
    """Too many knocks."""
    return render(request, "public/wait.html", status=429)


def _may_knock(request, purpose: str, secret: str, is_part: bool) -> bool:
    address = client_block(client_address(request)) or "-"
    kind, times = (f"{purpose}:part", PARTS) if is_part else (purpose, 1)
    by_address = is_within(f"{kind}:{address}", most=MOST_PER_ADDRESS * times, seconds=WINDOW)
    return by_address and is_within(digest_of(kind, secret), most=MOST_PER_TOKEN * times, seconds=WINDOW)


def _shut_in(response):
    """The address is the key: no other site hears of it, no cache keeps the page, no search engine lists it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
