"""By what of a customer people can be chosen: these fields and no others, each with its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from customers.enums import CustomerKind, Purpose

from ..enums import Attitude, Behaviour, Loyalty, Op, Rhythm, Stage, ValueTier
from .places import DIGITS, FUNNEL_STEPS, LETTERS


class Source(Enum):
    """Whose column a field is: the customer's, their profile's, one of their cars', or rows that hang on them."""

    PERSON = ""
    PROFILE = "profile__"
    CAR = "vehicle__"
    LINKED = None


class Kind(Enum):
    """What a fact is, and how it may be compared, in words."""

    CODE = {Op.IN: "是", Op.OUT: "不是"}
    LINKED = {Op.IN: "有", Op.OUT: "没有"}
    NUMBER = {Op.LEAST: "不少于", Op.MOST: "不超过"}
    AGE = {Op.OLDER: "满", Op.YOUNGER: "不满"}
    TEXT = {Op.CONTAINS: "含有", Op.IS: "是", Op.LACKS: "不含"}
    PAST = {
        Op.LAST: "在过去几天内", Op.OVER: "超过几天以前", Op.FROM: "不早于", Op.UNTIL: "不晚于", Op.UNKNOWN: "没有记录",
        Op.KNOWN: "有记录",
    }  # fmt: skip
    DATE = {Op.NEXT: "在未来几天内"} | PAST
    BIRTHDAY = {Op.NEXT: "在未来几天内", Op.MONTH: "在这几个月"}

    @property
    def ops(self) -> dict[Op, str]:
        return self.value


@dataclass(frozen=True)
class Field:
    """`column` is the one of its source; `codes` the words of what can be chosen, None where the shop decides them.

    Kept in hundredths of `unit`, where `is_money`.
    """

    name: str
    words: str
    kind: Kind
    source: Source
    column: str
    unit: str = ""
    codes: Mapping[str, str] | None = None
    is_money: bool = False

    @property
    def path(self) -> str:
        return f"{self.source.value}{self.column}"

    @property
    def is_of_car(self) -> bool:
        return self.source is Source.CAR


def _judged(name: str, words: str, codes: Mapping[str, str], column: str = "") -> Field:
    return Field(name, words, Kind.CODE, Source.PROFILE, column or name, codes=codes)


def _counted(name: str, words: str, unit: str, *, is_money: bool = False) -> Field:
    return Field(name, words, Kind.NUMBER, Source.PROFILE, name, unit, is_money=is_money)


def _day(name: str, words: str, kind: Kind, source: Source) -> Field:
    return Field(name, words, kind, source, name, "天")


def _text(name: str, words: str, source: Source = Source.CAR) -> Field:
    return Field(name, words, Kind.TEXT, source, name)


def _linked(name: str, words: str, codes: Mapping[str, str] | None = None) -> Field:
    return Field(name, words, Kind.LINKED, Source.LINKED, name, codes=codes)


NOBODY = "0"  # the code of a customer without an advisor
MONTHS = {str(month): f"{month} 月" for month in range(1, 13)}
_TIERS = {tier.value: f"{tier.value} {tier.label}" for tier in ValueTier}
_LETTERS = {letter: letter for letter in LETTERS}
_DIGITS = {digit: f"{digit} 级" for digit in DIGITS}

# As the choice of a field shows them.
PARTS: dict[str, tuple[Field, ...]] = {
    "画像": (
        _judged("value_tier", "价值", _TIERS),
        _judged("rhythm", "节奏", dict(Rhythm.choices)),
        _judged("loyalty", "忠诚", dict(Loyalty.choices)),
        _judged("behaviour", "行为忠诚", dict(Behaviour.choices)),
        _judged("attitude", "态度忠诚", dict(Attitude.choices)),
        _judged("letter", "分级（字母）", _LETTERS),
        _judged("digit", "分级（级别）", _DIGITS),
        _judged("stage", "阶段", dict(Stage.choices)),
        _judged("funnel", "五步停在", FUNNEL_STEPS),
        _counted("recency_score", "RFM：R", "分"),
        _counted("frequency_score", "RFM：F", "分"),
        _counted("monetary_score", "RFM：M", "分"),
        _counted("alive_percent", "还会再来的可能", "%"),
        _counted("expected_visits", "12 个月预计到店", "次"),
    ),
    "到店和消费": (
        _day("last_visit_on", "最近到店", Kind.PAST, Source.PROFILE),
        _day("first_visit_on", "首次到店", Kind.PAST, Source.PROFILE),
        _counted("visits", "24 个月到店", "次"),
        _counted("own_fen", "24 个月自费", "元", is_money=True),
        _counted("ticket_fen", "客单价", "元", is_money=True),
        _counted("discounted", "24 个月用了优惠", "次"),
        _counted("lifetime_visits", "累计到店", "次"),
        _counted("lifetime_own_fen", "累计自费", "元", is_money=True),
        _day("next_on", "约好的下次", Kind.DATE, Source.PROFILE),
        _day("card_until", "卡券有效到", Kind.DATE, Source.PROFILE),
        _counted("introduced", "介绍来", "人"),
        _counted("unhappy", "一年内不满", "次"),
        _counted("doubts", "一年内嫌贵", "次"),
        _counted("reworks", "一年内返工", "次"),
    ),
    "车": (
        _text("brand", "品牌"),
        _text("series", "车系"),
        _text("model", "车型"),
        _text("plate", "车牌"),
        Field("plate_kind", "牌照", Kind.CODE, Source.CAR, "", codes={"blue": "燃油牌", "green": "新能源牌"}),
        _text("energy", "能源"),
        Field("car_age", "车龄", Kind.AGE, Source.CAR, "registered_on", "年"),
        Field("odometer_km", "里程", Kind.NUMBER, Source.CAR, "odometer_km", "公里"),
        _day("registered_on", "上牌日", Kind.PAST, Source.CAR),
        _day("insured_until", "保险到期", Kind.DATE, Source.CAR),
        _day("commercial_insured_until", "商业险到期", Kind.DATE, Source.CAR),
        _day("inspected_until", "年检到期", Kind.DATE, Source.CAR),
    ),
    "需求和标签": (
        _linked("need", "需求（有迹象或已确认）"),
        _linked("need_confirmed", "需求（已确认）"),
        _linked("tag", "标签"),
    ),
    "本人": (
        Field("birthday", "生日", Kind.BIRTHDAY, Source.PERSON, "birthday_calendar", "天", codes=MONTHS),
        Field("kind", "类型", Kind.CODE, Source.PERSON, "kind", codes=dict(CustomerKind.choices)),
        _text("neighbourhood", "小区", Source.PERSON),
        _text("came_through", "来源", Source.PERSON),
    ),
    "联系": (
        _linked("consent", "同意", dict(Purpose.choices)),
        _linked(
            "contact",
            "联系方式",
            {
                "mobile": "手机（能收短信）",
                "landline": "座机",
                "wechat": "微信",
                "email": "邮箱",
                "wecom": "企业微信好友",
            },
        ),
    ),
    "归属": (
        _linked("store", "门店"),
        Field("advisor", "专属顾问", Kind.CODE, Source.PERSON, "advisor_id"),
    ),
}  # fmt: skip
FIELDS = {field.name: field for part in PARTS.values() for field in part}
# By the field, of the words that the shop itself decides: what can be chosen.
Choices = Mapping[str, Mapping[str, str]]


def codes_of(field: Field, choices: Choices) -> Mapping[str, str]:
    return choices.get(field.name, {}) if field.codes is None else field.codes
