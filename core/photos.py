"""The one home for photos: what people hand in is never kept, a picture drawn anew from it is.

A photo is looked at by content, not by name; its pixels are decoded and written as a fresh JPEG. What else came along
(place, camera, comments, a page hidden behind the picture) stays behind. Files have random names in the folder of
uploads, so that a backup takes them along; nothing but a view that has checked who asks hands them out.
"""

import io
import os
import re
import secrets
import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.http import FileResponse, Http404
from PIL import Image, ImageOps

from .days import start_of
from .errors import PhotoRefused

FORMATS = ("JPEG", "PNG", "WEBP")
# For the field that asks: a phone then offers its camera, and turns HEIC into JPEG by itself.
ACCEPTED = "image/jpeg,image/png,image/webp"
MOST_BYTES = 15 * 1024 * 1024
MOST_AT_ONCE = 8
# Said before anything is sent; a form around them makes the body a little larger.
MOST_TOGETHER = 50 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONG_SIDE, QUALITY = 1600, 80
# A removed photo can be taken back for a day. Three years: so long may somebody go to court over the work.
UNDO_FOR, KEPT_FOR = timedelta(days=1), timedelta(days=3 * 365)
_NAME = re.compile(r"[0-9a-f]{32}")
# A decoded photo takes up to 200 MB: one at a time per process.
_decoding = threading.Lock()


class PhotoQuerySet(models.QuerySet):
    def standing(self):
        """Those that are shown."""
        return self.filter(removed_at__isnull=True)

    def over(self, today: date):
        """Those that nobody needs: removed and not taken back, or too old."""
        midnight = start_of(today)
        return self.filter(Q(removed_at__lt=midnight - UNDO_FOR) | Q(added_at__lt=midnight - KEPT_FOR))

    def keep(self, uploads: Sequence[UploadedFile], *, by, now: datetime, **about) -> list:
        """Rows and files of what was handed in: all of it or, with PhotoRefused, nothing."""
        if len(uploads) > MOST_AT_ONCE:
            raise PhotoRefused(f"一次最多 {MOST_AT_ONCE} 张，请分几次加")
        drawn = [drawn_anew(upload) for upload in uploads]
        facts = {"added_by": by, "added_at": now} | about
        with transaction.atomic():
            return [self.create(name=_written(jpeg), size_bytes=len(jpeg), **facts) for jpeg in drawn]


class Photo(models.Model):
    """Base of a table of photos: one row, one file. The file of a row that is gone goes in the night."""

    name = models.CharField("文件", max_length=32, unique=True, editable=False)
    size_bytes = models.PositiveIntegerField("字节")
    added_at = models.DateTimeField("拍摄时间")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("拿掉时间", null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"照片 {self.pk}"

    def remove(self, *, now: datetime):
        """It is shown no more; what was removed before keeps its time."""
        if self.removed_at is None:
            self.removed_at = now
            self.save(update_fields=["removed_at"])

    def bring_back(self):
        self.removed_at = None
        self.save(update_fields=["removed_at"])


def photo_models() -> list[type[Photo]]:
    """Every table of photos of the installed apps."""
    return [model for model in apps.get_models() if issubclass(model, Photo)]


def drawn_anew(upload: UploadedFile) -> bytes:
    """What was handed in as a JPEG of our own, upright, at most LONG_SIDE wide or high. Raises PhotoRefused."""
    if upload.size > MOST_BYTES:
        raise PhotoRefused(f"照片太大了，一张最多 {MOST_BYTES // 1024 // 1024} MB")
    with _decoding:
        try:
            return _jpeg(_opened(upload))
        except PhotoRefused:
            raise
        # A file made to do harm breaks a decoder in ways nobody can list.
        except Exception as error:
            raise PhotoRefused("这个文件打不开，请换一张 JPG、PNG 或 WebP 照片") from error


def _opened(upload: UploadedFile) -> Image.Image:
    too_many = PhotoRefused(f"照片的像素太多了，最多 {MOST_PIXELS // 10_000} 万")
    upload.seek(0)
    try:
        image = Image.open(upload, formats=FORMATS)  # reads the head only
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    if image.width * image.height > MOST_PIXELS:
        raise too_many
    return image


def _jpeg(image: Image.Image) -> bytes:
    if image.mode == "P":  # numbers of colours cannot be made smaller, colours can
        image = image.convert("RGBA")
    image.thumbnail((LONG_SIDE, LONG_SIDE))  # decodes; a JPEG at a half, a quarter or an eighth at once
    image = ImageOps.exif_transpose(image)
    is_clear = image.has_transparency_data
    image = image.convert("RGBA" if is_clear else "RGB")
    # A sheet of our own: nothing that hung on the picture can follow.
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image if is_clear else None)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return buffer.getvalue()


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "photos"


def path_of(name: str) -> Path:
    """Where the file of a photo lies."""
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    return _folder() / name[:2] / f"{name}.jpg"


def _written(jpeg: bytes) -> str:
    """The name of a new file; on the disk before any row speaks of it."""
    name = secrets.token_hex(16)
    path = path_of(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(jpeg)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise PhotoRefused("照片没有存下来，请告诉店长看一下硬盘") from error
    return name


def photo_response(photo: Photo) -> FileResponse:
    """The file of a photo, for whoever the view has let in: a picture and nothing else, kept by no cache."""
    try:
        file = path_of(photo.name).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type="image/jpeg", headers=headers)


def sweep_photos(*, today: date) -> dict[str, int]:
    """Throw away photos nobody needs and files no row speaks of, those of today left alone: they may be on the way."""
    rows = sum(model._default_manager.over(today).delete()[0] for model in photo_models())
    folders = sorted(_folder().iterdir()) if _folder().exists() else []
    return {"rows": rows, "files": sum(_swept(folder, start_of(today).timestamp()) for folder in folders)}


def _swept(folder: Path, before: float) -> int:
    rows = (model._default_manager.filter(name__startswith=folder.name) for model in photo_models())
    known = {name for of_model in rows for name in of_model.values_list("name", flat=True)}
    lost = [path for path in folder.iterdir() if path.stem not in known and path.stat().st_mtime < before]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
