"""Worked customers for every cell and stage, by the numbers every shop starts with."""

from datetime import timedelta

import pytest

from segments.rules.axes import ATTITUDE, AXES, BEHAVIOUR, DIGIT, FUNNEL, LETTER, LOYALTY, RHYTHM, STAGE, VALUE
from segments.rules.numbers import defaults
from segments.rules.tables import Op, decide
from segments.rules.why import because
from tests.factories import TODAY

AHEAD, PAST = TODAY + timedelta(days=20), TODAY - timedelta(days=20)
DAYS = {one.fact for table in AXES for row in table.rows for one in row.conditions if one.op in (Op.REACHED, Op.AHEAD)}
# Somebody who came five times, keeps to their interval, and of whose feelings nothing is known.
USUAL = dict.fromkeys(DAYS) | {
    "opted_out": 0, "visits": 5, "lifetime_visits": 8, "visit_days": 8, "ticket_fen": 60_000, "came_back": 0,
    "unsettled": 0, "unhappy": 0, "doubts": 0, "reworks": 0, "good": 0, "introduced": 0, "brought": 0,
    "kept": 1, "levels": 3, "due_here": 0, "due_works": 0, "due_share": None,
    "hand_letter": None, "hand_digit": None, "hand_stage": None,
    "cooling_on": AHEAD, "at_risk_on": AHEAD, "lost_on": AHEAD, "months_lost_on": AHEAD,
}  # fmt: skip
STRANGER = {"visits": 0, "lifetime_visits": 0, "visit_days": 0, "ticket_fen": None, "kept": 0} | dict.fromkeys(
    ("cooling_on", "at_risk_on", "lost_on", "months_lost_on")
)
COOLING = {"cooling_on": PAST}
AT_RISK = COOLING | {"at_risk_on": PAST}
LOST = AT_RISK | {"lost_on": PAST}
ONCE = {"lifetime_visits": 1, "visit_days": 1}
CAME_BACK = {"came_back": 1}
HAPPY, ANGRY, BROUGHT = {"good": 2}, {"unsettled": 1}, {"introduced": 1, "brought": 1}
SOON = {"ending_soon_on": PAST, "ending_over_on": AHEAD}
ELSEWHERE = {"due_here": 1, "due_works": 4, "due_share": 25}
BEST = {"visits": 6, "ticket_fen": 100_000}
LATELY = {"interest_until": AHEAD}


def judged(*changes, levels=3, **more):
    """Every axis of a customer who differs from the usual one."""
    facts = dict(USUAL) | {"levels": levels}
    for change in (*changes, more):
        facts |= change
    for table in AXES:
        facts[table.axis] = decide(table, facts, defaults() | {"levels": levels}, today=TODAY).outcome
    return facts


@pytest.mark.parametrize(
    ("rhythm", "changes"),
    [
        ("active", [{}, {"lifetime_visits": 1}, BROUGHT]),
        ("cooling", [COOLING, COOLING | {"cooling_on": TODAY}, COOLING | CAME_BACK]),
        ("at_risk", [AT_RISK, AT_RISK | {"at_risk_on": TODAY}, ONCE | LOST]),
        ("lost", [LOST, LOST | {"lost_on": TODAY}, ONCE | {"months_lost_on": TODAY}]),
        ("won_back", [CAME_BACK, CAME_BACK | {"visits": 1}, CAME_BACK | BROUGHT]),
        ("", [STRANGER, STRANGER | BROUGHT, LOST | {"opted_out": 1}]),
    ],
)
def test_rhythm(rhythm, changes):
    assert [judged(change)["rhythm"] for change in changes] == [rhythm] * 3


@pytest.mark.parametrize(
    ("loyalty", "changes"),
    [
        ("true", [HAPPY, BROUGHT, BROUGHT | COOLING]),
        ("latent", [HAPPY | ELSEWHERE, BROUGHT | LOST, HAPPY | AT_RISK]),
        ("inertia", [ANGRY | {"due_here": 4, "due_works": 10, "due_share": 40}, {"reworks": 2}, {"doubts": 3} | HAPPY]),
        ("none", [ANGRY | ELSEWHERE, {"unhappy": 2} | LOST, {"doubts": 2} | AT_RISK]),
        ("unknown", [HAPPY | {"reworks": 1}, {"good": 1}, BROUGHT | {"lifetime_visits": 1, "visits": 1}]),
    ],
)
def test_loyalty(loyalty, changes):
    assert [judged(change)["loyalty"] for change in changes] == [loyalty] * 3


def test_whoever_comes_often_and_has_the_maintenance_done_elsewhere_is_not_loyal_by_what_they_do():
    few = {"due_here": 0, "due_works": 3, "due_share": 0}

    assert [judged(one)["behaviour"] for one in ({}, few, ELSEWHERE, ELSEWHERE | {"due_share": 40})] == [
        "high", "high", "low", "high",
    ]  # fmt: skip
    assert judged(ELSEWHERE, lifetime_visits=1)["behaviour"] == "unknown"


def test_one_complaint_in_a_year_is_no_verdict_and_an_unsettled_one_outweighs_introductions():
    assert judged({"unhappy": 1})["attitude"] == "unknown"
    assert judged(BROUGHT, ANGRY)["attitude"] == "low"


def test_a_refusal_of_marketing_is_no_fact_of_any_axis():
    used = {condition.fact for table in AXES for row in table.rows for condition in row.conditions}

    assert not {fact for fact in used if "refus" in fact or "consent" in fact}


@pytest.mark.parametrize(
    ("letter", "changes"),
    [
        ("A", [BEST, {"visits": 9} | BROUGHT, {"visits": 3, "ticket_fen": 200_000} | BROUGHT]),
        ("B", [{"visits": 7}, {"ticket_fen": 150_000}, BROUGHT]),
        ("C", [{}, {"visits": 3, "ticket_fen": None}, {"visits": 1, "ticket_fen": 300_000}]),
        ("D", [{"visits": 2}, {"visits": 0} | LOST, {"visits": 1, "ticket_fen": None}]),
        ("", [STRANGER, {"opted_out": 1}, STRANGER | BROUGHT]),
    ],
)  # fmt: skip
def test_the_letter_is_how_much_somebody_matters(letter, changes):
    assert [judged(change)["letter"] for change in changes] == [letter] * 3


@pytest.mark.parametrize(
    ("digit", "changes"),
    [
        (1, [COOLING | BROUGHT, ANGRY | LATELY, SOON | {"next_on": AHEAD}]),
        (2, [COOLING, LATELY, SOON]),
        (3, [{}, LOST, {"ending_soon_on": PAST, "ending_over_on": PAST}]),
    ],
)
def test_the_digit_is_how_urgent_and_how_interested(digit, changes):
    assert [judged(change)["digit"] for change in changes] == [digit] * 3


def test_a_shop_may_have_a_fourth_level_for_whoever_is_lost_and_shows_no_interest():
    assert [judged(change, levels=4)["digit"] for change in (LOST, LOST | BROUGHT, {})] == [4, 2, 3]


@pytest.mark.parametrize(
    ("stage", "changes"),
    [
        ("fan", [STRANGER, STRANGER | {"good": 3}, STRANGER | BROUGHT]),
        ("member", [{"visits": 2}, {"visits": 1, "lifetime_visits": 1}, LOST]),
        ("base", [{}, {"visits": 3}, CAME_BACK]),
        ("koc", [BROUGHT, {"brought": 2, "visits": 1}, {"brought": 5, "visits": 2}]),
        ("partner", [{"brought": 3}, {"brought": 9, "visits": 12}, {"brought": 3} | AT_RISK]),
        ("", [{"opted_out": 1}, {"opted_out": 1} | STRANGER, {"opted_out": 1} | BROUGHT]),
    ],
)
def test_lifecycle(stage, changes):
    assert [judged(change)["stage"] for change in changes] == [stage] * 3


@pytest.mark.parametrize(
    ("words", "changes", "grade"),
    [
        ({"hand_letter": "A"}, {}, ("A", 3)),
        ({"hand_letter": "D"}, BEST, ("D", 3)),
        ({"hand_letter": "B"}, STRANGER, ("B", 3)),
        ({"hand_digit": 1}, {}, ("C", 1)),
        ({"hand_letter": "A", "hand_digit": 2}, ANGRY | LATELY, ("A", 2)),
        ({"hand_digit": 1}, STRANGER, ("", 0)),
        ({"hand_digit": 4}, {}, ("C", 3)),
        ({"hand_digit": 4, "levels": 4}, {}, ("C", 4)),
        ({"hand_letter": "A", "hand_digit": 1, "opted_out": 1}, {}, ("", 0)),
    ],
)  # fmt: skip
def test_a_persons_word_on_the_grade_wins_over_the_rules(words, changes, grade):
    found = judged(changes, words, levels=words.get("levels", 3))

    assert (found["letter"], found["digit"]) == grade


@pytest.mark.parametrize(
    ("word", "changes", "stage"),
    [
        ("koc", {}, "koc"),
        ("koc", {"visits": 1, "lifetime_visits": 1}, "koc"),
        ("partner", {}, "partner"),
        ("base", {"brought": 5}, "base"),
        ("member", {"brought": 5}, "member"),
        # The rules of entry and exit bind a person's word too.
        ("partner", {"visits": 2}, "member"),
        ("base", {"visits": 2}, "member"),
        ("partner", {"visits": 2} | BROUGHT, "koc"),
        ("partner", STRANGER, "fan"),
        ("koc", LOST, "member"),
        ("koc", {"opted_out": 1}, ""),
    ],
)
def test_a_persons_word_on_the_stage_counts_while_its_conditions_hold(word, changes, stage):
    assert judged(changes, hand_stage=word)["stage"] == stage


def test_whoever_is_lost_leaves_the_higher_stages():
    assert [judged({"brought": 3}, change)["stage"] for change in ({}, LOST)] == ["partner", "member"]


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        (1, [STRANGER, {"kept": 0}, {"kept": 0, "next_on": AHEAD}]),
        (2, [{}, HAPPY, {"card_until": PAST}]),
        (3, [{"prepaid_over_on": AHEAD} | COOLING, {"voucher_over_on": AHEAD} | AT_RISK, {"card_until": AHEAD} | LOST]),
        (4, [{"next_on": AHEAD}, {"card_until": AHEAD}, {"card_until": AHEAD} | CAME_BACK]),
        (5, [{"next_on": AHEAD} | BROUGHT, {"card_until": AHEAD} | BEST, {"card_until": AHEAD, "brought": 3}]),
    ],
)  # fmt: skip
def test_the_funnel_takes_one_step_after_another(step, changes):
    assert [judged(change)["funnel"] for change in changes] == [step] * 3


@pytest.mark.parametrize(
    ("table", "changes", "with_money", "words"),
    [
        (VALUE, {"visits": 7, "ticket_fen": 120_000}, True, "24 个月到店 7 次（6 次起），每次自费 ¥1,200（¥1,000 起）"),
        (VALUE, {"visits": 7, "ticket_fen": 120_000}, False, "24 个月到店 7 次（6 次起），客单价高"),
        (VALUE, STRANGER, True, "还没来过"),
        (RHYTHM, LOST, True, f"{PAST.isoformat()} 起过了自己间隔的 200%"),
        (RHYTHM, ONCE | {"months_lost_on": PAST}, True, f"只来过一次，{PAST.isoformat()} 起超过 6 个月没来"),
        (BEHAVIOUR, LOST, True, "节奏已流失"),
        (BEHAVIOUR, ELSEWHERE, True, "24 个月该做的保养 4 项（4 项起），在本店做的占 25%"),
        (ATTITUDE, {"doubts": 2}, True, "一年内嫌贵 2 次（2 次起）"),
        (LOYALTY, HAPPY, True, "行为高，态度高"),
        (LETTER, {"visits": 7} | BROUGHT, True, "价值 B，介绍来 1 人"),
        (DIGIT, COOLING | BROUGHT, True, "眼下有急事，近来有来往"),
        (STAGE, {"brought": 2}, True, "介绍来并到过店 2 人（1 人起）"),
        (ATTITUDE, {"reworks": 2} | HAPPY, True, "一年内返工 2 次（2 次起）"),
        (FUNNEL, {"next_on": AHEAD}, True, f"约好 {AHEAD.isoformat()} 再来，节奏正常"),
        (FUNNEL, {"card_until": AHEAD}, True, f"卡券有效到 {AHEAD.isoformat()}，节奏正常"),
        (FUNNEL, {"prepaid_over_on": AHEAD}, True, "会员卡还有余额或次数，节奏正常"),
        (FUNNEL, {"voucher_over_on": AHEAD}, True, "有代金券没用，节奏正常"),
    ],
)
def test_why_in_one_line(table, changes, with_money, words):
    assert because(table, judged(changes), defaults(), today=TODAY, with_money=with_money) == words


@pytest.mark.parametrize("table", AXES, ids=lambda table: table.axis)
def test_every_row_of_every_axis_can_say_why(table):
    facts = judged()
    for row in (*table.rows, table.otherwise):
        assert row.says or all(condition.fact in facts for condition in row.conditions)
