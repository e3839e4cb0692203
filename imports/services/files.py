"""The uploaded file on disk: kept under a random name, opened as its batch says, gone when it is needed no longer."""

import hashlib
import os
import uuid
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from ..enums import REQUIRED_FIELDS, Kind
from ..errors import EmptyFile, FileTooLarge, ImportRefused, MissingColumn
from ..models import ImportBatch
from ..rules.layout import Layout
from .reading.limits import MAX_FILE
from .reading.source import Source, Table, open_source

_PIECE = 1 << 20


def folder() -> Path:
    """Where uploaded files wait; nobody but the service reads it."""
    place = Path(settings.MEDIA_ROOT) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(stream: BinaryIO) -> tuple[str, str]:
    """Copy a file under a random name, readable by the owner only: (path below MEDIA_ROOT, SHA-256).

    Stops at 50 MB. Raises FileTooLarge, EmptyFile.
    """
    path = folder() / uuid.uuid4().hex
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > MAX_FILE:
                break
            digest.update(piece)
            target.write(piece)
    if not 0 < size <= MAX_FILE:
        path.unlink()
        raise FileTooLarge if size else EmptyFile
    return f"imports/{path.name}", digest.hexdigest()


def opened(batch: ImportBatch, *, inspect: bool = False) -> tuple[Source, Table, Layout]:
    """The batch's file, its table, and how it is to be read. Raises ImportRefused when the file is gone or broken.

    It was inspected when it came; only who asks again which columns its sheets hide has it inspected once more.
    """
    path = Path(settings.MEDIA_ROOT) / batch.file_path
    if not batch.file_path or not path.is_file():
        raise ImportRefused("上传的文件已经不在了，请重新上传。")
    source = open_source(path, name=batch.file_name, inspect=inspect)
    return source, source.table(batch.mapping["sheet"]), layout_of(batch)


def layout_of(batch: ImportBatch) -> Layout:
    """How the batch's sheet is read."""
    return Layout.from_json(batch.mapping, Kind(batch.kind))


def discard_file(batch: ImportBatch) -> None:
    """The shop's file is needed no longer: what must be kept of it is in rows."""
    if batch.file_path:
        (Path(settings.MEDIA_ROOT) / batch.file_path).unlink(missing_ok=True)
        batch.file_path, batch.mapping["examples"] = "", []
        ImportBatch.objects.filter(pk=batch.pk).update(file_path="", mapping=batch.mapping)


def discard_orphans(*, before: datetime) -> int:
    """Delete files no batch speaks of (a process died between keeping one and writing its row). How many."""
    spoken_of = set(ImportBatch.objects.exclude(file_path="").values_list("file_path", flat=True))
    orphans = [
        path
        for path in folder().iterdir()
        if f"imports/{path.name}" not in spoken_of and path.stat().st_mtime < before.timestamp()
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def refuse_unreadable(layout: Layout) -> None:
    """Raises MissingColumn when a column is missing without which no row could be imported."""
    for field in REQUIRED_FIELDS[layout.kind]:
        if field not in layout.columns:
            raise MissingColumn(field.label)
