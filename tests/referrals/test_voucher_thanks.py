"""Thanks that are a voucher: issued when they are due, void when the order falls, seen to where they were used."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from customers.enums import EndedAs
from customers.models import Customer
from referrals.errors import CannotStart
from referrals.models import Programme, Reward, RewardTerm, Voucher, VoucherType
from referrals.services import advance, mind_vouchers, redeem_voucher, roll_back, start_programme
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VoucherTypeFactory, moment
from tests.referrals.shop import bring, nights, pay, programme_of, regular
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=7)


@pytest.fixture
def wash(db):
    return VoucherTypeFactory(name="精洗券", amount_fen=None, kind="item", item="精洗一次", valid_days=30)


@pytest.fixture
def thanked(wash, store, front_desk):
    """An introduction whose introducer was thanked with a voucher for a wash; the friend's order."""
    programme_of(store, referrer=RewardTerm.issuing(wash), friend=None)
    zhang, friend = regular(store, name="老张"), CustomerFactory(store=store)
    bring(zhang, friend, store=store, by=front_desk)
    order = pay(friend)
    nights(TODAY, LATER)
    return Reward.objects.get(), order


def fall(order):
    ServiceOrder.objects.filter(pk=order.pk).update(status="cancelled", closed_on=None, closed_at=None)
    advance(today=LATER + timedelta(days=1))


def use(voucher, by):
    visit = ServiceOrderFactory(customer=voucher.customer, store=by.store, status="open", source="desk")
    return redeem_voucher(voucher.code, order=visit, by=by, today=LATER, now=moment(LATER))


def states():
    return Reward.objects.get().state, Voucher.objects.get().state


def test_the_voucher_is_theirs_the_night_the_time_is_over_once(thanked, wash):
    reward, _ = thanked
    nights(LATER, LATER + timedelta(days=3))

    voucher = Voucher.objects.get()
    assert (reward.voucher, reward.state, reward.size) == (voucher, "given", "精洗券")
    assert (voucher.customer.name, voucher.type, voucher.valid_from) == ("老张", wash, LATER)
    assert voucher.expires_on == LATER + timedelta(days=29)


def test_what_was_promised_is_given_of_a_kind_that_is_no_longer_handed_out(wash, store, front_desk):
    programme_of(store, referrer=None, friend=RewardTerm.issuing(wash))
    VoucherType.objects.update(is_on=False, name="改了名")
    friend = CustomerFactory(store=store)
    bring(regular(store), friend, store=store, by=front_desk)
    pay(friend)

    nights(TODAY, LATER)

    assert (Voucher.objects.get().customer, Reward.objects.get().size) == (friend, "精洗券")


def test_an_unused_voucher_is_void_when_the_order_falls(thanked):
    fall(thanked[1])

    assert states() == ("taken_back", "void")


def test_a_used_voucher_is_seen_to_and_does_not_come_back_with_its_visit(thanked, front_desk):
    row = use(thanked[0].voucher, front_desk)
    fall(thanked[1])
    assert states() == ("owed", "used")

    roll_back(row, why="slip", by=front_desk, now=moment(LATER))

    assert states() == ("taken_back", "void")


def test_it_follows_a_merge_and_goes_with_an_erased_record(thanked, store):
    zhang, heir = thanked[0].voucher.customer, CustomerFactory(store=store)
    ended = {"ended_at": moment(LATER), "ended_as": EndedAs.MERGED, "merged_into": heir}
    Customer.objects.filter(pk=zhang.pk).update(**ended)
    mind_vouchers(today=LATER)
    assert Voucher.objects.get().customer == heir

    Customer.objects.filter(pk=heir.pk).update(ended_at=moment(LATER), ended_as=EndedAs.ERASED)
    mind_vouchers(today=LATER)

    assert states() == ("given", "void")


def test_a_programme_names_the_kind_of_its_vouchers_and_the_database_no_kind_for_other_thanks(wash, store, manager):
    facts = {"name": "秋天", "first_on": TODAY, "last_on": LATER, "minimum_fen": 1}
    by_hand = {"side": "friend", "form": "voucher", "worth_fen": 3_000}

    with pytest.raises(CannotStart, match="选哪一种券"):
        start_programme(stores=[store], terms=[by_hand], by=manager, today=TODAY, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        gift = {"form": "gift", "what": "杯子", "voucher_type": wash}
        RewardTerm.objects.create(programme=Programme.objects.create(**facts), side="friend", **gift)
