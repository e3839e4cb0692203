"""Photos before and after the work: shown to whoever sees the visit's money, added by whoever serves."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.errors import PhotoRefused
from core.photos import photo_response
from core.web import redirect_to, say_done
from staff.access import requires, requires_any
from staff.enums import Permission
from vehicles.enums import PhotoStage
from vehicles.errors import VehicleError
from vehicles.models import ServiceOrder, VisitPhoto
from vehicles.services.visit_photos import add_visit_photos, bring_visit_photo_back, remove_visit_photo


@require_safe
@requires_any(Permission.SERVE, Permission.SEE_MONEY)
def visit_photo(request, pk):
    return photo_response(get_object_or_404(VisitPhoto.objects.visible_to(request.user).standing(), pk=pk))


@require_POST
@requires(Permission.SERVE)
def add_visit_photo(request, pk):
    order = get_object_or_404(ServiceOrder.objects.visible_to(request.user), pk=pk)
    stage, uploads = request.POST.get("stage", ""), request.FILES.getlist("photos")
    if stage not in PhotoStage.values:
        raise Http404
    if not uploads:
        messages.error(request, "还没有选照片。")
        return _back(request, pk)
    act = partial(add_visit_photos, order, stage=stage, uploads=uploads, by=request.user, now=timezone.now())
    return _done(request, pk, act, f"{PhotoStage(stage).label}：加了 {len(uploads)} 张照片。")


@require_POST
@requires(Permission.SERVE)
def remove_photo_of_visit(request, pk):
    photo, undo = _photo(request, pk), reverse("desk:bring_visit_photo_back", args=[pk])
    act = partial(remove_visit_photo, photo, by=request.user, now=timezone.now())
    return _done(request, photo.order_id, act, "照片拿掉了。", undo_url=undo)


@require_POST
@requires(Permission.SERVE)
def bring_photo_of_visit_back(request, pk):
    photo = _photo(request, pk)
    return _done(request, photo.order_id, partial(bring_visit_photo_back, photo, by=request.user), "照片放回来了。")


def _photo(request, pk) -> VisitPhoto:
    return get_object_or_404(VisitPhoto.objects.visible_to(request.user).select_related("order"), pk=pk)


def _done(request, order_pk, act, words, *, undo_url=""):
    try:
        if act():
            say_done(request, words, undo_url=undo_url)
    except (PhotoRefused, VehicleError) as refusal:
        messages.error(request, str(refusal))
    return _back(request, order_pk)


def _back(request, order_pk):
    return redirect_to(request, f"{reverse('desk:visit', args=[order_pk])}#photos")
