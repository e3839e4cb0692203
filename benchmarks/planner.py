"""The contact budget: proposals a second on one core, and memory that does not grow with them.

    python -m benchmarks.planner [--proposals 200000]

Pure: customers with one to four proposals (calls, words by hand, texts; service, care, marketing) and up to four
contacts of the last month stream through `plan_all`. Once with a tenth and once in full, each in a process of its own:
the peak of both must be the same. Seconds of the processor, not of the clock. Runs without a database.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator

from .report import peak_mb, report
from .shop import ROOT, TODAY

RATE = 10_000
# The two peaks differ by what Python happens to keep.
SLACK_MB = 5


def wishes(proposals: int) -> Iterator[tuple[int, tuple]]:
    """As a busy month brings them: most people have one reason to be spoken to, some have four."""
    from campaigns.rules.planner import Wish

    chance, today, made, customer = random.Random(7), TODAY.toordinal(), 0, 0
    while made < proposals:
        customer += 1
        for n in range(min(chance.choice((1, 1, 1, 2, 2, 3, 4)), proposals - made)):
            first = today + chance.randrange(-3, 30)
            yield (
                customer,
                Wish(
                    key=f"{n}",
                    purpose=chance.choice(("service", "service", "care", "care", "marketing")),
                    channel=chance.choice(("call", "call", "wechat", "message")),
                    first=first,
                    last=max(first, today) + chance.randrange(15),
                    priority=chance.randrange(10, 60, 10),
                    value=chance.randrange(5),
                    asks=chance.random() < 0.2,
                    merges=chance.random() < 0.9,
                ),
            )
            made += 1


def contacts() -> Iterator[tuple[int, tuple]]:
    """What was said before, to every other customer: without end, it is read as far as needed."""
    from campaigns.rules.planner import Contact

    chance, today, customer = random.Random(8), TODAY.toordinal(), 0
    while True:
        customer += 1
        for _ in range(chance.choice((0, 0, 1, 2, 4))):
            purpose, channel = chance.choice(("service", "care", "marketing")), chance.choice(("call", "message"))
            yield customer, Contact(today - chance.randrange(1, 31), purpose, channel, chance.random() < 0.2)


def measure(proposals: int) -> None:
    """Print the seconds of one core that planning took, without making what is planned, and the peak."""
    from campaigns.rules.numbers import defaults
    from campaigns.rules.planner import Budget, plan_all

    started = time.process_time()
    made = sum(1 for _ in zip(wishes(proposals), contacts(), strict=False))
    making, started = time.process_time() - started, time.process_time()
    planned = sum(
        len(found) for _, found in plan_all(wishes(proposals), contacts(), Budget(defaults()), today=TODAY.toordinal())
    )
    seconds = time.process_time() - started
    if planned != proposals or made != proposals:
        raise SystemExit(f"{proposals} proposals, {planned} decisions")
    print(f"{seconds - making} {peak_mb()}")


def alone(proposals: int) -> tuple[float, int]:
    """Measured in a process of its own: (seconds, peak)."""
    command = [sys.executable, "-m", "benchmarks.planner", "--only", str(proposals)]
    said = subprocess.run(command, cwd=ROOT, env=os.environ | _SETTINGS, check=True, capture_output=True, text=True)
    seconds, peak = said.stdout.split()
    return float(seconds), int(peak)


_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "shopcrm.settings",
    "SECRET_KEY": "for-benchmarks-only",
    "DATABASE_URL": "sqlite://:memory:",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposals", type=int, default=200_000)
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        import django

        django.setup()
        measure(options.only)
        return
    _, small = alone(options.proposals // 10)
    seconds, peak = alone(options.proposals)
    rate = options.proposals / seconds
    report(
        f"planner · {options.proposals:,} proposals, one core",
        f"{rate:,.0f}/s, peak {peak} MB",
        limit=f"a tenth of them: peak {small} MB",
        target=f"≥ {RATE:,}/s, peak within {SLACK_MB} MB",
        is_met=rate >= RATE and peak - small <= SLACK_MB,
    )


if __name__ == "__main__":
    main()
