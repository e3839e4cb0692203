"""What not to sell to this customer today, and why. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from vehicles.enums import ServiceKind

from .best_action import ENDING_SOON_DAYS

# Offering the same thing again within this many days looks like padding the bill.
RESTS_FOR_DAYS = {
    ServiceKind.MAINTENANCE: 90,
    ServiceKind.DETAILING: 60,
    ServiceKind.TYRE: 365,
    ServiceKind.INSPECTION: 300,
}
MOST_AGAINST = 5


@dataclass(frozen=True)
class Done:
    """A line of an earlier visit; `plate` where it must be told which car."""

    kind: ServiceKind
    name: str
    on: date
    plate: str = ""


def not_to_sell(
    *,
    refused: bool,
    is_unhappy: bool,
    done: Iterable[Done],
    insured_until: Collection[date],
    today: date,
    against: Iterable[tuple[str, date]] = (),
) -> list[str]:
    """Short sentences, the weightiest first; `against` are jobs we advised against, and when."""
    reasons = []
    if is_unhappy:
        reasons.append("什么都别推：客户还在不满")
    if refused:
        reasons.append("套餐、优惠都别提：客户已拒绝营销")
    reasons += _rested(done, today)
    said = sorted(set(against), key=lambda job: job[1], reverse=True)[:MOST_AGAINST]
    reasons += [f"{name}：{_ago(on, today)}我们说过不必换" for name, on in said]
    if insured_until and (min(insured_until) - today).days > ENDING_SOON_DAYS:
        reasons.append(f"续保：{min(insured_until).isoformat()} 才到期")
    return reasons


def _rested(done: Iterable[Done], today: date) -> list[str]:
    latest: dict[tuple, Done] = {}
    for line in done:
        known = latest.setdefault((line.plate, line.kind), line)
        latest[line.plate, line.kind] = max(known, line, key=lambda done: done.on)
    return [
        f"{plate} {kind.label}：{_ago(line.on, today)}做过“{line.name}”".strip()
        for (plate, kind), line in latest.items()
        if 0 <= (today - line.on).days <= RESTS_FOR_DAYS.get(kind, -1)
    ]


def _ago(day: date, today: date) -> str:
    days = (today - day).days
    return {0: "今天刚", 1: "昨天刚"}.get(days, f"{days} 天前")
