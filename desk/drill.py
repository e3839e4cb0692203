"""The restore drill: a backup is only one once it has been restored, counted, looked into and logged in to.

Everything happens in a scratch database beside the live one, which is gone afterwards.
"""

import secrets
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from core import probes
from core.append_only import append_only_models
from core.backup import archive, restore
from core.backup.databases import database_of, drop_quietly
from core.enums import PartState
from core.errors import BackupError
from core.models import Heartbeat
from staff.enums import Role
from staff.models import User

# A drill that finds no newer backup than this has found that backups have stopped.
MAX_AGE = timedelta(hours=26)


def drill(path: Path, *, now: datetime, max_age: timedelta | None = MAX_AGE) -> dict:
    """Prove the backup `path`: figures for people and probes. Raises BackupError; either way it is written down."""
    began = time.monotonic()
    try:
        figures = {"file": path.name, **_prove(path, now, max_age)}
    except BackupError as error:
        Heartbeat.objects.beat("drill", file=path.name, problem=error.code)
        raise
    figures["seconds"] = round(time.monotonic() - began, 1)
    Heartbeat.objects.beat("drill", **figures)
    return figures


def _prove(path: Path, now: datetime, max_age: timedelta | None) -> dict:
    made_at = datetime.fromisoformat(archive.read(path)["made_at"])
    if max_age is not None and now - made_at > max_age:
        raise BackupError("old", f"最新的备份是 {made_at:%Y-%m-%d %H:%M} 的，备份已经停了")
    with _scratch(path, now) as (name, restored), _pointing_at(name):
        migrated = _migrate()
        _prove_constraints()
        _prove_append_only()
        _prove_a_person_can_work()
        return {"rows": restored["rows"], "restore_seconds": restored["seconds"], "migrated": migrated}


@contextmanager
def _scratch(path: Path, now: datetime):
    """The backup restored into a database of its own: (its name, what restoring said)."""
    database = database_of(connection.settings_dict)
    with tempfile.TemporaryDirectory(prefix="shopcrm-drill-") as home:
        own = database.conf["NAME"]
        name = str(Path(home) / "drill.sqlite3") if database.vendor == "sqlite" else f"{own}_drill{now:%m%d%H%M%S}"
        try:
            yield name, restore(path, into=name, media=Path(home) / "media", now=now)
        finally:
            drop_quietly(database, name)


@contextmanager
def _pointing_at(name: str):
    """Let the product's own connection lead to `name` meanwhile."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _migrate() -> int:
    """Bring an older backup up to this code, as a real restore would. How many migrations that took."""
    before = len(probes.missing_migrations())
    call_command("migrate", verbosity=0, interactive=False)
    if probes.migrations().state != PartState.OK:
        raise BackupError("migrations", "还原后的数据库升级不上来")
    return before


def _prove_constraints() -> None:
    try:
        connection.check_constraints()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
                broken = cursor.fetchone()[0]
            else:
                cursor.execute("PRAGMA integrity_check")
                broken = cursor.fetchone()[0] != "ok"
    except DatabaseError as error:
        raise BackupError("orphans", f"还原后有对不上的关联：{error}") from error
    if broken:
        raise BackupError("corrupt", "还原后的数据库没有通过完整性检查")


def _prove_append_only() -> None:
    """The trail came back, and still refuses to be changed."""
    for model in append_only_models():
        if not model.objects.exists():
            continue
        try:
            with transaction.atomic():
                model.objects.filter(pk=model.objects.order_by("pk").values("pk")[:1]).delete()
        except DatabaseError:
            continue
        raise BackupError("triggers", f"{model._meta.verbose_name}可以被修改，触发器没有恢复")


@transaction.atomic
def _prove_a_person_can_work() -> None:
    """Somebody logs in and opens the first page; nothing of it stays."""
    password = secrets.token_urlsafe(16)
    who = User.objects.create_user(f"drill-{secrets.token_hex(4)}", password=password, role=Role.OWNER)
    host = next((name for name in settings.ALLOWED_HOSTS if name.strip("*.")), "localhost").lstrip(".")
    client = Client(headers={"host": host}, raise_request_exception=False)
    login = client.post(reverse("login"), {"username": who.username, "password": password}, secure=True)
    page = client.get(reverse(settings.LOGIN_REDIRECT_URL), secure=True)
    transaction.set_rollback(True)
    if (login.status_code, page.status_code) != (302, 200):
        raise BackupError("login", f"还原后的系统登录不了（{login.status_code}、{page.status_code}）")
