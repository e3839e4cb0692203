"""The lowest point of a smooth function of a few numbers, without derivatives: Nelder & Mead (1965), begun again from
where it stopped until that no longer helps. No chance in it: the same start gives the same answer."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..errors import DidNotConverge

Place = tuple[float, ...]
Function = Callable[[Place], float]
_MOST_ITERATIONS = 1000
_MOST_ROUNDS = 8
_SIDE = 0.5


class Lowest(NamedTuple):
    place: Place
    value: float
    iterations: int


def minimum(function: Function, start: Sequence[float], *, tolerance: float = 1e-12) -> Lowest:
    """Rounds of Nelder-Mead until a round gains less than `tolerance`. `function` may say inf: not there.

    Raises DidNotConverge when eight rounds or a round of 1,000 steps do not suffice, or nothing is finite.
    """
    best, steps = Lowest(tuple(start), function(tuple(start)), 0), 0
    for _ in range(_MOST_ROUNDS):
        found = _round(function, best.place, tolerance)
        steps += found.iterations
        if not found.value < float("inf"):
            break
        if best.value - found.value <= tolerance * 10:
            return Lowest(found.place, found.value, steps)
        best = found
    raise DidNotConverge("反复计算仍然没有收敛")


def _round(function: Function, start: Place, tolerance: float) -> Lowest:
    corners = [start, *(_moved(start, axis) for axis in range(len(start)))]
    simplex = sorted((function(corner), corner) for corner in corners)
    for iteration in range(_MOST_ITERATIONS):
        if _is_small(simplex, tolerance):
            return Lowest(simplex[0][1], simplex[0][0], iteration)
        simplex = sorted(_step(function, simplex))
    raise DidNotConverge("反复计算仍然没有收敛")


def _moved(place: Place, axis: int) -> Place:
    return tuple(one + _SIDE if n == axis else one for n, one in enumerate(place))


def _is_small(simplex: list[tuple[float, Place]], tolerance: float) -> bool:
    """Whether no corner is higher than another. How far apart they lie says nothing: along a ridge far, at one height;
    the next round shows whether it was only chance."""
    return simplex[-1][0] - simplex[0][0] <= tolerance


def _step(function: Function, simplex: list[tuple[float, Place]]) -> list[tuple[float, Place]]:
    """Replace the highest corner by a better one, or draw all towards the lowest. `simplex` is sorted."""
    *kept, (worst, corner) = simplex
    middle = tuple(sum(axis) / len(kept) for axis in zip(*(place for _, place in kept), strict=True))

    def along(share: float) -> tuple[float, Place]:
        place = tuple(m + share * (m - c) for m, c in zip(middle, corner, strict=True))
        return function(place), place

    tried = along(1.0)
    if tried[0] < kept[0][0]:
        return [*kept, min(tried, along(2.0))]
    if tried[0] < kept[-1][0]:
        return [*kept, tried]
    inner = along(0.5 if tried[0] < worst else -0.5)
    if inner[0] < min(tried[0], worst):
        return [*kept, inner]
    lowest = simplex[0][1]
    drawn = [tuple(low + (one - low) / 2 for low, one in zip(lowest, place, strict=True)) for _, place in simplex[1:]]
    return [simplex[0], *((function(place), place) for place in drawn)]
