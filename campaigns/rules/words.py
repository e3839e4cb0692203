"""What the contact budget decided, as it is said to staff. Pure."""

from datetime import date

from ..enums import DropReason, Verdict, Why

SPANS = {
    "week_all": ("7 天内", "次联系"),
    "month_all": ("30 天内", "次联系"),
    "week_service": ("7 天内", "次服务通知"),
    "month_service": ("30 天内", "次服务通知"),
    "month_care": ("30 天内", "次关怀"),
    "month_marketing": ("30 天内", "次营销"),
    "week_call": ("7 天内", "个电话"),
    "week_wechat": ("7 天内", "条手发微信"),
    "week_message": ("7 天内", "条消息"),
    "day_message": ("当天", "条消息"),
    "day_service_message": ("当天", "条服务消息"),
}


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


def reason_words(
    why: str, *, cap: str = "", count: int = 0, most: int = 0, lead: str = "", drop_reason: str = ""
) -> str:
    """What stood against a proposal: "7 天内已有 2 次联系，上限 2 次"; "" when it is as wished. `lead` names the
    occasion it is said together with."""
    if why == Why.CAP:
        span, what = SPANS.get(cap, ("", "次联系"))
        return f"{span}已有 {count} {what}，上限 {most} {what[0]}"
    if why == Why.FORBIDDEN:
        return DropReason(drop_reason).label if drop_reason in DropReason.values else Why.FORBIDDEN.label
    return {
        Why.ASKS: f"已经连着开口 {count} 次，先给一次再说",
        Why.MERGED: f"和“{lead}”一起说" if lead else "和另一件事一起说",
        Why.WAITS: "等一等，和另一件事一起说",
        Why.CLOSED: "休息日不联系",
        Why.NO_ROOM: "当天人手排满",
    }.get(why, "")


def decision_words(verdict: str, why: str, *, on: date | None, until: date, **facts) -> str:
    """The whole sentence: "7 天内已有 2 次联系，上限 2 次，推迟到 12月3日". What lies beyond `until` is only later."""
    reason = reason_words(why, **facts)
    if verdict == Verdict.POSTPONED:
        return f"{reason}，推迟到 {day_words(on)}" if on <= until else f"{reason}，推迟到这段日子以后"
    if verdict == Verdict.DROPPED:
        return f"{reason}，这次不联系"
    if why == Why.NO_ROOM:
        return f"{reason}，有空位再联系"
    return reason
