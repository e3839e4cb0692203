"""The pages of an undo: asked, previewed, begun, followed, and what stayed behind with a way to each."""

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from customers.services import change_customer
from imports import services
from imports.enums import BatchState
from imports.models import ImportBatch, KeptRow
from imports.services.undo.tables import TABLES, words_for
from staff.enums import Role
from tests.factories import TODAY, InteractionFactory, ServiceOrderFactory, UserFactory, VehicleWarningFactory, moment
from tests.imports.files import customer, order
from vehicles.models import ServiceOrder, Vehicle
from vehicles.services import open_visit

pytestmark = pytest.mark.django_db


def address(step: str, batch: ImportBatch) -> str:
    return reverse(f"imports:{step}", args=[batch.pk])


@pytest.fixture
def desk(login, manager):
    return login(manager)


def test_from_the_result_to_the_undone_page(desk, bring_customers):
    batch = bring_customers(customer(), customer("李四", "13900139000", "粤B54321"))
    InteractionFactory(customer=Customer.objects.get(name="李四"))

    preview = desk.post(address("ask_undo", batch), follow=True).content.decode()
    assert "会删掉" in preview
    assert "导入以后有了新的记录：沟通" in preview
    assert Customer.objects.count() == 2
    desk.post(address("undo", batch), {"why": "传错了文件"})
    assert "正在撤销" in desk.get(batch.get_absolute_url()).content.decode()
    services.sweep(clock=timezone.now)

    followed = desk.get(address("progress", batch), headers={"HX-Request": "true"})
    assert followed.headers["HX-Redirect"] == batch.get_absolute_url()
    page = desk.get(batch.get_absolute_url()).content.decode()
    left = Customer.objects.get()
    assert f'<a href="{left.get_absolute_url()}">李四</a>' in page
    assert "客户 1、车辆 2" in page
    assert desk.get(left.get_absolute_url()).status_code == 200


def test_a_reason_is_asked_for(desk, bring_customers):
    batch = bring_customers(customer())
    desk.post(address("ask_undo", batch))

    answer = desk.post(address("undo", batch), {"why": " "})

    assert answer.status_code == 422
    assert "请写一句为什么撤销" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_large_batch_is_counted_by_the_worker(desk, bring_customers, monkeypatch):
    monkeypatch.setattr("imports.views.undo.COUNT_AT_ONCE", 0)
    batch = bring_customers(customer())

    assert "正在清点" in desk.post(address("ask_undo", batch), follow=True).content.decode()
    assert "正在清点" in desk.get(address("undo", batch), headers={"HX-Request": "true"}).content.decode()
    services.sweep(clock=timezone.now)

    counted = desk.get(address("undo", batch), headers={"HX-Request": "true"})
    assert counted.headers["HX-Redirect"] == address("undo", batch)
    assert "撤销后会是这样" in desk.get(address("undo", batch)).content.decode()


def test_without_having_asked_one_is_shown_the_result(desk, bring_customers):
    batch = bring_customers(customer())

    assert desk.get(address("undo", batch)).headers["Location"] == batch.get_absolute_url()


def test_too_late_is_said_and_the_button_is_gone(desk, bring_customers):
    batch = bring_customers(customer())
    ImportBatch.objects.update(undo_until=None)

    assert "不能撤销了" in desk.get(batch.get_absolute_url()).content.decode()
    assert "不能撤销了" in desk.post(address("ask_undo", batch), follow=True).content.decode()


def test_another_undo_under_way_is_said(desk, bring_customers, manager):
    first, second = bring_customers(customer()), bring_customers(customer("李四", "13900139000", "粤B54321"))
    desk.post(address("ask_undo", second))
    services.begin_undo(first, why="错", by=manager, now=timezone.now())

    page = desk.post(address("undo", second), {"why": "错"}, follow=True).content.decode()

    assert "另一批正在撤销" in page


@pytest.mark.parametrize("step", ["ask_undo", "undo"])
def test_only_who_may_import_in_this_store_may_undo(step, login, bring_customers, front_desk, stranger):
    batch = bring_customers(customer())

    assert login(front_desk).post(address(step, batch), {"why": "x"}).status_code == 404
    assert login(stranger).post(address(step, batch), {"why": "x"}).status_code == 404
    batch.refresh_from_db()
    assert (batch.state, batch.undo_asked_at) == (BatchState.DONE, None)


@pytest.mark.parametrize("count", [1, 3])
def test_what_stayed_costs_the_same_however_much_it_is(count, desk, bring, manager, django_assert_max_num_queries):
    batch = bring_all(bring, count)
    for number in range(count):
        who, car = Customer.objects.get(name=f"客户{number}"), Vehicle.objects.get(plate=f"粤B0000{number}")
        change_customer(who, by=manager, name=f"改名{number}")
        VehicleWarningFactory(vehicle=car)
        open_visit(car, customer=who, store=manager.store, by=manager, today=TODAY, now=moment(TODAY))
    services.begin_undo(batch, why="错", by=manager, now=timezone.now())
    services.run_undo(batch.pk, now=timezone.now())

    with django_assert_max_num_queries(14):
        page = desk.get(batch.get_absolute_url()).content.decode()

    assert page.count("改名") == 2 * count


def bring_all(bring, count):
    from tests.imports.files import CUSTOMER_HEADER

    rows = [customer(f"客户{n}", f"1380013800{n}", f"粤B0000{n}") for n in range(count)]
    return bring(rows, header=CUSTOMER_HEADER)


def test_the_columns_that_stayed_are_named_as_people_know_them(desk, bring_orders, manager):
    batch = bring_orders(order(km="52000"))
    later = bring_orders(order(km="53000", paid="400"))
    ServiceOrder.objects.update(paid_fen=45_000)
    services.begin_undo(later, why="错", by=manager, now=timezone.now())
    services.run_undo(later.pk, now=timezone.now())

    page = desk.get(later.get_absolute_url()).content.decode()

    assert "导入以后有人改过：实收" in page
    assert batch.counts["created"]["orders"] == 1


def test_an_owner_of_the_company_may_undo_in_any_store(login, store, bring_customers):
    batch = bring_customers(customer())
    owner = login(UserFactory(role=Role.OWNER, store=None))

    owner.post(address("ask_undo", batch))
    owner.post(address("undo", batch), {"why": "总部核对后撤销"})
    services.sweep(clock=timezone.now)

    assert not Customer.objects.exists()
    assert not ServiceOrderFactory._meta.model.objects.exists()


@pytest.mark.parametrize("model", TABLES)
def test_whatever_stayed_can_be_shown(model, desk, bring_customers, bring_orders):
    bring_customers(customer(km="5000"))
    batch = bring_orders(order(km="52000"))
    row = model.objects.values_list("pk", flat=True).first() or 4711
    KeptRow.objects.create(batch=batch, table=model._meta.label_lower, row_id=row, reason="changed", what=["store"])
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.UNDONE)

    page = desk.get(batch.get_absolute_url()).content.decode()

    assert f'<span class="pill">{words_for(model)}</span>' in page
