"""What people decide about rows that waited: done at once, done once, taken back where it can be."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, HouseholdMember
from imports import services
from imports.enums import Settlement
from imports.errors import CustomerUnknown, DecidedForGood, VisitTaken
from imports.models import ImportRow
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import (
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
)
from tests.imports.conftest import NOW
from tests.imports.files import customer, order
from vehicles.enums import OrderSource
from vehicles.models import ServiceOrder, Vehicle

pytestmark = pytest.mark.django_db
VIN, OTHER_VIN = "LSJA24U62JG269225", "LDC613P23A1305189"


@pytest.fixture
def owner(store):
    """Whose car the file says is somebody else's."""
    owner = CustomerFactory(name="老车主", phone="13700137000", store=store)
    VehicleFactory(plate="粤B12345", owner=owner, vin=VIN)
    return owner


@pytest.fixture
def decide(manager):
    return lambda row, choice, **more: services.decide(row, choice, by=manager, now=timezone.now(), **more)


@pytest.fixture
def take_back(manager):
    return lambda row: services.take_back(row, by=manager, now=timezone.now())


def waiting() -> ImportRow:
    return ImportRow.objects.asked_once().select_related("batch__store").get()


# --- whose car ---


def test_a_car_that_has_not_changed_hands_stays(owner, bring_customers, decide):
    bring_customers(customer())

    assert decide(waiting(), Settlement.KEPT) is True

    assert Vehicle.objects.get().owner_now() == owner
    assert not ImportRow.objects.conflicts().exists()


def test_a_car_goes_to_the_new_customer_and_its_history_stays_with_the_old(owner, bring_customers, decide):
    visit = ServiceOrderFactory(customer=owner, vehicle=Vehicle.objects.get())
    bring_customers(customer())

    decide(waiting(), Settlement.TRANSFERRED)

    assert Vehicle.objects.get().owner_now().name == "王小明"
    visit.refresh_from_db()
    assert visit.customer == owner


def test_the_two_are_a_family(owner, bring_customers, decide):
    bring_customers(customer())

    decide(waiting(), Settlement.FAMILY)

    members = HouseholdMember.objects.current().values_list("customer__name", flat=True)
    assert set(members) == {"老车主", "王小明"}
    assert Vehicle.objects.get().owner_now() == owner


@pytest.mark.parametrize("choice", [Settlement.KEPT, Settlement.TRANSFERRED, Settlement.FAMILY])
def test_deciding_twice_is_deciding_once(choice, owner, bring_customers, decide):
    bring_customers(customer())
    row = waiting()

    assert [decide(row, choice), decide(row, choice)] == [True, False]

    assert AuditEntry.objects.filter(action=Action.SETTLE_IMPORT).count() == 1


@pytest.mark.parametrize("choice", [Settlement.KEPT, Settlement.TRANSFERRED, Settlement.FAMILY])
def test_a_decision_is_taken_back(choice, owner, bring_customers, decide, take_back):
    bring_customers(customer())
    row = waiting()
    decide(row, choice)

    assert [take_back(row), take_back(row)] == [True, False]

    assert waiting() == row
    assert Vehicle.objects.get().owner_now() == owner
    assert not HouseholdMember.objects.current().exists()


def test_rows_that_ask_the_same_are_decided_together(owner, bring_customers, decide):
    batch = bring_customers(customer(), customer(brand="丰田"))
    assert ImportRow.objects.conflicts().count() == 2

    decide(waiting(), Settlement.KEPT)

    batch.refresh_from_db()
    assert batch.counts["open_conflicts"] == 0


def test_somebody_who_is_gone_is_said(owner, bring_customers, decide):
    bring_customers(customer())
    Customer.objects.filter(name="王小明").update(ended_at=NOW, ended_as="closed")

    with pytest.raises(CustomerUnknown):
        decide(waiting(), Settlement.TRANSFERRED)

    assert ImportRow.objects.conflicts().exists()


# --- which VIN ---


def test_the_file_s_vin_is_taken_and_given_back(bring_customers, decide, take_back):
    bring_customers(customer(vin=VIN))
    bring_customers(customer(vin=OTHER_VIN))
    row = waiting()

    decide(row, Settlement.VIN)
    assert Vehicle.objects.get().vin == OTHER_VIN
    take_back(row)

    assert Vehicle.objects.get().vin == VIN
    assert waiting() == row


def test_a_choice_that_does_not_fit_the_question_does_nothing(bring_customers, decide):
    bring_customers(customer(vin=VIN))
    bring_customers(customer(vin=OTHER_VIN))

    assert decide(waiting(), Settlement.TRANSFERRED) is False

    assert ImportRow.objects.conflicts().exists()


# --- which visit ---


@pytest.fixture
def visits(store):
    """Two visits of one car on one day at the desk."""
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner)
    return [
        ServiceOrderFactory(
            store=store, vehicle=car, customer=owner, source=OrderSource.DESK, number=number, desk_number=number,
            opened_on=date(2026, 11, 1), paid_fen=None,
        )
        for number in ("D1", "D2")
    ]  # fmt: skip


def test_an_order_attaches_to_the_visit_a_person_points_at(visits, bring_orders, decide):
    batch = bring_orders(order(), order(item="洗车", labour="30", material=""))
    assert ImportRow.objects.conflicts().count() == 2

    decide(waiting(), Settlement.ATTACHED, visit=visits[1])

    visits[1].refresh_from_db()
    assert (visits[1].number, visits[1].desk_number, visits[1].paid_fen) == ("WO1", "D2", 30_000)
    assert visits[1].lines.count() == 2
    assert ServiceOrder.objects.count() == 2
    again = bring_orders(order(), order(item="洗车", labour="30", material=""))
    assert (again.counts["created"], again.counts["updated"]) == ({}, {})
    assert batch.counts["totals"]["orders"] == again.counts["totals"]["orders"] == 1


def test_an_order_that_is_none_of_them_stands_alone(visits, bring_orders, decide):
    bring_orders(order())

    decide(waiting(), Settlement.APART)

    assert set(ServiceOrder.objects.values_list("number", flat=True)) == {"D1", "D2", "WO1"}


def test_a_visit_another_order_has_taken_is_refused(visits, bring_orders, decide):
    bring_orders(order())
    ServiceOrder.objects.filter(pk=visits[0].pk).update(source=OrderSource.IMPORT, number="W9")

    with pytest.raises(VisitTaken):
        decide(waiting(), Settlement.ATTACHED, visit=visits[0])


def test_what_was_attached_comes_apart_with_its_batch(visits, bring_orders, decide, take_back, manager):
    batch = bring_orders(order())
    row = waiting()
    decide(row, Settlement.ATTACHED, visit=visits[0])

    with pytest.raises(DecidedForGood):
        take_back(row)
    services.begin_undo(batch, why="错", by=manager, now=timezone.now())
    services.run_undo(batch.pk, now=timezone.now())

    visits[0].refresh_from_db()
    assert (visits[0].number, visits[0].source, visits[0].paid_fen) == ("D1", OrderSource.DESK, None)
    assert not visits[0].lines.exists()


# --- records nobody is known for ---


def test_records_are_given_to_a_customer_by_hand(bring_orders, store, manager):
    bring_orders(order("W7", phone="", plate="粤B99999"), order("W8", phone="", plate="粤B99999", opened="2026-11-03"))
    known = CustomerFactory(name="李四", phone="13900139000", store=store)
    rows = services.of_plate(ImportRow.objects.ownerless().first())

    assert services.give(rows, to=known, by=manager, now=timezone.now()) == 2
    assert services.give(rows.all(), to=known, by=manager, now=timezone.now()) == 0

    assert set(ServiceOrder.objects.values_list("number", "customer")) == {("W7", known.pk), ("W8", known.pk)}
    assert Vehicle.objects.get().owner_now() == known
    row = ImportRow.objects.get(order_number="W7")
    assert (row.settled_as, row.settled_by) == (Settlement.GIVEN, manager)


def test_records_of_no_use_are_dropped_with_a_reason_and_taken_back(bring_orders, manager, take_back):
    bring_orders(order("W7", phone="", plate="粤B99999"))
    row = ImportRow.objects.ownerless().get()

    assert services.drop([row], why="试驾车", by=manager, now=timezone.now()) == 1
    assert services.drop([row], why="试驾车", by=manager, now=timezone.now()) == 0
    assert AuditEntry.objects.get(action=Action.SETTLE_IMPORT).why == "试驾车"
    take_back(row)

    assert ImportRow.objects.ownerless().get() == row


# --- the pages ---


@pytest.fixture
def desk(login, manager):
    return login(manager)


def post(client, name, row, **said):
    return client.post(reverse(f"imports:{name}", args=[row.pk]), said, follow=True)


def test_the_queue_shows_both_sides_with_masked_numbers(owner, bring_customers, desk):
    bring_customers(customer())

    page = desk.get(reverse("imports:conflicts")).content.decode()

    for words in ("老车主", "王小明", "137 **** 7000", "138 **** 8000", "过户给新客户", "是一家人", "车没换主人"):
        assert words in page
    assert "13700137000" not in page


def test_the_queue_shows_the_visits_to_choose_among(visits, bring_orders, desk):
    bring_orders(order(), order(item="洗车"))

    page = desk.get(reverse("imports:conflicts")).content.decode()

    assert (page.count("是这一次"), page.count("都不是，单独一张")) == (2, 1)
    post(desk, "decide", waiting(), choice="attached", visit=visits[0].pk)
    visits[0].refresh_from_db()
    assert visits[0].number == "WO1"


def test_a_click_decides_and_another_takes_it_back(owner, bring_customers, desk):
    bring_customers(customer())
    row = waiting()

    page = post(desk, "decide", row, choice="transferred").content.decode()
    assert "已处理：过户给了新客户" in page
    assert reverse("imports:take_back", args=[row.pk]) in page
    assert "已经有人处理过了" in post(desk, "decide", row, choice="kept").content.decode()
    post(desk, "take_back", row)

    assert Vehicle.objects.get().owner_now() == owner


@pytest.mark.parametrize("said", [{}, {"choice": "gold"}, {"choice": "attached", "visit": "x"}, {"choice": "vin"}])
def test_a_forged_choice_changes_nothing(said, owner, bring_customers, desk):
    bring_customers(customer())

    post(desk, "decide", waiting(), **said)

    assert ImportRow.objects.conflicts().exists()


def test_an_owner_of_another_store_is_not_named(bring_customers, other_store, desk):
    VehicleFactory(plate="粤B12345", owner=CustomerFactory(name="秘密", phone="13700137000", store=other_store))
    bring_customers(customer())

    page = desk.get(reverse("imports:conflicts")).content.decode()

    assert "秘密" not in page
    assert "别的门店的客户" in page
    assert "过户给新客户" not in page


def test_the_import_page_says_how_many_wait(owner, bring_customers, bring_orders, desk):
    bring_customers(customer(), customer(brand="丰田"))
    bring_orders(order("W7", phone="", plate="粤B99999"), order("W8", phone="", plate="粤B99999"))

    page = desk.get(reverse("imports:list")).content.decode()

    assert '等您确认 <span class="count count--danger">1</span>' in page
    assert '无主记录 <span class="count">1</span>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_long_it_is(count, store, bring, desk, django_assert_max_num_queries):
    from tests.imports.files import CUSTOMER_HEADER

    for n in range(count):
        VehicleFactory(plate=f"粤B1234{n}", owner=CustomerFactory(store=store))
    bring([customer(f"新{n}", f"1380013800{n}", f"粤B1234{n}") for n in range(count)], header=CUSTOMER_HEADER)

    with django_assert_max_num_queries(9):
        page = desk.get(reverse("imports:conflicts")).content.decode()

    assert page.count("过户给新客户") == count


def test_records_without_an_owner_are_listed_by_plate_and_found(bring_orders, desk):
    bring_orders(
        order("W7", phone="", plate="粤B99999", name="陌生人"),
        order("W8", phone="", plate="粤B99999"),
        order("W9", phone="", plate="粤B88888"),
    )

    page = desk.get(reverse("imports:ownerless")).content.decode()
    assert (page.count("处理</summary>"), "陌生人" in page, "共 2 条" in page) == (2, True, True)
    found = desk.get(reverse("imports:ownerless"), {"q": "b9999"}).content.decode()
    assert found.count("处理</summary>") == 1
    assert "没有这块车牌" in desk.get(reverse("imports:ownerless"), {"q": "粤C"}).content.decode()


def test_the_clerk_gives_records_to_somebody_by_number(bring_orders, desk, store):
    bring_orders(order("W7", phone="", plate="粤B99999"))
    CustomerFactory(name="李四", phone="13900139000", store=store)
    row = ImportRow.objects.ownerless().get()

    for typed, words in (("", "请填客户的电话"), ("123", "不是手机号"), ("13600136000", "没有用这个电话的客户")):
        refused = post(desk, "give", row, phone=typed)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert "1 条记录归到了 李四" in post(desk, "give", row, phone="139 0013 9000").content.decode()

    assert ServiceOrder.objects.get().customer.name == "李四"


def test_the_clerk_drops_records_and_takes_it_back(bring_orders, desk):
    bring_orders(order("W7", phone="", plate="粤B99999"))
    row = ImportRow.objects.ownerless().get()

    assert "请写一句为什么不要" in post(desk, "drop", row).content.decode()
    page = post(desk, "drop", row, why="试驾车").content.decode()
    assert reverse("imports:take_back", args=[row.pk]) in page
    post(desk, "take_back", row)

    assert ImportRow.objects.ownerless().exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_ownerless_cost_the_same_however_many(count, bring_orders, desk, django_assert_max_num_queries):
    bring_orders(*[order(f"W{n}", phone="", plate=f"粤B9999{n}") for n in range(count)])

    with django_assert_max_num_queries(6):
        desk.get(reverse("imports:ownerless"))


@pytest.mark.parametrize("name", ["decide", "take_back", "give", "drop"])
def test_another_store_s_rows_do_not_exist(name, owner, bring_customers, login, stranger, front_desk):
    bring_customers(customer())
    row = waiting()

    for user in (stranger, front_desk, UserFactory(role=Role.AUDITOR, store=None)):
        assert post(login(user), name, row, choice="kept", phone="13700137000", why="x").status_code == 404
    assert ImportRow.objects.conflicts().exists()


def test_a_later_day_does_not_take_a_transfer_back(owner, bring_customers, desk, manager):
    bring_customers(customer())
    row = waiting()
    services.decide(row, Settlement.TRANSFERRED, by=manager, now=timezone.now())

    with pytest.raises(Exception, match="今天"):
        services.take_back(row, by=manager, now=timezone.now() + timedelta(days=1))

    row.refresh_from_db()
    assert row.settled_as == Settlement.TRANSFERRED
    assert not ServiceLineFactory._meta.model.objects.exists()
