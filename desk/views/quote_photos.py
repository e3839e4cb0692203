"""Photos of a quote's lines: shown to whoever may see the quote, added and taken away by whoever serves."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.errors import PhotoRefused
from core.photos import photo_response
from core.web import redirect_to, say_done
from staff.access import requires, requires_any
from staff.enums import Permission
from vehicles.errors import VehicleError
from vehicles.models import QuoteLine, QuotePhoto
from vehicles.services.quote_photos import add_quote_photos, bring_quote_photo_back, remove_quote_photo


def _photos(request):
    return QuotePhoto.objects.visible_to(request.user)


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_MONEY)
def quote_photo(request, pk):
    return photo_response(get_object_or_404(_photos(request).standing(), pk=pk))


@require_POST
@requires(Permission.SERVE)
def add_photos(request, pk):
    lines = QuoteLine.objects.visible_to(request.user).select_related("quote__customer", "quote__store")
    line, uploads = get_object_or_404(lines, pk=pk), request.FILES.getlist("photos")
    if not uploads:
        messages.error(request, "还没有选照片。")
        return _back(request, line)
    act = partial(add_quote_photos, line, uploads=uploads, by=request.user, now=timezone.now())
    return _done(request, line, act, f"{line.name}：加了 {len(uploads)} 张照片。")


@require_POST
@requires(Permission.SERVE)
def remove_photo(request, pk):
    photo = get_object_or_404(_photos(request).select_related("line__quote__customer"), pk=pk)
    act = partial(remove_quote_photo, photo, by=request.user, now=timezone.now())
    return _done(request, photo.line, act, "照片拿掉了。", undo_url=reverse("desk:bring_photo_back", args=[pk]))


@require_POST
@requires(Permission.SERVE)
def bring_photo_back(request, pk):
    photo = get_object_or_404(_photos(request).select_related("line__quote__customer"), pk=pk)
    return _done(request, photo.line, partial(bring_quote_photo_back, photo, by=request.user), "照片放回来了。")


def _done(request, line, act, words, *, undo_url=""):
    try:
        act()
    except (PhotoRefused, VehicleError) as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, words, undo_url=undo_url)
    return _back(request, line)


def _back(request, line):
    return redirect_to(request, f"{reverse('desk:quote', args=[line.quote_id])}#photos-{line.pk}")
