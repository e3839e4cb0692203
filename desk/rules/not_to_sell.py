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


@dataclass(frozen=True)
class Done:
    """A line of an earlier visit."""

    kind: ServiceKind
    name: str
    on: date


def not_to_sell(
    *, refused: bool, is_unhappy: bool, done: Iterable[Done], insured_until: Collection[date], today: date
) -> list[str]:
    """Short sentences, the weightiest first."""
    reasons = []
    if is_unhappy:
        reasons.append("什么都别推：客户还在不满")
    if refused:
        reasons.append("套餐、优惠都别提：客户已拒绝营销")
    reasons += _rested(done, today)
    if insured_until and (min(insured_until) - today).days > ENDING_SOON_DAYS:
        reasons.append(f"续保：{min(insured_until).isoformat()} 才到期")
    return reasons


def _rested(done: Iterable[Done], today: date) -> list[str]:
    latest: dict[ServiceKind, Done] = {}
    for line in done:
        if line.kind in RESTS_FOR_DAYS and (line.kind not in latest or line.on > latest[line.kind].on):
            latest[line.kind] = line
    return [
        f"{kind.label}：{'今天' if line.on == today else f'{(today - line.on).days} 天前'}刚做过“{line.name}”"
        for kind, line in latest.items()
        if 0 <= (today - line.on).days <= RESTS_FOR_DAYS[kind]
    ]
