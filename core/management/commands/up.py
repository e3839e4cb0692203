"""`manage.py up`: web, worker and beat of one small shop under one roof, until Ctrl-C."""

import errno
import fcntl
import http.client
import socket
import sys
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.supervisor import Program, Supervisor

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — what to knock on when bound to all


class Command(BaseCommand):
    help = "启动网页、后台任务和定时任务；任何一个意外退出会自动重启，Ctrl-C 全部停止。"

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只有本机可访问")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")

    def handle(self, *, host, port, **options):
        with (settings.DATA_DIR / "up.lock").open("w") as lock:
            _claim(lock)
            refuse_taken_port(host, port)
            supervisor = Supervisor(programs(host, port), cwd=settings.BASE_DIR, say=self._say)
            self._say("正在启动……")
            if not supervisor.run(is_ready=lambda: answers(host, port), on_ready=lambda: self._welcome(host, port)):
                raise CommandError(f"网页一直没有应答，已全部停止。原因见 {log_of('web')}")
        self._say("已全部停止。")

    def _welcome(self, host, port):
        self._say(f"已就绪：http://{_in_url(ANY_ADDRESS.get(host, host))}:{port}/")
        logins = settings.DATA_DIR / "logins.txt"
        if logins.exists():
            self._say(logins.read_text(encoding="utf-8").rstrip())
        self._say(f"日志：{settings.DATA_DIR / 'log'}　停止：Ctrl-C")

    def _say(self, line):
        with suppress(OSError):  # the window may be gone; the shop is still to be stopped in order
            self.stdout.write(line)
            self.stdout.flush()


def programs(host: str, port: int) -> list[Program]:
    """The three long-running programs; on SQLite the worker takes one task at a time, as only one can write."""
    pool = ["--pool=solo"] if connection.vendor == "sqlite" else ["--pool=prefork", "--concurrency=2"]
    celery = [sys.executable, "-m", "celery", "-A", "shopcrm"]
    web = [sys.executable, "-m", "gunicorn", "shopcrm.wsgi", f"--bind={_in_url(host)}:{port}"]
    web += ["--workers=2", "--threads=2", "--timeout=60", "--graceful-timeout=4", "--no-control-socket"]
    worker = [*celery, "worker", "--loglevel=WARNING", *pool, "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel=WARNING", "--pidfile="]
    return [
        Program("网页", tuple(web), log_of("web")),
        Program("后台任务", tuple(worker), log_of("worker")),
        Program("定时任务", tuple(beat), log_of("beat")),
    ]


def log_of(name: str) -> Path:
    return settings.DATA_DIR / "log" / f"{name}.log"


def refuse_taken_port(host: str, port: int) -> None:
    """Say so before anything starts; gunicorn would only retry in its log."""
    if not 0 < port < 65536:
        raise CommandError(f"端口 {port} 不存在，请用 1 到 65535 之间的数")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f'端口 {port} 已被占用。请关闭占用它的程序，或换一个端口：make run ARGS="--port {port + 1}"'
            ) from error
        raise CommandError(f"不能在 {host} 的端口 {port} 上启动，请换一个地址或端口（{error}）") from error


def answers(host: str, port: int) -> bool:
    """Whether the web serves pages. A redirect to the login is an answer, a server error is not."""
    web = http.client.HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=5)
    try:
        web.request("GET", "/login/")
        return web.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def _claim(lock) -> None:
    """Two beats would tick twice and two workers fight for SQLite: one `up` per data directory."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError("这份数据已经有一个 ShopCRM 在运行，请先在那个窗口按 Ctrl-C 停止它。") from error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
