"""Photos of a visit, before and after: added, taken away, brought back."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import OrderStatus, PhotoStage
from ..errors import CannotPhotograph
from ..models import ServiceOrder, VisitPhoto

MOST_PER_STAGE = 12


@transaction.atomic
def add_visit_photos(
    order: ServiceOrder, *, stage: PhotoStage, uploads: Sequence[UploadedFile], by: User, now: datetime
) -> list[VisitPhoto]:
    """Keep what was handed in: all of it or nothing. Raises PhotoRefused, and CannotPhotograph when it is full."""
    order = ServiceOrder.objects.select_for_update(of=["self"]).get(pk=order.pk)
    if order.status == OrderStatus.CANCELLED:
        raise CannotPhotograph("作废的工单不用拍照")
    standing = order.photos.standing().filter(stage=stage).count()
    if standing + len(uploads) > MOST_PER_STAGE:
        raise CannotPhotograph(f"前后各最多 {MOST_PER_STAGE} 张，先拿掉几张")
    photos = VisitPhoto.objects.keep(uploads, by=by, now=now, order=order, stage=stage)
    _noted(order, by, "added", photos)
    return photos


@transaction.atomic
def remove_visit_photo(photo: VisitPhoto, *, by: User, now: datetime) -> bool:
    """Nobody sees it any more; for a day it can be brought back. False when it was away already."""
    photo = VisitPhoto.objects.select_for_update(of=["self"]).get(pk=photo.pk)
    if photo.removed_at is not None:
        return False
    photo.remove(now=now)
    _noted(photo.order, by, "removed", [photo])
    return True


@transaction.atomic
def bring_visit_photo_back(photo: VisitPhoto, *, by: User) -> bool:
    photo = VisitPhoto.objects.select_for_update(of=["self"]).get(pk=photo.pk)
    if photo.removed_at is None:
        return False
    photo.bring_back()
    _noted(photo.order, by, "back", [photo])
    return True


def _noted(order: ServiceOrder, by: User, did: str, photos: Sequence[VisitPhoto]) -> None:
    ids = [photo.pk for photo in photos]
    AuditEntry.objects.record(by=by, action=Action.VISIT_PHOTO, subject=order, did=did, photos=ids)
