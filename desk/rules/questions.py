"""The one question worth asking: what is missing of a customer, what is too old, and which of it is worth most."""

from collections.abc import Iterable
from dataclasses import dataclass

from customers.enums import ProfileItem
from segments.rules.completeness import AGEING


@dataclass(frozen=True)
class Question:
    """How to ask for an item; how to ask whether what is known still holds, with and without saying what that is; how
    to ask for the other half of it."""

    item: ProfileItem
    ask: str
    recheck: str = ""
    recheck_of: str = ""
    other_half: str = ""


# Read from the top: what makes somebody reachable, then what tells us when the car is due, then what makes us friends.
QUESTIONS = (
    Question(
        ProfileItem.PHONE, "方便留个电话吗？车好了打给您。", "您的手机号换过没有？", "您的手机还是尾号 {value} 吗？",
    ),
    Question(ProfileItem.NAME, "请问您贵姓，怎么称呼全名？"),
    Question(ProfileItem.PLATE, "车牌号是多少？"),
    Question(ProfileItem.SALUTATION, "平时大家怎么称呼您？"),
    Question(
        ProfileItem.INSURED_UNTIL, "您的保险什么时候到期？是哪家公司的？", "保险续到哪一天了？是哪家公司的？",
        other_half="保险是哪家公司的？",
    ),
    Question(ProfileItem.KM, "现在跑了多少公里？", "现在跑了多少公里？"),
    Question(ProfileItem.INSPECTED_UNTIL, "年检什么时候到期？", "年检办到哪一天了？"),
    Question(ProfileItem.REGISTERED_ON, "这台车是哪年哪月上的牌？行驶证上有。"),
    Question(ProfileItem.MODEL, "是什么车？哪个车系？"),
    Question(ProfileItem.WECHAT, "方便加个微信吗？", "微信还是原来那个吗？"),
    Question(ProfileItem.VIN, "行驶证借看一眼，记一下车架号？"),
    Question(ProfileItem.BIRTHDAY, "您生日是哪天？过农历还是公历？"),
    Question(
        ProfileItem.NEED, "您用车最在意什么？省时间、省钱，还是放心？", "用车最在意的还是老样子吗？",
        "用车还是最在意“{value}”吗？",
    ),
    Question(ProfileItem.CARS_AT_HOME, "家里一共有几台车？", "家里的车还是那几台吗？", "家里还是 {value} 台车吗？"),
    Question(ProfileItem.NEIGHBOURHOOD, "您住哪个小区？", "还住在原来的小区吗？", "还住在{value}吗？"),
    Question(ProfileItem.CAME_THROUGH, "您是怎么知道我们店的？"),
    Question(
        ProfileItem.EMERGENCY, "万一路上有急事找不到您，可以打给谁？", "急事找不到您时，还是打给原来那位吗？",
        "急事找不到您时，还是打给{value}吗？",
    ),
)  # fmt: skip
_PLACE = {question.item: place for place, question in enumerate(QUESTIONS)}


@dataclass(frozen=True)
class Gap:
    """An item that is not known, half known (`value` says what is) or too old (`value` says what was)."""

    item: ProfileItem
    vehicle_pk: int | None = None
    since: str = ""  # what dates the gap: with another date it is another one
    is_stale: bool = False
    value: str = ""
    purpose: str = ""

    @property
    def question(self) -> Question:
        return QUESTIONS[_PLACE[self.item]]

    @property
    def may_stay(self) -> bool:
        """Whether "still the same" is an answer. A reading or a date that is over cannot be the same."""
        return self.is_stale and self.item in AGEING and self.item != ProfileItem.KM

    @property
    def words(self) -> str:
        """The question as it is asked."""
        if self.is_stale:
            with_value = self.value and self.question.recheck_of
            return with_value.format(value=self.value) if with_value else self.question.recheck
        return self.question.other_half if self.value and self.question.other_half else self.question.ask

    @property
    def subject(self) -> str:
        """Names the gap, so that setting the question aside lasts until something changes."""
        return ":".join(str(part) for part in ("ask", self.item, self.vehicle_pk or "", self.since) if part)


def place_of(item: ProfileItem) -> int:
    """Where an item stands in the order of the questions."""
    return _PLACE[item]


def by_worth(gaps: Iterable[Gap]) -> list[Gap]:
    """What is not known first, then halves, then what only wants a nod; each in the order of the questions."""
    return sorted(gaps, key=lambda gap: (_effort(gap), _PLACE[gap.item]))


def _effort(gap: Gap) -> int:
    if gap.may_stay:
        return 2
    return 1 if gap.value and not gap.is_stale else 0
