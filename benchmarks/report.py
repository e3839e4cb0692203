"""What a benchmark found, said to people at once and kept for the table at the end of `make bench`."""

import json
import os
import resource
from dataclasses import asdict, dataclass
from pathlib import Path

# Named by `python -m benchmarks`: where the modules it runs leave their lines.
KEPT_IN = "BENCH_LINES"


# p50 of a bare view on the machine on which the limits in milliseconds were set. Of SQLite, which keeps its connection
# and asks no server, it is reckoned: on another machine it took 0.5 to 0.7 of PostgreSQL's in the same minutes.
BARE_MS = {"postgres": 2.2, "sqlite": 1.3}


@dataclass(frozen=True)
class Line:
    """One job: what was measured, its limit in the same run, the ratio of both, and the target with its verdict."""

    job: str
    measured: str
    limit: str = ""
    ratio: float | None = None
    target: str = ""
    is_met: bool | None = None

    def __str__(self):
        verdict = {True: "met", False: "MISSED", None: "–"}[self.is_met]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        return f"{self.job:48} {self.measured:44} {self.limit:34} {ratio:>8}  {self.target:30} {verdict}"


def report(job: str, measured: str, **more) -> None:
    """Print a line and keep it for the table."""
    line = Line(job, measured, **more)
    print(line, flush=True)
    kept_in = os.environ.get(KEPT_IN)
    if kept_in:
        with Path(kept_in).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")


def slowness(bare: dict[str, float], *, database: str) -> float:
    """How many times slower the machine at hand is, which answers a bare view in `bare["p50"]` in the same run."""
    return max(1, bare["p50"] / BARE_MS[database])


def allowed_ms(most_ms: float, *, bare: dict[str, float], database: str) -> float:
    """A limit in milliseconds on the machine at hand."""
    return round(most_ms * slowness(bare, database=database), 1)


def lines_of(path: Path) -> list[Line]:
    """The lines kept so far."""
    return [Line(**json.loads(text)) for text in path.read_text(encoding="utf-8").splitlines()]


def peak_mb() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
