"""RFM: the published table to the row, cuts by hand, small shops, and the same scores in SQL."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segments.enums import EightKinds, PublishedSegment
from segments.errors import CannotCut
from segments.querysets.picture import Given, _score
from segments.rules import rfm
from segments.rules.numbers import defaults
from segments.rules.rfm import Cuts, Measures, Scores
from tests.factories import TODAY
from tests.shared import shared

PUBLISHED_NAMES = ("customer_id", "recency_days", "transaction_count", "amount", "rfm_score", "segment")
AXES = (("recency_days", "recency"), ("transaction_count", "frequency"), ("amount", "monetary"))


def scored(*args, on="2006-12-31"):
    out = StringIO()
    path = shared("rfm_data_orders.csv")
    call_command("rfm", str(path), "--date", on, "--json", *args, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def published(name):
    return json.loads(shared("rfm_published.json").read_text())[name]


def test_the_published_rows_come_out_exactly():
    rows = {row["customer_id"]: row for row in scored(on=published("analysis_date"))["customers"]}
    ours = [{name: rows[row["customer_id"]][name] for name in PUBLISHED_NAMES} for row in published("published_rows")]

    assert ours == published("published_rows")
    assert len(rows) == published("customers")
    assert sum(row["transaction_count"] for row in rows.values()) == published("orders")


def test_the_published_segment_table_is_ours_row_for_row():
    ours = [{"name": str(r.segment), "r": [*r.r], "f": [*r.f], "m": [*r.m]} for r in rfm.PUBLISHED.rules]

    assert ours == published("segment_intervals")


def test_quantile_cuts_round_to_the_documented_thresholds():
    documented = published("documented_custom_thresholds")
    cuts = scored()["cuts"]

    assert {name: [round(cut) for cut in cuts[name]] for name in cuts} == {name: documented[name] for name in cuts}


def test_documented_thresholds_score_as_they_stand():
    fixed = published("documented_custom_thresholds")
    texts = [",".join(map(str, fixed[name])) for _, name in AXES]

    for row in scored("--fixed", *texts)["customers"]:
        days, times, yuan = (sum(row[measure] >= cut for cut in fixed[name]) for measure, name in AXES)
        scores = (row["recency_score"], row["frequency_score"], row["monetary_score"])
        assert scores == (5 - days, 1 + times, 1 + yuan)


@pytest.mark.parametrize(("on", "bins"), [("2007-06-30", 5), ("2006-12-31", 3), ("2006-06-30", 4), ("2006-12-31", 9)])
def test_other_days_and_bins_follow_the_written_rule(on, bins):
    answer = scored("--bins", str(bins), on=on)

    for measure, name in AXES:
        cuts = cuts_in_floats([row[measure] for row in answer["customers"]], bins)
        assert answer["cuts"][name] == pytest.approx(cuts)
        for row in answer["customers"]:
            reached = sum(row[measure] >= cut - 1e-9 for cut in cuts)
            assert row[f"{name}_score"] == (bins - reached if name == "recency" else 1 + reached)


def cuts_in_floats(values, bins):
    """Type 7 plus one, once more and differently."""
    values, cuts = sorted(values), []
    for place in range(1, bins):
        low, rest = divmod((len(values) - 1) * place, bins)
        cuts.append(values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * rest / bins + 1)
    return cuts


def test_ties_share_a_score_and_may_leave_bins_empty():
    many, few = Measures(10, 1, 1_00), Measures(20, 2, 99_00)
    cuts = rfm.cuts_from([many] * 8 + [few] * 2)

    assert (cuts.recency, cuts.frequency[:3]) == ((11, 11, 11, 13), (2, 2, 2))
    assert [rfm.scores_of(one, cuts) for one in (many, few)] == [Scores(5, 1, 1), Scores(1, 4, 5)]


@pytest.mark.parametrize(("bins", "score"), [(1, 111), (5, 511), (9, 911)])
def test_a_single_customer_is_recent_and_nothing_more_is_known(bins, score):
    one = Measures(40, 3, 500_00)

    assert rfm.scores_of(one, rfm.cuts_from([one], bins)).rfm == score


def test_nobody_cannot_be_cut():
    with pytest.raises(CannotCut):
        rfm.cuts_from([])


def test_a_value_on_a_threshold_belongs_to_the_bin_above():
    cuts = Cuts((10, 20), (2, 3), (100, 200))

    assert rfm.scores_of(Measures(9, 1, 99), cuts) == Scores(3, 1, 1)
    assert rfm.scores_of(Measures(10, 2, 100), cuts) == Scores(2, 2, 2)
    assert rfm.scores_of(Measures(20, 3, 200), cuts) == Scores(1, 3, 3)


def test_cuts_that_do_not_ascend_or_are_too_many_are_refused():
    for wrong in ((3, 2), tuple(range(9))):
        with pytest.raises(CannotCut):
            Cuts((), wrong, ())
    with pytest.raises(CannotCut):
        rfm.ascending([5, 5])


def test_the_first_rule_wins_and_else_others():
    assert rfm.segment_of(Scores(5, 5, 5), rfm.PUBLISHED) == PublishedSegment.CHAMPION
    assert rfm.segment_of(Scores(4, 4, 4), rfm.PUBLISHED) == PublishedSegment.POTENTIAL_LOYALIST
    assert rfm.segment_of(Scores(5, 5, 1), rfm.PUBLISHED) == PublishedSegment.OTHERS


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ((5, 5, 5), EightKinds.KEY_VALUE),
        ((5, 1, 5), EightKinds.KEY_GROW),
        ((1, 5, 5), EightKinds.KEY_KEEP),
        ((1, 1, 5), EightKinds.KEY_WIN_BACK),
        ((5, 5, 1), EightKinds.VALUE),
        ((5, 1, 1), EightKinds.GROW),
        ((1, 5, 1), EightKinds.KEEP),
        ((1, 1, 1), EightKinds.WIN_BACK),
        ((3, 3, 3), EightKinds.KEY_VALUE),
        ((2, 3, 2), EightKinds.KEEP),
    ],
)
def test_the_eight_kinds_part_by_halves(scores, kind):
    table = rfm.eight_kinds(Cuts((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4)))

    assert rfm.segment_of(Scores(*scores), table) == kind


# Others share the machine.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
measures = st.builds(Measures, st.integers(0, 900), st.integers(1, 30), st.integers(-300, 3000))


@patient
@given(st.lists(measures, min_size=1, max_size=40), st.integers(1, 9))
def test_frozen_cuts_score_whole_values_as_the_exact_ones(measured, bins):
    cuts = rfm.cuts_from(measured, bins)
    frozen = Cuts.of(json.loads(json.dumps(cuts.frozen())))

    assert [rfm.scores_of(one, frozen) for one in measured] == [rfm.scores_of(one, cuts) for one in measured]


@patient
@given(st.lists(measures, min_size=1, max_size=40), st.integers(1, 9))
def test_scores_stay_in_their_bins_and_never_turn_round(measured, bins):
    cuts = rfm.cuts_from(measured, bins)
    by_money = [rfm.scores_of(one, cuts).m for one in sorted(measured, key=lambda one: one.fen)]
    by_days = [rfm.scores_of(one, cuts).r for one in sorted(measured, key=lambda one: one.recency_days)]

    assert (by_money, by_days) == (sorted(by_money), sorted(by_days, reverse=True))
    assert {*by_money, *by_days} <= set(range(1, bins + 1))


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(measures, st.lists(measures, min_size=1, max_size=20), st.integers(2, 9))
def test_the_night_scores_in_sql_what_the_rules_score_in_python(one, measured, bins):
    cuts = rfm.cuts_from(measured, bins)
    asked = Given(TODAY, defaults(), cuts.frozen())
    day = "'{}'::date" if connection.vendor == "postgresql" else "'{}'"
    facts = (
        f"SELECT {day.format(TODAY - timedelta(days=one.recency_days))} AS last_visit_on, {day.format(TODAY)} AS today,"
        f" 0 AS opted_out, 1 AS lifetime_visits, {one.visits} AS visits, {one.fen} AS own_fen"
    )
    columns = ", ".join(_score(name, asked) for _, name in AXES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ({facts}) AS facts")
        found = cursor.fetchone()

    assert Scores(*found) == rfm.scores_of(one, cuts)
