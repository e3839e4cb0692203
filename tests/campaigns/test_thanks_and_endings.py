"""What ends soon is said with consent and by a person; who helped is thanked."""

from datetime import timedelta

import pytest

from campaigns.enums import TouchChannel
from campaigns.models import Touch
from campaigns.occasions import registry
from campaigns.services import propose
from customers.enums import Purpose
from referrals.models import PointClaim, PointLot, Voucher
from tests.factories import (
    TODAY,
    ConsentFactory,
    CustomerFactory,
    PointClaimFactory,
    UserFactory,
    VoucherFactory,
    moment,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person(store):
    return CustomerFactory(store=store)


def ending(person, *, days=10, points=500):
    return PointLot.objects.create(
        holder=person, store=person.stores.first(), points=points, left_points=points, usable_on=TODAY,
        expires_on=TODAY + days * DAY,
    )  # fmt: skip


def voucher(person, *, days=10):
    return VoucherFactory(customer=person, expires_on=TODAY + days * DAY)


def proposals(key, day=TODAY):
    return list(registry()[key].propose(day))


@pytest.mark.parametrize(("key", "make", "before"), [("voucher_ending", voucher, 14), ("points_ending", ending, 30)])
def test_what_ends_is_told_once_in_time_and_only_with_consent(key, make, before, person, care, store):
    stranger = CustomerFactory(store=store)
    for one in (person, stranger):
        make(one, days=before)
    ConsentFactory(customer=person)

    (mine, _) = proposals(key)
    propose(today=TODAY)

    assert (mine.due_on, mine.not_after) == (TODAY, TODAY + before * DAY)
    touch = Touch.objects.get(occasion=key)
    assert (touch.customer, touch.purpose, touch.channel) == (person, Purpose.MARKETING, TouchChannel.WECHAT)
    assert "退订" in registry()[key].message(Touch.objects.for_script().get(pk=touch.pk))
    assert proposals(key, TODAY - DAY) == []


@pytest.mark.parametrize("key", ["voucher_ending", "points_ending"])
def test_it_never_goes_out_as_a_text(key):
    """G7: neither vouchers nor points by SMS."""
    assert registry()[key].channel != TouchChannel.MESSAGE


def test_what_was_used_meanwhile_is_not_spoken_of(person, store):
    ConsentFactory(customer=person)
    voucher(person)
    ending(person)
    propose(today=TODAY)
    touches = {touch.occasion: touch for touch in Touch.objects.all()}
    found = {key: registry()[key].still_true([touch], TODAY) for key, touch in touches.items()}

    Voucher.objects.update(state="used")
    PointLot.objects.update(left_points=0)

    assert {key: bool(ids) for key, ids in found.items()} == {"voucher_ending": True, "points_ending": True}
    assert [registry()[key].still_true([touch], TODAY) for key, touch in touches.items()] == [set(), set()]


def test_a_few_points_are_not_worth_a_call(person):
    ending(person, points=99)

    assert proposals("points_ending") == []


def test_who_helped_is_thanked_the_day_after_it_was_approved(person, manager):
    decided = {"state": "approved", "decided_by": manager, "decided_at": moment(TODAY - DAY)}
    claim = PointClaimFactory(customer=person, made_by=UserFactory(store=manager.store), **decided)
    PointClaimFactory(customer=person)

    (thanks,) = proposals("helped")

    assert (thanks.cycle, thanks.due_on, registry()["helped"].purpose) == (f"claim:{claim.pk}", TODAY, Purpose.CARE)
    assert "活动帮忙" in thanks.reason
    assert PointClaim.objects.count() == 2
