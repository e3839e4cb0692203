"""What a text may say, how long it is, and what a reply means. Pure: words in, words out."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from customers.enums import Purpose

from .enums import Topic, TouchChannel
from .errors import MissingValue, UnlawfulTemplate

# One SMS holds 70 characters; of a longer text each part holds 67, because the parts must be put together again.
ONE_PART, EACH_PART = 70, 67


def parts_of(text: str) -> int:
    """How many SMS parts a text is billed as."""
    length = len(text)
    return 1 if length <= ONE_PART else -(-length // EACH_PART)


_STAYS = re.compile(r"(不|别|没有?|不要)[想要]*(退订|退定)")
_GOES = re.compile(
    r"退订|退定|拒收|取消订阅|(不要|不想|别|勿|不用)再?(给我)?(发|打扰|收到|骚扰)|UNSUBSCRIBE|(?<![A-Z0-9])(TD|QX)(?![A-Z0-9])"
)
# A single letter says it only by itself or with a word or two around: "R谢谢", not "我开的是R系列".
_LETTER, _SHORT = re.compile(r"^(R|T|N)(?![A-Z0-9])|(?<![A-Z0-9])(R|T|N)$"), 8


def is_opt_out(text: str) -> bool:
    """Whether a reply says that its writer wants no more: R, T, TD, 退订, full-width, spaced or with words around."""
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s。，、！!.,?？~～;；:：'\"“”()（）\[\]【】-]+", "", plain)
    if _STAYS.search(plain):
        return False
    return bool(_GOES.search(plain) or (len(plain) <= _SHORT and _LETTER.search(plain)))


# What a template may speak of: its name on the screen, and the name under which an SMS provider knows it.
VARIABLES = {
    "您好": "hello",
    "称呼": "name",
    "门店": "store",
    "门店电话": "phone",
    "车牌": "plate",
    "车型": "car",
    "顾问": "advisor",
}
_VARIABLE = re.compile("|".join(re.escape(f"{{{name}}}") for name in VARIABLES))
# What an offer sounds like. A service notice holds none (3-11): service line and sales line are apart.
_OFFER = re.compile(
    r"优惠|折扣|打折|特价|促销|立减|满减|秒杀|抽奖|中奖|赠送|免费送|红包|返现|充值|办卡|套餐|套票|到店礼|代金券|[一二三四五六七八九1-9](\.\d)?折"
)


@dataclass(frozen=True)
class ChannelPolicy:
    """What a channel does not carry, whoever agreed: words by what they are about, and links in promotions."""

    longest: int
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    no_links_in: tuple[Purpose, ...] = ()
    topics_refused: tuple[Topic, ...] = ()


# G7: SMS providers refuse win-back, coupons, points, referrals and links of one's own in promotions.
POLICIES = {
    TouchChannel.MESSAGE: ChannelPolicy(
        longest=500,
        refused={
            "卡券": ("代金券", "优惠券", "抵用券", "现金券", "卡券", "领券", "礼券"),
            "积分": ("积分",),
            "老带新": ("老带新", "推荐有礼", "转介绍", "介绍朋友", "邀请好友", "推荐好友"),
            "召回": ("好久没来", "好久不见", "好久没见", "许久未见", "想念您", "等您回来", "欢迎回来"),
        },
        no_links_in=(Purpose.CARE, Purpose.MARKETING),
        topics_refused=(Topic.RETURN, Topic.OFFER),
    ),
    TouchChannel.WECHAT: ChannelPolicy(longest=500),
}


def policy_of(channel: TouchChannel) -> ChannelPolicy:
    return POLICIES.get(channel, ChannelPolicy(longest=500))


_LINK = re.compile(r"https?:|www\.|[a-z0-9-]+\.(com|cn|net|top|xyz|cc|link|me)\b|点击(链接|查看)", re.IGNORECASE)


def check_text(text: str, *, purpose: Purpose, channel: TouchChannel, sender: str = "{门店}") -> None:
    """Refuse a text that may not be written so, with the reason and the nearest way that is allowed.

    `sender` is what says who writes: the variable in a template, the store's name in a finished text.
    """
    for refusal in (_syntax(text) if sender == "{门店}" else None, *_refusals(text, purpose, channel, sender)):
        if refusal:
            raise UnlawfulTemplate(refusal)


def _syntax(text: str) -> str | None:
    rest = _VARIABLE.sub("", text)
    if "{" in rest or "}" in rest:
        return f"大括号里只能写这些：{'、'.join(f'{{{name}}}' for name in VARIABLES)}"
    return None


def _refusals(text: str, purpose: Purpose, channel: TouchChannel, sender: str) -> Iterator[str | None]:
    policy = policy_of(channel)
    yield f"最多 {policy.longest} 字" if len(text) > policy.longest else None
    yield "要写明是哪家店：加上 {门店}" if sender not in text else None
    if purpose == Purpose.MARKETING and "退订" not in text:
        yield "营销消息里要写明怎么退订，例如“回 TD 退订”"
    text = text.replace(sender, "")  # a shop may be called what it likes
    if purpose == Purpose.SERVICE and (offer := _OFFER.search(text)):
        yield f"服务通知里不能带优惠（“{offer.group()}”）：优惠另走营销的由头"
    for about, words in policy.refused.items():
        if word := next((word for word in words if word in text), None):
            yield f"短信不能发{about}（“{word}”），服务商会拦下：改用电话或微信"
    if purpose in policy.no_links_in and _LINK.search(text):
        yield "问候和营销短信里不能带链接，服务商会拦下：改用微信"


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its variables replaced, in one pass: what a value holds is never read as a variable.

    Raises MissingValue for a variable of which nothing is known: nobody is ever called "尊敬的 None".
    """
    missing = [name for name in used_in(text) if not values.get(name)]
    if missing:
        raise MissingValue(missing)
    return _VARIABLE.sub(lambda found: values[found.group()[1:-1]], text)


def used_in(text: str) -> list[str]:
    """The variables of a text, in the order in which they first come."""
    return list(dict.fromkeys(found[1:-1] for found in _VARIABLE.findall(text)))
