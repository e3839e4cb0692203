"""What a caller says, by occasion and by whom they speak to: an opening, what to answer, how to end.

`{intro}` is "王哥您好，我是惠州一店的小李。"; the other variables are those of VARIABLES. They are filled with values:
what a customer is called is never read as a template.
"""

from dataclasses import dataclass
from enum import StrEnum

from .car import CAR
from .script import Script
from .shop import SHOP
from .thanks import THANKS
from .visits import VISITS
from .year import YEAR

__all__ = ["SCRIPTS", "VARIABLES", "Listener", "Script", "Told", "listener_of", "script_for"]

SCRIPTS: dict[str, Script] = VISITS | YEAR | SHOP | CAR | THANKS
VARIABLES = {"intro", "store", "day", "work", "plate", "until", "years", "reason", "text"}


class Listener(StrEnum):
    """Whom a script is written for, where it differs from that for everybody."""

    UNIT = "unit"
    UPSET = "upset"
    BEST = "best"
    PRICE = "price"
    TIME = "time"


@dataclass(frozen=True)
class Told:
    """What is known of a customer that changes how to speak to them."""

    is_unit: bool = False
    is_upset: bool = False
    is_best: bool = False
    doubts_prices: bool = False
    need: str = ""


_TIME_WORDS = ("时间", "快", "赶", "忙", "省事", "等不")
_PRICE_WORDS = ("价", "贵", "省钱", "实惠", "便宜")


def listener_of(told: Told) -> Listener | None:
    """The first that fits: what hurts comes before what flatters."""
    if told.is_unit:
        return Listener.UNIT
    if told.is_upset:
        return Listener.UPSET
    if told.doubts_prices or any(word in told.need for word in _PRICE_WORDS):
        return Listener.PRICE
    if any(word in told.need for word in _TIME_WORDS):
        return Listener.TIME
    return Listener.BEST if told.is_best else None


def script_for(key: str, listener: Listener | None, **values: str) -> Script:
    """The script of `key` for a listener, or the one for everybody, with its variables filled in."""
    script = SCRIPTS.get(f"{key}.{listener}") or SCRIPTS[key]
    return script.filled(values)
