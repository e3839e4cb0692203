"""Every benchmark against its limit in one run: `make bench`, or `python -m benchmarks [--quick]`.

100,000 customers on PostgreSQL and 50,000 on SQLite; imports of a 100,000-row xlsx and a 500,000-line csv. Each part is
a process of its own, so that its memory is its own. Ends with one table and exits 0: numbers are read, not tested.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .report import KEPT_IN, lines_of
from .shop import ROOT

SIZES = {"postgres": 100_000, "sqlite": 50_000}
PARTS = (
    "search",
    "briefing",
    "lists",
    "night",
    "completeness",
    "segments",
    "people",
    "exports",
    "outbox",
    "points",
    "greetings",
)


def commands(scale: float) -> list[list[str]]:
    """The modules to run with their arguments, at a share `scale` of the full size."""
    runs = [
        [part, "--database", database, "--customers", str(round(size * scale))]
        for database, size in SIZES.items()
        for part in PARTS
    ]
    sizes = ["--rows", str(round(100_000 * scale)), "--lines", str(round(500_000 * scale))]
    planner = ["planner", "--proposals", str(round(200_000 * scale))]
    due = [["due", "--database", database, "--vehicles", str(round(size * scale))] for database, size in SIZES.items()]
    return [["imports", *sizes], planner, *due, *runs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: does it run at all")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shopcrm-bench-") as folder:
        kept = Path(folder) / "lines"
        kept.touch()
        for name, *arguments in commands(0.1 if options.quick else 1):
            command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
            subprocess.run(command, cwd=ROOT, env={**os.environ, KEPT_IN: str(kept)}, check=True)
        lines = lines_of(kept)
    print("\n== all")
    for line in lines:
        print(line)
    missed = [line.job for line in lines if line.is_met is False]
    print(f"\n{len(lines)} lines, {len(missed)} targets missed" + "".join(f"\n  {job}" for job in missed))


if __name__ == "__main__":
    main()
