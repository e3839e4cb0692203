"""Photos of what a quote is about: added, taken away, brought back."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from staff.models import User

from ..errors import CannotQuote
from ..models import QuoteLine, QuotePhoto
from .quotes import locked_quote, note_quote

MOST_PER_LINE = 12


@transaction.atomic
def add_quote_photos(line: QuoteLine, *, uploads: Sequence[UploadedFile], by: User, now: datetime) -> list[QuotePhoto]:
    """Keep what was handed in: all of it or nothing. Raises PhotoRefused, QuoteOver, CannotQuote when it is full."""
    quote = locked_quote(line.quote)
    if line.photos.standing().count() + len(uploads) > MOST_PER_LINE:
        raise CannotQuote(f"一项最多 {MOST_PER_LINE} 张照片，先拿掉几张")
    photos = QuotePhoto.objects.keep(uploads, by=by, now=now, line=line)
    note_quote(quote, by, did="photographed", line=line.pk, photos=[photo.pk for photo in photos])
    return photos


@transaction.atomic
def remove_quote_photo(photo: QuotePhoto, *, by: User, now: datetime) -> QuotePhoto:
    """Nobody sees it any more, the customer neither; for a day it can be brought back. Over or not, twice is once."""
    photo = QuotePhoto.objects.select_for_update(of=["self"]).get(pk=photo.pk)
    if photo.removed_at is None:
        photo.remove(now=now)
        note_quote(photo.line.quote, by, did="photo_removed", line=photo.line_id, photos=[photo.pk])
    return photo


@transaction.atomic
def bring_quote_photo_back(photo: QuotePhoto, *, by: User) -> QuotePhoto:
    photo = QuotePhoto.objects.select_for_update(of=["self"]).get(pk=photo.pk)
    if photo.removed_at is not None:
        photo.bring_back()
        note_quote(photo.line.quote, by, did="photo_back", line=photo.line_id, photos=[photo.pk])
    return photo
