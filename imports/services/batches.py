"""A batch from upload to done: the file is kept, understood, confirmed, taken by one worker, and let go."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import BatchState, Field, Kind
from ..errors import BatchBusy, ImportRefused, Interrupted, NoHeader
from ..models import ColumnMemory, ImportBatch
from ..rules.layout import Layout, header_at
from ..rules.values import text_of
from .adopt import adopt_ownerless
from .checks import check
from .commit import run as runs
from .files import discard_file, discard_orphans, keep, layout_of, opened, refuse_unreadable
from .reading.source import Source, Table, open_source
from .undoing import sweep_undos

_EXAMPLES = 3
# An upload nobody confirms is somebody's customer list lying about.
KEPT_UNCONFIRMED = timedelta(hours=1)
# A batch whose workers keep dying is not tried for ever.
_MOST_ATTEMPTS = 5


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
            state=BatchState.CHECKING,
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
        "examples": _examples(table, layout),
        **layout.to_json(),
    }


def _examples(table: Table, layout: Layout) -> list[list[str]]:
    """The first values of each column, for people to see what it holds."""
    below = [cells for number, cells in table.sample() if number > layout.header_row]
    columns = [[text_of(cells[c])[:40] for cells in below if c < len(cells)] for c in range(layout.width)]
    return [[text for text in texts if text][:_EXAMPLES] for texts in columns]


def remembered(layout: Layout) -> Layout:
    """The layout as people corrected it the last time this header came."""
    memory = ColumnMemory.objects.filter(signature=layout.signature).first()
    if memory is None:
        return layout
    return layout.with_meanings({int(column): Field(field) for column, field in memory.columns.items()})


@transaction.atomic
def read_as(batch: ImportBatch, *, sheet: str, header_row: int | None, kind: Kind) -> ImportBatch:
    """Look at another sheet, or take another row for the header. Raises NoHeader, BatchBusy."""
    _refuse_moving(batch)
    source, _, _ = opened(batch, inspect=True)
    table = source.table(sheet)
    rows = table.sample()
    layout = header_at(rows, header_row, kind=kind, hidden=table.hidden) if header_row else None
    if layout is None:
        _, layout = Source(source.path, source.container, [table]).choose(kind=kind)
    if not layout.headers:
        raise NoHeader
    mapping = describe(source, table, remembered(layout))
    return _reread(batch, kind=kind, mapping=mapping, rows_total=table.height())


@transaction.atomic
def map_columns(batch: ImportBatch, meanings: dict[int, Field]) -> ImportBatch:
    """Say what the columns mean, and remember it for the next file with this header. Raises BatchBusy."""
    _refuse_moving(batch)
    layout = layout_of(batch)
    if layout.meanings == meanings:
        return batch
    layout = layout.with_meanings(meanings)
    _reread(batch, mapping=batch.mapping | layout.to_json())
    columns = {"columns": {str(column): str(field) for column, field in meanings.items()}}
    ColumnMemory.objects.update_or_create(signature=layout.signature, defaults=columns)
    return batch


def _refuse_moving(batch: ImportBatch) -> None:
    if batch.state != BatchState.UPLOADED:
        raise BatchBusy


def _reread(batch: ImportBatch, **columns) -> ImportBatch:
    """What was found before no longer holds: look through the file again."""
    for name, value in {**columns, "counts": {}, "rows_done": 0, "state": BatchState.CHECKING}.items():
        setattr(batch, name, value)
    batch.lease_until = None
    batch.save(update_fields=[*columns, "counts", "rows_done", "state", "lease_until"])
    return batch


@transaction.atomic
def confirm(batch: ImportBatch, *, by: User | None) -> bool:
    """Let the batch be committed in the background; False when it was confirmed before. Raises MissingColumn."""
    refuse_unreadable(layout_of(batch))
    waiting = ImportBatch.objects.filter(pk=batch.pk, state__in=[BatchState.UPLOADED, BatchState.CHECKING]).update(
        state=BatchState.WAITING, lease_until=timezone.now(), rows_done=0
    )
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
    except (OperationalError, InterfaceError):
        raise  # the database went away, not the batch: its lease runs out, and the sweep takes it up again
    except Exception:
        runs.fail(batch, key=key, error=Interrupted())
        discard_file(batch)
        raise
    else:
        runs.finish(batch, key=key)
        adopt_ownerless()
    discard_file(batch)
    return True


def run_waiting(*, clock: Callable[[], datetime]) -> int:
    """Run one batch after the other until none waits that this worker may take; how many it ran."""
    ran = 0
    while (pk := ImportBatch.objects.to_run(now=clock()).values_list("pk", flat=True).first()) and run(pk, now=clock()):
        ran += 1
    return ran


def sweep(*, clock: Callable[[], datetime]) -> int:
    """Run what waits (the broker may have been down) and throw away what nobody confirmed. How many batches ran."""
    now = clock()
    for pk in ImportBatch.objects.to_check(now=now).values_list("pk", flat=True):
        check(pk, now=now)
    ran = run_waiting(clock=clock)
    adopt_ownerless()
    sweep_undos(now=clock())
    for batch in ImportBatch.objects.leftover(before=now - KEPT_UNCONFIRMED):
        abandon(batch)
    discard_orphans(before=now - KEPT_UNCONFIRMED)
    return ran


def abandon(batch: ImportBatch) -> None:
    """Throw away a batch nobody confirmed, with its file."""
    discard_file(batch)
    ImportBatch.objects.filter(pk=batch.pk, state__in=[BatchState.UPLOADED, BatchState.CHECKING]).delete()
