"""Whole pages against a limit in milliseconds, beside a bare view in the same run."""

from collections.abc import Iterable

from .report import allowed_ms, report
from .shop import Desk, summary


def measure_pages(desk: Desk, part: str, pages: Iterable[tuple[str, str, int]], rounds: int, *, database: str) -> None:
    """`pages`: path, query, the most milliseconds."""
    bare = summary([desk.get("/bare/")[0] for _ in range(rounds)])
    for path, query, most_ms in pages:
        most = allowed_ms(most_ms, bare=bare)
        desk.get(path, query)
        page = summary([desk.get(path, query)[0] for _ in range(rounds)])
        report(
            f"{part} · {path}?{query} ({database})",
            f"p50 {page['p50']} ms, p95 {page['p95']} ms",
            limit=f"bare view p50 {bare['p50']} ms",
            ratio=page["p50"] / bare["p50"],
            target=f"p95 ≤ {most} ms",
            is_met=page["p95"] <= most,
        )
