import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.supervisor import LOG_LIMIT, Program, Supervisor, pause_before_restart, stop_signals

ROOT = Path(__file__).resolve().parents[2]
DIES = "import sys; print('my last words'); sys.exit(3)"
SLEEPS = "import time; time.sleep(60)"
# Deaf to SIGTERM, with a grandchild that nobody would stop if only the leader were killed.
STUBBORN = f"""
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "{SLEEPS}"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""
SUPERVISE = """
import sys
from pathlib import Path
from core.supervisor import Program, Supervisor
folder, source = Path(sys.argv[1]), sys.argv[2]
stubborn = Program("x", (sys.executable, "-c", source, str(folder / "grandchild")), folder / "x.log")
supervisor = Supervisor([stubborn], cwd=folder, say=print, grace=0.3)
supervisor.run(is_ready=(folder / "grandchild").exists, on_ready=lambda: print("ready", flush=True))
print("stopped")
"""


@pytest.fixture
def supervise(tmp_path):
    """Build a supervisor of Python one-liners; whatever it started is gone after the test."""
    made = []

    def make(*sources, say=lambda line: None):
        programs = [Program("网页", (sys.executable, "-c", source), tmp_path / "web.log") for source in sources]
        made.append(Supervisor(programs, cwd=tmp_path, say=say, grace=2))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()


@pytest.fixture
def supervised(tmp_path):
    """A supervisor in a process of its own, keeping a stubborn child alive."""
    command = [sys.executable, "-c", SUPERVISE, str(tmp_path), STUBBORN]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=without_nohup)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def without_nohup():
    """The suite itself may have been started with it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def is_alive(pid):
    """A zombie counts as gone: inside a container nobody may be there to reap it."""
    state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def soon(condition, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (600, 30)])
def test_pause_grows_and_is_bounded(deaths, seconds):
    assert pause_before_restart(deaths) == seconds


def test_dead_program_is_restarted_after_its_pause(supervise, tmp_path):
    said = []
    supervisor = supervise(DIES, say=said.append)
    supervisor.tick(100.0)
    first = supervisor.children[0].process
    first.wait()

    supervisor.tick(101.0)
    supervisor.tick(101.9)
    assert supervisor.children[0].process is None
    supervisor.tick(102.0)

    assert supervisor.children[0].process.pid != first.pid
    assert said == [f"网页意外退出（代码 3），1 秒后重启，原因见 {tmp_path / 'web.log'}"]
    assert "my last words" in (tmp_path / "web.log").read_text()


def test_long_life_forgives_earlier_deaths(supervise):
    supervisor = supervise(DIES)
    child = supervisor.children[0]
    for now in (100.0, 200.0):
        child.deaths = 4
        supervisor.tick(now)
        child.process.wait()
        supervisor.tick(now + 61)
        assert child.deaths == 1


def test_other_programs_live_on_when_one_dies(supervise):
    supervisor = supervise(DIES, SLEEPS)
    supervisor.tick(100.0)
    dead, living = (child.process for child in supervisor.children)
    dead.wait()

    supervisor.tick(101.0)

    assert supervisor.children[1].process is living
    assert supervisor.children[1].is_running()


def test_stop_ends_everything_and_twice_is_once(supervise):
    supervisor = supervise(SLEEPS, SLEEPS)
    supervisor.tick(100.0)
    pids = [child.process.pid for child in supervisor.children]

    supervisor.stop()
    supervisor.stop()

    assert [is_alive(pid) for pid in pids] == [False, False]


def test_run_gives_up_when_never_ready(supervise):
    supervisor = supervise(SLEEPS)

    assert supervisor.run(is_ready=lambda: False, on_ready=lambda: None, patience=0.1) is False

    assert supervisor.children[0].is_running() is False


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stop_signal_leaves_no_orphan_of_a_deaf_child(supervised, tmp_path, signum):
    grandchild = int((tmp_path / "grandchild").read_text())
    assert is_alive(grandchild)

    supervised.send_signal(signum)

    assert supervised.wait(5) == 0
    assert supervised.stdout.read() == "stopped\n"
    assert soon(lambda: not is_alive(grandchild))


def test_nohup_outlives_the_window():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    try:
        assert stop_signals() == [signal.SIGINT, signal.SIGTERM]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_closed_terminal_stops_everything(tmp_path):
    """The signal of a closed window reaches only the leader of the session, here a shell that waits."""
    window, terminal = pty.openpty()
    command = [
        "/bin/sh",
        "-c",
        'trap "" HUP; "$@"; exit 0',
        "sh",
        sys.executable,
        "-c",
        SUPERVISE,
        str(tmp_path),
        STUBBORN,
    ]
    shell = subprocess.Popen(command, cwd=ROOT, stdin=terminal, stdout=subprocess.DEVNULL, start_new_session=True)
    os.close(terminal)
    assert soon((tmp_path / "grandchild").exists)

    os.close(window)

    assert shell.wait(5) == 0
    grandchild = int((tmp_path / "grandchild").read_text())
    assert soon(lambda: not is_alive(grandchild))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_child_ends_with_a_killed_supervisor(tmp_path):
    source = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path), source], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    child = int((tmp_path / "grandchild").read_text())

    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert soon(lambda: not is_alive(child))


def test_overlong_log_is_set_aside_at_the_next_start(supervise, tmp_path):
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_LIMIT + 1))

    supervise(SLEEPS).tick(100.0)

    assert log.stat().st_size < LOG_LIMIT
    assert (tmp_path / "web.log.1").stat().st_size == LOG_LIMIT + 1
