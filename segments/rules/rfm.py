"""RFM: how recently, how often, how much, each scored 1 to n against frozen cut points; then a name from a table.

A bin is half open: a value scores one more than the number of cuts it has reached. Recency counts the other way round:
few days are good. Cuts are either a shop's own thresholds or quantiles (type 7 of Hyndman & Fan 1996) plus one step,
as in the published table of rsquaredacademy/rfm 0.3.0. Days and visits are whole, money is whole fen.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from ..enums import EightKinds, PublishedSegment
from ..errors import CannotCut

BINS, MOST_BINS = 5, 9  # a score of two digits would blur 100 r + 10 f + m
ONE, ONE_YUAN = 1, 100
NOT_SCORED = 0

Cut = int | Fraction


@dataclass(frozen=True)
class Measures:
    """What one customer is scored by: days since the last visit, number of visits, fen."""

    recency_days: int
    visits: int
    fen: int


@dataclass(frozen=True)
class Cuts:
    """Ascending cut points of the three axes: days, visits, fen. n cuts make n + 1 bins.

    Raises CannotCut when they do not ascend or are more than eight. Equal neighbours leave a bin empty (few customers,
    many ties); only quantiles bring them forth, `ascending` refuses them.
    """

    recency: tuple[Cut, ...]
    frequency: tuple[Cut, ...]
    monetary: tuple[Cut, ...]

    def __post_init__(self):
        for cuts in (self.recency, self.frequency, self.monetary):
            if any(low > high for low, high in pairwise(cuts)):
                raise CannotCut("分档的门槛要从小到大")
            if len(cuts) >= MOST_BINS:
                raise CannotCut(f"最多分 {MOST_BINS} 档")

    def frozen(self) -> dict[str, list[int]]:
        """As a policy version keeps them: whole numbers, which take every whole value as the exact ones do."""
        return {name: [ceil(cut) for cut in getattr(self, name)] for name in ("recency", "frequency", "monetary")}

    @classmethod
    def of(cls, frozen: Mapping[str, Collection[int]]) -> "Cuts":
        """From what `frozen` gave."""
        return cls(*(tuple(frozen[name]) for name in ("recency", "frequency", "monetary")))


@dataclass(frozen=True)
class Scores:
    r: int
    f: int
    m: int

    @property
    def rfm(self) -> int:
        """The three as one number: 5, 4, 3 is 543."""
        return self.r * 100 + self.f * 10 + self.m


@dataclass(frozen=True)
class Rule:
    """A row of a segment table: all three scores within their bounds, both ends included."""

    segment: PublishedSegment | EightKinds
    r: tuple[int, int]
    f: tuple[int, int]
    m: tuple[int, int]


@dataclass(frozen=True)
class Segments:
    """The first rule in order wins; none does: `otherwise`."""

    rules: tuple[Rule, ...]
    otherwise: PublishedSegment | EightKinds


def score(value: int, cuts: Collection[Cut]) -> int:
    """1 below the first cut, one more for every cut reached."""
    return bisect_right(cuts, value) + 1


def score_reversed(value: int, cuts: Collection[Cut]) -> int:
    """The same with the highest score below the first cut: for days since the last visit."""
    return len(cuts) + 2 - score(value, cuts)


def scores_of(measures: Measures, cuts: Cuts) -> Scores:
    return Scores(
        score_reversed(measures.recency_days, cuts.recency),
        score(measures.visits, cuts.frequency),
        score(measures.fen, cuts.monetary),
    )


def quantile_cuts(values: Collection[int], bins: int = BINS, *, step: int = ONE) -> tuple[Fraction, ...]:
    """The exact i/bins quantiles (type 7) of whole `values` plus `step`, one unit of what is counted.

    With the step a value that equals the quantile stays in the lower bin. Raises CannotCut for no values, or a number
    of bins outside 1 to 9.
    """
    if not values:
        raise CannotCut("还没有可以分档的客户")
    if not 1 <= bins <= MOST_BINS:
        raise CannotCut(f"分档要在 1 到 {MOST_BINS} 之间")
    ordered = sorted(values)
    return tuple(_type7(ordered, Fraction(place, bins)) + step for place in range(1, bins))


def _type7(ordered: list[int], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def cuts_from(measured: Collection[Measures], bins: int = BINS, *, money_step: int = ONE_YUAN) -> Cuts:
    """Cuts relative to the shop's own customers. Money moves by a yuan as published; `money_step` is in fen."""
    return Cuts(
        quantile_cuts([one.recency_days for one in measured], bins),
        quantile_cuts([one.visits for one in measured], bins),
        quantile_cuts([one.fen for one in measured], bins, step=money_step),
    )


def ascending(thresholds: Collection[int]) -> tuple[int, ...]:
    """Thresholds a person wrote down. Raises CannotCut unless each is more than the one before."""
    if any(low >= high for low, high in pairwise(thresholds)):
        raise CannotCut("分档的门槛要从小到大，不能重复")
    return tuple(thresholds)


def segment_of(scores: Scores, segments: Segments) -> PublishedSegment | EightKinds:
    for rule in segments.rules:
        bounds = ((scores.r, rule.r), (scores.f, rule.f), (scores.m, rule.m))
        if all(low <= value <= high for value, (low, high) in bounds):
            return rule.segment
    return segments.otherwise


_P = PublishedSegment
# The table of rsquaredacademy/rfm 0.3.0, made for five bins.
PUBLISHED = Segments(
    (
        Rule(_P.CHAMPION, (5, 5), (5, 5), (5, 5)),
        Rule(_P.POTENTIAL_LOYALIST, (3, 5), (3, 5), (2, 5)),
        Rule(_P.LOYAL, (2, 4), (2, 4), (2, 4)),
        Rule(_P.PROMISING, (3, 4), (1, 3), (3, 5)),
        Rule(_P.NEW, (4, 5), (1, 3), (1, 5)),
        Rule(_P.CANNOT_LOSE, (1, 2), (3, 4), (4, 5)),
        Rule(_P.AT_RISK, (1, 2), (2, 5), (4, 5)),
        Rule(_P.NEEDS_ATTENTION, (1, 3), (3, 5), (3, 5)),
        Rule(_P.ABOUT_TO_SLEEP, (2, 3), (1, 3), (1, 4)),
        Rule(_P.LOST, (1, 1), (1, 5), (1, 5)),
    ),
    otherwise=_P.OTHERS,
)

_E = EightKinds
# r, f, m: in the upper half (True) or not. Money makes somebody important, the other two say what to do.
_EIGHT = (
    (True, True, True, _E.KEY_VALUE),
    (True, False, True, _E.KEY_GROW),
    (False, True, True, _E.KEY_KEEP),
    (False, False, True, _E.KEY_WIN_BACK),
    (True, True, False, _E.VALUE),
    (True, False, False, _E.GROW),
    (False, True, False, _E.KEEP),
)


def eight_kinds(cuts: Cuts) -> Segments:
    """重要/一般 × 价值/发展/保持/挽留 for as many bins as these cuts make. A middle bin belongs to the upper half."""

    def bounds(is_high: bool, bins: int) -> tuple[int, int]:
        high = bins // 2 + 1
        return (high, bins) if is_high else (1, high - 1)

    sizes = [len(axis) + 1 for axis in (cuts.recency, cuts.frequency, cuts.monetary)]
    rules = (Rule(kind, *map(bounds, highs, sizes)) for *highs, kind in _EIGHT)
    return Segments(tuple(rules), otherwise=_E.WIN_BACK)
