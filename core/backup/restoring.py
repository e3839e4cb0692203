"""The way back. What is there now is never written over: the backup is built beside it, counted, and changes places."""

import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from ..errors import BackupError
from . import archive
from .databases import database_of, drop_quietly, opened, rows_of
from .making import PATTERN


def newest(folder: Path) -> Path:
    """The newest backup in `folder`. Raises BackupError."""
    found = sorted(folder.glob(PATTERN))
    if not found:
        raise BackupError("missing", f"{folder} 里没有备份")
    return found[-1]


def restore(path: Path, *, into: str, media: Path | None, now: datetime, overwrite: bool = False) -> dict:
    """Restore a backup as the database `into` (a name on this server, or a path for SQLite) and the folder `media`.

    An inhabited database is only replaced with `overwrite`, never while somebody uses it, and is kept under another
    name. Raises BackupError before anything has changed.
    """
    began = time.monotonic()
    manifest = archive.read(path)
    database, stamp = database_of(connection.settings_dict), now.strftime("%Y%m%d%H%M%S")
    _refuse_foreign(manifest, database.vendor)
    is_replaced = database.is_inhabited(into)
    if is_replaced and not overwrite:
        raise BackupError("occupied", f"{into} 里已经有数据。确实要换掉它，请加 --yes-overwrite（原来的会改名留着）")
    fresh, aside = database.fresh_name(into, f"new{stamp}"), database.fresh_name(into, f"before{stamp}")
    with tempfile.TemporaryDirectory(prefix="shopcrm-restore-") as home:
        dump, uploads = archive.extract(path, Path(home))
        try:
            database.load(dump, fresh, manifest=manifest)
            _refuse_uncounted(database.conf, fresh, manifest["rows"])
            database.refuse_in_use(into)
            database.put_in_place(fresh, into, aside)
        except BaseException:
            drop_quietly(database, fresh)
            raise
        if media is not None:
            _put_uploads_in_place(uploads, media, stamp)
    seconds, rows = round(time.monotonic() - began, 1), sum(manifest["rows"].values())
    return {"seconds": seconds, "rows": rows, "made_at": manifest["made_at"], "aside": aside if is_replaced else ""}


def _refuse_foreign(manifest: dict, vendor: str) -> None:
    if manifest["vendor"] != vendor:
        raise BackupError("foreign", f"这是 {manifest['vendor']} 的备份，现在用的数据库是 {vendor}")
    known = {"/".join(key) for key in MigrationLoader(None).disk_migrations}
    ours = {key.split("/")[0] for key in known}
    unknown = [key for key in manifest["migrations"] if key not in known and key.split("/")[0] in ours]
    if unknown:
        raise BackupError("newer", f"备份来自更新的版本（{unknown[-1]}），请先装上那个版本的 ShopCRM")


def _refuse_uncounted(conf: dict, name: str, expected: dict[str, int]) -> None:
    with opened(conf, name) as restored:
        found = rows_of(restored)
    if found != expected:
        wrong = [table for table in expected if found.get(table) != expected[table]]
        raise BackupError("incomplete", f"还原出来的行数和备份时不一样：{'、'.join(wrong[:5])}")


def _put_uploads_in_place(uploads: Path, media: Path, stamp: str) -> None:
    media.parent.mkdir(parents=True, exist_ok=True)
    if media.exists():
        media.replace(media.with_name(f"{media.name}.before{stamp}"))
    shutil.move(uploads, media)
    media.chmod(0o700)
