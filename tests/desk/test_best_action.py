"""The one next best action: the order always holds, a dismissal lasts until the fact changes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from customers.enums import ProfileItem
from desk.enums import ActionKind
from desk.rules.best_action import (
    EndingFact,
    Facts,
    PromiseFact,
    TouchFact,
    UnhappyFact,
    WarningFact,
    best_action,
    days_left_words,
    is_ending,
    proposals,
)
from desk.rules.questions import QUESTIONS, Gap, by_worth
from tests.factories import moment

TODAY = date(2026, 11, 21)
NOON = moment(date(2026, 11, 20), 12)
WARNING = WarningFact(1, "前刹车片只剩 2 毫米", "粤L8K952", is_safety=True, is_here=True, vehicle_pk=9)
PROMISE = PromiseFact(2, "送他到办公室", NOON)
UNHAPPY = UnhappyFact(3, "等了两个小时", NOON)
TOUCH = TouchFact(4, "保养后第 3 天回访", TODAY, priority=20)
INSURANCE = EndingFact(9, "粤L8K952", ActionKind.INSURANCE, TODAY + timedelta(days=12))
INSPECTION = EndingFact(9, "粤L8K952", ActionKind.INSPECTION, TODAY + timedelta(days=5))
ALL = Facts(
    (WARNING,), (PROMISE,), (UNHAPPY,), (TOUCH,), (INSURANCE, INSPECTION), (Gap(ProfileItem.BIRTHDAY, purpose="问候"),)
)
# Touches, insurance and inspection are all "due today": one step of the order.
STEP = {
    ActionKind.WARNING: 0, ActionKind.PROMISE: 1, ActionKind.UNHAPPY: 2, ActionKind.TOUCH: 3, ActionKind.INSURANCE: 3,
    ActionKind.INSPECTION: 3, ActionKind.ASK: 4,
}  # fmt: skip

ids = st.integers(1, 50)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
moments = st.dates(date(2026, 1, 1), date(2026, 11, 20)).map(moment)
facts = st.builds(
    Facts,
    warnings=st.lists(st.builds(WarningFact, ids, st.just("漏油"), st.just(""), st.booleans(), st.booleans())).map(
        tuple
    ),
    broken=st.lists(st.builds(PromiseFact, ids, st.just("回电"), moments)).map(tuple),
    unhappy=st.lists(st.builds(UnhappyFact, ids, st.text(max_size=5), moments)).map(tuple),
    touches=st.lists(st.builds(TouchFact, ids, st.just("回访"), days, st.integers(1, 50))).map(tuple),
    endings=st.lists(
        st.builds(EndingFact, ids, st.just(""), st.sampled_from([ActionKind.INSURANCE, ActionKind.INSPECTION]), days)
    ).map(tuple),
    missing=st.lists(
        st.builds(
            Gap,
            st.sampled_from(ProfileItem),
            st.none() | ids,
            days.map(str),
            st.booleans(),
            st.just("省时间"),
            st.just("有用"),
        )
    ).map(tuple),
)


@given(facts)
def test_the_order_always_holds(known):
    steps = [STEP[action.kind] for action in proposals(known, today=TODAY)]

    assert steps == sorted(steps)


@given(facts)
def test_something_is_proposed_whenever_there_is_anything_and_nothing_else_is(known):
    action = best_action(known, today=TODAY)
    pressing = known.warnings or known.broken or known.unhappy or known.missing

    assert action is not None or not pressing
    if action:
        assert action.title and action.why and action.subject


@given(facts, st.data())
def test_what_was_dismissed_is_not_proposed_and_the_next_one_is(known, data):
    every = [action.subject for action in proposals(known, today=TODAY)]
    dismissed = set(data.draw(st.lists(st.sampled_from(every)))) if every else set()

    action = best_action(known, today=TODAY, dismissed=dismissed)

    assert (action.subject if action else None) == next((s for s in every if s not in dismissed), None)


@given(facts)
def test_subjects_fit_their_column(known):
    assert all(len(action.subject) <= 80 for action in proposals(known, today=TODAY))


def test_read_aloud_from_the_top():
    kinds = [action.kind for action in proposals(ALL, today=TODAY)]

    assert kinds == ["warning", "promise", "unhappy", "touch", "inspection", "insurance", "ask"]


def test_a_safety_warning_comes_before_any_other_and_the_car_that_is_here_before_the_rest():
    plain_here = WarningFact(2, "右后门响", "粤L1", is_safety=False, is_here=True)
    safety_away = WarningFact(3, "轮胎鼓包", "粤L2", is_safety=True, is_here=False)
    safety_here = WarningFact(4, "刹车油少", "粤L1", is_safety=True, is_here=True)

    order = [action.pk for action in proposals(Facts(warnings=(plain_here, safety_away, safety_here)), today=TODAY)]

    assert order == [4, 3, 2]


def test_a_touch_of_tomorrow_can_wait():
    tomorrow = TouchFact(4, "回访", TODAY + timedelta(days=1), priority=1)

    assert best_action(Facts(touches=(tomorrow,)), today=TODAY) is None


def test_the_smaller_priority_is_said_first():
    late, first = TouchFact(1, "保险", TODAY, priority=30), TouchFact(2, "生日", TODAY, priority=10)

    assert best_action(Facts(touches=(late, first)), today=TODAY).pk == 2


def test_a_renewed_insurance_ends_its_dismissal():
    subject = best_action(Facts(endings=(INSURANCE,)), today=TODAY).subject
    renewed = EndingFact(9, "粤L8K952", ActionKind.INSURANCE, INSURANCE.until + timedelta(days=1))

    assert best_action(Facts(endings=(INSURANCE,)), today=TODAY, dismissed={subject}) is None
    assert best_action(Facts(endings=(renewed,)), today=TODAY, dismissed={subject}) is not None


def test_a_new_reading_that_grew_old_is_asked_for_again():
    first = Facts(missing=(Gap(ProfileItem.KM, 9, "2025-01-01", is_stale=True),))
    later = Facts(missing=(Gap(ProfileItem.KM, 9, "2026-03-01", is_stale=True),))
    subject = best_action(first, today=TODAY).subject

    assert best_action(first, today=TODAY, dismissed={subject}) is None
    assert best_action(later, today=TODAY, dismissed={subject}) is not None


def test_every_item_has_one_question_and_the_most_useful_is_asked_first():
    assert [question.item for question in QUESTIONS] == list(dict.fromkeys(question.item for question in QUESTIONS))
    assert {question.item for question in QUESTIONS} == set(ProfileItem)
    missing = tuple(Gap(question.item) for question in reversed(QUESTIONS))
    assert best_action(Facts(missing=missing), today=TODAY).item == ProfileItem.PHONE


def test_what_is_not_known_comes_before_what_is_half_known_and_that_before_what_wants_a_nod():
    nod = Gap(ProfileItem.PHONE, is_stale=True, value="5678")
    half = Gap(ProfileItem.INSURED_UNTIL, 9, "2027-01-01", value="2027-01-01")
    old_reading = Gap(ProfileItem.KM, 9, "2025-01-01", is_stale=True)
    unknown = Gap(ProfileItem.EMERGENCY)

    assert by_worth([nod, half, unknown, old_reading]) == [old_reading, unknown, half, nod]
    assert [gap.may_stay for gap in (nod, half, old_reading, unknown)] == [True, False, False, False]
    assert (nod.words, half.words) == ("您的手机还是尾号 5678 吗？", "保险是哪家公司的？")


def test_a_dismissal_of_part_one_still_names_the_same_gap():
    subjects = [Gap(ProfileItem.BIRTHDAY).subject, Gap(ProfileItem.KM, 9, "2025-01-01", is_stale=True).subject]

    assert subjects == ["ask:birthday", "ask:km:9:2025-01-01"]


def test_words_for_days_left():
    words = [days_left_words(TODAY + timedelta(days=n), today=TODAY) for n in (12, 0, -3)]

    assert words == ["还有 12 天", "今天到期", "已过期 3 天"]


def test_an_expiry_is_worth_a_word_from_sixty_days_before():
    near = [is_ending(TODAY + timedelta(days=n), today=TODAY) for n in (61, 60, 0, -180, -181)]

    assert near == [False, True, True, True, False]
