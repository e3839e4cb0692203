"""The numbers of a policy version: what each means, where it starts, how far it may go."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """`unit` is how it is asked: 次, 元 (kept in fen), 天, 个月, %, 人. `default` comes from practice (domain.md)."""

    words: str
    unit: str
    default: int
    low: int
    high: int


NUMBERS: dict[str, Number] = {
    # Value: frequency, then ticket (2-18), over 24 months.
    "frequent_visits": Number("常来：24 个月到店不少于", "次", 6, 2, 200),
    "steady_visits": Number("较常来：24 个月到店不少于", "次", 3, 1, 100),
    "high_ticket_fen": Number("客单价高：每次自费不少于", "元", 100_000, 0, 10_000_000_00),
    # Rhythm: shares of a customer's own interval between two visits.
    "typical_days": Number("全店一般多少天来一次", "天", 120, 7, 1000),
    "least_days": Number("间隔再短也按", "天", 14, 1, 365),
    "cooling_percent": Number("转淡：过了自己间隔的", "%", 100, 50, 400),
    "at_risk_percent": Number("要流失：过了自己间隔的", "%", 150, 60, 600),
    "lost_percent": Number("已流失：过了自己间隔的", "%", 200, 100, 1000),
    "lost_months": Number("只来过一次的、固定月数规则：没来超过", "个月", 6, 1, 60),
    # Loyalty (2-8).
    "enough_visits": Number("到店不少于这么多次，才判断行为", "次", 2, 1, 20),
    "enough_due_works": Number("该做的保养不少于这么多项，才看在哪做", "项", 4, 1, 50),
    "low_due_share": Number("该做的保养在本店做的不到，行为算低", "%", 40, 0, 100),
    "many_unhappy": Number("一年内不满不少于，态度算低", "次", 2, 1, 20),
    "many_doubts": Number("一年内嫌贵、疑价不少于，态度算低", "次", 2, 1, 20),
    "many_reworks": Number("一年内返工不少于，态度算低", "次", 2, 1, 20),
    "many_good": Number("一年内高兴不少于，态度算高", "次", 2, 1, 20),
    "one_introduction": Number("介绍来的人不少于，态度算高", "人", 1, 1, 20),
    # Grade (4-5).
    "ending_days": Number("保险、年检多少天内到期算急", "天", 60, 0, 365),
    "interest_days": Number("多少天内来过算有兴趣", "天", 90, 0, 730),
    "levels": Number("每个字母分 3 级还是 4 级", "级", 3, 3, 4),
    # Lifecycle (0-13).
    "koc_introductions": Number("KOC：介绍来并到过店的人不少于", "人", 1, 1, 50),
    "partner_introductions": Number("合伙人：介绍来并到过店的人不少于", "人", 3, 2, 100),
    # 锁客: what counts as holding a card.
    "card_months": Number("卡券买了多少个月内算有效", "个月", 12, 1, 60),
}

# As the policy's form shows them.
PARTS = (
    ("价值：来得多不多、每次花得多不多", ("frequent_visits", "steady_visits", "high_ticket_fen")),
    ("节奏：隔多久没来算转淡、要流失、流失",
     ("typical_days", "least_days", "cooling_percent", "at_risk_percent", "lost_percent", "lost_months")),
    ("忠诚：行为和态度",
     ("enough_visits", "enough_due_works", "low_due_share", "one_introduction", "many_good", "many_unhappy",
      "many_doubts", "many_reworks")),
    ("分级：急不急、有没有兴趣", ("ending_days", "interest_days", "levels")),
    ("生命周期与五步", ("koc_introductions", "partner_introductions", "card_months")),
)  # fmt: skip

# The second is more than the first: otherwise a step could never be reached.
ORDERED = (
    ("steady_visits", "frequent_visits"),
    ("cooling_percent", "at_risk_percent"),
    ("at_risk_percent", "lost_percent"),
    ("koc_introductions", "partner_introductions"),
)


def problems_with(numbers: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with these numbers, in words by name; {} when they can be a policy."""
    found = {name: "没有填" for name in NUMBERS if name not in numbers}
    found |= {name: "不认识的项目" for name in numbers if name not in NUMBERS}
    for name, value in numbers.items():
        number = NUMBERS.get(name)
        if number and not number.low <= value <= number.high:
            found[name] = f"要在 {number.low} 到 {number.high} 之间"
    for less, more in ORDERED:
        if not {less, more} & found.keys() and numbers[less] >= numbers[more]:
            found[more] = f"要大于“{NUMBERS[less].words}”"
    return found


def defaults() -> dict[str, int]:
    """The numbers every shop starts with."""
    return {name: number.default for name, number in NUMBERS.items()}
