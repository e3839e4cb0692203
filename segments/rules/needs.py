"""Which words speak of which need, without a database: two plain lists of words per need, and what denies them.

A need lists words people say (`said`) and words in the names of what they buy (`bought`). A text speaks of it when
one of its words stands there and none of them is denied: 不着急, 不是很赶时间 and 没有说贵 are no evidence, and a text
that both says and denies is left alone. Only a denial right before the word is seen; who wants 不想等 found lists it as
it is said. What a conversation taught is read with its heading: 接送：到公司 wishes for transport, 嫌贵、疑价 is about
the price.
Nothing about children under 14 (G12): a text with a child's name, age or birthday is evidence of nothing.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from customers.enums import Learnt

BOUGHT = "bought"  # the kind of words that are names of items; every other kind was said
# A dismissed need is not suggested again for so long.
DISMISSED_DAYS = 365
_DENIAL = re.compile(
    r"(?:不|没|无|别|未|非)"
    r"(?:是|有|太|很|怎么|用|必|要|会|说|那么|这么|算|特别|什么|再|所谓|在乎|在意|关心|考虑|计较|需|需要|喜欢|想){0,3}$"
)
_LONGEST_DENIAL = 10
_CHILD = r"(?:孩子|小孩|小朋友|宝宝|宝贝|娃|儿子|女儿|儿童|婴儿|孙子|孙女|外孙)"
_OF_A_CHILD = re.compile(
    rf"{_CHILD}[^，。；,;\n]{{0,8}}(?:名字|姓名|小名|大名|叫|岁|年龄|多大|生日|出生|满月|百天|属相|年级)"
    rf"|(?:名字|姓名|小名|年龄|生日|出生|满月|百天|\d+\s*岁|[一二三四五六七八九十两几]岁)[^，。；,;\n]{{0,6}}{_CHILD}"
    r"|[\d一二三四五六七八九十两几]+\s*(?:周?岁|个?月大)|几年级|[一二三四五六]年级|满月酒|百日宴|百天宴|周岁"
)


@dataclass(frozen=True)
class Wording:
    """By which words a need is recognised, and for how many days they count."""

    pk: int
    said: tuple[str, ...]
    bought: tuple[str, ...]
    days: int


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list as people type it: one a line, or with commas between."""
    parts = (" ".join(part.split()).casefold() for part in re.split(r"[\n,，、;；]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def days_of(months: int) -> int:
    return months * 365 // 12


def tells_of_a_child(text: str) -> bool:
    """Whether a text tells (or a word would look for) a child's name, age or birthday."""
    return bool(_OF_A_CHILD.search(text))


def speaks_of(text: str, words: Collection[str]) -> bool:
    """Whether a text says one of the words and denies none."""
    text, says = text.casefold(), False
    for word in words:
        for place in _places(text, word):
            if _DENIAL.search(text[max(0, place - _LONGEST_DENIAL) : place]):
                return False
            says = True
    return says


def needs_in(kind: str, text: str, wordings: Collection[Wording]) -> list[Wording]:
    """The needs that a text speaks of."""
    text = f"{Learnt(kind).label}：{text}" if kind in Learnt.values else text
    found = [one for one in wordings if speaks_of(text, one.bought if kind == BOUGHT else one.said)]
    return [] if found and tells_of_a_child(text) else found


def excerpt(text: str, words: Collection[str], width: int = 36) -> str:
    """The part of a text around the first of the words."""
    places = [place for word in words if (place := text.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - width // 2)
    end = start + width
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def counts_until(day: date, days: int, ends_on: date | None = None) -> date:
    """The first day on which words of `day` count no longer."""
    until = day + timedelta(days=days)
    return min(until, ends_on + timedelta(days=1)) if ends_on else until


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)
