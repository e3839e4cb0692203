"""The ledger: what moves points, what refuses, and that everything adds up."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from customers.enums import ChangeKind, CustomerKind, EndedAs
from customers.models import Customer, CustomerChange
from referrals.enums import AccountKind, Cause, EarnKind
from referrals.errors import (
    CannotClaim,
    CannotDecide,
    CannotTakeBack,
    GiftOver,
    NoPointsForUnits,
    NotEnoughPoints,
    NotStarted,
    OutOfStock,
    OverLimit,
    TooEarly,
)
from referrals.models import (
    EarningRule,
    Gift,
    LedgerProof,
    PointAccount,
    PointClaim,
    PointEntry,
    PointLot,
    PointTransaction,
)
from referrals.services import (
    approve,
    cancel_gift,
    change_by_hand,
    claim,
    earn,
    hand_gift,
    mind_points,
    prove,
    redeem_gift,
    refuse_claim,
    set_point_policy,
    take_back,
)
from referrals.services.book import Book, Happening
from tests.factories import TODAY, CustomerFactory, ServiceLineFactory, ServiceOrderFactory, moment
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

NOW = moment(TODAY)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _always_adds_up(db):
    yield
    prove(today=date(2030, 1, 1))
    assert LedgerProof.objects.get(proved_on=date(2030, 1, 1)).wrong == []


def held(customer):
    """(available, pending, owed)"""
    return tuple(PointAccount.objects.held_by(customer).values())


def night(day=TODAY):
    earn(today=day)
    mind_points(today=day)


@pytest.fixture
def paid(customer):
    """An order of the customer, closed so many days ago."""

    def run(fen, *, ago=1, **facts):
        return ServiceOrderFactory(customer=customer, opened_on=TODAY - ago * DAY, paid_fen=fen, **facts)

    return run


@pytest.fixture
def rich(customer, programme, manager):
    """Somebody with a thousand points."""
    change_by_hand(customer, 1_000, why="补记", store=manager.store, by=manager, today=TODAY, now=NOW)
    return customer


def spend_all(customer, by, points=1_000):
    change_by_hand(customer, -points, why="兑换", store=by.store, by=by, today=TODAY, now=NOW)


def test_a_paid_order_earns_a_point_a_yuan_once_and_waits_a_week(programme, paid, customer):
    paid(58_099)

    night()
    night()

    assert held(customer) == (0, 580, 0)
    assert PointTransaction.objects.count() == 1
    assert PointLot.objects.get().usable_on == TODAY + 6 * DAY


def test_what_has_waited_can_be_used_from_its_day_on(programme, paid, customer):
    paid(58_000)
    night()

    night(TODAY + 5 * DAY)
    assert held(customer) == (0, 580, 0)
    night(TODAY + 6 * DAY)
    assert held(customer) == (580, 0, 0)


def test_an_imported_history_showers_nobody(programme, paid, customer):
    paid(500_000, ago=11)

    night()

    assert (held(customer), PointTransaction.objects.count()) == ((0, 0, 0), 0)


def test_without_a_programme_nothing_is_earned(paid, customer):
    paid(58_000)

    assert earn(today=TODAY) == {"orders": 0, "posted": 0}


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"paid_fen": 100_000, "insurer_fen": 60_000}, 400),
        ({"paid_fen": 100_000, "insurer_fen": 60_000, "warranty_fen": 10_000}, 300),
        ({"paid_fen": None}, 0),
        ({"paid_fen": 99}, 0),
    ],
)
def test_only_what_the_customer_paid_counts(facts, points, programme, customer):
    ServiceOrderFactory(customer=customer, opened_on=TODAY - DAY, **facts)

    night()

    assert held(customer) == (0, points, 0)


@pytest.mark.parametrize(("kind", "points"), [("insurance", 200), ("voucher", 200), ("repair", 1_000)])
def test_insurance_and_cards_earn_nothing(kind, points, programme, paid, customer):
    ServiceLineFactory(order=paid(100_000), kind=kind, labour_fen=80_000)

    night()

    assert held(customer) == (0, points, 0)


def test_an_order_with_insurance_of_unknown_price_earns_nothing(programme, paid, customer):
    ServiceLineFactory(order=paid(100_000), kind="insurance")

    night()

    assert held(customer) == (0, 0, 0)


def test_company_cars_earn_nothing_and_get_nothing_by_hand(programme, paid, customer, manager):
    Customer.objects.filter(pk=customer.pk).update(kind=CustomerKind.UNIT)
    customer.refresh_from_db()
    paid(100_000)

    night()

    assert held(customer) == (0, 0, 0)
    with pytest.raises(NoPointsForUnits):
        change_by_hand(customer, 5, why="谢谢", store=manager.store, by=manager, today=TODAY, now=NOW)


# Odoo #257854, #212922, #221928, #137189 and ERPNext #32951: refunds that keep points, or take them twice.
@pytest.mark.parametrize(("now_paid", "points"), [(0, 0), (20_000, 200), (70_000, 700), (None, 0)])
def test_a_refund_or_an_edit_brings_points_to_what_is_paid_now(now_paid, points, programme, paid, customer):
    order = paid(58_000)
    night()

    ServiceOrder.objects.filter(pk=order.pk).update(paid_fen=now_paid)
    night()
    night()

    assert held(customer) == (0, points, 0)


def test_a_cancelled_order_keeps_no_points_and_a_restored_one_has_them_once(programme, paid, customer):
    order = paid(58_000)
    night()

    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.OPEN, closed_on=None, closed_at=None)
    night()
    assert held(customer) == (0, 0, 0)
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CLOSED, closed_on=TODAY, closed_at=NOW)
    night()

    assert held(customer) == (0, 580, 0)


def test_an_order_that_went_with_its_file_takes_its_points_along(programme, paid, customer):
    order = paid(58_000)
    night()

    order.delete()
    night()

    assert held(customer) == (0, 0, 0)


def test_an_order_moved_to_somebody_else_pays_them(programme, paid, customer, store):
    order, other = paid(58_000), CustomerFactory(store=store)
    night()

    ServiceOrder.objects.filter(pk=order.pk).update(customer=other)
    night()

    assert (held(customer), held(other)) == ((0, 0, 0), (0, 580, 0))


def test_a_refund_of_spent_points_is_owed_and_paid_first(programme, paid, customer, manager):
    order = paid(58_000, ago=8)
    night()
    assert held(customer) == (580, 0, 0)
    spend_all(customer, manager, 500)

    ServiceOrder.objects.filter(pk=order.pk).update(paid_fen=0)
    night()
    assert held(customer) == (0, 0, -500)
    paid(60_000, ago=8)
    night()

    assert held(customer) == (100, 0, 0)


def test_points_that_ended_are_not_taken_a_second_time(programme, paid, customer):
    order = paid(58_000, ago=8)
    night()
    after = date(2028, 12, 1)
    night(after)
    assert held(customer) == (0, 0, 0)

    ServiceOrder.objects.filter(pk=order.pk).delete()
    CustomerChange.objects.note([customer.pk], ChangeKind.ORDER)
    night(after + DAY)

    assert held(customer) == (0, 0, 0)
    assert PointAccount.objects.get(kind=AccountKind.EXPIRED).balance == 0


def test_the_oldest_points_are_spent_first(programme, customer, manager, store):
    for month in (3, 1, 2):
        change_by_hand(customer, 100, why="补记", store=store, by=manager, today=TODAY, now=NOW)
        PointLot.objects.filter(pk=PointLot.objects.latest("pk").pk).update(expires_on=date(2027, month, 28))

    spend_all(customer, manager, 150)

    assert list(PointLot.objects.order_by("expires_on").values_list("left_points", flat=True)) == [0, 50, 100]


def test_a_lot_counts_through_its_last_day_and_ends_once(rich, manager):
    last = PointLot.objects.get().expires_on

    assert mind_points(today=last)["expired"] == 0
    assert mind_points(today=last + DAY)["expired"] == 1
    assert mind_points(today=last + DAY)["expired"] == 0

    assert held(rich) == (0, 0, 0)


def test_what_ended_cannot_be_spent_before_the_night_has_come_by(rich, manager, gift):
    after = PointLot.objects.get().expires_on + DAY

    with pytest.raises(NotEnoughPoints):
        redeem_gift(gift, customer=rich, by=manager, today=after, now=moment(after))


def test_more_than_there_is_cannot_be_taken(rich, owner):
    with pytest.raises(NotEnoughPoints, match="要 1,001 分，现在能用的是 1,000 分"):
        change_by_hand(rich, -1_001, why="兑换", store=owner.store, by=owner, today=TODAY, now=NOW)

    assert held(rich) == (1_000, 0, 0)


def test_the_database_itself_refuses_an_overdraft(rich):
    with pytest.raises(IntegrityError), transaction.atomic():
        PointAccount.objects.filter(customer=rich, kind=AccountKind.AVAILABLE).update(balance=-1)


def test_every_role_has_a_limit_a_day(programme, customer, advisor, manager, front_desk):
    about = {"why": "道歉", "today": TODAY, "now": NOW}
    change_by_hand(customer, 150, store=advisor.store, by=advisor, **about)
    spend = {"store": advisor.store, "by": advisor, **about}

    with pytest.raises(OverLimit, match="还剩 50 分"):
        change_by_hand(customer, 51, **spend)
    with pytest.raises(OverLimit):
        change_by_hand(customer, 1, store=front_desk.store, by=front_desk, **about)
    change_by_hand(customer, 50, **spend)
    change_by_hand(customer, 2_000, store=manager.store, by=manager, **about)

    assert held(customer) == (2_200, 0, 0)


def test_a_slip_is_taken_back_once_by_the_same_person_within_a_day(rich, manager, owner):
    row = PointTransaction.objects.get()

    for by, now in ((owner, NOW), (manager, NOW + timedelta(hours=25))):
        with pytest.raises(CannotTakeBack):
            take_back(row, by=by, today=TODAY, now=now)
    take_back(row, by=manager, today=TODAY, now=NOW)
    with pytest.raises(CannotTakeBack):
        take_back(row, by=manager, today=TODAY, now=NOW)

    assert held(rich) == (0, 0, 0)


def test_taking_back_what_was_taken_fills_the_same_lot(rich, manager):
    spend_all(rich, manager, 400)

    take_back(PointTransaction.objects.latest("pk"), by=manager, today=TODAY, now=NOW)

    assert [lot.left_points for lot in PointLot.objects.all()] == [1_000]


def test_a_transaction_is_reversed_at_most_once_by_the_database(rich):
    source = PointTransaction.objects.get()
    facts = {"cause": Cause.TAKEN_BACK, "about": rich, "store": source.store, "on": TODAY, "reverses": source}
    PointTransaction.objects.create(cause_key="a", **facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        PointTransaction.objects.create(cause_key="b", **facts)


def test_a_cause_happens_once(rich):
    source = PointTransaction.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PointTransaction.objects.create(
            cause=source.cause, cause_key=source.cause_key, about=rich, store=source.store, on=TODAY, by=source.by
        )


# 5 earning by acts


def asked(customer, by, *, kind=EarnKind.EVENT_HELP, on=TODAY, proof="签到表第 3 行"):
    return claim(customer, kind=kind, happened_on=on, proof=proof, store=by.store, by=by, today=TODAY, now=NOW)


def test_help_earns_when_somebody_else_has_approved_it(programme, rules, customer, advisor, manager):
    row = asked(customer, advisor)
    assert held(customer) == (0, 0, 0)

    with pytest.raises(CannotDecide, match="别人"):
        approve(row, by=advisor, today=TODAY, now=NOW)
    approve(row, by=manager, today=TODAY, now=NOW)
    with pytest.raises(CannotDecide, match="已批准"):
        approve(row, by=manager, today=TODAY, now=NOW)

    assert held(customer) == (50, 0, 0)


def test_help_that_was_not_approved_earns_nothing(programme, rules, customer, advisor, manager):
    refuse_claim(asked(customer, advisor), why="没有签到", by=manager, now=NOW)

    assert (held(customer), PointClaim.objects.get().why_not) == ((0, 0, 0), "没有签到")


def test_an_act_counts_once_a_day_and_rests_in_between(programme, rules, customer, advisor):
    asked(customer, advisor)
    with pytest.raises(CannotClaim, match="一天最多算 1 次"):
        asked(customer, advisor)

    asked(customer, advisor, kind=EarnKind.ANSWERING)
    with pytest.raises(CannotClaim, match="隔 30 天"):
        asked(customer, advisor, kind=EarnKind.ANSWERING, on=TODAY - 9 * DAY)
    with pytest.raises(CannotClaim, match="最近 30 天"):
        asked(customer, advisor, kind=EarnKind.VOLUNTEERING, on=TODAY - 31 * DAY)


def test_the_database_wants_another_person_to_decide(programme, rules, customer, advisor):
    row = asked(customer, advisor)

    with pytest.raises(IntegrityError), transaction.atomic():
        PointClaim.objects.filter(pk=row.pk).update(state="approved", decided_by=advisor, decided_at=NOW)


@pytest.mark.parametrize("kind", ["sharing", "recruiting", "good_rating", "purchase"])
def test_nobody_can_be_paid_for_sharing_recruiting_or_praise(kind, programme, rules, customer, store, advisor):
    """Neither by configuration nor past the application (G2, G8)."""
    assert kind not in {*EarnKind.values, *Cause.values}
    row = EarningRule.objects.first()
    asked_row = asked(customer, advisor)

    for table, pk in (("referrals_earningrule", row.pk), ("referrals_pointclaim", asked_row.pk)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET kind = %s WHERE id = %s", [kind, pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        PointTransaction.objects.create(cause=kind[:10], cause_key="x", about=customer, store=store, on=TODAY)


# Gifts


def test_a_gift_leaves_the_shelf_and_waits_to_be_handed_over(rich, manager, gift):
    order = redeem_gift(gift, customer=rich, by=manager, today=TODAY, now=NOW)

    assert (held(rich), Gift.objects.get().stock) == ((700, 0, 0), 4)
    hand_gift(order, by=manager, now=NOW)
    hand_gift(order, by=manager, now=NOW)
    with pytest.raises(GiftOver, match="已领走"):
        cancel_gift(order, by=manager, today=TODAY, now=NOW)
    assert PointAccount.objects.get(kind=AccountKind.GIFTS).balance == 300


def test_a_cancelled_gift_comes_back_once(rich, manager, gift):
    order = redeem_gift(gift, customer=rich, by=manager, today=TODAY, now=NOW)

    cancel_gift(order, by=manager, today=TODAY, now=NOW)
    cancel_gift(order, by=manager, today=TODAY, now=NOW)

    assert (held(rich), Gift.objects.get().stock) == ((1_000, 0, 0), 5)
    with pytest.raises(GiftOver, match="已退回"):
        hand_gift(order, by=manager, now=NOW)


def test_what_is_not_on_the_shelf_costs_no_points(rich, manager, gift):
    Gift.objects.update(stock=0)

    with pytest.raises(OutOfStock):
        redeem_gift(gift, customer=rich, by=manager, today=TODAY, now=NOW)

    assert held(rich) == (1_000, 0, 0)


# Terms


def terms(**facts):
    usual = {"fen_per_point": 100, "hold_days": 7, "valid_months": 24, "cost_fen": 2}
    return usual | {"from_on": TODAY, "version": 0} | facts


def test_a_programme_begins_today_at_the_earliest(manager):
    with pytest.raises(TooEarly):
        set_point_policy(by=manager, today=TODAY, **terms(from_on=TODAY - DAY))

    assert set_point_policy(by=manager, today=TODAY, **terms()).version == 1


def test_new_terms_begin_tomorrow_and_leave_old_orders_alone(programme, paid, customer, manager):
    paid(58_000)
    night()
    with pytest.raises(TooEarly):
        set_point_policy(by=manager, today=TODAY, **terms(version=1))
    set_point_policy(by=manager, today=TODAY, **terms(version=1, from_on=TODAY + DAY, fen_per_point=50))

    paid(10_000, ago=-1)
    night(TODAY + DAY)

    assert held(customer) == (0, 580 + 200, 0)


def test_nothing_is_given_before_the_programme_begins(customer, manager):
    with pytest.raises(NotStarted):
        change_by_hand(customer, 5, why="谢谢", store=manager.store, by=manager, today=TODAY, now=NOW)


# People who become one, part again, or go


def merge(customer, into):
    Customer.objects.filter(pk=customer.pk).update(ended_at=NOW, ended_as=EndedAs.MERGED, merged_into=into)


def part(customer):
    Customer.objects.filter(pk=customer.pk).update(ended_at=None, ended_as="", merged_into=None)


def test_points_follow_a_merge_and_come_back_when_it_is_undone(rich, paid, manager, store):
    survivor = CustomerFactory(store=store)
    paid(58_000)
    night()

    merge(rich, survivor)
    night()
    night()
    assert (held(rich), held(survivor)) == ((0, 0, 0), (1_000, 580, 0))
    spend_all(survivor, manager, 300)
    part(rich)
    night()
    night()

    assert (held(rich), held(survivor)) == ((700, 580, 0), (0, 0, 0))


@pytest.mark.parametrize("first", ["rich", "middle"])
def test_points_of_a_chain_of_merges_come_back_in_any_order(first, rich, manager, store):
    middle, last = CustomerFactory(store=store), CustomerFactory(store=store)
    people = {"rich": rich, "middle": middle}
    change_by_hand(middle, 500, why="补记", store=store, by=manager, today=TODAY, now=NOW)
    for one, into in ((rich, middle), (middle, last)):
        merge(one, into)
        night()
    assert held(last) == (1_500, 0, 0)

    part(people.pop(first))
    night()
    part(*people.values())
    night()

    assert [held(one) for one in (rich, middle, last)] == [(1_000, 0, 0), (500, 0, 0), (0, 0, 0)]


def test_what_an_introducer_was_thanked_with_stays_theirs_when_the_friends_merge_is_undone(
    paid, rich, store, programme
):
    introducer, order = CustomerFactory(store=store), paid(58_000)
    night()
    book = Book([introducer.pk], now=NOW)
    thanks = Happening(Cause.THANKS, "thanks", introducer.pk, store.pk, TODAY, order.pk)
    book.give(thanks, 200, usable_on=TODAY, expires_on=TODAY + 90 * DAY)
    book.write()

    merge(rich, CustomerFactory(store=store))
    night()
    part(rich)
    night()

    assert (held(rich), held(introducer)) == ((1_000, 580, 0), (200, 0, 0))


def test_what_is_owed_follows_a_merge_too(programme, paid, customer, manager, store):
    survivor, last, order = CustomerFactory(store=store), CustomerFactory(store=store), paid(58_000, ago=8)
    night()
    spend_all(customer, manager, 580)
    ServiceOrder.objects.filter(pk=order.pk).update(paid_fen=0)
    night()

    merge(customer, survivor)
    night()
    assert held(survivor) == (0, 0, -580)
    merge(survivor, last)
    night()
    assert held(last) == (0, 0, -580)
    for one in (customer, survivor):
        part(one)
        night()

    assert [held(one) for one in (customer, survivor, last)] == [(0, 0, -580), (0, 0, 0), (0, 0, 0)]


def test_the_points_of_an_erased_customer_are_void(rich, paid):
    paid(58_000)
    night()

    Customer.objects.filter(pk=rich.pk).update(ended_at=NOW, ended_as=EndedAs.ERASED)
    night()
    night()

    assert held(rich) == (0, 0, 0)
    assert PointAccount.objects.get(kind=AccountKind.FORFEITED).balance == 1_580


# Proof


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda: PointAccount.objects.filter(kind="available").update(balance=900), {"balance", "holding"}),
        (lambda: PointLot.objects.update(left_points=900), {"lot", "holding"}),
    ],
)
def test_a_drift_is_found_and_named(spoil, named, rich):
    with transaction.atomic():
        spoil()
        assert prove(today=TODAY)["wrong"] >= len(named)
        proof = LedgerProof.objects.get(proved_on=TODAY)
        transaction.set_rollback(True)

    assert {one["what"] for one in proof.wrong} == named
    assert not proof.is_right


def test_the_liability_is_known_by_the_month_in_which_it_ends(rich, paid):
    paid(58_000)
    night()

    found = PointLot.objects.liability()

    assert found == [{"month": date(2028, 11, 1), "available": 1_000, "pending": 580, "people": 1}]


def test_a_night_of_thousand_orders_takes_no_statement_per_order(programme, store, django_assert_max_num_queries):
    for _ in range(40):
        ServiceOrderFactory(customer=CustomerFactory(store=store), opened_on=TODAY - DAY)

    with django_assert_max_num_queries(60 if connection.vendor == "sqlite" else 35):
        earn(today=TODAY)

    assert PointEntry.objects.count() == 40
