import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests import run, servers

ROOT = Path(__file__).resolve().parent.parent
needs_postgres = pytest.mark.skipif(servers.find_postgres() is None, reason="no PostgreSQL on this machine")
needs_redis = pytest.mark.skipif(servers.find_redis() is None, reason="no Redis on this machine")


@pytest.fixture
def open_folder(monkeypatch):
    """A temporary folder which the user of a private PostgreSQL may enter, unlike pytest's own when we are root."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


def runner(*arguments, **kwargs):
    command = [sys.executable, "tests/run.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kwargs)


@pytest.mark.parametrize(
    ("arguments", "marks", "expected"),
    [
        (["-x"], "", ["-x"]),
        (["-x"], "not browser", ["-x", "-m", "not browser"]),
        (["-m", "smoke", "-x"], "not browser", ["-m", "(smoke) and (not browser)", "-x"]),
    ],
)
def test_marks_of_leg_and_caller_are_joined(arguments, marks, expected):
    assert run.with_marks(arguments, marks) == expected


@pytest.mark.parametrize(
    ("codes", "missing", "narrowed", "ci", "expected"),
    [
        ([0, 0], [], False, False, 0),
        ([0, 1], [], False, False, 1),
        ([0, -9], [], False, False, 1),
        ([0, 5], [], False, False, 1),
        ([0, 5], [], True, False, 0),
        ([5, 5], [], True, False, 1),
        ([1, 5], [], True, False, 1),
        ([0], ["PostgreSQL"], False, False, 0),
        ([0], ["PostgreSQL"], False, True, 1),
        ([], ["PostgreSQL"], False, False, 1),
    ],
)
def test_exit_code_tells_whether_the_whole_suite_passed(codes, missing, narrowed, ci, expected):
    assert run.exit_code(codes, missing, narrowed=narrowed, ci=ci) == expected


def test_missing_programs_are_counted_in_the_summary(monkeypatch, capsys):
    for find in ("find_postgres", "find_redis", "find_chromium"):
        monkeypatch.setattr(servers, find, lambda: None)
    missing = []

    legs = run.legs_for("both", None, missing, narrowed=False)
    run.summarise([], missing, narrowed=False)

    assert [(leg.name, leg.marks) for leg in legs] == [("sqlite", "not browser and not smoke and not postgres")]
    assert "== 2 PART(S) SKIPPED, this is not the whole suite:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (True, [("postgres", "")]),
        (False, [("postgres", "not (browser or smoke or faults or deploy)"),
                 ("programs", "(browser or smoke or faults or deploy)")]),
    ],
)  # fmt: skip
def test_what_starts_programs_is_a_leg_of_its_own_in_the_whole_suite(monkeypatch, narrowed, expected):
    monkeypatch.setattr(run, "_servers_env", lambda stack, missing: {"DATABASE_URL": "postgres://private"})
    monkeypatch.setattr(run, "postgres_marks", lambda chromium, missing: "")

    legs = run.legs_for("postgres", None, [], narrowed=narrowed)

    assert [(leg.name, leg.marks) for leg in legs] == expected


def test_leg_ignores_the_databases_of_the_callers_environment():
    hostile = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/live", "BROKER_URL": "redis://127.0.0.1:1/0"}
    hostile |= {"DJANGO_SETTINGS_MODULE": "shopcrm.settings"}
    arguments = ["tests/test_run.py", "-k", "this_leg_has_its_own_database", "-q", "--no-migrations"]

    process = runner("--leg", "sqlite", "--", *arguments, env={**os.environ, **hostile})

    output = process.communicate()[0]
    assert process.returncode == 0, output
    assert "\n1 passed" in output
    assert "== sqlite    ok · 1 tests, 0 failures, 0 errors, 0 skipped" in output


@pytest.mark.django_db
def test_this_leg_has_its_own_database(settings):
    database = settings.DATABASES["default"]

    assert database["NAME"].startswith("test_") or Path(database["NAME"]).name == "test.sqlite3"
    assert settings.BROKER_URL == "filesystem://" or "127.0.0.1" in settings.BROKER_URL


def test_run_that_collects_nothing_fails():
    process = runner("--leg", "sqlite", "--", "tests/test_run.py", "-k", "no_such_test")

    output = process.communicate()[0]

    assert process.returncode == 1
    assert "nothing collected" in output


@pytest.mark.postgres
@needs_postgres
def test_private_postgres_knows_chinese_and_is_gone_afterwards(open_folder):
    with servers.postgres(servers.find_postgres()) as url:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT upper('é'), current_setting('server_encoding'), '粤' ~ '[[:alpha:]]'"
            ).fetchone()
        assert list(open_folder.iterdir()) != []

    assert row == ("É", "UTF8", True)
    assert list(open_folder.iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


@pytest.mark.postgres
@needs_redis
def test_private_redis_keeps_nothing_and_drops_nothing(open_folder):
    with servers.redis(servers.find_redis()) as url, Redis.from_url(url) as redis:
        settings = {name: redis.config_get(name)[name] for name in ("save", "appendonly", "maxmemory-policy", "bind")}

    assert settings == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"}
    assert list(open_folder.iterdir()) == []


@pytest.mark.postgres
@needs_postgres
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["*/cluster/PG_VERSION", "shopcrm-redis-*", "shopcrm-test-*/postgres"])
def test_interrupted_run_leaves_no_server_and_no_folder(open_folder, signum, moment):
    """In the middle of initdb, while the servers start, and with pytest under way."""
    process = runner("--leg", "postgres", env={**os.environ, "TMPDIR": str(open_folder)})
    while not list(open_folder.glob(moment)):
        time.sleep(0.01)

    process.send_signal(signum)
    output = process.communicate(timeout=60)[0]

    assert process.returncode == 130, output
    assert list(open_folder.iterdir()) == []
    assert str(open_folder) not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_server_that_cannot_start_says_why(open_folder):
    with (
        pytest.raises(servers.ServerFailed, match="did not start:\nno such luck"),
        servers._running(
            servers.Server(
                ["/bin/sh", "-c", "echo no such luck; exit 1"],
                open_folder,
                url="",
                owner=None,
                stop=15,
                is_up=lambda: 0,
            )
        ),
    ):
        pass
