"""Places that customers can be chosen by, each with its words: along an axis, or in time."""

from ..enums import Attitude, Behaviour, Loyalty, Rhythm, Source, Stage
from .periods import bounds

FUNNEL_STEPS = {"1": "拓客", "2": "留客", "3": "锁客", "4": "养客", "5": "升级"}
LETTERS = ("A", "B", "C", "D")
DIGITS = ("1", "2", "3", "4")

# By the name in the address and in an export: what it is called, and the words of its codes.
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "rhythm": ("节奏", dict(Rhythm.choices)),
    "behaviour": ("", dict(Behaviour.choices)),
    "attitude": ("", dict(Attitude.choices)),
    "loyalty": ("忠诚", dict(Loyalty.choices)),
    "letter": ("分级", {letter: letter for letter in LETTERS}),
    "digit": ("级别", {digit: digit for digit in DIGITS}),
    "stage": ("阶段", dict(Stage.choices)),
    "funnel": ("五步停在", FUNNEL_STEPS),
    "reached": ("五步走到", FUNNEL_STEPS),
    "reward": ("", {"none": "24 个月来过、没用过优惠"}),
    "source": ("12 个月的钱来自", dict(Source.choices)),
}
# A month (2026-11) or a quarter (2026Q4).
PERIODS = {"arrived": "首次到店在", "came": "来过在", "second": "间隔之内第二次到店在"}
NAMES = (*PLACES, *PERIODS)


def words(name: str, code: str) -> str:
    """A place as it is said; "" where nothing is known of it."""
    if name in PERIODS:
        return f"{PERIODS[name]} {code}" if bounds(code) else ""
    title, labels = PLACES[name]
    return f"{title} {labels[code]}".strip() if code in labels else ""


def known(asked) -> dict[str, str]:
    """Of what an address asks, the places there are."""
    found = {name: asked.get(name) or "" for name in NAMES}
    return {name: code for name, code in found.items() if code and words(name, code)}
