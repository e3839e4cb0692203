"""How complete a customer's record is (2-14): the 17 items, who is asked for them, how long an answer is good.

Items are kept as bits of one number, so that a customer is one narrow row and any policy can be counted from it.
`draw` says in Python what `querysets.completeness` says in SQL; a test proves both equal.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from customers.enums import ProfileItem
from staff.enums import Role

from ..enums import Department

# The place of an item is its bit in the database: add at the end, never move.
ITEMS = tuple(ProfileItem)
OF_CAR = (
    ProfileItem.PLATE,
    ProfileItem.VIN,
    ProfileItem.MODEL,
    ProfileItem.REGISTERED_ON,
    ProfileItem.KM,
    ProfileItem.INSURED_UNTIL,
    ProfileItem.INSPECTED_UNTIL,
)
# A unit has no birthday; its people are customers of their own.
NOT_OF_UNITS = (
    ProfileItem.SALUTATION,
    ProfileItem.WECHAT,
    ProfileItem.EMERGENCY,
    ProfileItem.BIRTHDAY,
    ProfileItem.NEIGHBOURHOOD,
    ProfileItem.CARS_AT_HOME,
)
# Good until a day of their own.
ENDING = (ProfileItem.INSURED_UNTIL, ProfileItem.INSPECTED_UNTIL)
# What grows old, and after how many days: the half-lives a policy may change.
AGEING = {
    ProfileItem.PHONE: 730,
    ProfileItem.WECHAT: 730,
    ProfileItem.EMERGENCY: 730,
    ProfileItem.NEIGHBOURHOOD: 1095,
    ProfileItem.CARS_AT_HOME: 730,
    ProfileItem.KM: 180,
    ProfileItem.NEED: 540,
}
NEVER = date.max
GOAL_PERCENT = 90
DEPARTMENT_OF = {
    Role.FRONT_DESK: Department.FRONT_DESK,
    Role.ADVISOR: Department.ADVISOR,
    Role.CARE: Department.CARE,
}


@dataclass(frozen=True)
class Rule:
    """What a policy says of one item. An item without a purpose is asked by nobody (PIPL: no more than is needed)."""

    item: ProfileItem
    purpose: str
    good_for_days: int | None = None
    departments: frozenset[Department] = frozenset()


@dataclass(frozen=True)
class Policy:
    """A version of what the shop collects. Version 0 is what a shop starts with."""

    version: int
    rules: Mapping[ProfileItem, Rule]
    goal_percent: int = GOAL_PERCENT
    is_drawn: bool = True  # False: answers are not yet judged by these half-lives; tonight they will be
    created_by: object = None
    created_at: datetime | None = None

    def asked_by(self, department: Department | None) -> int:
        """The mask of what a department must collect; of what anybody must, where no department is named."""
        rules = self.rules.values()
        return mask(rule.item for rule in rules if (department in rule.departments if department else rule.departments))

    @property
    def half_lives(self) -> dict[ProfileItem, int | None]:
        return {item: self.rules[item].good_for_days for item in AGEING}


_F, _A, _C = Department.FRONT_DESK, Department.ADVISOR, Department.CARE
_STARTING = (
    (ProfileItem.NAME, "下次来叫得出名字，资料不会记到别人头上", (_F, _A)),
    (ProfileItem.SALUTATION, "叫得出称呼，才像老朋友", (_F, _A, _C)),
    (ProfileItem.PHONE, "没有电话，车修好了也通知不到", (_F, _A, _C)),
    (ProfileItem.WECHAT, "检查结果可以发图片给客户看，不用打电话打扰", (_F, _A, _C)),
    (ProfileItem.EMERGENCY, "车在路上出了事又找不到本人时，知道打给谁", (_C,)),
    (ProfileItem.BIRTHDAY, "生日那天问候一声，不推销", (_C,)),
    (ProfileItem.NEIGHBOURHOOD, "知道远近，才好安排上门取送车", (_F, _C)),
    (ProfileItem.CARS_AT_HOME, "家里几台车一起照看，取送和提醒一次安排好", (_F, _A)),
    (ProfileItem.PLATE, "车一进门就认得出是谁的", (_F, _A)),
    (ProfileItem.VIN, "按车架号订配件，不会订错", (_A,)),
    (ProfileItem.MODEL, "知道是什么车，才备得对油和配件", (_F, _A)),
    (ProfileItem.REGISTERED_ON, "按车龄算年检和保养，不会提醒错日子", (_A,)),
    (ProfileItem.KM, "没有近半年的里程，算不出什么时候该保养", (_F, _A)),
    (ProfileItem.INSURED_UNTIL, "知道到期日，才能提前提醒，免得脱保", (_F, _A, _C)),
    (ProfileItem.INSPECTED_UNTIL, "过期上路要罚款扣分，可以提前提醒", (_A, _C)),
    (ProfileItem.CAME_THROUGH, "有人介绍的，要谢谢介绍人", (_F, _A)),
    (ProfileItem.NEED, "知道最在意什么，才不会推荐错", (_A, _C)),
)
STARTING_POLICY = Policy(
    version=0,
    rules={item: Rule(item, why, AGEING.get(item), frozenset(departments)) for item, why, departments in _STARTING},
)


@dataclass(frozen=True)
class Known:
    """What is on file of a customer and the car they were last seen with: when each item was last known to be true.

    For an item that ends by itself, its last day. An item that is not there is not known.
    """

    is_unit: bool = False
    has_car: bool = True
    has_visited: bool = True
    seen: Mapping[ProfileItem, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """Masks: what applies to this customer, what of it is known, what of that can be trusted; until when all of that
    stays so (None: for good)."""

    asked: int = 0
    filled: int = 0
    fresh: int = 0
    fresh_until: date | None = None

    @property
    def missing(self) -> int:
        return self.asked & ~self.filled

    @property
    def stale(self) -> int:
        return self.filled & ~self.fresh


def bit(item: ProfileItem) -> int:
    return 1 << ITEMS.index(item)


def mask(items: Iterable[ProfileItem]) -> int:
    return sum({bit(item) for item in items})


def items_of(bits: int) -> list[ProfileItem]:
    """The items of a mask, in the order of the form."""
    return [item for item in ITEMS if bits & bit(item)]


ALL = mask(ITEMS)
# What does not apply: to a unit; to somebody without a car (but a plate); to somebody who never came (1-10).
ABSENT_OF_UNIT = mask(NOT_OF_UNITS)
ABSENT_WITHOUT_CAR = mask(item for item in OF_CAR if item != ProfileItem.PLATE)
ABSENT_BEFORE_FIRST_VISIT = mask([ProfileItem.CARS_AT_HOME])


def asked_of(known: Known) -> int:
    """What applies to a customer at all."""
    absent = ABSENT_OF_UNIT if known.is_unit else 0
    absent |= 0 if known.has_car else ABSENT_WITHOUT_CAR
    absent |= 0 if known.has_visited else ABSENT_BEFORE_FIRST_VISIT
    return ALL & ~absent


def good_until(item: ProfileItem, seen_on: date, half_lives: Mapping[ProfileItem, int | None]) -> date:
    """The last day on which an answer can be trusted."""
    if item in ENDING:
        return seen_on
    days = half_lives.get(item)
    return seen_on + timedelta(days=days) if days else NEVER


def draw(known: Known, half_lives: Mapping[ProfileItem, int | None], *, today: date) -> Picture:
    """The picture of one customer."""
    asked = asked_of(known)
    ends = {item: good_until(item, seen_on, half_lives) for item, seen_on in known.seen.items() if bit(item) & asked}
    fresh = {item: end for item, end in ends.items() if end >= today}
    first = min(fresh.values(), default=NEVER)
    return Picture(asked, mask(ends), mask(fresh), None if first == NEVER else first)


@dataclass(frozen=True)
class Rate:
    """Of so many answers that should be there, how many are (收集率), and how many of them are fresh (可信率)."""

    asked: int = 0
    filled: int = 0
    fresh: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.asked + other.asked, self.filled + other.filled, self.fresh + other.fresh)

    @property
    def percent(self) -> int | None:
        """Rounded down: 89.9 % is not yet 90."""
        return self.filled * 100 // self.asked if self.asked else None

    @property
    def trusted(self) -> int | None:
        return self.fresh * 100 // self.asked if self.asked else None

    @property
    def missing(self) -> int:
        return self.asked - self.filled

    @property
    def stale(self) -> int:
        return self.filled - self.fresh


def rate_of(picture: Picture, required: int) -> Rate:
    """The rate of one customer against what is required."""
    return Rate(*((bits & required).bit_count() for bits in (picture.asked, picture.filled, picture.fresh)))


def total(rates: Mapping[ProfileItem, Rate], items: Collection[ProfileItem]) -> Rate:
    """The rate over several items: answers there, of all answers that should be there."""
    return sum((rates[item] for item in items if item in rates), Rate())
