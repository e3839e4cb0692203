"""Undoing a batch: counted first, asked for with a reason, done in the background, taken up again after a crash."""

import logging
import uuid
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import BatchState
from ..errors import ImportRefused, ImportsRunning, UndoBusy, UndoInterrupted, UndoTooLate
from ..models import CreatedRows, ImportBatch, KeptRow, RowImage
from ..querysets import LEASE
from .undo.passage import Passage

logger = logging.getLogger(__name__)

# How many kept rows the preview names; the result lists all of them.
_NAMED = 20
_ATTEMPTS, _MOST_ATTEMPTS = 3, 5


class _LeaseLost(Exception):
    """Another worker has taken the undo over."""


def rows_to_undo(batch: ImportBatch) -> int:
    """How many rows a batch has created and changed."""
    created = CreatedRows.objects.filter(batch=batch).values_list("row_ids", flat=True)
    return sum(map(len, created.iterator())) + RowImage.objects.filter(batch=batch).count()


@transaction.atomic
def ask_to_undo(batch: ImportBatch, *, now: datetime) -> None:
    """Somebody wants to know what undoing would do: `count_undo` finds out. Raises UndoTooLate."""
    batch = ImportBatch.objects.select_for_update(of=["self"]).get(pk=batch.pk)
    if not batch.may_be_undone(now=now):
        raise UndoTooLate
    batch.counts.pop("undo_preview", None)
    batch.undo_asked_at, batch.lease_until = now, None
    batch.save(update_fields=["counts", "undo_asked_at", "lease_until"])


def count_undo(batch_id, *, now: datetime) -> bool:
    """Find out what undoing would do and keep the answer; False when nobody asked, or somebody else is at it."""
    key = uuid.uuid4()
    if not ImportBatch.objects.claim_count(batch_id, key, now=now):
        return False
    mine = ImportBatch.objects.filter(pk=batch_id, lease_key=key, undo_asked_at__isnull=False)
    passage, named, kept, counts = Passage(mine.get(), writes=False), [], 0, {}
    for step, _ in passage.steps():
        step()
        rows, counts = passage.collect()
        kept += len(rows)
        named += [[row.table, row.row_id, str(row.reason), row.what] for row in rows[: _NAMED - len(named)]]
        if not mine.update(lease_until=timezone.now() + LEASE):
            return False
    preview = {**counts, "kept": kept, "named": named}
    answer = passage.batch.counts | {"undo_preview": preview}
    return bool(mine.update(counts=answer, undo_asked_at=None, lease_until=None))


@transaction.atomic
def begin_undo(batch: ImportBatch, *, why: str, by: User, now: datetime) -> bool:
    """Let a batch be undone in the background; False when it is being undone or has been.

    Raises UndoTooLate, UndoBusy while another one is undone, ImportsRunning.
    """
    batch = ImportBatch.objects.select_for_update(of=["self"]).get(pk=batch.pk)
    if batch.is_undoing or batch.is_undone:
        return False
    if not batch.may_be_undone(now=now):
        raise UndoTooLate
    if ImportBatch.objects.being_committed().exists():
        raise ImportsRunning
    batch.state, batch.error, batch.attempts, batch.undo_asked_at = BatchState.UNDOING, "", 0, None
    batch.lease_until, batch.rows_done, batch.rows_total = None, 0, rows_to_undo(batch)
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError:
        raise UndoBusy from None
    AuditEntry.objects.record(by=by, action=Action.UNDO_IMPORT, subject=None, why=why, batch=str(batch.pk))
    return True


def run_undo(batch_id, *, now: datetime) -> bool:
    """Undo a batch that waits for it or was left half-way; False when somebody else does, or it is done."""
    key = uuid.uuid4()
    if not ImportBatch.objects.claim_undo(batch_id, key, now=now):
        return False
    batch = ImportBatch.objects.get(pk=batch_id)
    try:
        if batch.attempts > _MOST_ATTEMPTS:
            raise UndoInterrupted
        _undo(batch, key)
    except _LeaseLost:
        return False
    except ImportRefused as error:
        _give_up(batch, key, error)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out, and the sweep goes on
    except Exception:
        _give_up(batch, key, UndoInterrupted())
        raise
    return True


def _undo(batch: ImportBatch, key: uuid.UUID) -> None:
    """A row that people write to in the same moment breaks a step: the passage starts over and finds it touched."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _pass_through(batch, key)
        except (IntegrityError, OperationalError):
            if attempt == _ATTEMPTS:
                raise
            logger.warning("undoing %s met a row somebody else wrote, starting over", batch.pk, exc_info=True)
            batch.refresh_from_db()
    return None


def _pass_through(batch: ImportBatch, key: uuid.UUID) -> None:
    passage, done = Passage(batch, writes=True), 0
    for step, rows in passage.steps():
        done += rows
        with transaction.atomic():
            step()
            kept, batch.counts["undone"] = passage.collect()
            KeptRow.objects.bulk_create(kept, ignore_conflicts=True, batch_size=500)
            _hold(batch, key, rows_done=min(done, batch.rows_total))
    _finish(batch, key)


def _hold(batch: ImportBatch, key: uuid.UUID, **progress) -> None:
    if not ImportBatch.objects.hold(batch.pk, key, counts=batch.counts, **progress):
        raise _LeaseLost


@transaction.atomic
def _finish(batch: ImportBatch, key: uuid.UUID) -> None:
    """Nothing is left to do; what was kept for undoing is needed no longer."""
    counts = batch.counts.setdefault("undone", {"removed": {}, "restored": {}})
    counts["kept"] = KeptRow.objects.filter(batch=batch).count()
    _hold(batch, key)
    ended = {"state": BatchState.UNDONE, "finished_at": timezone.now(), "lease_until": None, "undo_until": None}
    ImportBatch.objects.filter(pk=batch.pk, lease_key=key).update(**ended)
    _forget_traces([batch.pk])


def _give_up(batch: ImportBatch, key: uuid.UUID, error: ImportRefused) -> None:
    """A person is told; what is undone stays so, and undoing again goes on from there."""
    ended = {"state": BatchState.FAILED, "error": str(error)[:300], "lease_until": None}
    ImportBatch.objects.filter(pk=batch.pk, lease_key=key).update(**ended)


def forget_old_traces(*, now: datetime) -> int:
    """Throw away what was kept for undoing batches that can be undone no longer. How many batches."""
    old = list(ImportBatch.objects.beyond_undoing(now=now).values_list("pk", flat=True))
    with transaction.atomic():
        _forget_traces(old)
        ImportBatch.objects.filter(pk__in=old).update(undo_until=None)
    return len(old)


def _forget_traces(batches: list) -> None:
    for kept in (RowImage, CreatedRows):
        kept.objects.filter(batch__in=batches).delete()


def sweep_undos(*, now: datetime) -> None:
    """Count and undo what waits (the broker may have been down)."""
    for pk in list(ImportBatch.objects.to_count(now=now).values_list("pk", flat=True)):
        count_undo(pk, now=now)
    for pk in list(ImportBatch.objects.to_undo(now=now).values_list("pk", flat=True)):
        run_undo(pk, now=now)
    forget_old_traces(now=now)
