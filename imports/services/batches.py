"""A batch from upload to done: the file is kept, understood, confirmed, taken by one worker, and let go."""

import hashlib
import os
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import REQUIRED_FIELDS, BatchState, Field, Kind
from ..errors import BatchBusy, EmptyFile, FileTooLarge, ImportRefused, Interrupted, MissingColumn, NoHeader
from ..models import ColumnMemory, ImportBatch
from ..rules.layout import Layout, header_at
from .commit import run as runs
from .reading.limits import MAX_FILE
from .reading.source import Source, Table, open_source

_PIECE = 1 << 20
# An upload nobody confirms is somebody's customer list lying about.
KEPT_UNCONFIRMED = timedelta(hours=1)

# A batch whose workers keep dying is not tried for ever.
_MOST_ATTEMPTS = 5


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


def receive(
    stream: BinaryIO,
    *,
    file_name: str,
    store: Store,
    by: User | None,
    today: date,
    kind: Kind | None = None,
    strict=False,
) -> ImportBatch:
    """Keep a file and understand it. Raises ImportRefused; a refused file leaves nothing behind."""
    file_path, digest = keep(stream)
    path = Path(settings.MEDIA_ROOT) / file_path
    try:
        source = open_source(path, name=_plain(file_name))
        table, layout = source.choose(kind=kind)
        mapping = describe(source, table, remembered(layout))
        return ImportBatch.objects.create(
            store=store, created_by=by, business_date=today, file_name=_plain(file_name), file_path=file_path,
            file_hash=digest, kind=layout.kind, is_strict=strict, mapping=mapping, rows_total=table.height(),
        )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _plain(file_name: str) -> str:
    """A file's own name without folders or control signs."""
    name = Path(file_name.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable())[:200] or "未命名"


def describe(source: Source, table: Table, layout: Layout) -> dict:
    """What was understood of a file, as the batch keeps it."""
    return {
        "form": source.description,
        "sheet": table.name,
        "sheets": [each.name for each in source.tables],
        **layout.to_json(),
    }


def remembered(layout: Layout) -> Layout:
    """The layout as people corrected it the last time this header came."""
    memory = ColumnMemory.objects.filter(signature=layout.signature).first()
    if memory is None:
        return layout
    return layout.with_meanings({int(column): Field(field) for column, field in memory.columns.items()})


def opened(batch: ImportBatch) -> tuple[Source, Table, Layout]:
    """The batch's file, its table, and how it is to be read. Raises ImportRefused when the file is gone or broken."""
    path = Path(settings.MEDIA_ROOT) / batch.file_path
    if not batch.file_path or not path.is_file():
        raise ImportRefused("上传的文件已经不在了，请重新上传。")
    source = open_source(path, name=batch.file_name)
    return source, source.table(batch.mapping["sheet"]), layout_of(batch)


def layout_of(batch: ImportBatch) -> Layout:
    """How the batch's sheet is read."""
    return Layout.from_json(batch.mapping, Kind(batch.kind))


@transaction.atomic
def read_as(batch: ImportBatch, *, sheet: str, header_row: int | None, kind: Kind) -> ImportBatch:
    """Look at another sheet, or take another row for the header. Raises NoHeader, BatchBusy."""
    _refuse_moving(batch)
    source, _, _ = opened(batch)
    table = source.table(sheet)
    rows = table.sample()
    layout = header_at(rows, header_row, kind=kind, hidden=table.hidden) if header_row else None
    if layout is None:
        _, layout = Source(source.path, source.container, [table]).choose(kind=kind)
    if not layout.headers:
        raise NoHeader
    batch.kind, batch.mapping = kind, describe(source, table, remembered(layout))
    batch.rows_total = table.height()
    batch.save(update_fields=["kind", "mapping", "rows_total"])
    return batch


@transaction.atomic
def map_columns(batch: ImportBatch, meanings: dict[int, Field]) -> ImportBatch:
    """Say what the columns mean, and remember it for the next file with this header. Raises BatchBusy."""
    _refuse_moving(batch)
    layout = layout_of(batch)
    if layout.meanings == meanings:
        return batch
    layout = layout.with_meanings(meanings)
    batch.mapping |= layout.to_json()
    batch.save(update_fields=["mapping"])
    columns = {"columns": {str(column): str(field) for column, field in meanings.items()}}
    ColumnMemory.objects.update_or_create(signature=layout.signature, defaults=columns)
    return batch


def _refuse_moving(batch: ImportBatch) -> None:
    if batch.state != BatchState.UPLOADED:
        raise BatchBusy


def refuse_unreadable(layout: Layout) -> None:
    """Raises MissingColumn when a column is missing without which no row could be imported."""
    for field in REQUIRED_FIELDS[layout.kind]:
        if field not in layout.columns:
            raise MissingColumn(field.label)


@transaction.atomic
def confirm(batch: ImportBatch, *, by: User | None) -> bool:
    """Let the batch be committed in the background; False when it was confirmed before. Raises MissingColumn."""
    refuse_unreadable(layout_of(batch))
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(state=BatchState.WAITING)
    if waiting:
        kept = {"batch": str(batch.pk), "kind": batch.kind}
        AuditEntry.objects.record(by=by, action=Action.IMPORT, subject=None, **kept)
        batch.refresh_from_db()
    return bool(waiting)


def run(batch_id, *, now: datetime) -> bool:
    """Commit a batch that is waiting or was abandoned; False when somebody else does, or it is done."""
    key = uuid.uuid4()
    if not ImportBatch.objects.claim(batch_id, key, now=now):
        return False
    batch = ImportBatch.objects.select_related("store").get(pk=batch_id)
    try:
        if batch.attempts > _MOST_ATTEMPTS:
            raise Interrupted
        _, table, layout = opened(batch)
        runs.commit(batch, table, layout, key=key)
    except runs.LeaseLost:
        return False
    except ImportRefused as error:
        runs.fail(batch, key=key, error=error)
    except Exception:
        runs.fail(batch, key=key, error=Interrupted())
        discard_file(batch)
        raise
    else:
        runs.finish(batch, key=key)
    discard_file(batch)
    return True


def discard_file(batch: ImportBatch) -> None:
    """The shop's file is needed no longer: what must be kept of it is in rows."""
    if batch.file_path:
        (Path(settings.MEDIA_ROOT) / batch.file_path).unlink(missing_ok=True)
        ImportBatch.objects.filter(pk=batch.pk).update(file_path="")
        batch.file_path = ""


def sweep(*, now: datetime) -> int:
    """Run what waits (the broker may have been down) and throw away what nobody confirmed. How many batches ran."""
    ran = sum(run(pk, now=now) for pk in ImportBatch.objects.to_run(now=now).values_list("pk", flat=True))
    for batch in ImportBatch.objects.leftover(before=now - KEPT_UNCONFIRMED):
        abandon(batch)
    return ran


def abandon(batch: ImportBatch) -> None:
    """Throw away a batch nobody confirmed, with its file."""
    discard_file(batch)
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).delete()
