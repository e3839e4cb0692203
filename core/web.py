"""How a view answers: the page or its live part, a form filled in again, a way back."""

import sys

from django.conf import settings
from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults

from . import addresses

# No id has more digits; a longer number would not fit the database's integers.
LONGEST_ID = 18


def is_htmx(request) -> bool:
    """Whether only the live part of a page was asked for.

    A boosted link or a page restored from the browser's history carries htmx's header too, and needs the whole page.
    """
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def render_page(request, page: str, partial: str, context: dict) -> HttpResponse:
    """Answer with the template `page`, or with `partial` alone where htmx asks; both get the same context."""
    response = render(request, partial if is_htmx(request) else page, context)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def render_form(request, template: str, context: dict) -> HttpResponse:
    """Answer with a form: 200 when it is fresh, 422 when `context["form"]` was sent and refused."""
    status = 422 if context["form"].is_bound else 200
    return render(request, template, context, status=status)


def redirect_to(request, to, *args, **kwargs) -> HttpResponse:
    """Send the whole browser to `to` (a URL, view name or model), even when only a fragment was asked for."""
    url = resolve_url(to, *args, **kwargs)
    if not is_htmx(request):
        return redirect(url)
    # A 302 would be followed by htmx itself and the new page put inside the old one.
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def redirect_back(request, fallback, *args, **kwargs) -> HttpResponse:
    """Send the browser to the `next` it came with, if that is a page of ours; otherwise to `fallback`."""
    return redirect_to(request, way_back(request) or resolve_url(fallback, *args, **kwargs))


def way_back(request) -> str:
    """The address within this site that `next` names; "" for none, another site, a script or a view's name."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else ""


def id_of(text: str) -> int | None:
    """A row's number as an address or a hidden field names it; None for what no row can have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def say_done(request, text: str, *, undo_url: str = "") -> None:
    """Tell that something was done, with a button that posts to `undo_url` when it can be taken back."""
    messages.success(request, text, extra_tags=undo_url)


def server_error(request) -> HttpResponse:
    """What is shown when a page broke: 503 and "soon again" where the database is away, else 500."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    return defaults.server_error(request)


class NoStoreMiddleware:
    """No page with a customer on it stays in the cache of a desk that several people share.

    A view that sets its own Cache-Control keeps it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class BodyLimitMiddleware:
    """Refuses a body that is too big before any of it is read; without a length there is none to read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.MOST_BODY_BYTES:
            return self.get_response(request)
        return HttpResponse(render_to_string("413.html"), status=413)


def client_address(request) -> str:
    """Where the request comes from; forwarded headers count only through settings.TRUSTED_PROXIES."""
    meta = request.META
    return addresses.client_address(
        meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), proxies=settings.TRUSTED_PROXIES
    )


class AddressMiddleware:
    """Lets the trail and the log say where an act came from, without handing the request down to every service."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = addresses.current_address.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            addresses.current_address.reset(token)
