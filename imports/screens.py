"""What the pages show of a batch, fetched in a fixed number of queries."""

from dataclasses import dataclass

from staff.models import User

from .conflict_screens import Conflict, conflicts_of
from .enums import Kind, Reason
from .models import ImportBatch, ImportRow

SHOWN = 10
_NEW = {
    Kind.CUSTOMERS: (("customers", "新客户"), ("vehicles", "新车辆")),
    Kind.ORDERS: (("orders", "新工单"), ("lines", "新项目"), ("customers", "新客户"), ("vehicles", "新车辆")),
    Kind.INTERACTIONS: (("interactions", "新沟通记录"), ("customers", "新客户")),
    Kind.MEMBERS: (
        ("customers", "新客户"),
        ("vehicles", "新车辆"),
        ("cards", "新会员卡"),
        ("introductions", "新介绍关系"),
    ),
}
_CHANGED = (
    ("customers", "客户"), ("vehicles", "车辆"), ("orders", "工单"), ("lines", "项目"), ("cards", "会员卡"),
)  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """What the file would give. `stats` are (label, number, note); `rejected` and `warnings` (words, rows)."""

    stats: list[tuple[str, int, str]]
    rejected: list[tuple[str, int]]
    warnings: list[tuple[str, int]]
    problems: list[dict]
    rows_in: int


def preview_of(batch: ImportBatch) -> Preview | None:
    """None while the file has not been looked through."""
    found = batch.preview
    if not found:
        return None
    totals, new = found["totals"], found["new"]
    out = sum(totals["rows_rejected"].values())
    stats = [
        ("数据行", totals["rows_data"], f"其中重复 {totals['duplicates']} 行" if totals["duplicates"] else ""),
        ("客户", totals["customers"], f"新客户 {new['customers']} 位"),
        ("车辆", totals["vehicles"], f"新车辆 {new['vehicles']} 台"),
    ]
    if totals["orders"]:
        stats.append(("工单", totals["orders"], f"{totals['lines']} 个项目"))
    if totals.get("interactions"):
        stats[2:] = [("沟通记录", totals["interactions"], "")]
    if "cards" in totals:
        linked = totals["referrals"]["ok"]
        stats += [("会员卡", totals["cards"], ""), ("介绍关系", linked, _not_linked(totals["referrals"]))]
    stats.append(("导不进去", out, "可以下载改好再导" if out else "全部可以导入"))
    return Preview(
        stats=stats,
        rejected=in_words(totals["rows_rejected"]),
        warnings=in_words(totals["warnings"] | _conflicts(totals)),
        problems=found["problems"],
        rows_in=totals["rows_data"] - out,
    )


def _not_linked(referrals: dict[str, int]) -> str:
    out = sum(referrals.values()) - referrals["ok"]
    return f"还有 {out} 个没对上" if out else ""


def _conflicts(totals: dict) -> dict[str, int]:
    return {Reason.VEHICLE_CONFLICT: totals["vehicle_conflicts"]} if totals["vehicle_conflicts"] else {}


@dataclass(frozen=True)
class Result:
    """`rejected` and `warnings` are (words, rows); `conflicts` the rows that wait for a person."""

    totals: dict
    created: list[tuple[str, int]]
    updated: list[tuple[str, int]]
    rejected: list[tuple[str, int]]
    warnings: list[tuple[str, int]]
    conflicts: list[Conflict]
    bad_rows: int
    # The file said nothing that was not on file.
    is_unchanged: bool


def result_of(batch: ImportBatch, user: User) -> Result:
    counts = batch.counts
    totals = counts.get("totals", {})
    rows = ImportRow.objects.filter(batch=batch)
    return Result(
        totals=totals,
        created=[(label, counts.get("created", {}).get(name, 0)) for name, label in _NEW[Kind(batch.kind)]],
        updated=[(label, n) for name, label in _CHANGED if (n := counts.get("updated", {}).get(name))],
        rejected=in_words(totals.get("rows_rejected", {})),
        warnings=in_words(totals.get("warnings", {})),
        conflicts=conflicts_of(list(rows.asked_once().select_related("batch__store").order_by("pk")[:SHOWN]), user),
        bad_rows=rows.bad().count(),
        is_unchanged=not counts.get("created") and not counts.get("updated"),
    )


def in_words(reasons: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by reason in the words people read, the most frequent first."""
    return [(Reason(reason).label, count) for reason, count in sorted(reasons.items(), key=lambda item: -item[1])]
