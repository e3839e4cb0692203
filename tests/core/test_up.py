import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.management.commands import up

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def shop(tmp_path):
    """`manage.py up` as a person starts it, on a database and folder of its own; yields it once it is ready."""
    (tmp_path / "logins.txt").write_text("店长：demo\n", encoding="utf-8")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "shopcrm.settings", "DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3", "BROKER_URL": "filesystem://"}
    command = [sys.executable, "manage.py", "up", f"--port={free_port()}"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    yield process
    process.terminate()
    process.wait(15)
    process.stdout.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def read_until(process, text):
    """What the process says, up to and including the line with `text`."""
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"ended without saying {text!r}: {said}")


def running_under(pid):
    """(pid, command) of every process whose session was begun by a child of `pid`, so grandchildren too."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid=,pgid=,args="], capture_output=True, text=True).stdout.splitlines()
    table = [row.split(None, 3) for row in rows]
    groups = {row[0] for row in table if row[1] == str(pid)}
    return [(int(row[0]), row[3]) for row in table if row[2] in groups]


def is_running(pid):
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return state not in ("", "Z")


def test_taken_port_is_refused_with_a_way_out(taken_port):
    message = f'端口 {taken_port} 已被占用。请关闭占用它的程序，或换一个端口：make run ARGS="--port {taken_port + 1}"'

    with pytest.raises(CommandError) as refusal:
        call_command("up", port=taken_port)

    assert str(refusal.value) == message


@pytest.mark.parametrize(("host", "port"), [("203.0.113.9", 8000), ("127.0.0.1", 70000), ("127.0.0.1", 0)])
def test_impossible_address_is_refused(host, port):
    with pytest.raises(CommandError, match="请"):
        up.refuse_taken_port(host, port)


def test_silent_port_is_not_an_answer(taken_port):
    assert up.answers("127.0.0.1", free_port()) is False


@pytest.mark.parametrize(("vendor", "pool"), [("sqlite", "--pool=solo"), ("postgresql", "--pool=prefork")])
def test_worker_pool_suits_the_database(vendor, pool, monkeypatch):
    monkeypatch.setattr(up.connection, "vendor", vendor)

    worker = next(program for program in up.programs("127.0.0.1", 8000) if "worker" in program.command)

    assert pool in worker.command


def test_up_greets_restarts_a_killed_web_and_leaves_nothing_behind(shop):
    greeting = read_until(shop, "停止：Ctrl-C")
    family = running_under(shop.pid)
    web = min(pid for pid, command in family if "gunicorn" in command)
    assert re.search(r"已就绪：http://127\.0\.0\.1:\d+/\n店长：demo\n", greeting)

    os.kill(web, signal.SIGKILL)
    assert "1 秒后重启" in read_until(shop, "网页意外退出")
    shop.send_signal(signal.SIGTERM)
    read_until(shop, "已全部停止")

    assert shop.wait(5) == 0
    assert [command for pid, command in family if is_running(pid)] == []


def test_second_up_on_the_same_folder_is_refused(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="已经有一个 ShopCRM 在运行"):
            call_command("up", port=free_port())
