"""Backups on both databases: made whole, proved, put back beside what is there; and every bad one is caught."""

import os
import stat
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.backup import archive, back_up, newest, restore
from core.backup.databases import database_of, opened, rows_of
from core.backup.programs import pg_program, version_of
from core.bulk import count_tables
from core.enums import PartState
from core.errors import BackupError
from core.models import Heartbeat
from core.probes import backup as backup_probe
from customers.models import Customer
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = moment(TODAY, 3)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def shop(store, settings):
    """Three customers, a line in the trail, an upload."""
    CustomerFactory.create_batch(3)
    AuditEntry.objects.record(by=None, action=Action.IMPORT)
    upload = Path(settings.MEDIA_ROOT) / "imports" / "客户.bin"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"\x00upload" * 1000)
    return upload


@pytest.fixture
def scratch(tmp_path):
    """The name of a database that is not there, and is gone afterwards."""
    database = database_of(connection.settings_dict)
    name = str(tmp_path / "scratch.sqlite3") if database.vendor == "sqlite" else "shopcrm_scratch"
    yield name
    database.drop(name)


def made(folder, **options):
    options = {"now": NIGHT, "keep": 3} | options
    return folder / back_up(folder, **options)["file"]


def code_of(call, *args, **options) -> str:
    with pytest.raises(BackupError) as refusal:
        call(*args, **options)
    return refusal.value.code


def test_what_is_restored_is_what_was_there(shop, folder, scratch, tmp_path):
    with opened(connection.settings_dict) as live:
        before = rows_of(live)

    path = made(folder)
    restore(path, into=scratch, media=tmp_path / "back", now=NIGHT)

    with opened(connection.settings_dict, scratch) as restored:
        assert rows_of(restored) == before
        with restored.cursor() as cursor:
            cursor.execute("SELECT name FROM customers_customer ORDER BY id")
            assert [name for (name,) in cursor.fetchall()] == list(
                Customer.objects.values_list("name", flat=True).order_by("pk")
            )
    assert (tmp_path / "back" / "imports" / "客户.bin").read_bytes() == shop.read_bytes()


def test_a_backup_is_for_its_owners_eyes_and_says_so_to_the_probes(shop, folder):
    path = made(folder)

    facts = Heartbeat.objects.get(name="backup").facts
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, folder)] == [0o600, 0o700]
    assert (facts["file"], facts["bytes"], facts["rows"] > 4) == (path.name, path.stat().st_size, True)
    assert [p.name for p in folder.iterdir()] == [path.name]
    assert backup_probe(Heartbeat.objects.ages()).state == PartState.OK


def test_no_secret_travels_in_a_backup(shop, folder, settings):
    path = made(folder)

    assert settings.SECRET_KEY.encode() not in path.read_bytes()
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["database", "media/imports/客户.bin", "manifest.json"]


def test_the_newest_are_kept(shop, folder):
    paths = [made(folder, now=NIGHT + timedelta(days=n)) for n in range(5)]

    assert sorted(folder.iterdir()) == paths[2:]
    assert newest(folder) == paths[-1]


def test_a_backup_cut_short_anywhere_is_caught(shop, folder, scratch):
    path = made(folder)
    with tarfile.open(path) as tar:
        members = tar.getmembers()
    # Cut at the manifest's own start it is a sound tar: only that the manifest is missing tells.
    upload, last = members[1], members[-1]
    places = [last.offset_data + 10, last.offset, upload.offset_data + 100, members[0].offset_data + 100, 0]

    codes = []
    for place in places:
        os.truncate(path, place)
        codes.append(code_of(archive.read, path))

    assert codes == ["truncated"] * len(places)
    assert code_of(restore, path, into=scratch, media=None, now=NIGHT) == "truncated"


def test_an_altered_backup_is_caught(shop, folder):
    path = made(folder)
    with path.open("r+b") as file:
        file.seek(2000)
        file.write(b"altered!")

    assert code_of(archive.read, path) == "altered"


def test_a_dump_that_lies_inside_a_sound_archive_is_caught_by_counting(shop, folder, scratch, tmp_path):
    manifest = archive.read(made(folder))
    dump, media = archive.extract(newest(folder), tmp_path / "unpacked")
    manifest["rows"]["customers_customer"] += 1
    del manifest["sha256"]
    archive.write(folder / "shopcrm-lie.tar", database=dump, media=media, facts=manifest)

    assert code_of(restore, folder / "shopcrm-lie.tar", into=scratch, media=None, now=NIGHT) == "incomplete"

    assert database_of(connection.settings_dict).is_inhabited(scratch) is False


def test_a_backup_of_another_kind_or_a_newer_version_is_refused(shop, folder, scratch, tmp_path):
    manifest = archive.read(made(folder))
    dump, media = archive.extract(newest(folder), tmp_path / "unpacked")
    del manifest["sha256"]
    odd = folder / "shopcrm-odd.tar"

    codes = []
    for change in ({"vendor": "oracle"}, {"format": 2}, {"migrations": ["core/0999_from_the_future"]}):
        archive.write(odd, database=dump, media=media, facts=manifest | change)
        codes.append(code_of(restore, odd, into=scratch, media=None, now=NIGHT))

    assert codes == ["foreign", "newer", "newer"]


def test_a_missing_backup_is_said(folder):
    assert code_of(newest, folder) == "missing"
    assert code_of(archive.read, folder / "nothing.tar") == "missing"


def test_a_backup_a_third_smaller_is_an_alarm_and_throws_nothing_away(shop, folder, settings):
    (Path(settings.MEDIA_ROOT) / "big").write_bytes(os.urandom(3_000_000))
    first = made(folder, keep=1)
    (Path(settings.MEDIA_ROOT) / "big").unlink()

    assert code_of(back_up, folder, now=NIGHT + timedelta(days=1), keep=1) == "shrunk"
    assert code_of(back_up, folder, now=NIGHT + timedelta(days=2), keep=1) == "shrunk"

    assert first.exists()
    assert backup_probe(Heartbeat.objects.ages()).state == PartState.DOWN

    back_up(folder, now=NIGHT + timedelta(days=3), keep=1, accept_smaller=True)
    assert backup_probe(Heartbeat.objects.ages()).state == PartState.OK
    assert len(list(folder.iterdir())) == 1


def test_a_backup_that_cannot_be_written_leaves_the_last_one_and_its_date(shop, folder, monkeypatch):
    first = made(folder)
    at = Heartbeat.objects.get(name="backup").at

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_fill", full)

    assert code_of(back_up, folder, now=NIGHT + timedelta(days=1), keep=1) == "refused"
    assert list(folder.iterdir()) == [first]
    assert Heartbeat.objects.get(name="backup").at == at


def test_a_database_with_people_in_it_is_not_written_over(shop, folder, scratch):
    path = made(folder)
    restore(path, into=scratch, media=None, now=NIGHT)
    later = NIGHT + timedelta(hours=1)

    assert code_of(restore, path, into=scratch, media=None, now=later) == "occupied"

    done = restore(path, into=scratch, media=None, now=later, overwrite=True)
    database = database_of(connection.settings_dict)
    assert database.is_inhabited(done["aside"]) is True
    database.drop(done["aside"])


def test_a_database_in_use_is_not_replaced_and_nothing_is_left_behind(shop, folder, scratch, tmp_path):
    path = made(folder)
    restore(path, into=scratch, media=None, now=NIGHT)
    with opened(connection.settings_dict, scratch) as user, user.cursor() as cursor:
        cursor.execute("SELECT 1 FROM customers_customer")
        cursor.fetchall()

        assert code_of(restore, path, into=scratch, media=None, now=NIGHT, overwrite=True) == "in_use"

    assert database_of(connection.settings_dict).is_inhabited(scratch) is True
    assert [p for p in tmp_path.iterdir() if "new" in p.name] == []


def test_the_commands_say_what_they_did(shop, folder, scratch, tmp_path, capsys):
    call_command("backup", to=folder)
    call_command("restore", newest(folder), into=scratch, media=tmp_path / "back")
    with pytest.raises(CommandError, match="--yes-overwrite"):
        call_command("restore", newest(folder), into=scratch)

    said = capsys.readouterr().out
    assert "REFUSAL_HASH_KEY" in said
    assert "已还原" in said


@pytest.mark.postgres
def test_a_client_older_than_the_server_is_refused():
    assert code_of(pg_program, "pg_dump", at_least=99) == "version"
    assert version_of(pg_program("pg_dump", at_least=9)) >= 9


def test_what_sqlite_knows_of_its_tables_is_no_row_of_the_shop():
    count_tables(today=TODAY)

    assert not any(name.startswith("sqlite_") for name in rows_of(connection))
