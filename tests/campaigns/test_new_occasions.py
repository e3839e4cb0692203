"""Whom the occasions find, why, by which channel; and that none asks the database once per customer."""

from datetime import date, timedelta

import pytest

from campaigns.enums import TouchChannel
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.occasions.after_visit import round_of
from campaigns.occasions.revisit import CLERK, MANAGER, MUCH_FEN, OWNER, level_of
from campaigns.services import propose
from customers.enums import Channel, CustomerKind, Purpose
from customers.models import Customer, Interaction
from segments.models import Profile, SegmentPolicy
from segments.services import rebuild
from staff.enums import Role
from tests.campaigns.factories import TouchFactory, visited
from tests.factories import (
    TODAY,
    ConsentFactory,
    CustomerFactory,
    InteractionFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)

pytestmark = pytest.mark.django_db
CALL, WECHAT, VISIT = TouchChannel.CALL, TouchChannel.WECHAT, TouchChannel.VISIT
LIDONG, CHUNJIE = date(2026, 11, 7), date(2027, 2, 6)


def days(count):
    return timedelta(days=count)


def proposals(key, day=TODAY):
    return list(registry()[key].propose(day))


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def known(store, *, letter="C", tier="C", **facts):
    """A customer as a night has drawn them."""
    person = CustomerFactory(store=store, **{k: facts.pop(k) for k in ("salutation", "kind", "name") if k in facts})
    drawn = {"policy": SegmentPolicy.objects.current(), "computed_on": TODAY, "last_visit_on": TODAY - days(200)}
    Profile.objects.create(customer=person, letter=letter, value_tier=tier, **drawn | facts)
    return person


def touch_of(person, key, found, **facts):
    plan = {"cycle": found.cycle, "due_on": found.due_on, "not_after": found.not_after, "vehicle_id": found.vehicle_id}
    return loaded(TouchFactory(customer=person, occasion=key, order_id=found.order_id, **plan | facts))


@pytest.mark.parametrize(
    ("days_ago", "is_repair", "letter", "found"),
    [
        (0, False, "C", (1, 2)),
        (2, False, "C", (1, 2)),
        (3, False, "C", (3, 7)),
        (7, False, "C", (3, 7)),
        (8, False, "C", None),
        (3, True, "C", (1, 6)),
        (7, True, "A", (7, 10)),
        (10, True, "A", (7, 10)),
        (11, True, "A", None),
        (5, False, "D", (1, 7)),
        (8, True, "D", None),
    ],
)
def test_each_question_after_a_visit_lasts_until_the_next_begins(days_ago, is_repair, letter, found):
    assert round_of(days_ago, is_repair, letter) == found


@pytest.mark.parametrize(("letter", "channel"), [("A", CALL), ("B", CALL), ("C", WECHAT), ("", WECHAT)])
def test_a_repair_is_asked_after_again_on_the_seventh_day_by_grade(store, letter, channel):
    order = visited(store, days_ago=7, kind="repair", item="换水泵")
    rebuild(today=TODAY)
    Profile.objects.update(letter=letter)

    (ask,) = proposals("after_visit")

    assert (ask.cycle, ask.due_on, ask.channel) == (f"order:{order.pk}:7", TODAY, channel)
    script = registry()["after_visit"].script(touch_of(order.customer, "after_visit", ask, reason=ask.reason))
    assert "换水泵" in script.opening


@pytest.mark.parametrize(
    ("letter", "fen", "is_upset", "level"),
    [
        ("C", 0, False, CLERK),
        ("D", 0, False, CLERK),
        ("A", 0, False, MANAGER),
        ("C", MUCH_FEN, False, MANAGER),
        ("C", 0, True, MANAGER),
        ("A", MUCH_FEN, False, OWNER),
        ("A", 0, True, OWNER),
        ("A", MUCH_FEN, True, OWNER),
    ],
)
def test_the_ladder_is_climbed_by_grade_by_value_and_by_a_bad_answer(letter, fen, is_upset, level):
    assert level_of(letter, fen, is_upset=is_upset) == level


def test_a_month_after_a_visit_the_clerk_writes_and_for_the_best_the_manager_calls(store):
    plain, best = visited(store, days_ago=30).customer, visited(store, days_ago=30).customer
    rebuild(today=TODAY)
    Profile.objects.filter(customer=best).update(letter="A")

    found = {ask.customer_id: (ask.channel, ask.reason) for ask in proposals("revisit")}

    assert found == {
        plain.pk: (WECHAT, "10月22日做了小保养，满一个月：店员微信"),
        best.pk: (CALL, "10月22日做了小保养，满一个月：店长电话"),
    }
    assert registry()["revisit"].callers(CALL) == (Role.MANAGER, Role.OWNER)
    assert registry()["revisit"].callers(VISIT) == (Role.OWNER, Role.MANAGER)
    assert registry()["revisit"].callers(WECHAT) == ()


def test_a_month_after_rework_the_manager_calls_and_for_the_best_the_owner_comes(store):
    for letter in "CA":
        failed = visited(store, days_ago=60, kind="repair", item="换水泵")
        again = visited(store, days_ago=30, customer=failed.customer, kind=None)
        again.lines.create(position=1, name="换水泵", kind="repair", rework_of=failed.lines.get())
        rebuild(today=TODAY)
        Profile.objects.filter(customer=failed.customer).update(letter=letter)
        (ask,) = [ask for ask in proposals("revisit") if ask.order_id == again.pk]
        assert ask.channel == (CALL if letter == "C" else VISIT)
    assert ask.reason == "10月22日返工，重新做了换水泵，满一个月：老板登门"


def test_whoever_came_again_is_asked_after_the_latest_visit_only(store):
    customer = visited(store, days_ago=32).customer
    visited(store, days_ago=5, customer=customer)

    assert proposals("revisit") == []


def test_a_bad_answer_brings_the_manager_the_next_day_in_place_of_the_usual_step(store):
    order = visited(store, days_ago=31)
    talk = InteractionFactory(customer=order.customer, mood="unhappy", at=moment(TODAY - days(1)))

    (ask,) = proposals("revisit")

    assert (ask.cycle, ask.due_on, ask.channel) == (f"talk:{talk.pk}", TODAY, CALL)
    assert ask.reason == "11月20日不满意，还没安抚好：店长电话"
    touch = touch_of(order.customer, "revisit", ask, channel=ask.channel)
    occasion = registry()["revisit"]
    assert occasion.still_true([touch], TODAY) == {touch.pk}
    Interaction.objects.update(settled_at=moment(TODAY))
    assert occasion.still_true([touch], TODAY) == set()
    # The talk is a conversation too: the usual step waits until it is a week old.
    assert [again.cycle for again in proposals("revisit", TODAY + days(6))] == [f"order:{order.pk}"]


def test_the_script_of_somebody_let_down_begins_with_an_apology(store):
    person = known(store, unsettled=1)
    touch = loaded(TouchFactory(customer=person, occasion="revisit", cycle="talk:1", channel=CALL))

    assert "对不起" in registry()["revisit"].script(touch).opening


def test_a_solar_term_and_a_festival_are_written_singly_to_the_best_only(store):
    best = known(store, letter="A", tier="A", salutation="王哥")
    known(store, letter="B", tier="B")
    known(store, letter="A", tier="A", kind=CustomerKind.UNIT)

    (term,) = proposals("solar_term", LIDONG)
    (feast,) = proposals("festival", CHUNJIE)

    assert (term.customer_id, term.cycle, term.channel) == (best.pk, "lidong:2026", None)
    assert (feast.customer_id, feast.cycle, feast.reason) == (best.pk, "chunjie:2027", "2月6日春节，单独问候一句")
    occasion = registry()["festival"]
    touch = touch_of(best, "festival", feast)
    assert occasion.message(touch).startswith("王哥您好，给您拜年啦！")
    assert occasion.message(touch).endswith("——惠州一店")
    assert occasion.still_true([touch], CHUNJIE) == {touch.pk}


@pytest.mark.parametrize("day", [date(2027, 2, 5), date(2026, 8, 27), date(2026, 5, 10), date(2026, 2, 14)])
def test_days_that_are_not_everybodys_are_never_wished_to_one_person(store, day):
    known(store, letter="A", tier="A")

    assert [wish for wish in proposals("festival", day) if wish.due_on == day] == []


def test_a_tip_is_given_in_its_four_months(store):
    known(store, letter="A", tier="A")

    found = [tip.cycle for month in (2, 5, 10, 11) for tip in proposals("season", date(2026, month, 15))]

    assert found == ["tip_summer:2026", "tip_autumn:2026", "tip_winter:2026"]
    assert [tip.cycle for tip in proposals("season", date(2026, 2, 3))] == ["tip_spring:2026"]


@pytest.mark.parametrize(("letter", "channel"), [("A", CALL), ("B", WECHAT), ("C", WECHAT), ("D", None)])
def test_the_anniversary_of_the_first_visit_by_grade(store, letter, channel):
    person = known(store, letter=letter, first_visit_on=date(2021, 11, 21))

    found = [(wish.customer_id, wish.cycle, wish.channel, wish.reason) for wish in proposals("first_visit")]

    words = "第一次来店 2021-11-21，今天满5年"
    assert found == ([(person.pk, "2026", channel, words)] if channel else [])


def test_the_day_a_car_got_its_plate_is_its_birthday(store):
    person = known(store, letter="B")
    car = VehicleFactory(owner=person, plate="粤LA8888", registered_on=date(2020, 11, 21))
    VehicleFactory(owner=person, registered_on=date(2026, 11, 21))

    (wish,) = proposals("car_day")

    assert (wish.cycle, wish.vehicle_id) == (f"{car.pk}:2026", car.pk)
    assert wish.reason == "粤LA8888 2020-11-21 上牌，今天满6年"
    touch = touch_of(person, "car_day", wish)
    assert registry()["car_day"].still_true([touch], TODAY) == {touch.pk}
    assert "满6岁" in registry()["car_day"].script(touch).opening


def test_the_29th_of_february_is_kept_on_the_28th_of_a_common_year(store):
    known(store, letter="B", first_visit_on=date(2024, 2, 29))

    assert [wish.due_on for wish in proposals("first_visit", date(2027, 2, 28))] == [date(2027, 2, 28)]
    assert [wish.cycle for wish in proposals("first_visit", date(2028, 2, 29))] == ["2028"]


def test_who_stays_away_beyond_their_rhythm_is_greeted_by_hand_without_consent(store):
    person = known(store, rhythm="at_risk", at_risk_on=TODAY - days(2), interval_days=90)

    (ask,) = proposals("at_risk")

    assert registry()["at_risk"].purpose == Purpose.CARE
    assert (ask.customer_id, ask.cycle, ask.channel) == (person.pk, "2026-11-19", WECHAT)
    assert ask.reason == "最近一次 2026-05-05，平常约 90 天来一次：要流失"
    assert proposals("win_back") == []


def test_the_lost_are_asked_back_only_with_their_consent(store):
    agreed = known(store, rhythm="lost", lost_on=TODAY - days(2))
    known(store, rhythm="lost", lost_on=TODAY - days(2))
    Profile.objects.update(rhythm="lost", lost_on=TODAY - days(2))
    ConsentFactory(customer=agreed)

    propose(today=TODAY)

    assert list(Touch.objects.filter(occasion="win_back").values_list("customer", flat=True)) == [agreed.pk]
    touch = loaded(Touch.objects.get(occasion="win_back"))
    words = registry()["win_back"].message(touch)
    assert "惠州一店" in words and "退订" in words


def test_whoever_has_agreed_to_come_is_not_asked_where_they_are(store):
    known(store, rhythm="at_risk", at_risk_on=TODAY, next_on=TODAY + days(3))

    assert proposals("at_risk") == []


def test_a_new_customer_is_welcomed_once_the_day_after(store):
    person = known(store, first_visit_on=TODAY - days(1))

    (hello,) = proposals("welcome")

    assert (hello.customer_id, hello.cycle, hello.due_on) == (person.pk, "first", TODAY)
    touch = touch_of(person, "welcome", hello)
    assert registry()["welcome"].still_true([touch], TODAY) == {touch.pk}
    assert "11月20日第一次来" in registry()["welcome"].message(touch)


def test_ended_and_unreachable_people_are_never_found(store):
    gone, mute = known(store, letter="A", tier="A"), known(store, letter="A", tier="A")
    facts = {"first_visit_on": TODAY - days(1), "rhythm": "at_risk", "at_risk_on": TODAY, "letter": "A"}
    Profile.objects.update(**facts)
    Customer.objects.filter(pk=gone.pk).update(ended_at=moment(TODAY), ended_as="closed")
    mute.contact_points.update(ended_at=moment(TODAY))

    keys = set(registry()) - {"insurance"}
    assert [ask for key in keys for ask in proposals(key)] == []


def one_of_each(store):
    """Somebody whom nearly every occasion finds on TODAY."""
    person = known(store, letter="A", tier="A", rhythm="at_risk", at_risk_on=TODAY, interval_days=90)
    car = VehicleFactory(owner=person, registered_on=date(2020, 11, 21), insured_until=TODAY + days(7))
    ServiceOrderFactory(customer=person, store=store, vehicle=car, opened_on=TODAY - days(1))
    Customer.objects.filter(pk=person.pk).update(birthday_calendar="solar", birth_month=11, birth_day=21)
    InteractionFactory(customer=person, mood="unhappy", channel=Channel.CALL, at=moment(TODAY - days(1)))


QUERIES = {key: (1, TODAY) for key in ("birthday", "after_visit", "insurance", "at_risk")} | {
    "revisit": (2, TODAY),
    "welcome": (1, TODAY),
    "first_visit": (1, TODAY),
    "car_day": (1, TODAY),
    "festival": (1, CHUNJIE),
    "solar_term": (1, LIDONG),
    "season": (1, date(2026, 11, 15)),
    "win_back": (1, TODAY),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("key", QUERIES)
def test_the_number_of_queries_does_not_grow(store, key, count, django_assert_num_queries):
    for _ in range(count):
        one_of_each(store)
    facts = {
        "welcome": {"first_visit_on": TODAY - days(1)},
        "first_visit": {"first_visit_on": date(2020, 11, 21)},
        "win_back": {"rhythm": "lost", "lost_on": TODAY},
    }
    if key in ("at_risk", "win_back"):  # put off by any conversation
        Interaction.objects.all().delete()
    Profile.objects.update(letter="A", **{"rhythm": "at_risk", "at_risk_on": TODAY} | facts.get(key, {}))
    queries, day = QUERIES[key]

    with django_assert_num_queries(queries):
        assert len(proposals(key, day)) == count


@pytest.mark.parametrize("key", QUERIES)
def test_still_true_asks_a_fixed_number_of_times(store, key, django_assert_max_num_queries):
    people = [known(store) for _ in range(3)]
    touches = [loaded(TouchFactory(customer=person, occasion=key, cycle="talk:1")) for person in people]

    with django_assert_max_num_queries(2):
        registry()[key].still_true(touches, TODAY)
