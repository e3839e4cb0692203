"""How each kind of database is copied out, put back beside the old one, and put in its place."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError
from django.db.utils import ConnectionHandler

from ..errors import BackupError
from .programs import pg_program


@contextmanager
def opened(conf: dict, name: str | None = None):
    """A connection of our own to the database of the settings `conf`, or to its neighbour `name`."""
    conf = {**conf, "NAME": name or conf["NAME"], "CONN_MAX_AGE": 0}
    connection = ConnectionHandler({"default": conf})["default"]
    try:
        yield connection
    finally:
        connection.close()


def rows_of(connection) -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith("sqlite_"):  # what it knows of its tables
                continue
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 own names
            counts[table] = cursor.fetchone()[0]
    return counts


def database_of(conf: dict) -> "Sqlite | Postgres":
    return Sqlite(conf) if conf["ENGINE"].endswith("sqlite3") else Postgres(conf)


class Sqlite:
    vendor = "sqlite"

    def __init__(self, conf: dict):
        self.conf = conf

    def dump(self, target: Path) -> dict:
        """Copy the database as it stands, also while it is being written to: {"server", "rows"}."""
        copy = target.with_suffix(".sqlite3")
        with closing(sqlite3.connect(self.conf["NAME"])) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
            still.execute("PRAGMA journal_mode=DELETE")
            if still.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise BackupError("corrupt", "数据库文件已损坏，没有做备份")
        with opened(self.conf, str(copy)) as connection:
            rows = rows_of(connection)
        with copy.open("rb") as plain, gzip.open(target, "wb", compresslevel=6) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)
        copy.unlink()
        return {"server": sqlite3.sqlite_version, "rows": rows}

    def fresh_name(self, name: str, stamp: str) -> str:
        return f"{name}.{stamp}"

    def load(self, dump: Path, name: str, *, manifest: dict) -> None:
        """Make the new database `name` from a dump."""
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with gzip.open(dump, "rb") as packed, os.fdopen(descriptor, "wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)

    def is_inhabited(self, name: str) -> bool:
        if not Path(name).exists():
            return False
        with opened(self.conf, name) as connection, connection.cursor() as cursor:
            return bool(connection.introspection.table_names(cursor))

    def refuse_in_use(self, name: str) -> None:
        """Leaving WAL needs the file for oneself, so it tells whether anybody has it open. Raises BackupError."""
        if not Path(name).exists():
            return
        try:
            with closing(sqlite3.connect(name, timeout=1)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError("in_use", "数据库正在使用，请先停止 ShopCRM") from error

    def put_in_place(self, fresh: str, name: str, aside: str) -> None:
        if Path(name).exists():
            Path(name).replace(aside)
        Path(fresh).replace(name)

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(name + ending).unlink(missing_ok=True)


class Postgres:
    vendor = "postgresql"

    def __init__(self, conf: dict):
        self.conf = conf

    def dump(self, target: Path) -> dict:
        """Copy the database as of one moment, rows counted in the same moment: {"server", "rows"}."""
        with opened(self.conf) as connection, connection.cursor() as cursor:
            server = connection.pg_version
            program = pg_program("pg_dump", at_least=server // 10000)
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            rows = rows_of(connection)
            words = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10s"]
            self._run([program, *words, f"--snapshot={snapshot}", f"--file={target}", "--dbname", self.conf["NAME"]])
            cursor.execute("ROLLBACK")
        return {"server": str(server), "rows": rows}

    def fresh_name(self, name: str, stamp: str) -> str:
        return f"{name}_{stamp}"

    def load(self, dump: Path, name: str, *, manifest: dict) -> None:
        """Make the new database `name` from a dump."""
        program = pg_program("pg_restore", at_least=int(manifest["server"]) // 10000)
        self._maintain(f"CREATE DATABASE {self._quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")
        words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        self._run([program, *words, "--dbname", name, dump])

    def is_inhabited(self, name: str) -> bool:
        if not self._exists(name):
            return False
        with opened(self.conf, name) as connection, connection.cursor() as cursor:
            return bool(connection.introspection.table_names(cursor))

    def refuse_in_use(self, name: str) -> None:
        """Raises BackupError while anybody is connected."""
        with self._maintenance() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
            if users := cursor.fetchone()[0]:
                raise BackupError("in_use", f"数据库 {name} 还有 {users} 个连接，请先停止 ShopCRM")

    def put_in_place(self, fresh: str, name: str, aside: str) -> None:
        if self._exists(name):
            self._maintain(f"ALTER DATABASE {self._quoted(name)} RENAME TO {self._quoted(aside)}")
        self._maintain(f"ALTER DATABASE {self._quoted(fresh)} RENAME TO {self._quoted(name)}")

    def drop(self, name: str) -> None:
        self._maintain(f"DROP DATABASE IF EXISTS {self._quoted(name)}")

    def _exists(self, name: str) -> bool:
        with self._maintenance() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    @contextmanager
    def _maintenance(self) -> Iterator:
        with opened(self.conf, "postgres") as connection, connection.cursor() as cursor:
            yield cursor

    def _maintain(self, statement: str) -> None:
        try:
            with self._maintenance() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            raise BackupError("refused", f"数据库不允许：{str(error).strip()}") from error

    @staticmethod
    def _quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def _run(self, command: list) -> None:
        """The password travels in the environment, where other users of the machine cannot read it."""
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
        own = {key: str(self.conf[name]) for key, name in names.items() if self.conf.get(name)}
        done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise BackupError("refused", f"{Path(command[0]).name} 失败：{done.stderr.strip()[-500:]}")


def drop_quietly(database: Sqlite | Postgres, name: str) -> None:
    with suppress(BackupError):
        database.drop(name)
