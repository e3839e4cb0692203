"""Importing a file from a path in one go: what the command line does."""

import time
import uuid
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from staff.models import Store, User

from ..enums import Kind
from ..errors import ImportRefused
from ..models import ImportBatch
from . import batches, files
from .commit import run as runs

_LOOK_AGAIN = 0.5


def import_path(
    path: Path, *, kind: Kind | None, strict: bool, store: Store, by: User | None, now: datetime, rehearse: bool = False
) -> ImportBatch:
    """Receive, confirm and commit a file. `rehearse`: do all of it and take it back. Raises ImportRefused."""
    try:
        with path.open("rb") as stream:
            batch = batches.receive(
                stream, file_name=path.name, store=store, by=by, today=timezone.localdate(now), kind=kind, strict=strict
            )
    except OSError as error:
        raise ImportRefused(f"打不开文件：{path}") from error
    try:
        if rehearse:
            return _rehearse(batch, now=now)
        batches.confirm(batch, by=by)
    except ImportRefused:
        batches.abandon(batch)
        raise
    while batch.is_moving:
        if not batches.run_waiting(clock=timezone.now):  # a worker is at it, or at one that came before
            time.sleep(_LOOK_AGAIN)
        batch.refresh_from_db()
    return batch


def _rehearse(batch: ImportBatch, *, now: datetime) -> ImportBatch:
    key = uuid.uuid4()
    with transaction.atomic():
        batches.confirm(batch, by=None)
        ImportBatch.objects.claim(batch.pk, key, now=now)
        _, table, layout = files.opened(batch)
        runs.commit(batch, table, layout, key=key, in_one=True)
        runs.finish(batch, key=key)
        transaction.set_rollback(True)
    rehearsed = batch
    batches.abandon(ImportBatch.objects.get(pk=batch.pk))
    return rehearsed
