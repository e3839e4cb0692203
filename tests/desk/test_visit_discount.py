"""A voucher that counts at a visit fills in the discount of its bill; the desk has the last word."""

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.rules.vouchers import Line, Offer, taken_off
from referrals.services import redeem_voucher, roll_back
from tests.factories import CustomerFactory, ServiceLineFactory, ServiceOrderFactory, VoucherFactory, VoucherTypeFactory
from vehicles.models import ServiceOrder

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def order(store):
    visit = ServiceOrderFactory(
        customer=CustomerFactory(store=store), store=store, status="open", source="desk", opened_on=TODAY, paid_fen=None
    )
    for place, (name, fen) in enumerate([("小保养", 30_000), ("精洗", 3_500)], 1):
        ServiceLineFactory(order=visit, position=place, name=name, kind="repair", labour_fen=fen)
    return visit


@pytest.fixture
def bill(login, front_desk, order):
    def _bill():
        return login(front_desk).get(reverse("desk:visit", args=[order.pk])).context["bill"]

    return _bill


def use(order, by, **facts):
    kind = VoucherTypeFactory(**{"stacking": "free"} | facts)
    voucher = VoucherFactory(type=kind, customer=order.customer, valid_from=TODAY)
    return redeem_voucher(voucher.code, order=order, by=by, today=TODAY, now=timezone.now())


WASH = {"name": "精洗券", "kind": "item", "amount_fen": None, "item": "精洗一次"}


@pytest.mark.parametrize(
    ("facts", "fen", "words"),
    [
        ({"name": "五十元券"}, 5_000, "五十元券 减 ¥50"),
        ({"name": "九折", "kind": "percent", "amount_fen": None, "percent": 10}, 3_350, "九折 减 ¥33.50"),
        (WASH, 3_500, "精洗券 减 ¥35"),
        (WASH | {"item": "臭氧消毒"}, None, "写上“臭氧消毒”和价钱"),
    ],
)
def test_what_a_used_voucher_takes_off_is_filled_in(facts, fen, words, order, bill, front_desk):
    assert bill().initial["discount_fen"] is None
    use(order, front_desk, **facts)

    assert (bill().initial["discount_fen"], words in bill()["discount_fen"].help_text) == (fen, True)


def test_taking_the_voucher_back_takes_the_proposal_away(order, bill, front_desk):
    rows = [use(order, front_desk), use(order, front_desk, **WASH)]
    assert bill().initial["discount_fen"] == 8_500

    for row, left in zip(rows, (3_500, None), strict=True):
        roll_back(row, why="slip", by=front_desk, now=timezone.now())
        assert bill().initial["discount_fen"] == left


def test_what_the_desk_said_at_an_earlier_closing_stays_and_is_to_be_checked(order, bill, front_desk):
    row = use(order, front_desk)
    ServiceOrder.objects.filter(pk=order.pk).update(discount_fen=8_000)
    assert bill().initial["discount_fen"] == 8_000
    assert "请核对" in bill()["discount_fen"].help_text

    roll_back(row, why="slip", by=front_desk, now=timezone.now())

    assert (bill().initial["discount_fen"], "券退回了" in bill()["discount_fen"].help_text) == (8_000, True)


def test_together_vouchers_take_off_no_more_than_the_bill_and_each_line_once():
    wash, hundred = Offer("item", "free", work="精洗一次"), Offer("amount", "free", 10_000)
    lines = [Line("精洗", 3_500), Line("补胎", 4_000), Line("机油", None)]

    assert taken_off([wash, wash, hundred], lines) == [3_500, None, 4_000]
    assert taken_off([Offer("package", "free", work="精洗+补胎")], lines) == [7_500]
    assert taken_off([hundred], []) == [10_000]
