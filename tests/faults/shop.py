"""The product as it runs: web, worker and beat in process groups of their own, killed, frozen and started at will."""

import http.client
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from core.supervisor import follow_parent, signal_group
from tests import servers

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
PASSWORD = "demo-pass-2026"


def command_of(unit: str) -> list[str]:
    """What a systemd unit starts, with this Python instead of the installed one."""
    lines = (UNITS / f"shopcrm-{unit}.service").read_text().splitlines()
    line = next(line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    here = f"{Path(sys.executable).parent}/"
    return [word.replace("/opt/shopcrm/.venv/bin/", here) for word in shlex.split(line)]


class Shop:
    """One installation in the folder `home`; its programs die with it."""

    def __init__(
        self, home: Path, *, database_url: str, broker_url="filesystem://", settings="shopcrm.settings", **env
    ):
        self.home, self.port = home, servers._free_port()
        home.mkdir(parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        own = {"DATABASE_URL": database_url, "BROKER_URL": broker_url, "DATA_DIR": str(home)}
        own |= {"SECRET_KEY": "for-faults-only" * 4, "DJANGO_SETTINGS_MODULE": settings, "READYZ_TOKEN": "token"}
        own |= {"PYTHONPATH": str(ROOT), "ALLOWED_HOSTS": "localhost,127.0.0.1", "PYTHONUNBUFFERED": "1"}
        self.env = kept | own | env
        self.running: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.kill(name)

    def manage(self, *words, check=True, **env) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env=self.env | env, capture_output=True, text=True)
        if check and done.returncode:
            raise AssertionError(f"{words}: {done.stdout}\n{done.stderr}")
        return done

    def seed(self, verb: str, *words, **env):
        """Do a verb of tests/faults/seed.py inside this installation; what it prints, as JSON."""
        done = self.call("tests.faults.seed", verb, *words, **env)
        if done.wait():
            raise AssertionError(done.stderr.read())
        with done.stdout, done.stderr:
            return json.loads(done.stdout.read() or "null")

    def call(self, module: str, *words, **env) -> subprocess.Popen:
        """A Python process of this installation, the leader of its own group."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)], cwd=ROOT, env=self.env | env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=follow_parent(signal.SIGKILL),
        )  # fmt: skip

    def rows(self, statement: str) -> list[tuple]:
        """Look into the database from outside."""
        url = self.env["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as database:
                return database.execute(statement).fetchall()
        with psycopg.connect(url) as database:
            return database.execute(statement).fetchall()

    def count(self, statement: str) -> int:
        return self.rows(statement)[0][0] or 0

    def command(self, name: str) -> list[str]:
        words = command_of(name.split("-")[0])
        words = [word.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}") for word in words]
        if self.env["DATABASE_URL"].startswith("sqlite"):
            words = [word.replace("--pool=prefork", "--pool=solo") for word in words]
        return words

    def start(self, *names: str, **env) -> None:
        """Start programs by the name of their unit; "worker-2" is a second worker."""
        for name in names:
            with (self.home / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.command(name), cwd=ROOT, env=self.env | env, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=follow_parent(signal.SIGKILL),
                )  # fmt: skip

    def revive(self) -> None:
        """What systemd does (Restart=always): Celery gives up a worker whose broker goes at a bad moment."""
        for name, process in self.running.items():
            if process.poll() is not None:
                signal_group(process.pid, signal.SIGKILL)
                self.start(name)

    def kill(self, name: str) -> None:
        """kill -9 of the whole group at once."""
        process = self.running.pop(name)
        signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, patience=90) -> int:
        """What systemd does: ask the leader, wait."""
        process = self.running.pop(name)
        process.terminate()
        try:
            return process.wait(patience)
        finally:
            signal_group(process.pid, signal.SIGKILL)

    def signal(self, name: str, signum: int) -> None:
        signal_group(self.running[name].pid, signum)

    def log(self, name: str) -> str:
        path = self.home / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ready(self, timeout=20) -> dict:
        """What /readyz says of each part; the web itself is the part that answers, or does not."""
        try:
            status, body = get(self.port, "/readyz", {"Authorization": "Bearer token"}, timeout=timeout)
            answer = json.loads(body)
        except (OSError, ValueError, http.client.HTTPException):
            return {"web": "down"}
        return {"web": "ok", "status": status, "numbers": answer.get("numbers"), **answer["parts"]}

    def until(self, condition, patience=60.0, every=0.1):
        """Wait for `condition()`; its value, and how many seconds it took."""
        began = time.monotonic()
        while not (found := condition()):
            self.revive()
            if time.monotonic() - began > patience:
                said = {name: self.log(name)[-1500:] for name in self.running}
                raise AssertionError(f"not within {patience} s: {said}")
            time.sleep(every)
        return found, round(time.monotonic() - began, 1)

    def answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return get(self.port, "/livez", {}, timeout=5)[0] == 200
        return False


def get(port: int, path: str, headers: dict, timeout=20) -> tuple[int, str]:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        web.request("GET", path, headers=headers)
        answer = web.getresponse()
        return answer.status, answer.read().decode()
    finally:
        web.close()


def copied(url: str, home: Path, name: str) -> str:
    """A copy of a database at rest, under another name."""
    if url.startswith("sqlite"):
        copy = home / f"{name}.sqlite3"
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as base,
            closing(sqlite3.connect(copy)) as target,
        ):
            base.backup(target)
        return f"sqlite:///{copy}"
    base = urllib.parse.urlsplit(url).path[1:]
    with psycopg.connect(database_of(url, "postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}"')
    return database_of(url, name)


def database_of(url: str, name: str) -> str:
    """The same server's database `name`."""
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(path=f"/{name}"))
