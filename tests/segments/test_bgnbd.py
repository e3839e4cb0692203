"""BG/NBD: the paper's numbers, the formulas one by one, and what must hold for every customer."""

import csv
import json
import random
from collections import Counter
from io import StringIO
from math import exp, gamma

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segments.errors import NothingToFit
from segments.rules import bgnbd
from segments.rules.bgnbd import History, Parameters
from segments.rules.histories_file import CDNOW_UNTIL, days_of, histories, summary_of
from tests.shared import shared

# Fader, Hardie & Lee (2005), table 2 and the worked customer below it.
PAPER = Parameters(r=0.243, alpha=4.414, a=0.793, b=2.426)
WORKED = History(2, 30.43, 38.86)
LOG, SUMMARY = "cdnow/CDNOW_sample.txt", "cdnow/cdnow_customers_summary.csv"

# Others share the machine.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
parameters = st.builds(Parameters, *[st.floats(0.05, 8)] * 4)
people = st.tuples(st.integers(0, 40), st.floats(0.01, 1), st.floats(0.1, 150)).map(
    lambda drawn: History(drawn[0], drawn[1] * drawn[2] if drawn[0] else 0.0, drawn[2])
)


def fitted(path, *args):
    out = StringIO()
    call_command("fit_bgnbd", str(path), "--json", *args, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("name", [LOG, SUMMARY])
def test_the_fit_reaches_what_the_paper_prints(name):
    found = fitted(shared(name))

    assert [round(found[one], 3) for one in ("r", "alpha", "a", "b")] == [0.243, 4.414, 0.793, 2.426]
    assert (round(found["log_likelihood"], 1), found["customers"], found["is_at_edge"]) == (-9582.4, 2357, False)


def test_the_log_gives_the_published_summary_line_for_line():
    with shared(LOG).open() as log, shared(SUMMARY).open() as summary:
        ours = summary_of(days_of(log), until=CDNOW_UNTIL)
        wanted = [(int(r["frequency"]), float(r["recency"]), float(r["T"])) for r in csv.DictReader(summary)]

    assert [(one.x, round(one.tx, 2), round(one.T, 2)) for one in ours.values()] == wanted


@pytest.mark.parametrize("start", [(0.001, 0.001, 0.001, 0.001), (50, 0.01, 9, 0.1), (0.01, 300, 0.02, 40)])
def test_the_fit_does_not_depend_on_where_it_starts(start):
    found = fitted(shared(LOG), "--start", *map(str, start))

    assert round(found["log_likelihood"], 2) == -9582.43


def test_the_papers_worked_customer():
    assert round(bgnbd.expected_next(PAPER, WORKED, 39), 3) == 1.226
    assert round(bgnbd.alive(PAPER, WORKED), 4) == 0.7266


@pytest.mark.parametrize("history", [History(0, 0, 10), History(1, 4, 10), History(3, 9, 10), History(5, 1, 30)])
def test_the_likelihood_is_the_formula_written_out(history):
    r, alpha, a, b = PAPER.r, PAPER.alpha, PAPER.a, PAPER.b
    x, tx, T = history

    def beta(p, q):
        return gamma(p) * gamma(q) / gamma(p + q)

    rate = gamma(r + x) * alpha**r / gamma(r)
    stayed = beta(a, b + x) / beta(a, b) * rate / (alpha + T) ** (r + x)
    left = beta(a + 1, b + x - 1) / beta(a, b) * rate / (alpha + tx) ** (r + x) if x else 0

    assert exp(bgnbd.log_likelihood(PAPER, {history: 1})) == pytest.approx(stayed + left, rel=1e-9)
    assert bgnbd.log_likelihood(PAPER, {history: 7}) == pytest.approx(7 * bgnbd.log_likelihood(PAPER, {history: 1}))


@patient
@given(parameters, people)
def test_the_chance_of_being_alive_is_a_chance_and_certain_after_one_visit(p, history):
    assert 0 <= bgnbd.alive(p, history) <= 1
    assert history.x or bgnbd.alive(p, history) == 1


@patient
@given(parameters, people, st.floats(0.5, 200))
def test_the_longer_nobody_comes_the_less_alive_they_are(p, history, longer):
    later = bgnbd.alive(p, history._replace(T=history.T + longer))

    assert later <= bgnbd.alive(p, history)
    assert history.x == 0 or later < 1


@patient
@given(parameters, people, st.floats(0, 100), st.floats(0, 100))
def test_more_time_brings_more_visits_and_no_time_none(p, history, some, more):
    assert bgnbd.expected_next(p, history, 0) == 0
    soon, late = (bgnbd.expected_next(p, history, t) for t in (some, some + more))
    assert 0 <= soon <= late + 1e-9


@patient
@given(st.builds(Parameters, *[st.floats(0.5, 8)] * 4), st.floats(0.1, 60))
def test_the_expectation_is_the_integral_over_everybody(p, t):
    """E[X(t)] by the definition: what somebody brings whose chance to leave is p, over the beta of p."""
    steps = 2000
    spots = [((n + 0.5) / steps) ** 4 for n in range(steps)]  # crowded where p is small
    widths = [4 * ((n + 0.5) / steps) ** 3 / steps for n in range(steps)]
    weights = [s ** (p.a - 1) * (1 - s) ** (p.b - 1) * w for s, w in zip(spots, widths, strict=True)]
    brought = [(1 - (p.alpha / (p.alpha + s * t)) ** p.r) / s for s in spots]
    mean = sum(w * one for w, one in zip(weights, brought, strict=True)) / sum(weights)

    # The crude sum misses a little where the beta has no bound.
    assert bgnbd.expected(p, t) == pytest.approx(mean, rel=0.02)


@pytest.mark.parametrize("a", [0.999999, 1.0, 1.000001])
def test_nothing_breaks_where_a_is_one(a):
    near = bgnbd.expected_next(Parameters(0.5, 5.0, 1.0001, 2.0), WORKED, 52)

    assert bgnbd.expected_next(Parameters(0.5, 5.0, a, 2.0), WORKED, 52) == pytest.approx(near, rel=1e-3)


def test_hundreds_of_visits_and_a_century_stay_finite():
    busy = bgnbd.expected_next(PAPER, History(900, 104.0, 104.0), 52)
    century = bgnbd.expected(PAPER, 5200)

    assert 300 < busy < 450
    assert bgnbd.expected(PAPER, 520) < century < 100


def simulated(p, chance, until):
    rate, leaves = chance.gammavariate(p.r, 1 / p.alpha), chance.betavariate(p.a, p.b)
    x, last, now = 0, 0.0, chance.expovariate(rate)
    while now <= until:
        x, last = x + 1, now
        if chance.random() < leaves:
            break
        now += chance.expovariate(rate)
    return History(x, round(last, 1) or (0.1 if x else 0.0), until)


@pytest.mark.parametrize("made", [Parameters(0.6, 8.0, 0.9, 2.5), Parameters(2.0, 20.0, 0.5, 3.0)])
def test_the_fit_finds_back_what_made_the_data(made):
    chance = random.Random(3)
    found = bgnbd.fit(Counter(simulated(made, chance, 78.0) for _ in range(4000))).parameters

    assert found.r / found.alpha == pytest.approx(made.r / made.alpha, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(made.a / (made.a + made.b), rel=0.15)
    assert bgnbd.expected(found, 52) == pytest.approx(bgnbd.expected(made, 52), rel=0.05)


def test_weeks_or_days_make_the_same_model():
    chance = random.Random(5)
    weeks = Counter(simulated(PAPER, chance, 52.0) for _ in range(800))
    days = Counter({History(h.x, h.tx * 7, h.T * 7): n for h, n in weeks.items()})

    by_week, by_day = bgnbd.fit(weeks).parameters, bgnbd.fit(days).parameters

    assert by_day.r == pytest.approx(by_week.r, rel=1e-3)
    assert by_day.alpha == pytest.approx(by_week.alpha * 7, rel=1e-3)


def test_the_order_of_customers_changes_nothing():
    chance = random.Random(8)
    rows = [simulated(PAPER, chance, 39.0) for _ in range(300)]

    assert bgnbd.fit(Counter(rows)) == bgnbd.fit(Counter(reversed(rows)))


@pytest.mark.parametrize("counted", [{}, {History(0, 0.0, 10.0): 5}, {History(3, 2.0, 9.0): 0}])
def test_where_nobody_came_twice_nothing_can_be_learnt(counted):
    with pytest.raises(NothingToFit):
        bgnbd.fit(counted)


@pytest.mark.parametrize("wrong", [(-1, 0, 5), (1, 6, 5), (0, 2, 5), (2, 0, 5), (2, -1, 5), (1, 1, float("inf"))])
def test_a_history_that_nobody_can_have_is_refused(wrong):
    with pytest.raises(ValueError, match="not a history"):
        bgnbd.fit({History(*wrong): 1})


@pytest.mark.parametrize("wrong", [(0, 1, 1, 1), (1, -1, 1, 1), (1, 1, float("nan"), 1)])
def test_parameters_are_positive(wrong):
    with pytest.raises(ValueError, match="positive"):
        Parameters(*wrong)


def test_two_purchases_of_a_day_are_one_and_those_after_the_end_are_none():
    log = [
        " 00004 0001 19970101  2   29.33\r\n",
        " 00004 0001 19970101  1   10.00\r\n",
        " 00004 0001 19970115  1   14.96\r\n",
        " 00004 0001 19980101  1   14.96\r\n",
        " 00021 0002 19971001  3   63.34\r\n",
    ]

    assert histories(log, until=CDNOW_UNTIL) == {History(1, 2.0, 272 / 7): 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" 00004 0001 19970101 2 29.33\n garbage\n", "第 2 行：要是五列"),
        (" 00004 0001 19970230 2 29.33\n", "第 1 行：日期“19970230”不存在"),
        ("ID,frequency\n1,2\n", "缺少列：recency、t"),
        ("ID,frequency,recency,T\n1,2,9,3\n", "第 2 行：要满足"),
        ("ID,frequency,recency,T\n1,x,9,3\n", "第 2 行：frequency 要是整数"),
        ("ID,frequency,recency,T\n1,2\n", "第 2 行：只有 2 列"),
        ("ID,frequency,recency,T\n1,0,0,3\n", "没有一位客户来过第二次"),
        ("ID,frequency,recency,T\n", "没有客户"),
        ("", "没有客户"),
    ],
)
def test_a_file_that_cannot_be_fitted_says_why(tmp_path, text, words):
    path = tmp_path / "histories"
    path.write_text(text)

    with pytest.raises(CommandError, match=words):
        call_command("fit_bgnbd", str(path))
