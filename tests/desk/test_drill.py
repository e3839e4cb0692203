"""The drill: a good backup passes with figures; a cut, stale, trigger-less or orphaned one does not, and it is seen."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import localtime

from core import append_only, probes
from core.backup import back_up, newest
from core.enums import PartState
from core.errors import BackupError
from core.models import Heartbeat
from customers.models import Customer
from desk import drill
from staff.enums import Action
from staff.models import AuditEntry, User
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(store, tmp_path):
    CustomerFactory.create_batch(2)
    AuditEntry.objects.record(by=None, action=Action.IMPORT)
    back_up(tmp_path / "backups", now=localtime(), keep=3)
    return newest(tmp_path / "backups")


def code_of(path, now=None):
    with pytest.raises(BackupError) as refusal:
        drill.drill(path, now=now or localtime())
    return refusal.value.code


def drill_state():
    return probes.drill(Heartbeat.objects.ages()).state


def databases():
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%%drill%%'")
        return cursor.fetchall()


def test_a_good_backup_is_proved_with_figures_and_leaves_nothing_behind(backup):
    people = User.objects.count()

    figures = drill.drill(backup, now=localtime())

    assert (figures["file"], figures["migrated"], figures["rows"] > 4) == (backup.name, 0, True)
    assert (drill_state(), databases()) == (PartState.OK, [])
    assert (Customer.objects.count(), User.objects.count(), AuditEntry.objects.count()) == (2, people, 1)


def test_a_backup_cut_short_fails_the_drill_and_turns_the_probe_red(backup):
    os.truncate(backup, backup.stat().st_size // 2)

    assert (code_of(backup), drill_state()) == ("truncated", PartState.DOWN)


def test_yesterdays_backup_says_that_backups_have_stopped(backup):
    assert code_of(backup, now=localtime() + timedelta(hours=27)) == "old"


def test_a_trail_that_can_be_changed_fails_the_drill(backup, monkeypatch):
    monkeypatch.setattr(append_only, "install_triggers", lambda *args, **kwargs: None)
    monkeypatch.setattr(drill, "_migrate", lambda: append_only.remove_triggers() or 0)

    assert (code_of(backup), databases()) == ("triggers", [])


def test_an_orphan_fails_the_drill(backup, tmp_path):
    """SQLite loads it and the drill finds it; PostgreSQL refuses to load it."""
    unchecked = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}
    with connection.cursor() as cursor:
        cursor.execute(unchecked[connection.vendor])
        cursor.execute("UPDATE customers_customerstore SET store_id = 99999")
    connection.close()
    back_up(tmp_path / "bad", now=localtime(), keep=3)

    code = code_of(newest(tmp_path / "bad"))

    assert code == {"sqlite": "orphans", "postgresql": "refused"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customerstore")


def test_a_system_nobody_can_log_in_to_fails_the_drill(backup, settings):
    settings.AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend"]

    assert code_of(backup) == "login"


def test_the_command_prints_the_figures_and_fails_aloud(backup, capsys):
    call_command("restore_drill", folder=backup.parent)
    os.truncate(backup, 100)

    with pytest.raises(CommandError, match="truncated"):
        call_command("restore_drill", backup)
    assert "演练通过" in capsys.readouterr().out
