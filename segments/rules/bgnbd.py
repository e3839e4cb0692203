"""BG/NBD: who is still a customer, and how often they will come.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing
Science 24(2), 275-284. A customer comes at random with a rate that differs between people (gamma: r, alpha) and after
each visit may leave for good, with a chance that differs too (beta: a, b). Of a customer only x (repeat visits), tx
(when the last was) and T (how long known) matter, both since the first visit, in one unit of time, here weeks.

Histories are few once grouped: `fit` takes how many customers share one, so its cost follows the distinct ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1, fsum, isfinite, lgamma, log, log1p
from typing import NamedTuple

from ..errors import DidNotConverge, NothingToFit
from .simplex import minimum

# Beyond these a parameter says no more than "very small" or "very large" (nobody leaves, everybody alike).
_EDGE = 12.0
_TERMS = 1_000_000
_TOLERANCE = 1e-15


class History(NamedTuple):
    """x repeat visits, the last tx after the first (0 when x is 0), T since the first; 0 <= tx <= T."""

    x: int
    tx: float
    T: float


@dataclass(frozen=True)
class Parameters:
    """r, alpha: how often people come; a, b: how soon they leave. All positive; alpha in units of time."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self):
        if not all(isfinite(one) and one > 0 for one in (self.r, self.alpha, self.a, self.b)):
            raise ValueError("BG/NBD parameters are positive numbers")


@dataclass(frozen=True)
class Fit:
    """`is_at_edge`: the data push a parameter without end; what is expected still holds, the parameter means little."""

    parameters: Parameters
    log_likelihood: float
    customers: int
    iterations: int
    is_at_edge: bool = False


class _Grouped:
    """Counted histories with every logarithm and gamma function asked once per distinct value."""

    def __init__(self, counted: Mapping[History, int]):
        rows = sorted((history, n) for history, n in counted.items() if n)
        self.customers = sum(n for _, n in rows)
        self.xs = sorted({h.x for h, _ in rows})
        self.times = sorted({time for h, _ in rows for time in (h.tx, h.T)})
        x_at = {x: place for place, x in enumerate(self.xs)}
        at = {time: place for place, time in enumerate(self.times)}
        self.rows = [(x_at[h.x], at[h.tx], at[h.T], n) for h, n in rows]

    def log_likelihood(self, p: Parameters) -> float:
        logs = [log(p.alpha + time) for time in self.times]
        by_x = [_of_x(p, x) for x in self.xs]
        return fsum(n * _joined(by_x[x], logs[tx], logs[T]) for x, tx, T, n in self.rows)


def _of_x(p: Parameters, x: int) -> tuple[float, float, float | None]:
    """What of a customer's log-likelihood depends on x alone: A1 + A2, r + x, and ln a - ln(b + x - 1) for x > 0."""
    came = lgamma(p.r + x) - lgamma(p.r) + p.r * log(p.alpha)
    stayed = lgamma(p.a + p.b) + lgamma(p.b + x) - lgamma(p.b) - lgamma(p.a + p.b + x)
    return came + stayed, p.r + x, log(p.a) - log(p.b + x - 1) if x else None


def _joined(of_x: tuple[float, float, float | None], log_tx: float, log_T: float) -> float:
    """ln(exp(A3) + exp(A4)) without leaving the range of floats."""
    constant, power, left = of_x
    alive = -power * log_T
    if left is None:
        return constant + alive
    gone = left - power * log_tx
    return constant + max(alive, gone) + log1p(exp(-abs(alive - gone)))


def log_likelihood(p: Parameters, counted: Mapping[History, int]) -> float:
    """Equation 6 of the paper over all customers: {history: how many share it}."""
    return _Grouped(counted).log_likelihood(p)


def fit(counted: Mapping[History, int], *, start: Parameters | None = None) -> Fit:
    """The parameters of greatest likelihood, the same for the same histories.

    Raises NothingToFit when the histories carry no information (nobody, nobody came back, no time has passed), and
    DidNotConverge when the search finds no end.
    """
    _refuse_empty(counted)
    grouped = _Grouped(counted)

    def loss(place: tuple[float, ...]) -> float:
        if any(abs(one) > _EDGE for one in place):
            return float("inf")
        return -grouped.log_likelihood(Parameters(*map(exp, place))) / grouped.customers

    first = start or _start(counted)
    place = [min(max(log(one), 1 - _EDGE), _EDGE - 1) for one in (first.r, first.alpha, first.a, first.b)]
    found = minimum(loss, place)
    return Fit(
        Parameters(*map(exp, found.place)),
        -found.value * grouped.customers,
        grouped.customers,
        found.iterations,
        any(abs(one) > _EDGE - 1 for one in found.place),
    )


def _refuse_empty(counted: Mapping[History, int]) -> None:
    for x, tx, T in counted:
        if x < 0 or not 0 <= tx <= T or (x == 0) != (tx == 0) or not isfinite(T):
            raise ValueError(f"not a history: x={x}, tx={tx}, T={T}")
    present = [history for history, n in counted.items() if n > 0]
    if not present:
        raise NothingToFit("没有客户，拟合不了")
    if not any(x for x, _, _ in present):
        raise NothingToFit("没有一位客户来过第二次，看不出多久来一次，拟合不了")


def _start(counted: Mapping[History, int]) -> Parameters:
    """One for each, and a rate that is the shop's own, so that weeks and days start equally well."""
    visits = sum(h.x * n for h, n in counted.items())
    time = sum(h.T * n for h, n in counted.items())
    return Parameters(1.0, time / visits, 1.0, 1.0)


def alive(p: Parameters, history: History) -> float:
    """P(alive): the chance that a customer with this history has not left. 1 for somebody who came once."""
    return 1 / (1 + _odds_gone(p, history))


def _odds_gone(p: Parameters, history: History) -> float:
    x, tx, T = history
    if not x:
        return 0.0
    exponent = log(p.a) - log(p.b + x - 1) + (p.r + x) * (log(p.alpha + T) - log(p.alpha + tx))
    return exp(min(exponent, 700.0))


def expected(p: Parameters, t: float) -> float:
    """E[X(t)]: repeat visits of somebody new within t (equation 9)."""
    return expected_next(p, History(0, 0.0, 0.0), t)


def expected_next(p: Parameters, history: History, t: float) -> float:
    """E[Y(t) | x, tx, T]: visits in the next t of a customer with this history (equation 10).

    The paper's hypergeometric function after Euler's transformation: no overflow for many visits, fast, and no hole at
    a = 1. Raises DidNotConverge when t is millions of times alpha + T.
    """
    if t < 0:
        raise ValueError("time does not run backwards")
    z = t / (p.alpha + history.T + t)
    stay = log(p.alpha + history.T) - log(p.alpha + history.T + t)
    c = p.a + p.b + history.x - 1
    slope = expm1((p.a - 1) * stay) / (p.a - 1) if p.a != 1 else stay
    rate = -c * slope - exp((p.a - 1) * stay) * _series(c - history.x - p.r, p.a, c, z)
    return max(rate, 0.0) * alive(p, history)


def _series(A: float, a: float, c: float, z: float) -> float:
    """c (2F1(A, a-1; c; z) - 1) / (a - 1), term by term: the sum of (A)_n (a)_(n-1) z^n / ((c+1)_(n-1) n!)."""
    term, total = A * z, A * z
    for n in range(1, _TERMS):
        term *= (A + n) * (a + n - 1) * z / ((c + n) * (n + 1))
        total += term
        if abs(term) <= _TOLERANCE * (1 - z) * abs(total) and n > -A:
            return total
    raise DidNotConverge("预计的时间太长，算不出来")
