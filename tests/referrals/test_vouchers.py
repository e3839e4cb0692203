"""Vouchers: who may use which where, once; taken back once; what they cost and bring."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from customers.enums import CustomerKind, EndedAs
from customers.models import Customer, CustomerChange
from referrals.enums import RolledBack, Stacking, VoucherKind, VoucherState
from referrals.errors import NoPointsForUnits, NoSuchVoucher, VoucherRefused
from referrals.forms.vouchers import VoucherTypeForm
from referrals.models import Voucher, VoucherRedemption, VoucherRollback, VoucherType
from referrals.qr import qr_of
from referrals.services import give_voucher, mind_vouchers, redeem_voucher, roll_back, void_voucher
from tests.factories import (
    TODAY,
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VoucherFactory,
    moment,
)
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import ServiceOrder

NOW = moment(TODAY)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def wash(store):
    return VoucherType.objects.create(name="洗车券", kind=VoucherKind.ITEM, item="精洗一次", cost_fen=1_500)


@pytest.fixture
def fifty(store):
    return VoucherType.objects.create(name="五十元券", amount_fen=5_000, stacking=Stacking.FREE)


def visit(customer, *fen, kind="repair", **facts):
    """An open visit with lines of these amounts."""
    order = ServiceOrderFactory(
        customer=customer, status=OrderStatus.OPEN, source=OrderSource.DESK, paid_fen=None, **facts
    )
    for place, amount in enumerate(fen, 1):
        ServiceLineFactory(order=order, position=place, kind=kind, labour_fen=amount)
    return order


def use(voucher, order, by, today=TODAY):
    return redeem_voucher(voucher.code, order=order, by=by, today=today, now=moment(today))


def test_the_same_cause_gives_one_voucher(fifty, customer, manager):
    about = {"customer": customer, "cause_key": "a", "store": manager.store, "by": manager, "today": TODAY, "now": NOW}

    rows = {give_voucher(fifty, **about).pk for _ in range(3)}

    assert len(rows) == 1
    assert Voucher.objects.get().expires_on == TODAY + 89 * DAY


def test_units_get_no_vouchers(fifty, customer, manager):
    Customer.objects.filter(pk=customer.pk).update(kind=CustomerKind.UNIT)
    customer.refresh_from_db()

    with pytest.raises(NoPointsForUnits):
        give_voucher(fifty, customer=customer, cause_key="a", store=manager.store, by=manager, today=TODAY, now=NOW)


def test_a_voucher_is_used_once_taken_back_once_and_used_again(fifty, customer, front_desk):
    voucher, order = VoucherFactory(type=fifty, customer=customer), visit(customer, 20_000)

    row = use(voucher, order, front_desk)
    with pytest.raises(VoucherRefused, match="已经用过了"):
        use(voucher, order, front_desk)
    taken_back = [roll_back(row, why=RolledBack.SLIP, by=front_desk, now=NOW) for _ in range(2)]
    use(voucher, order, front_desk)

    voucher.refresh_from_db()
    assert (row.amount_fen, taken_back, voucher.state) == (5_000, [True, False], VoucherState.USED)
    assert list(VoucherRedemption.objects.order_by("pk").values_list("turn", flat=True)) == [1, 2]


def test_the_database_takes_back_a_use_at_most_once(fifty, customer, front_desk):
    row = use(VoucherFactory(type=fifty, customer=customer), visit(customer, 20_000), front_desk)
    VoucherRollback.objects.create(redemption=row, why="slip")

    with pytest.raises(IntegrityError), transaction.atomic():
        VoucherRollback.objects.create(redemption=row, why="slip")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v, o, s: Voucher.objects.filter(pk=v.pk).update(state="void"), "这张券已经作废"),
        (
            lambda v, o, s: Voucher.objects.filter(pk=v.pk).update(expires_on=TODAY - DAY, valid_from=TODAY - DAY),
            "已经到期",
        ),
        (lambda v, o, s: Voucher.objects.filter(pk=v.pk).update(valid_from=TODAY + DAY), "起才能用"),
        (lambda v, o, s: v.type.stores.set([s]), "这张券不能在本店用"),
        (lambda v, o, s: ServiceOrder.objects.filter(pk=o.pk).update(status="cancelled"), "这张工单已经结束"),
        (lambda v, o, s: ServiceOrder.objects.filter(pk=o.pk).update(customer=CustomerFactory()), "只能本人用"),
        (lambda v, o, s: o.lines.update(kind="insurance"), "买保险不能用券"),
        (lambda v, o, s: VoucherType.objects.update(min_spend_fen=30_000), "满 ¥300 才能用，还差 ¥100"),
    ],
)
def test_why_a_voucher_does_not_count(change, words, fifty, customer, front_desk, other_store):
    voucher, order = VoucherFactory(type=fifty, customer=customer), visit(customer, 20_000)
    change(voucher, order, other_store)

    with pytest.raises(VoucherRefused, match=words):
        use(voucher, order, front_desk)

    assert VoucherRedemption.objects.count() == 0


def test_a_voucher_counts_through_its_last_day(fifty, customer, front_desk):
    voucher, order = VoucherFactory(type=fifty, customer=customer), visit(customer, 20_000)
    last = voucher.expires_on

    with pytest.raises(VoucherRefused):
        use(voucher, order, front_desk, today=last + DAY)
    assert use(voucher, order, front_desk, today=last).voucher == voucher


def test_a_voucher_for_everybody_counts_for_another_person(fifty, customer, front_desk, store):
    VoucherType.objects.update(holder_only=False)

    assert use(VoucherFactory(type=fifty, customer=customer), visit(CustomerFactory(store=store), 20_000), front_desk)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (Stacking.FREE, Stacking.ALONE, "不能和别的券一起用"),
        (Stacking.ALONE, Stacking.FREE, "已经用了一张不能同用的券"),
        (Stacking.FREE, Stacking.FREE, ""),
    ],
)
def test_what_counts_beside_another_voucher(first, second, words, customer, front_desk):
    order = visit(customer, 20_000)
    kinds = [
        VoucherType.objects.create(name=f"券{n}", amount_fen=100, stacking=s) for n, s in enumerate((first, second))
    ]
    one, two = (VoucherFactory(type=kind, customer=customer) for kind in kinds)
    use(one, order, front_desk)

    if not words:
        assert use(two, order, front_desk)
        return
    with pytest.raises(VoucherRefused, match=words):
        use(two, order, front_desk)


def test_of_one_kind_one_counts_at_a_visit(fifty, customer, front_desk):
    VoucherType.objects.update(stacking=Stacking.ONE_OF_A_KIND)
    order = visit(customer, 20_000)
    use(VoucherFactory(type=fifty, customer=customer), order, front_desk)

    with pytest.raises(VoucherRefused, match="同一种券一次只能用一张"):
        use(VoucherFactory(type=fifty, customer=customer), order, front_desk)


def test_what_a_voucher_takes_off(customer, front_desk):
    tenth = VoucherType.objects.create(name="九折", kind=VoucherKind.PERCENT, percent=10)
    large = VoucherType.objects.create(name="大额", amount_fen=90_000)
    work = VoucherType.objects.create(name="消毒", kind=VoucherKind.ITEM, item="臭氧消毒")

    worth = [
        use(VoucherFactory(type=kind, customer=customer), visit(customer, 20_000, 5_000), front_desk).amount_fen
        for kind in (tenth, large, work)
    ]

    assert worth == [2_500, 25_000, None]


def test_a_share_of_nothing_known_is_refused(customer, front_desk):
    tenth = VoucherType.objects.create(name="九折", kind=VoucherKind.PERCENT, percent=10)

    with pytest.raises(VoucherRefused, match="先写好项目和金额"):
        use(VoucherFactory(type=tenth, customer=customer), visit(customer), front_desk)


def test_an_unknown_code_is_no_voucher(customer, front_desk):
    with pytest.raises(NoSuchVoucher):
        redeem_voucher("ABCDEFGHJK", order=visit(customer), by=front_desk, today=TODAY, now=NOW)


def test_the_voucher_of_a_cancelled_visit_comes_back_by_night_once(fifty, customer, front_desk):
    voucher, order = VoucherFactory(type=fifty, customer=customer), visit(customer, 20_000)
    use(voucher, order, front_desk)
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)

    counts = [mind_vouchers(today=TODAY)["rolled_back"] for _ in range(2)]

    voucher.refresh_from_db()
    assert (counts, voucher.state) == ([1, 0], VoucherState.OPEN)


def test_after_the_bill_is_paid_nobody_takes_the_use_back(fifty, customer, front_desk):
    order = visit(customer, 20_000)
    row = use(VoucherFactory(type=fifty, customer=customer), order, front_desk)
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CLOSED, closed_on=TODAY)

    with pytest.raises(VoucherRefused, match="先撤销结单"):
        roll_back(row, why=RolledBack.SLIP, by=front_desk, now=NOW)


def test_a_void_voucher_stays_void_and_a_used_one_is_not_voided(fifty, customer, manager):
    voucher, used = (VoucherFactory(type=fifty, customer=customer) for _ in range(2))
    use(used, visit(customer, 20_000), manager)

    assert [void_voucher(voucher, by=manager) for _ in range(2)] == [True, False]
    with pytest.raises(VoucherRefused):
        void_voucher(used, by=manager)


def test_vouchers_follow_a_merge_and_come_back_with_its_undoing(fifty, customer, store):
    voucher, survivor = VoucherFactory(type=fifty, customer=customer), CustomerFactory(store=store)
    facts = {"ended_at": NOW, "ended_as": EndedAs.MERGED, "merged_into": survivor}

    Customer.objects.filter(pk=customer.pk).update(**facts)
    moved = [mind_vouchers(today=TODAY)["moved"] for _ in range(2)]
    voucher.refresh_from_db()
    assert (moved, voucher.customer) == ([1, 0], survivor)

    Customer.objects.filter(pk=customer.pk).update(ended_at=None, ended_as="", merged_into=None)
    mind_vouchers(today=TODAY)
    voucher.refresh_from_db()
    assert voucher.customer == customer
    noted = set(CustomerChange.objects.values_list("customer_id", flat=True))
    assert noted == {customer.pk, survivor.pk}


def test_vouchers_of_a_chain_of_merges_go_back_as_far_as_it_is_undone(fifty, customer, store):
    middle, last = CustomerFactory(store=store), CustomerFactory(store=store)
    voucher = VoucherFactory(type=fifty, customer=customer)
    for one, into in ((customer, middle), (middle, last)):
        facts = {"ended_at": NOW, "ended_as": EndedAs.MERGED, "merged_into": into}
        Customer.objects.filter(pk=one.pk).update(**facts)
        mind_vouchers(today=TODAY)
    Customer.objects.filter(pk=middle.pk).update(ended_at=None, ended_as="", merged_into=None)

    moved = [mind_vouchers(today=TODAY)["moved"] for _ in range(2)]

    voucher.refresh_from_db()
    assert (moved, voucher.customer) == ([1, 0], middle)


def test_what_becomes_of_a_voucher_is_named_in_the_feed(fifty, customer, manager, front_desk):
    def noted():
        found = list(CustomerChange.objects.values_list("customer_id", flat=True))
        CustomerChange.objects.all().delete()
        return found

    order = visit(customer, 20_000)
    noted()
    facts = {"customer": customer, "store": order.store, "by": manager, "today": TODAY, "now": NOW}
    voucher = give_voucher(fifty, cause_key="test", **facts)
    assert noted() == [customer.pk]
    row = use(voucher, order, front_desk)
    assert noted() == [customer.pk]
    roll_back(row, why=RolledBack.SLIP, by=front_desk, now=NOW)
    assert noted() == [customer.pk]
    void_voucher(voucher, by=manager)
    assert noted() == [customer.pk]


def test_the_vouchers_of_an_erased_customer_are_void(fifty, customer):
    VoucherFactory(type=fifty, customer=customer)
    Customer.objects.filter(pk=customer.pk).update(ended_at=NOW, ended_as=EndedAs.ERASED)

    assert mind_vouchers(today=TODAY)["voided"] == 1
    assert Voucher.objects.get().state == VoucherState.VOID


# No voucher for a policy (G14)


@pytest.mark.parametrize("name", ["续保立减券", "买车险送洗车", "投保礼"])
def test_a_voucher_tied_to_insurance_is_refused_by_the_form_and_by_the_database(name):
    form = VoucherTypeForm(
        {"name": name, "kind": "amount", "amount_fen": "50", "valid_days": "30", "stacking": "alone"}
    )

    assert "保险返利" in str(form.errors)
    with pytest.raises(DatabaseError), transaction.atomic():
        VoucherType.objects.create(name=name, amount_fen=5_000)


@pytest.mark.parametrize("facts", [{"kind": "amount"}, {"kind": "percent", "percent": 95}, {"kind": "item"}])
def test_a_type_gives_what_it_says(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        VoucherType.objects.create(name="空券", **facts)


def test_what_a_type_costs_and_brings(fifty, wash, customer, front_desk):
    order = visit(customer, 20_000)
    use(VoucherFactory(type=fifty, customer=customer), order, front_desk)
    undone = use(VoucherFactory(type=fifty, customer=customer), order, front_desk)
    roll_back(undone, why=RolledBack.SLIP, by=front_desk, now=NOW)
    VoucherFactory(type=fifty, customer=customer, valid_from=TODAY - 9 * DAY, expires_on=TODAY - DAY)
    use(VoucherFactory(type=wash, customer=customer), visit(customer), front_desk)
    ServiceOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CLOSED, closed_on=TODAY, paid_fen=15_000)

    found = {
        row.name: (row.given, row.used, row.ended, row.cost, row.brought)
        for row in VoucherType.objects.with_results(TODAY)
    }

    assert found == {"五十元券": (3, 1, 1, 5_000, 15_000), "洗车券": (1, 1, 0, 1_500, 0)}


# On the screen


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def test_a_voucher_is_given_printed_and_used_at_the_desk(fifty, customer, manager, login):
    client, order = login(manager), visit(customer, 20_000)

    form = {"key": uuid4(), "type": fifty.pk}
    for _ in range(2):
        client.post(url("give_voucher", customer.pk), form)
    row = Voucher.objects.get()
    assert row.code in client.get(url("voucher", row.pk)).content.decode()
    assert row.code in client.get(url("visit_vouchers", order.pk)).content.decode()
    client.post(url("visit_vouchers", order.pk), {"key": uuid4(), "code": f" {row.code.lower()} "})

    row.refresh_from_db()
    assert row.state == VoucherState.USED
    client.post(url("undo_redemption", VoucherRedemption.objects.get().pk))
    row.refresh_from_db()
    assert row.state == VoucherState.OPEN


def test_a_refusal_stands_on_the_form(fifty, customer, front_desk, login):
    VoucherType.objects.update(min_spend_fen=30_000)
    voucher = VoucherFactory(type=fifty, customer=customer)

    answer = login(front_desk).post(
        url("visit_vouchers", visit(customer, 20_000).pk), {"key": uuid4(), "code": voucher.code}
    )

    assert answer.status_code == 422
    assert "还差 ¥100" in answer.content.decode()


def test_the_managers_table_and_the_form_of_a_type(fifty, manager, login):
    client = login(manager)
    form = {
        "name": "七折洗车",
        "kind": "percent",
        "percent": "30",
        "valid_days": "60",
        "stacking": "one",
        "is_on": "on",
    }

    client.post(url("add_voucher_type"), form)

    assert VoucherType.objects.get(name="七折洗车").percent == 30
    assert "七折洗车" in client.get(url("vouchers")).content.decode()


def test_the_picture_of_a_code_has_no_style_and_no_script():
    drawing = qr_of("ABCDEFGHJK")

    assert drawing.startswith("<svg")
    assert "style" not in drawing and "script" not in drawing


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_as_many_statements_for_more(count, fifty, customer, manager, login, django_assert_num_queries):
    order = visit(customer, 20_000)
    for n in range(count):
        VoucherType.objects.create(name=f"券 {n}", amount_fen=100)
        use(VoucherFactory(type=fifty, customer=customer), order, manager)
        VoucherFactory(type=fifty, customer=customer)
    client = login(manager)

    with django_assert_num_queries(4):
        client.get(url("vouchers"))
    with django_assert_num_queries(5):
        client.get(url("visit_vouchers", order.pk))
