"""A friend came through somebody: what follows from visits, money, doubts and decisions, and who is thanked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from customers.enums import CustomerKind, EndedAs, HouseholdKind
from customers.models import Customer, Household, HouseholdMember, Introduction
from referrals.enums import RewardState
from referrals.errors import (
    CannotDecideReferral,
    IntroducedInACircle,
    MoreThanOneLevel,
    NobodyFound,
    RewardOver,
    SecondReferrer,
)
from referrals.models import PointAccount, PointTransaction, Programme, Referral, ReferralMove, Reward
from referrals.services import (
    advance,
    approve_referral,
    code_of,
    hand_reward,
    introduce,
    refuse_referral,
    settle_owed,
    start_programme,
)
from tests.factories import TODAY, CustomerFactory, UserFactory, moment
from tests.referrals.shop import bring, nights, pay, phone_of, programme_of, regular
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=7)


@pytest.fixture
def promised(programme, store):
    return programme_of(store)


@pytest.fixture
def zhang(store):
    return regular(store, name="老张")


@pytest.fixture
def friend(store):
    return CustomerFactory(store=store, name="小周")


@pytest.fixture
def referral(promised, zhang, friend, store, front_desk):
    return bring(zhang, friend, store=store, by=front_desk)


def points(customer):
    return PointAccount.objects.held_by(customer)["available"]


def state(referral):
    return Referral.objects.get(pk=referral.pk).state


def path(referral):
    return [(move.state, move.reasons) for move in ReferralMove.objects.filter(referral=referral)]


def test_the_whole_way_from_a_name_at_the_desk_to_two_thanks(referral, zhang, friend):
    pay(friend)
    nights(TODAY, LATER + timedelta(days=2))

    assert path(referral) == [
        ("arrived", ["registered"]),
        ("visited", ["came"]),
        ("qualified", ["paid"]),
        ("held", ["waiting"]),
        ("rewarded", ["clear"]),
    ]
    assert points(zhang) == 200
    assert [(one.side, one.size, one.state) for one in Reward.objects.order_by("side")] == [
        ("friend", "¥30", "due"),
        ("referrer", "200 分", "given"),
    ]


def test_nothing_is_paid_a_day_too_early(referral, zhang, friend):
    pay(friend)

    nights(TODAY, LATER - timedelta(days=1))

    assert (state(referral), points(zhang), Reward.objects.count()) == ("held", 0, 0)


@pytest.mark.parametrize("fen", [9_999, None])
def test_a_first_order_below_the_minimum_is_not_thanked_nor_is_a_later_one(referral, friend, fen):
    pay(friend, fen)
    if fen:
        pay(friend, 99_000, on=TODAY + timedelta(days=1))

    nights(TODAY, LATER + timedelta(days=3))

    assert state(referral) == "visited"


def test_who_does_not_come_in_time_is_no_longer_waited_for(referral):
    advance(today=TODAY + timedelta(days=90))
    assert state(referral) == "arrived"

    advance(today=TODAY + timedelta(days=91))

    assert path(referral)[-1] == ("refused", ["lapsed"])


def test_what_the_insurer_pays_is_not_the_friends_own_money(referral, friend):
    pay(friend, 30_000, insurer_fen=25_000)

    nights(TODAY, LATER)

    assert state(referral) == "visited"


# One paid level


def test_nobody_further_up_gets_anything_by_any_path(promised, zhang, friend, store, front_desk, manager):
    zhou = bring(zhang, friend, store=store, by=front_desk)
    pay(friend)
    nights(TODAY, LATER)
    third = CustomerFactory(store=store, name="小吴")
    later = bring(friend, third, store=store, by=front_desk, today=LATER)
    pay(third, on=LATER)

    nights(LATER, LATER + timedelta(days=8))

    assert {state(zhou), state(later)} == {"rewarded"}
    assert points(zhang) == 200
    assert points(friend) == 200
    # By the settings:
    with pytest.raises(MoreThanOneLevel, match="朋友再带朋友时，由那位朋友自己得谢礼"):
        start_programme(stores=[store], terms=[], by=manager, today=TODAY, paid_levels=2, name="两层")
    # By hand:
    with pytest.raises(SecondReferrer):
        introduce(third, typed=phone_of(zhang), store=store, by=front_desk, today=LATER, now=moment(LATER))
    # By rows: there is no column for anybody else, no third side, no second of a kind, no second introducer.
    for row in (
        lambda: Introduction.objects.create(introducer=zhang, introduced=third),
        lambda: Referral.objects.create(
            introduction=later.introduction, programme=promised, store=store, arrived_on=TODAY
        ),
        lambda: Reward.objects.create(referral=later, side="upline", form="gift", size="茶叶", made_on=TODAY),
        lambda: Reward.objects.create(referral=later, side="referrer", form="gift", size="茶叶", made_on=TODAY),
        lambda: Programme.objects.filter(pk=promised.pk).update(paid_levels=2),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row()
    about_people = {"introduction", "entered_by", "decided_by", "handed_by", "referral", "transaction", "voucher"}
    keys = {field.name for model in (Referral, Reward) for field in model._meta.fields if field.is_relation}
    assert keys - about_people == {"programme", "store"}


@pytest.mark.parametrize("column", ["side", "referral_id"])
def test_a_raw_insert_of_pay_for_somebody_above_is_refused(referral, column):
    values = {"side": "upline", "referral_id": referral.pk}
    if column == "referral_id":
        values = {"side": "referrer", "referral_id": None}

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_reward (referral_id, side, form, size, state, made_on, receipt) "
            "VALUES (%s, %s, 'gift', '茶叶', 'due', '2026-11-21', '')",
            [values["referral_id"], values["side"]],
        )


# Twice is once


def test_every_night_again_and_every_verb_twice_is_once(referral, zhang, friend, manager):
    pay(friend, 10_000)
    for _ in range(3):
        advance(today=TODAY)
    assert (state(referral), len(path(referral))) == ("held", 4)

    approve_referral(referral, why="看过单", by=manager, today=TODAY, now=moment(TODAY))
    with pytest.raises(CannotDecideReferral):
        approve_referral(referral, why="再来", by=manager, today=TODAY, now=moment(TODAY))
    with pytest.raises(CannotDecideReferral):
        refuse_referral(referral, why="反悔", by=manager, today=TODAY, now=moment(TODAY))
    for _ in range(3):
        advance(today=LATER)
    gift = Reward.objects.get(side="friend")
    hand_reward(gift, by=manager, now=moment(LATER))
    with pytest.raises(RewardOver):
        hand_reward(gift, by=manager, now=moment(LATER))

    assert points(zhang) == 200
    assert PointTransaction.objects.filter(cause="thanks").count() == 1
    assert Reward.objects.count() == 2


def test_naming_the_introducer_again_changes_nothing(referral, zhang, friend, store, front_desk):
    again = bring(zhang, friend, store=store, by=front_desk)

    assert (again.pk, Referral.objects.count(), Introduction.objects.count()) == (referral.pk, 1, 1)


def test_a_code_names_its_holder_and_stays_the_same(promised, zhang, friend, store, front_desk):
    code = code_of(zhang).code
    assert code_of(zhang).code == code

    row = introduce(friend, typed=f" {code.lower()} ", store=store, by=front_desk, today=TODAY, now=moment(TODAY))

    assert row.introducer == zhang
    with pytest.raises(NobodyFound):
        introduce(
            CustomerFactory(store=store), typed="ZZZZZZ", store=store, by=front_desk, today=TODAY, now=moment(TODAY)
        )


def test_an_introduction_that_a_file_brought_is_remembered_and_never_paid_for(
    promised, zhang, friend, store, front_desk
):
    Introduction.objects.create(introducer=zhang, introduced=friend, how_known="名单")
    pay(friend)

    assert bring(zhang, friend, store=store, by=front_desk) is None
    nights(TODAY, LATER)

    assert (points(zhang), Reward.objects.count()) == (0, 0)


def test_without_a_programme_who_brought_whom_is_remembered_all_the_same(zhang, friend, store, front_desk):
    assert bring(zhang, friend, store=store, by=front_desk) is None
    assert friend.introduction.introducer == zhang


# People who decide


def test_a_doubt_waits_for_as_long_as_it_takes(referral, friend, zhang):
    pay(friend, 10_000)

    nights(TODAY, TODAY + timedelta(days=40))
    advance(today=TODAY + timedelta(days=400))

    assert (state(referral), points(zhang)) == ("held", 0)
    assert Referral.objects.to_review().get() == referral


def test_who_entered_advised_or_took_the_money_does_not_decide(referral, friend, store, manager):
    advisor = UserFactory(role="manager", store=store)
    pay(friend, 10_000, advisor=advisor)
    advance(today=TODAY)

    for hand in (referral.entered_by, advisor):
        with pytest.raises(CannotDecideReferral, match="经手"):
            approve_referral(referral, why="没问题", by=hand, today=TODAY, now=moment(TODAY))
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(decided_by=referral.entered_by, decided_at=timezone.now())

    assert refuse_referral(referral, why="查不到人", by=manager, today=TODAY, now=moment(TODAY)).state == "refused"
    assert path(referral)[-1] == ("refused", ["turned_down"])


def test_a_red_packet_is_paid_by_finance_with_receipt_and_tax(programme, zhang, friend, store, front_desk, manager):
    programme_of(store, referrer={"form": "red_packet", "worth_fen": 5_000}, friend=None)
    bring(zhang, friend, store=store, by=front_desk)
    pay(friend)
    nights(TODAY, LATER)
    packet = Reward.objects.get()

    with pytest.raises(CannotDecideReferral, match="凭证号"):
        hand_reward(packet, by=manager, now=moment(LATER))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.filter(pk=packet.pk).update(state="given", handed_by=manager, handed_at=moment(LATER))

    done = hand_reward(packet, by=manager, now=moment(LATER), receipt="FK-8", tax_fen=1_000)
    assert (done.state, done.tax_fen) == ("given", 1_000)


def test_only_so_many_a_year_are_thanked_and_the_friend_gets_the_welcome(programme, zhang, store, front_desk):
    programme_of(store, most_a_year=1)
    friends = [CustomerFactory(store=store) for _ in range(2)]
    for one in friends:
        bring(zhang, one, store=store, by=front_desk)
        pay(one)

    nights(TODAY, LATER)

    assert sorted(Reward.objects.values_list("side", flat=True)) == ["friend", "friend", "referrer"]
    assert points(zhang) == 200


# Orders and people that change


def _gone(order):
    order.delete()


def _cancelled(order):
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)


def _refunded(order):
    ServiceOrder.objects.filter(pk=order.pk).update(paid_fen=0)


def _lowered(order):
    ServiceOrder.objects.filter(pk=order.pk).update(paid_fen=9_000)


def _somebody_elses(order):
    ServiceOrder.objects.filter(pk=order.pk).update(customer=CustomerFactory(store=order.store))


FALLS = [_gone, _cancelled, _refunded, _lowered, _somebody_elses]


@pytest.mark.parametrize("fall", FALLS)
def test_an_order_that_falls_afterwards_takes_the_thanks_back_once(referral, zhang, friend, manager, fall):
    order = pay(friend)
    nights(TODAY, LATER)
    hand_reward(Reward.objects.get(side="friend"), by=manager, now=moment(LATER))

    fall(order)
    nights(LATER, LATER + timedelta(days=2))

    assert path(referral)[-1] == ("clawed_back", ["order_fell"])
    assert points(zhang) == 0
    states = dict(Reward.objects.values_list("side", "state"))
    assert states == {"referrer": RewardState.TAKEN_BACK, "friend": RewardState.OWED}
    assert settle_owed(Reward.objects.get(side="friend"), by=manager).state == RewardState.TAKEN_BACK


@pytest.mark.parametrize("fall", FALLS)
def test_an_order_that_falls_while_it_is_held_begins_anew_and_somebody_looks(referral, zhang, friend, fall):
    order = pay(friend)
    advance(today=TODAY)

    fall(order)
    advance(today=TODAY + timedelta(days=1))
    assert state(referral) in ("arrived", "visited")
    if fall is _lowered:
        order.delete()
    pay(friend, on=TODAY + timedelta(days=2))
    nights(TODAY + timedelta(days=2), TODAY + timedelta(days=30))

    held = Referral.objects.get(pk=referral.pk)
    assert (held.state, held.holds, points(zhang)) == ("held", ["refund_in_hold"], 0)


def end(customer, how, **facts):
    Customer.objects.filter(pk=customer.pk).update(ended_at=timezone.now(), ended_as=how, **facts)


@pytest.mark.parametrize("who", ["zhang", "friend"])
@pytest.mark.parametrize("how", [EndedAs.ERASED, EndedAs.CLOSED])
def test_of_somebody_who_is_gone_nothing_is_paid(referral, friend, who, how, request):
    pay(friend)
    advance(today=TODAY)

    end(request.getfixturevalue(who), how)
    nights(TODAY, LATER)

    assert path(referral)[-1] == ("refused", ["gone"])
    assert Reward.objects.count() == 0


@pytest.mark.parametrize("who", ["zhang", "friend"])
def test_thanks_that_were_given_stay_with_who_is_erased_afterwards(referral, friend, who, request):
    pay(friend)
    nights(TODAY, LATER)

    end(request.getfixturevalue(who), EndedAs.ERASED)
    nights(LATER, LATER + timedelta(days=2))

    assert state(referral) == "rewarded"


def test_thanks_go_to_the_record_that_is_theirs_now(referral, zhang, friend, store):
    heir = CustomerFactory(store=store)
    end(zhang, EndedAs.MERGED, merged_into=heir)
    pay(friend)

    nights(TODAY, LATER)

    assert (state(referral), points(heir), points(zhang)) == ("rewarded", 200, 0)


@pytest.mark.parametrize("thanked", [False, True])
def test_who_turns_out_to_be_the_introducer_is_not_thanked(referral, zhang, friend, thanked):
    pay(friend)
    nights(TODAY, LATER if thanked else TODAY)

    end(friend, EndedAs.MERGED, merged_into=zhang)
    nights(LATER, LATER + timedelta(days=1))

    assert state(referral) == ("clawed_back" if thanked else "refused")
    assert points(zhang) == 0


# Who is not thanked; the reasons themselves are tried in test_fraud.py


@pytest.mark.parametrize("side", [0, 1])
def test_units_earn_nothing_personal(promised, zhang, friend, store, front_desk, side):
    one = (zhang, friend)[side]
    home = Household.objects.create(kind=HouseholdKind.UNIT, name="第二中学")
    HouseholdMember.objects.create(household=home, customer=one)

    referral = bring(zhang, friend, store=store, by=front_desk)

    assert path(referral)[-1] == ("refused", ["unit"])
    Customer.objects.filter(pk=one.pk).update(kind=CustomerKind.UNIT)


def test_who_was_brought_does_not_bring_back(referral, zhang, friend, store, front_desk):
    with pytest.raises(IntroducedInACircle):
        introduce(zhang, typed=phone_of(friend), store=store, by=front_desk, today=TODAY, now=moment(TODAY))


def test_a_night_takes_as_many_statements_for_three_as_for_one(
    promised, store, front_desk, django_assert_max_num_queries
):
    def bring_some(many):
        for _ in range(many):
            friend = CustomerFactory(store=store)
            bring(regular(store), friend, store=store, by=front_desk)
            pay(friend)

    counts = []
    for many in (1, 2):
        bring_some(many)
        with django_assert_max_num_queries(60) as seen:
            advance(today=TODAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_two_forms_are_tried_side_by_side_and_stay_with_their_referrer(programme, zhang, store, front_desk):
    row = programme_of(store)
    row.terms.create(side="referrer", arm="b", form="item", what="臭氧消毒一次")
    friends = [CustomerFactory(store=store) for _ in range(2)]

    arms = {bring(zhang, one, store=store, by=front_desk).arm for one in friends}
    others = {bring(regular(store), CustomerFactory(store=store), store=store, by=front_desk).arm for _ in range(12)}

    assert len(arms) == 1
    assert others == {"a", "b"}


def test_a_programme_begins_from_now_on_and_not_beside_another(promised, store, manager):
    facts = {"name": "再来", "minimum_fen": 100, "last_on": TODAY + timedelta(days=99)}
    with pytest.raises(Exception, match="以前的介绍不补发"):
        start_programme(stores=[store], terms=[], by=manager, today=TODAY, first_on=TODAY - timedelta(days=1), **facts)
    with pytest.raises(Exception, match="秋天带朋友"):
        start_programme(stores=[store], terms=[], by=manager, today=TODAY, first_on=TODAY, **facts)
