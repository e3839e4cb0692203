"""Who is not thanked and who is looked at first: every rule by itself, rings and families, and honest people."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from customers.enums import ContactKind
from customers.models import ContactPoint, Customer, Introduction
from customers.services import join_household
from referrals.enums import Reason
from referrals.models import Referral
from referrals.rules.fraud import BLOCKS, HOLDS, Facts, Party, blocks_of, busiest_week, holds_of
from referrals.services import advance
from tests.factories import TODAY, CustomerFactory, VehicleFactory, moment
from tests.referrals.shop import bring, pay, programme_of, regular

pytestmark = pytest.mark.django_db
ONE, OTHER = Party(people=frozenset({1})), Party(people=frozenset({2}))
PLAIN = {"referrer": ONE, "friend": OTHER, "minimum_fen": 100, "order_fen": 500}


def both(**facts):
    return {"referrer": Party(frozenset({1}), **facts), "friend": Party(frozenset({2}), **facts)}


WRONG = {
    Reason.SAME_PERSON: {"friend": ONE},
    Reason.SAME_PHONE: both(phones=frozenset({"138"})),
    Reason.SAME_WECHAT: both(wechats=frozenset({"laozhang"})),
    Reason.SAME_CAR: both(cars=frozenset({"vin:LSV"})),
    Reason.SAME_HOUSEHOLD: both(households=frozenset({7})),
    Reason.STAFF: {"is_staff": True},
    Reason.UNIT: {"friend": Party(frozenset({2}), is_unit=True)},
    Reason.KNOWN_BEFORE: {"was_known": True},
    Reason.CYCLE: {"ancestors": frozenset({2, 9})},
    Reason.NEVER_PAID: {"has_referrer_paid": False},
    Reason.BURST: {"busiest_week": 3},
    Reason.EXACT_MINIMUM: {"order_fen": 100},
    Reason.SAME_CASHIER: {"entered_by": 5, "cashed_by": 5},
    Reason.SAME_PAYER: {"payers": frozenset({1})},
    Reason.CAR_KNOWN: {"was_car_known": True},
    Reason.STAFF_NAME: {"is_named_like_staff": True},
}


@pytest.mark.parametrize("reason", [*BLOCKS, *HOLDS])
def test_each_sign_is_seen_by_itself_and_nothing_else_is(reason):
    facts = Facts(**PLAIN | WRONG[reason])

    assert blocks_of(facts) + holds_of(facts) == [reason]


def test_honest_people_are_neither_refused_nor_looked_at():
    facts = Facts(**PLAIN)

    assert (blocks_of(facts), holds_of(facts)) == ([], [])


@pytest.mark.parametrize(("days", "many"), [([0], 1), ([0, 6], 2), ([0, 7], 1), ([-6, 0, 6], 2), ([-3, 0, 3], 3)])
def test_the_fullest_seven_days_are_counted(days, many):
    assert busiest_week(TODAY, [TODAY + timedelta(days=day) for day in days]) == many


# As the shop's tables say it


@pytest.fixture
def promised(programme, store):
    return programme_of(store)


@pytest.fixture
def zhang(store):
    return regular(store, name="老张")


@pytest.fixture
def friend(store):
    return CustomerFactory(store=store, name="小周")


def shared_number(zhang, friend):
    old = ContactPoint.objects.get(customer=zhang)
    ContactPoint.objects.create(customer=friend, key=old.key, value=old.value, ended_at=moment(TODAY))


def shared_wechat(zhang, friend):
    for one, ended in ((zhang, moment(TODAY)), (friend, None)):
        ContactPoint.objects.create(
            kind=ContactKind.WECHAT, customer=one, key="laozhang", value="laozhang", ended_at=ended
        )


def his_old_car(zhang, friend):
    VehicleFactory(owner=friend, plate="粤B77777", vin="LSVAA4182E2000001")
    car = zhang.vehicles.get()
    car.vin = "LSVAA4182E2000001"
    car.save()


def his_old_plate(zhang, friend):
    car = VehicleFactory(owner=friend)
    car.plates.create(plate=zhang.vehicles.get().plate, valid_from=TODAY - timedelta(days=900), valid_to=TODAY)


def one_family(zhang, friend):
    join_household(friend, of=zhang, by=None, now=moment(TODAY), relation="太太")


def came_before(zhang, friend):
    pay(friend, on=TODAY - timedelta(days=400))
    pay(friend, on=TODAY - timedelta(days=300))


def another_record(zhang, friend):
    """The friend's number was somebody else's who has stopped using it."""
    key = ContactPoint.objects.get(customer=friend).key
    other = CustomerFactory(phone=False)
    ContactPoint.objects.create(
        customer=other, key=key, value=key, added_at=moment(TODAY - timedelta(days=99)), ended_at=moment(TODAY)
    )


def same_car_under_another_plate(zhang, friend):
    """The friend's car came for years under a record that still owns it."""
    other = regular(zhang.stores.first())
    old, new = other.vehicles.get(), VehicleFactory(owner=friend, plate="粤B88888", vin="LSVAA4182E2000002")
    old.vin = new.vin
    old.save()


@pytest.mark.parametrize(
    ("plant", "reasons"),
    [
        (shared_number, {"same_phone"}),
        (shared_wechat, {"same_wechat"}),
        (his_old_car, {"same_car"}),
        (his_old_plate, {"same_car"}),
        (one_family, {"same_household"}),
        (came_before, {"known_before"}),
        (another_record, {"known_before"}),
        (same_car_under_another_plate, {"known_before", "car_known"}),
    ],
)
def test_what_the_tables_say_is_found_when_the_introducer_is_named(
    promised, zhang, friend, store, front_desk, plant, reasons
):
    plant(zhang, friend)

    row = bring(zhang, friend, store=store, by=front_desk)

    found = set(row.moves.last().reasons)
    assert row.moves.last().state == "refused"
    assert found and found <= reasons


def test_who_joins_the_family_before_the_thanks_is_not_thanked(promised, zhang, friend, store, front_desk):
    row = bring(zhang, friend, store=store, by=front_desk)
    one_family(zhang, friend)

    advance(today=TODAY)

    assert Referral.objects.get(pk=row.pk).state == "refused"


@pytest.mark.parametrize("account", ["phone", "wecom"])
def test_staff_are_not_thanked(promised, zhang, friend, store, front_desk, account):
    if account == "phone":
        front_desk.username = zhang.contact_points.get().key
    else:
        ContactPoint.objects.create(kind=ContactKind.WECHAT, customer=zhang, key="xiaolin", value="xiaolin")
        front_desk.wecom_id = "xiaolin"
    front_desk.save()

    assert bring(zhang, friend, store=store, by=front_desk).moves.last().reasons == ["staff"]


def test_a_ring_that_was_written_past_the_desk_is_found(promised, zhang, friend, store, front_desk):
    third = CustomerFactory(store=store)
    row = bring(zhang, friend, store=store, by=front_desk)
    Introduction.objects.create(introducer=third, introduced=zhang)
    Introduction.objects.create(introducer=friend, introduced=third)

    advance(today=TODAY)

    assert row.moves.last().reasons == ["cycle"]


def test_a_car_bought_from_a_customer_is_looked_at_and_not_refused(promised, zhang, friend, store, front_desk):
    seller = regular(store)
    car = seller.vehicles.get()
    car.ownerships.update(valid_to=TODAY)
    car.ownerships.create(customer=friend, valid_from=TODAY)
    row = bring(zhang, friend, store=store, by=front_desk)
    pay(friend, vehicle=car)

    advance(today=TODAY)

    held = Referral.objects.get(pk=row.pk)
    assert (held.state, held.holds) == ("held", ["car_known"])


def test_who_comes_for_the_first_time_today_is_new_however_the_record_began(promised, zhang, store, front_desk):
    friend = CustomerFactory(store=store, created_at=moment(TODAY - timedelta(days=300)))
    pay(friend, on=TODAY - timedelta(days=2))

    assert bring(zhang, friend, store=store, by=front_desk, today=TODAY).state == "arrived"
    assert Customer.objects.count() == 2


def test_planted_rings_are_all_found_and_no_honest_family_is():
    out = StringIO()
    before = Customer.objects.count()

    call_command("referral_fraud", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert (found["blocks"]["precision"], found["blocks"]["recall"]) == (1.0, 1.0)
    assert (found["holds"]["precision"], found["holds"]["recall"]) == (1.0, 1.0)
    assert found["honest_refused"] == 0
    assert Customer.objects.count() == before
