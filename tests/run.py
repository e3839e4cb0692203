"""Run the whole suite twice: on SQLite, and on a private PostgreSQL with a private Redis.

    python tests/run.py [--leg sqlite|postgres|both] [-- pytest arguments]

All legs run at once, each into its own file, printed whole when the leg ends. In the whole suite, tests that start
programs (browsers, servers, workers) are a leg of their own with servers of their own: they mostly wait. What could not
run for want of a program is counted in the summary and fails the run when CI=true.
"""

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a script, it would otherwise import tests/core as core

from core.supervisor import follow_parent, signal_group, stop_signals  # noqa: E402
from tests import servers  # noqa: E402

NOTHING_COLLECTED = 5
HEARTBEAT = 30  # seconds between two lines of progress, so that nobody thinks the run hangs
SQLITE_MARKS = "(not browser or smoke) and not postgres"
NO_BROWSER_MARKS = "not browser and not smoke"
PROGRAMS_MARKS = "(browser or smoke or faults or deploy)"


@dataclass
class Leg:
    """One run of pytest. `env` is added to ours, `marks` restricts what is collected."""

    name: str
    env: dict[str, str]
    marks: str = ""
    home: Path | None = None
    process: subprocess.Popen | None = None
    started: float = 0.0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.home / "output.txt"

    def start(self, arguments: list[str], home: Path, *, to_file: bool) -> None:
        self.home = home
        home.mkdir()
        command = [sys.executable, "-m", "pytest", *with_marks(arguments, self.marks)]
        command += [f"--junitxml={home / 'result.xml'}", "-o", f"cache_dir=.pytest_cache/{self.name}"]
        # Nothing of the caller's environment may lead the tests to a database or a broker that is in use.
        own = {"DATABASE_URL": f"sqlite:///{home / 'shop.sqlite3'}", "BROKER_URL": "filesystem://"}
        own |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": secrets.token_hex(32), "TMPDIR": str(home)}
        env = {**os.environ, **own, **self.env}
        output = self.log.open("wb") if to_file else None
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True, preexec_fn=follow_parent()
        )
        if output:
            output.close()

    def progress(self) -> str:
        shares = re.findall(rb"\[ *(\d+)%\]", self.log.read_bytes()) if self.log.exists() else []
        return f"{self.name} {shares[-1].decode() if shares else 0}%"

    def finish(self) -> None:
        """Sweep what its tests left running, and read how many there were."""
        self.process.wait()
        signal_group(self.process.pid, signal.SIGKILL)
        self.seconds = time.monotonic() - self.started
        with suppress(OSError, ElementTree.ParseError):
            suite = ElementTree.parse(self.home / "result.xml").find("testsuite")  # noqa: S314 — written by our pytest
            self.counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}

    def interrupt(self) -> None:
        """As Ctrl-C would: pytest then drops its database and says how far it came."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            signal_group(self.process.pid, signal.SIGKILL)

    def verdict(self) -> str:
        code = self.process.returncode
        if code == NOTHING_COLLECTED:
            return "nothing collected"
        return "ok" if code == 0 else f"FAILED (exit {code})"


def main(argv: list[str]) -> int:
    options = parse(argv)
    for signum in stop_signals():
        signal.signal(signum, _as_interrupt)
    legs, missing = [], []
    with ExitStack() as stack:
        home = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="shopcrm-test-", ignore_cleanup_errors=True))
        )
        home.chmod(0o711)  # a test's own PostgreSQL runs as somebody else, and lives below
        try:
            legs += legs_for(options.leg, stack, missing, narrowed=bool(options.arguments))
            run(legs, options.arguments, home)
        except servers.ServerFailed as error:
            say(f"== cannot start the private servers: {error}")
            return 1
        except KeyboardInterrupt:
            for signum in stop_signals():
                signal.signal(signum, signal.SIG_IGN)  # a second Ctrl-C must not cut the clearing up short
            say("\n== interrupted, stopping the tests and the private servers")
            for leg in legs:
                leg.interrupt()
            return 130
        return summarise(legs, missing, narrowed=bool(options.arguments))


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leg", choices=("sqlite", "postgres", "both"), default="both")
    ours, theirs = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    options = parser.parse_args(ours)
    options.arguments = theirs
    return options


def legs_for(which: str, stack: ExitStack, missing: list[str], *, narrowed: bool) -> list[Leg]:
    """The legs that can run here, their servers started on `stack`; what cannot is named in `missing`."""
    chromium = servers.find_chromium()
    if not chromium:
        missing.append("the browser tests (no Chromium; Debian: apt-get install chromium chromium-l10n)")
    legs = []
    if which != "postgres":
        marks = SQLITE_MARKS if chromium else f"{NO_BROWSER_MARKS} and not postgres"
        legs.append(Leg("sqlite", {}, marks))
    if which != "sqlite" and (env := _servers_env(stack, missing)):
        marks = postgres_marks(bool(chromium), missing)
        if narrowed:
            return [*legs, Leg("postgres", env, all_of(marks))]
        legs.append(Leg("postgres", env, all_of(f"not {PROGRAMS_MARKS}", marks)))
        legs.append(Leg("programs", _servers_env(stack, []), all_of(PROGRAMS_MARKS, marks)))
    return legs


def all_of(*marks: str) -> str:
    return " and ".join(filter(None, marks))


def postgres_marks(chromium: bool, missing: list[str]) -> str:
    """What the PostgreSQL leg must leave out here."""
    left_out = [] if chromium else [NO_BROWSER_MARKS]
    if not servers.find_redis():
        left_out.append("not faults and not deploy")
    elif absent := servers.absent_for_deploying():
        names = ", ".join(absent)
        missing.append(f"deploy/ as installed (no {names}; Debian: apt-get install nginx-light systemd openssl curl)")
        left_out.append("not deploy")
    return all_of(*left_out)


def _servers_env(stack: ExitStack, missing: list[str]) -> dict[str, str]:
    postgres, redis = servers.find_postgres(), servers.find_redis()
    if not postgres:
        missing.append("the PostgreSQL leg (no initdb and postgres; Debian: apt-get install postgresql)")
        return {}
    env = {"DATABASE_URL": stack.enter_context(servers.postgres(postgres))}
    if redis:
        env["BROKER_URL"] = stack.enter_context(servers.redis(redis))
    else:
        missing.append("Redis as the broker (no redis-server; Debian: apt-get install redis-server)")
    return env


def with_marks(arguments: list[str], marks: str) -> list[str]:
    """Join the leg's own marks with a `-m` of the caller, as pytest only heeds the last one."""
    arguments = list(arguments)
    if not marks:
        return arguments
    if "-m" in arguments[:-1]:
        place = arguments.index("-m") + 1
        arguments[place] = f"({arguments[place]}) and ({marks})"
        return arguments
    return [*arguments, "-m", marks]


def run(legs: list[Leg], arguments: list[str], home: Path) -> None:
    """Run all legs at once; a lone leg speaks straight to the terminal."""
    alone = len(legs) == 1
    for leg in legs:
        leg.start(arguments, home / leg.name, to_file=not alone)
    running, spoke = list(legs), time.monotonic()
    while running:
        time.sleep(0.2)
        for leg in [leg for leg in running if leg.process.poll() is not None]:
            running.remove(leg)
            leg.finish()
            if not alone:
                say(f"\n== {leg.name} leg, {leg.seconds:.0f} s\n{leg.log.read_text(errors='replace')}")
        if running and not alone and time.monotonic() - spoke >= HEARTBEAT:
            spoke = time.monotonic()
            say("== still running: " + ", ".join(leg.progress() for leg in running))


def summarise(legs: list[Leg], missing: list[str], *, narrowed: bool) -> int:
    """Print one line per leg and per thing not run; the exit code of the whole."""
    say("\n== summary")
    for leg in legs:
        counts = ", ".join(f"{number} {name}" for name, number in leg.counts.items())
        say(f"== {leg.name:<9} {leg.verdict()} · {counts or 'no result'} · {leg.seconds:.0f} s")
    if missing:
        say(f"== {len(missing)} PART(S) SKIPPED, this is not the whole suite:")
    for part in missing:
        say(f"==   skipped: {part}")
    return exit_code([leg.process.returncode for leg in legs], missing, narrowed=narrowed, ci=is_ci())


def exit_code(codes: list[int], missing: list[str], *, narrowed: bool, ci: bool) -> int:
    """0 when every leg passed. One leg may collect nothing, but only when the caller narrowed the run."""
    if missing and ci:
        return 1
    empty = [code for code in codes if code == NOTHING_COLLECTED]
    if len(empty) == len(codes) or (empty and not narrowed):
        return 1
    return int(any(code not in (0, NOTHING_COLLECTED) for code in codes))


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _as_interrupt(signum, frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
