"""Making a backup, and saying so where the probes look."""

import tempfile
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ..errors import BackupError
from ..models import Heartbeat
from . import archive
from .databases import database_of

NAME = "shopcrm-{stamp}.tar"
PATTERN = "shopcrm-*.tar"
# A backup this much smaller than the last good one is an alarm, not a backup.
SHRUNK = 0.7


def default_folder() -> Path:
    return settings.DATA_DIR / "backups"


def back_up(folder: Path, *, now: datetime, keep: int, accept_smaller: bool = False) -> dict:
    """Back up database and uploads into `folder`, keep the newest `keep`. What was done, for people and probes.

    Raises BackupError: nothing was made (refused, version, corrupt), or it is suspiciously small (shrunk; then the file
    is kept and no older one is thrown away).
    """
    began = time.monotonic()
    path = folder / NAME.format(stamp=now.strftime("%Y%m%d-%H%M%S"))
    manifest = _make(path, now)
    facts = {"file": path.name, "bytes": path.stat().st_size, "rows": sum(manifest["rows"].values())}
    facts["seconds"] = round(time.monotonic() - began, 1)
    last = Heartbeat.objects.filter(name="backup").values_list("facts", flat=True).first() or {}
    good = last.get("good_bytes", 0)
    if facts["bytes"] < good * SHRUNK and not accept_smaller:
        Heartbeat.objects.beat("backup", **facts, good_bytes=good, problem="shrunk")
        words = f"备份只有 {facts['bytes']} 字节，上一次是 {good}：少了三成以上，旧备份都留着。"
        raise BackupError("shrunk", words + "确实如此请加 --accept-smaller")
    Heartbeat.objects.beat("backup", **facts, good_bytes=facts["bytes"])
    facts["thrown_away"] = _thin_out(folder, keep)
    return facts


def _make(path: Path, now: datetime) -> dict:
    database = database_of(connection.settings_dict)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as home:
            dump = Path(home) / "database"
            facts = {"made_at": now.isoformat(), "vendor": database.vendor, **database.dump(dump)}
            facts["migrations"] = sorted(map("/".join, MigrationRecorder(connection).applied_migrations()))
            return archive.write(path, database=dump, media=Path(settings.MEDIA_ROOT), facts=facts)
    except OSError as error:
        raise BackupError("refused", f"写不了备份：{error.strerror or error}") from error


def _thin_out(folder: Path, keep: int) -> int:
    """Throw away all but the newest; names sort by time."""
    old = sorted(folder.glob(PATTERN))[: -max(keep, 1)]
    for path in old:
        path.unlink()
    return len(old)
