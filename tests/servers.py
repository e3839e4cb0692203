"""Private PostgreSQL and Redis for one test run: free loopback ports, a folder of their own, gone at the end.

They are started from the installed binaries and never share anything with a server that is already running.
"""

import glob
import locale
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from core.supervisor import follow_parent, signal_group

POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_CHROMIUMS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Nothing here outlives the run, so nothing has to reach the disk.
POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # statistics gathered half-way would change query plans from one run to the next
    "max_connections": "60",
    "shared_buffers": "128MB",
}


class ServerFailed(Exception):
    """A private server did not start; the message carries the end of its log."""


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest version first."""
    found = [Path(folder) for pattern in POSTGRES_FOLDERS for folder in glob.glob(pattern)]
    on_path = shutil.which("initdb")
    found = sorted(found, key=_version, reverse=True) + ([Path(on_path).resolve().parent] if on_path else [])
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def find_redis() -> Path | None:
    return _on_path("redis-server", "valkey-server")


def find_chromium() -> Path | None:
    return _on_path(*CHROMIUMS) or next((Path(path) for path in MAC_CHROMIUMS if Path(path).exists()), None)


def absent_for_deploying() -> list[str]:
    """What the tests of deploy/ need and this machine has not."""
    return [name for name in ("nginx", "systemd-analyze", "openssl", "curl") if not shutil.which(name)]


class Server:
    """A private server that may be killed, frozen, and started again on the same port and data. `url` leads to it."""

    def __init__(self, command, home, *, url, owner, stop, is_up):
        self.command, self.home, self.url, self.owner, self.stop_signal = command, home, url, owner, stop
        self._is_up, self.process = is_up, None

    def start(self, patience=30):
        """Start, and wait until it answers."""
        log = self.home / "server.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=follow_parent(self.stop_signal),
                **_as(self.owner),
            )
        deadline = time.monotonic() + patience
        while not self._is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                name, said = Path(self.command[0]).name, log.read_text(errors="replace")[-2000:]
                raise ServerFailed(f"{name} did not start:\n{said}")
            time.sleep(0.05)

    def stop(self, signum=None, patience=10):
        """End it by `signum` (its own polite signal if not told), whatever it takes."""
        if self.process is None:
            return
        self.signal(signal.SIGCONT)
        with suppress(ProcessLookupError):
            self.process.send_signal(signum or self.stop_signal)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def restart(self, signum=None):
        self.stop(signum)
        self.start()

    def signal(self, signum):
        """To the server and whatever it has forked: PostgreSQL's own leave its process group."""
        for pid in [self.process.pid, *_children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)


def _children(pid) -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(word) for word in said.split()]


@contextmanager
def postgres(binaries: Path):
    """A fresh cluster; yields the URL of its `postgres` database."""
    with postgres_server(binaries) as server:
        yield server.url


@contextmanager
def redis(binary: Path):
    """A broker that keeps nothing on disk and drops nothing from memory; yields its URL."""
    with redis_server(binary) as server:
        yield server.url


@contextmanager
def postgres_server(binaries: Path, **options):
    """A fresh cluster that may be killed; `options` beside those every test cluster has."""
    owner = _unprivileged()
    with _folder("shopcrm-pg-", owner) as home:
        password = secrets.token_hex(16)
        _initdb(binaries, home, owner, password)
        port = _free_port()
        options = {**POSTGRES_OPTIONS, "port": str(port), "unix_socket_directories": str(home), **options}
        command = [binaries / "postgres", "-D", home / "cluster"]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's "fast" stop; SIGTERM would wait for every client to leave.
        url = f"postgres://shopcrm:{password}@127.0.0.1:{port}/postgres"
        ways = {"url": url, "owner": owner, "stop": signal.SIGINT, "is_up": lambda: _accepts_sql(binaries, port)}
        with _running(Server(command, home, **ways)) as server:
            yield server


@contextmanager
def redis_server(binary: Path):
    """A broker that keeps nothing on disk, drops nothing from memory, and may be killed."""
    with _folder("shopcrm-redis-", None) as home:
        password, port = secrets.token_hex(16), _free_port()
        config = home / "redis.conf"
        config.write_text(
            f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n'
            f"maxmemory 256mb\nmaxmemory-policy noeviction\ndir {home}\n"
        )
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        ways = {"url": url, "owner": None, "stop": signal.SIGTERM, "is_up": lambda: _listens(port)}
        with _running(Server([binary, config], home, **ways)) as server:
            yield server


def _initdb(binaries, home, owner, password):
    pwfile = home / "password"
    pwfile.write_text(password)
    command = [binaries / "initdb", "--pgdata", home / "cluster", "--username=shopcrm", f"--pwfile={pwfile}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", f"--locale={_utf8_locale()}", "--no-sync"]
    if owner:
        shutil.chown(pwfile, owner.pw_uid, owner.pw_gid)
    with _child(command, home, owner=owner, stop=signal.SIGTERM) as (initdb, log):
        if initdb.wait():
            raise ServerFailed(f"initdb failed:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def _running(server: Server):
    """The server, up and answering; gone at the end."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def _child(command, home, *, owner, stop):
    """A process in a group of its own, so that Ctrl-C reaches the tests first; its whole group ends with the block."""
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=follow_parent(stop),
            **_as(owner),
        )
    try:
        yield process, log
    finally:
        _stop(process, stop)


def _stop(process, stop):
    with suppress(ProcessLookupError):
        process.send_signal(stop)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def _folder(prefix, owner):
    # Named before it is made: an interrupt right after the making still finds it below.
    home = Path(tempfile.gettempdir(), f"{prefix}{secrets.token_hex(4)}")
    try:
        home.mkdir(mode=0o700)
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        yield home
    finally:
        _remove(home)


def _remove(home, patience=5):
    """A process that has just been killed may still write for a moment, which makes a first attempt fail."""
    deadline = time.monotonic() + patience
    while home.exists() and time.monotonic() < deadline:
        shutil.rmtree(home, ignore_errors=True)
        time.sleep(0.05)


def _unprivileged():
    """Who runs PostgreSQL when we are root, which it refuses to be."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerFailed("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _as(owner) -> dict:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _utf8_locale() -> str:
    """C.UTF-8 sorts alike everywhere and knows Chinese letters; older macOS lacks it."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _accepts_sql(binaries, port) -> bool:
    command = [binaries / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
    return subprocess.run(command, capture_output=True).returncode == 0


def _listens(port) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def _on_path(*names) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _version(folder) -> list[int]:
    return [int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()]
