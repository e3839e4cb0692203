"""Which odometer readings can be believed."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

HIGHEST_KM = 999_999
# A car in normal use: 1,500 km a day is driving day and night; the slack covers two readings on one day.
MOST_KM_A_DAY = 1_500
SLACK_KM = 500


class Reading(NamedTuple):
    """What the odometer showed: `km` kilometres on the day `read_on`."""

    read_on: date
    km: int


def doubts(readings: Sequence[Reading]) -> list[str]:
    """For each reading of one car, in the given order, why it is not believed; "" where it is.

    The largest set of readings that agree with each other is believed, so that one typo (199105 for 19910) is
    outvoted whichever end of the history it stands at. Of two equally large sets the one that starts with the
    earlier-listed readings wins: callers list what is on file before what is new, so a lone new reading that
    contradicts a lone old one moves nothing.
    """
    verdicts = ["" if reading.km <= HIGHEST_KM else "里程大得不可能" for reading in readings]
    usable = [n for n, verdict in enumerate(verdicts) if not verdict]
    believed = set(_largest_chain(readings, usable))
    for n in usable:
        if n not in believed:
            verdicts[n] = _contradiction(readings[n], [readings[m] for m in believed])
    return verdicts


def _largest_chain(readings, usable: list[int]) -> list[int]:
    """Indices of the longest chain of agreeing readings in time order (longest path, O(n²) for one car)."""
    if len(usable) < 2:
        return usable
    ordered = sorted(usable, key=lambda n: (readings[n].read_on, readings[n].km, n))
    best: dict[int, tuple[tuple[int, int], list[int]]] = {}
    for place, n in enumerate(ordered):
        chain, rank = [n], (1, -n)
        for earlier in ordered[:place]:
            if _agree(readings[earlier], readings[n]):
                (length, first), longer = best[earlier]
                if (length + 1, first) > rank:
                    rank, chain = (length + 1, first), [*longer, n]
        best[n] = (rank, chain)
    return max(best.values(), key=lambda entry: entry[0])[1]


def _agree(earlier: Reading, later: Reading) -> bool:
    days = (later.read_on - earlier.read_on).days
    return earlier.km <= later.km <= earlier.km + days * MOST_KM_A_DAY + SLACK_KM


def _contradiction(reading: Reading, believed: list[Reading]) -> str:
    before = [other for other in believed if other.read_on <= reading.read_on]
    if any(other.km > reading.km for other in before):
        return "比以前的里程还少"
    if any(not _agree(other, reading) for other in before):
        return "短时间内跳得太多"
    return "与后来的里程对不上"
