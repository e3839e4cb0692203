"""Keep a few long-running programs alive, and leave nothing behind when told to stop. Knows nothing of Django."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST_PAUSE = 30.0  # seconds between two starts of a program that keeps dying
STEADY_AFTER = 60.0  # seconds alive after which earlier deaths are forgotten
LOG_LIMIT = 5 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


def stop_signals() -> list[signal.Signals]:
    """What tells us to stop: Ctrl-C, a polite kill, a closed window, unless `nohup` said to outlive the window."""
    nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if nohup else [signal.SIGHUP])]


def pause_before_restart(deaths: int) -> float:
    """Seconds to wait after the n-th death in a row: 1, 2, 4 … 30."""
    return min(LONGEST_PAUSE, 2.0 ** (deaths - 1))


def follow_parent(signum: int = signal.SIGTERM) -> Callable[[], None] | None:
    """What a child runs before exec so that even a `kill -9` of its parent ends it; only Linux offers this."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: afterwards as little as possible may happen
    return lambda: prctl(_PR_SET_PDEATHSIG, signum)


def signal_group(pid: int, signum: int) -> None:
    """Signal every process of the group `pid` leads; a group that is already gone is fine."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


@dataclass(frozen=True)
class Program:
    """A command to keep running. `name` is what a person is told; both output streams go to `log`."""

    name: str
    command: tuple[str, ...]
    log: Path


class Child:
    """One program and the process that runs it now, the leader of its own process group."""

    def __init__(self, program: Program, cwd: Path):
        self.program = program
        self.cwd = cwd
        self.process: subprocess.Popen | None = None
        self.deaths = 0
        self.started = 0.0
        self.due = 0.0

    def start(self, now: float) -> None:
        self.started = now
        self.program.log.parent.mkdir(parents=True, exist_ok=True)
        _rotate(self.program.log)
        with self.program.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 — our own commands, no shell
                self.program.command,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=follow_parent(),
            )

    def bury(self, now: float) -> int | None:
        """The exit code if the process has just died, else None. Sweeps its group and sets the next start."""
        if self.process is None or self.process.poll() is None:
            return None
        signal_group(self.process.pid, signal.SIGKILL)
        code, self.process = self.process.returncode, None
        self.deaths = 1 if now - self.started >= STEADY_AFTER else self.deaths + 1
        self.due = now + pause_before_restart(self.deaths)
        return code

    def ask_to_stop(self) -> None:
        """Only the leader: it knows how to stop its workers, who would lose their work to a signal of their own."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Supervisor:
    """Starts the programs, restarts the dead, stops all. `say` gets one line per event."""

    def __init__(self, programs: list[Program], *, cwd: Path, say: Callable[[str], None], grace: float = 8.0):
        self.children = [Child(program, cwd) for program in programs]
        self.say = say
        self.grace = grace
        self.stops = 0

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None], patience: float = 60.0) -> bool:
        """Run until a stop signal arrives. False if `is_ready` stayed untrue for `patience` seconds."""
        with self._stop_signals():
            try:
                return self._watch(is_ready, on_ready, patience)
            finally:
                self.stop()

    def tick(self, now: float) -> None:
        """Bury who died, start who is due."""
        for child in self.children:
            code = child.bury(now)
            if code is not None:
                name, log, pause = child.program.name, child.program.log, child.due - now
                self.say(f"{name}意外退出（代码 {code}），{pause:.0f} 秒后重启，原因见 {log}")
            elif child.process is None and now >= child.due:
                child.start(now)

    def stop(self) -> None:
        """Ask, wait `grace` seconds (a second Ctrl-C ends the wait), then kill what is left of every group."""
        for child in self.children:
            child.ask_to_stop()
        deadline, asked = time.monotonic() + self.grace, self.stops
        while self.stops <= asked and time.monotonic() < deadline and any(c.is_running() for c in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.kill()

    def _watch(self, is_ready, on_ready, patience) -> bool:
        deadline, ready, had_terminal = time.monotonic() + patience, False, os.isatty(0)
        # A closed window may not reach us as SIGHUP: that goes to the leader of the session, perhaps an idle `make`.
        while not self.stops and (os.isatty(0) or not had_terminal):
            self.tick(time.monotonic())
            if not ready and is_ready():
                ready = True
                on_ready()
            if not ready and time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    @contextmanager
    def _stop_signals(self):
        before = {signum: signal.signal(signum, self._count_stop) for signum in stop_signals()}
        try:
            yield
        finally:
            for signum, previous in before.items():
                signal.signal(signum, previous)

    def _count_stop(self, signum, frame):
        self.stops += 1


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(log.suffix + ".1"))
