"""Whole pages against a limit in milliseconds, beside a bare view in the same run."""

from collections.abc import Iterable

from .report import allowed_ms, report
from .shop import BARE, Desk


def measure_pages(desk: Desk, part: str, pages: Iterable[tuple[str, str, int]], rounds: int, *, database: str) -> None:
    """`pages`: path, query, the most milliseconds."""
    for path, query, most_ms in pages:
        desk.get(path, query)
        bare, page = desk.by_turns([(BARE, (path, query))] * rounds)
        most = allowed_ms(most_ms, bare=bare, database=database)
        report(
            f"{part} · {path}?{query} ({database})",
            f"p50 {page['p50']} ms, p95 {page['p95']} ms",
            limit=f"bare view p50 {bare['p50']} ms",
            ratio=page["p50"] / bare["p50"],
            target=f"p95 ≤ {most} ms",
            is_met=page["p95"] <= most,
        )
