"""The contact budget in numbers: what each means, where it starts, how far it may go."""

from collections.abc import Mapping
from dataclasses import dataclass

from customers.enums import Purpose
from segments.rules.numbers import Number

from ..enums import TouchChannel

DAY, WEEK, MONTH = 1, 7, 30


@dataclass(frozen=True)
class Cap:
    """At most so many contacts in any `days` days in a row: of one purpose or channel, or of all together.

    A service cap counts and binds service alone. Every other counts service too and never binds it: what is owed to a
    car is not kept back because somebody greeted its owner.
    """

    days: int
    purpose: Purpose | None = None
    channel: TouchChannel | None = None

    def binds(self, purpose: str, channel: str) -> bool:
        """Whether a contact of this purpose and channel must keep within it."""
        if purpose == Purpose.SERVICE or self.purpose == Purpose.SERVICE:
            return purpose == self.purpose and self.channel in (None, channel)
        return self.counts(purpose, channel)

    def counts(self, purpose: str, channel: str) -> bool:
        """Whether such a contact takes up room in it."""
        return self.purpose in (None, purpose) and self.channel in (None, channel)


CAPS: dict[str, Cap] = {
    "week_all": Cap(WEEK),
    "month_all": Cap(MONTH),
    "week_service": Cap(WEEK, purpose=Purpose.SERVICE),
    "month_service": Cap(MONTH, purpose=Purpose.SERVICE),
    "month_care": Cap(MONTH, purpose=Purpose.CARE),
    "month_marketing": Cap(MONTH, purpose=Purpose.MARKETING),
    "week_call": Cap(WEEK, channel=TouchChannel.CALL),
    "week_wechat": Cap(WEEK, channel=TouchChannel.WECHAT),
    "week_message": Cap(WEEK, channel=TouchChannel.MESSAGE),
    # Two texts of one day cannot be made one: each has its own template, purpose and opt-out. The second waits.
    "day_message": Cap(DAY, channel=TouchChannel.MESSAGE),
    "day_service_message": Cap(DAY, purpose=Purpose.SERVICE, channel=TouchChannel.MESSAGE),
}

NUMBERS: dict[str, Number] = {
    "week_all": Number("一位客户 7 天内一共最多", "次", 2, 0, 14),
    "month_all": Number("一位客户 30 天内一共最多", "次", 4, 0, 60),
    "week_service": Number("其中服务通知 7 天内最多", "次", 3, 1, 14),
    "month_service": Number("其中服务通知 30 天内最多", "次", 8, 1, 60),
    "month_care": Number("关怀问候 30 天内最多", "次", 2, 0, 30),
    "month_marketing": Number("营销 30 天内最多", "次", 1, 0, 30),
    "week_call": Number("电话 7 天内最多", "次", 2, 0, 14),
    "week_wechat": Number("手发微信 7 天内最多", "次", 2, 0, 14),
    "week_message": Number("消息 7 天内最多", "次", 2, 0, 14),
    "day_message": Number("消息一天最多", "次", 1, 1, 5),
    "day_service_message": Number("其中服务通知的消息一天最多", "次", 1, 1, 5),
    "asks_in_row": Number("连着开口要（推荐、成交）最多，之后先给一次", "次", 2, 1, 10),
    "wait_days": Number("为了合成一次联系，最多等", "天", 3, 0, 14),
    "caller_minutes": Number("一位经办人一天用于联系客户", "分钟", 200, 5, 600),
}

# As the policy's form shows them.
PARTS = (
    ("总量：不管什么由头，加在一起", ("week_all", "month_all")),
    ("用途：服务、关怀、营销", ("week_service", "month_service", "month_care", "month_marketing")),
    ("方式：电话、微信、消息", ("week_call", "week_wechat", "week_message", "day_message", "day_service_message")),
    ("分寸与人手", ("asks_in_row", "wait_days", "caller_minutes")),
)

# The second is not less than the first: otherwise a step could never be reached.
ORDERED = (("week_all", "month_all"), ("week_service", "month_service"))


def problems_with(numbers: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with these numbers, in words by name; {} when they can be a policy."""
    found = {name: "没有填" for name in NUMBERS if name not in numbers}
    found |= {name: "不认识的项目" for name in numbers if name not in NUMBERS}
    for name, value in numbers.items():
        number = NUMBERS.get(name)
        if number and not number.low <= value <= number.high:
            found[name] = f"要在 {number.low} 到 {number.high} 之间"
    for less, more in ORDERED:
        if not {less, more} & found.keys() and numbers[less] > numbers[more]:
            found[more] = f"不能小于“{NUMBERS[less].words}”"
    return found


def defaults() -> dict[str, int]:
    """The numbers every shop starts with."""
    return {name: number.default for name, number in NUMBERS.items()}
