"""The 24 solar terms and the festivals people greet each other on, by day.

A term is the day in China on which the sun reaches its place, also when it does so minutes before midnight. A lunar
festival belongs to the lunar year it is kept in: 除夕 to the year it ends.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from borax.calendars.lunardate import TERMS_CN, LCalendars, LunarDate, TermUtils

LAST_DAY = 0  # of a lunar month, whether it has 29 or 30
SUNDAY, THURSDAY = 6, 3


class FeastKind(StrEnum):
    TERM = "term"
    LUNAR = "lunar"
    SOLAR = "solar"


class Feast(NamedTuple):
    key: str
    name: str
    kind: FeastKind


class FeastDay(NamedTuple):
    """A feast on its day, and the year (solar or lunar) whose turn it is."""

    day: date
    feast: Feast
    year: int


_TERM_KEYS = (
    *("xiaohan", "dahan", "lichun", "yushui", "jingzhe", "chunfen"),
    *("qingming", "guyu", "lixia", "xiaoman", "mangzhong", "xiazhi"),
    *("xiaoshu", "dashu", "liqiu", "chushu", "bailu", "qiufen"),
    *("hanlu", "shuangjiang", "lidong", "xiaoxue", "daxue", "dongzhi"),
)
TERMS = tuple(Feast(key, name, FeastKind.TERM) for key, name in zip(_TERM_KEYS, TERMS_CN, strict=True))

_LUNAR = {
    ("chunjie", "春节"): (1, 1),
    ("yuanxiao", "元宵节"): (1, 15),
    ("longtaitou", "龙抬头"): (2, 2),
    ("duanwu", "端午节"): (5, 5),
    ("qixi", "七夕"): (7, 7),
    ("zhongyuan", "中元节"): (7, 15),
    ("zhongqiu", "中秋节"): (8, 15),
    ("chongyang", "重阳节"): (9, 9),
    ("laba", "腊八节"): (12, 8),
    ("chuxi", "除夕"): (12, LAST_DAY),
}
LUNAR_FEASTS = {Feast(*words, FeastKind.LUNAR): day for words, day in _LUNAR.items()}


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(count: int, weekday: int, month: int) -> Callable[[int], date]:
    def turn(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))

    return turn


_SOLAR = {
    ("yuandan", "元旦"): _fixed(1, 1),
    ("qingrenjie", "情人节"): _fixed(2, 14),
    ("funvjie", "妇女节"): _fixed(3, 8),
    ("laodongjie", "劳动节"): _fixed(5, 1),
    ("muqinjie", "母亲节"): _nth(2, SUNDAY, 5),
    ("fuqinjie", "父亲节"): _nth(3, SUNDAY, 6),
    ("guoqingjie", "国庆节"): _fixed(10, 1),
    ("ganenjie", "感恩节"): _nth(4, THURSDAY, 11),
    ("shengdanjie", "圣诞节"): _fixed(12, 25),
}
SOLAR_FEASTS = {Feast(*words, FeastKind.SOLAR): turn for words, turn in _SOLAR.items()}
FEASTS = {feast.key: feast for feast in (*TERMS, *LUNAR_FEASTS, *SOLAR_FEASTS)}


def feasts_between(first: date, last: date) -> list[FeastDay]:
    """Every feast from `first` to `last`, both included, in order."""
    found = [one for year in range(first.year - 1, last.year + 1) for one in _of_year(year)]
    return sorted(one for one in found if first <= one.day <= last)


def feasts_on(day: date) -> list[FeastDay]:
    """The feasts of one day."""
    return [one for year in (day.year - 1, day.year) for one in _of_year(year) if one.day == day]


@lru_cache(maxsize=16)
def _of_year(year: int) -> tuple[FeastDay, ...]:
    """The turns of a year, solar and lunar; nothing lunar beyond borax's tables (1900-2100)."""
    found = [FeastDay(turn(year), feast, year) for feast, turn in SOLAR_FEASTS.items()]
    try:
        found += [FeastDay(TermUtils.nth_term_day(year, n), term, year) for n, term in enumerate(TERMS)]
        found += [FeastDay(_lunar_day(year, *of), feast, year) for feast, of in LUNAR_FEASTS.items()]
    except ValueError:
        pass
    return tuple(found)


def _lunar_day(year: int, month: int, day: int) -> date:
    return LunarDate(year, month, day or LCalendars.ndays(year, month)).to_solar_date()
