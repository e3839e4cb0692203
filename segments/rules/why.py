"""Why somebody is where they are: the conditions of the row that took them, in one line of words."""

from collections.abc import Mapping
from datetime import date

from core.display import money_words

from ..enums import Attitude, Behaviour, Rhythm, Stage, ValueTier
from .axes import LOCKED
from .numbers import NUMBERS
from .tables import Condition, Op, Row, Table, Value, decide

_COUNTED = {
    "visits": "24 个月到店 {} 次",
    "lifetime_visits": "一共到店 {} 次",
    "due_works": "24 个月该做的保养 {} 项",
    "due_share": "在本店做的占 {}%",
    "unsettled": "{} 次不满还没安抚",
    "unhappy": "一年内不满 {} 次",
    "doubts": "一年内嫌贵 {} 次",
    "reworks": "一年内返工 {} 次",
    "good": "一年内高兴 {} 次",
    "introduced": "介绍来 {} 人",
    "brought": "介绍来并到过店 {} 人",
}
_FLAGS = {"nurtured": "节奏正常", "raised": "已升级", "came_back": "流失后又来了",
          "urgent": "眼下有急事", "interested": "近来有来往"}  # fmt: skip
_DAYS = {
    "cooling_on": "{day} 起过了自己间隔的 {cooling_percent}%",
    "at_risk_on": "{day} 起过了自己间隔的 {at_risk_percent}%",
    "lost_on": "{day} 起过了自己间隔的 {lost_percent}%",
    "months_lost_on": "{day} 起超过 {lost_months} 个月没来",
    "ending_soon_on": "保险或年检 {ending_days} 天内到期",
    "interest_until": "{interest_days} 天内来过",
    "next_on": "约好 {day} 再来",
    "card_until": "卡券有效到 {day}",
    "prepaid_over_on": "会员卡还有余额或次数",
    "voucher_over_on": "有代金券没用",
}
_NAMES = {"value_tier": ("价值", ValueTier), "rhythm": ("节奏", Rhythm), "behaviour": ("", Behaviour),
          "attitude": ("", Attitude), "stage": ("阶段", Stage)}  # fmt: skip
_HELD_BY = {row.outcome: row for row in LOCKED.rows}


def because(
    table: Table, facts: Mapping[str, Value], numbers: Mapping[str, int], *, today: date, with_money: bool
) -> str:
    """Why `table` puts a customer with these facts where it does; without money no amount is told."""
    row = decide(table, facts, numbers, today=today)
    return row.says or reason(row, facts, numbers, with_money=with_money)


def reason(row: Row, facts: Mapping[str, Value], numbers: Mapping[str, int], *, with_money: bool) -> str:
    """The conditions of one row in words; "" where its outcome says all."""
    words = (_words(condition, facts, numbers, with_money) for condition in row.conditions)
    return "，".join(one for one in words if one)


def _words(condition: Condition, facts: Mapping[str, Value], numbers: Mapping[str, int], with_money: bool) -> str:
    name, fact = condition.fact, facts[condition.fact]
    if name == "ticket_fen":
        return _ticket(fact, condition, numbers, with_money)
    if name == LOCKED.axis:
        return reason(_HELD_BY[fact], facts, numbers, with_money=with_money)
    if name == "visit_days":
        return "只来过一次" if condition.op is Op.BELOW else ""
    if name in _COUNTED:
        return _COUNTED[name].format(fact) + _bound(condition, numbers)
    if name in _DAYS:
        return _DAYS[name].format(day=fact.isoformat() if fact else "", **numbers)
    if name in _NAMES:
        kind, codes = _NAMES[name]
        return kind + codes(fact).label if name != "value_tier" else f"{kind} {fact}"
    return _FLAGS.get(name, "")


def _ticket(fact: int, condition: Condition, numbers: Mapping[str, int], with_money: bool) -> str:
    if not with_money:
        return "客单价高"
    return f"每次自费 {money_words(fact)}（{money_words(condition.other(numbers))} 起）"


def _bound(condition: Condition, numbers: Mapping[str, int]) -> str:
    """Where the line is drawn, when a number of the policy draws it."""
    if condition.op is not Op.AT_LEAST or condition.than not in NUMBERS:
        return ""
    return f"（{condition.other(numbers)} {NUMBERS[condition.than].unit}起）"
