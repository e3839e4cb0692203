"""What became of a file, in numbers and in a sentence."""

from ..enums import Reason
from ..models import ImportBatch

_CREATED = {
    "customers": "客户", "vehicles": "车辆", "orders": "工单", "lines": "项目", "interactions": "沟通",
    "cards": "会员卡", "introductions": "介绍关系",
}  # fmt: skip


def report(batch: ImportBatch, *, is_kept: bool = True) -> dict:
    """The one object `import_file --json` prints.

    rows_data, customers, vehicles, orders, lines: what the file holds and was accepted, whether or not it existed
    before. created, updated: what changed in the database. revenue_fen counts each order once. Of a file of members
    also cards, and referrals by what became of each: ok, self, unknown, ambiguous, cycle.
    """
    return {
        **batch.counts["totals"],
        "created": batch.counts["created"],
        "updated": batch.counts["updated"],
        "open_conflicts": batch.counts.get("open_conflicts", 0),
        "kind": batch.kind,
        "batch": str(batch.pk) if is_kept else None,
    }


def sentence(report: dict) -> str:
    """The report for people."""
    rejected = sum(report["rows_rejected"].values())
    lines = [
        f"共 {report['rows_data']} 行数据：客户 {report['customers']} 位，车辆 {report['vehicles']} 台，"
        f"工单 {report['orders']} 张，项目 {report['lines']} 条；重复 {report['duplicates']} 行，未导入 {rejected} 行。"
    ]
    lines += [f"  未导入 · {Reason(reason).label}：{count} 行" for reason, count in report["rows_rejected"].items()]
    lines += [f"  请核对 · {Reason(reason).label}：{count} 行" for reason, count in report["warnings"].items()]
    if report["vehicle_conflicts"]:
        lines.append(f"  待人工确认 · {Reason.VEHICLE_CONFLICT.label}：{report['vehicle_conflicts']} 行")
    if "cards" in report:
        linked = report["referrals"]["ok"]
        out = sum(report["referrals"].values()) - linked
        lines.append(f"会员卡 {report['cards']} 张；介绍关系对上 {linked} 个，没对上 {out} 个。")
    new = [f"{label} {report['created'][name]}" for name, label in _CREATED.items() if report["created"].get(name)]
    changed = [f"{label} {report['updated'][name]}" for name, label in _CREATED.items() if report["updated"].get(name)]
    lines.append(f"新增：{'，'.join(new) or '无'}；更新：{'，'.join(changed) or '无'}。")
    if report["batch"] is None:
        lines.append("（演练，什么也没有保存）")
    return "\n".join(lines)
