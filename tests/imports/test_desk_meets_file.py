"""The shop's cash desk and our desk speak of one visit: one visit, one revenue, one call, whoever comes first."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Touch
from campaigns.services import propose
from imports import services
from imports.models import ImportRow
from segments.models import Profile
from segments.services import refresh
from tests.factories import CustomerFactory, ServiceOrderFactory, VehicleFactory
from tests.imports.files import order
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import ServiceOrder
from vehicles.services import LineDraft, close_visit, open_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def owner(store):
    return CustomerFactory(name="王小明", phone="13800138000", store=store)


@pytest.fixture
def car(owner):
    return VehicleFactory(plate="粤B12345", owner=owner)


@pytest.fixture
def arrive(store, owner, car, manager, now):
    """The car drives in at the desk, today."""
    return lambda **facts: open_visit(car, customer=owner, store=store, by=manager, today=now.date(), now=now, **facts)


@pytest.fixture
def settle(manager, now):
    def _settle(visit):
        lines = [LineDraft("小保养", labour_fen=10_000, material_fen=20_000)]
        return close_visit(visit, lines=lines, by=manager, today=now.date(), now=now, paid_fen=30_000)

    return _settle


@pytest.fixture
def todays(bring_orders, now):
    """The cash desk's file of today."""
    return lambda **cells: bring_orders(order(opened=f"{now:%Y-%m-%d} 09:30", **cells), now=now.replace(hour=20))


def night(now):
    tomorrow = now.date() + timedelta(days=1)
    refresh(today=tomorrow)
    propose(today=tomorrow)


def is_one_visit(owner, now) -> bool:
    """One visit, one revenue, one call."""
    night(now)
    profile = Profile.objects.get(customer=owner)
    revenue = ServiceOrder.objects.closed().aggregate(fen=Sum("paid_fen"))["fen"]
    calls = Touch.objects.filter(occasion="after_visit").count()
    return (profile.visits, profile.own_fen, revenue, calls) == (1, 30_000, 30_000, 1)


def test_a_visit_closed_at_the_desk_and_the_evening_s_file_are_one(arrive, settle, todays, owner, now):
    visit = settle(arrive(km=52_000))

    todays()
    again = todays()

    assert ServiceOrder.objects.get().pk == visit.pk
    assert is_one_visit(owner, now)
    assert (again.counts["created"], again.counts["updated"]) == ({}, {})


def test_a_visit_still_open_when_the_file_comes_is_one(arrive, settle, todays, owner, now):
    visit = arrive()
    todays(status="维修中", paid="-1.00")

    assert arrive().pk == visit.pk
    settle(ServiceOrder.objects.get())
    todays()

    assert is_one_visit(owner, now)


def test_an_open_order_that_came_first_becomes_the_desk_s_visit(arrive, settle, todays, owner, now):
    todays(status="维修中", paid="-1.00")
    brought = ServiceOrder.objects.get()
    assert brought.status == OrderStatus.OPEN

    visit = arrive(complaint="刹车响")

    assert (visit.pk, visit.complaint, bool(visit.desk_number)) == (brought.pk, "刹车响", True)
    settle(visit)
    todays()
    assert is_one_visit(owner, now)


def test_the_desk_is_told_of_a_closed_order_that_came_first(todays, car, login, front_desk, manager, now):
    todays()

    page = login(front_desk).get(reverse("desk:arrive", args=[car.pk])).content.decode()

    assert "今天已经导入过这台车的工单 WO1" in page
    assert reverse("desk:visit", args=[ServiceOrder.objects.get().pk]) in page
    assert "¥300" not in page
    assert "¥300" in login(manager).get(reverse("desk:arrive", args=[car.pk])).content.decode()


def test_nothing_is_told_of_other_days_other_stores_or_met_orders(
    arrive, todays, car, store, other_store, login, manager
):
    ServiceOrderFactory(store=store, vehicle=car, opened_on=timezone.localdate() - timedelta(days=1))
    ServiceOrderFactory(store=other_store, vehicle=car, opened_on=timezone.localdate(), customer__store=other_store)
    ServiceOrderFactory(store=store, vehicle=car, opened_on=timezone.localdate(), desk_number="D7")
    ServiceOrderFactory(store=store, vehicle=car, opened_on=timezone.localdate(), status=OrderStatus.CANCELLED)

    page = login(manager).get(reverse("desk:arrive", args=[car.pk])).content.decode()

    assert "今天已经导入过" not in page


def test_a_second_visit_of_the_day_takes_the_second_order(arrive, settle, todays, now):
    todays()
    second = settle(arrive())

    todays(number="WO2")

    second.refresh_from_db()
    assert (second.number, second.source) == ("WO2", OrderSource.IMPORT)
    assert set(ServiceOrder.objects.values_list("number", flat=True)) == {"WO1", "WO2"}


def test_two_visits_and_one_order_wait_for_a_person(arrive, settle, todays):
    settle(arrive())
    settle(arrive())

    todays()

    assert ServiceOrder.objects.count() == 2
    assert ImportRow.objects.asked_once().get().reason == "visit_ambiguous"


def test_undoing_the_file_gives_the_desk_its_visit_back(arrive, settle, todays, manager, owner, now):
    visit = settle(arrive())
    number = visit.number
    batch = todays()

    services.begin_undo(batch, why="错", by=manager, now=timezone.now())
    services.run_undo(batch.pk, now=timezone.now())

    visit.refresh_from_db()
    assert (visit.number, visit.source, visit.paid_fen) == (number, OrderSource.DESK, 30_000)
    assert is_one_visit(owner, now)


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_every_row_that_was_imported_opens(kind, login, manager, store):
    from tests.imports.files import SAMPLES

    name = {"customers": "customers_merged_title.xlsx", "orders": "orders_gb18030_semicolon.csv"}[kind]
    services.import_path(SAMPLES / name, kind=None, strict=False, store=store, by=None, now=timezone.now())
    client = login(manager)
    from customers.models import Customer

    pages = [reverse("desk:briefing", args=[pk]) for pk in Customer.objects.values_list("pk", flat=True)[::7]]
    pages += [reverse("desk:visit", args=[pk]) for pk in ServiceOrder.objects.values_list("pk", flat=True)[::7]]
    pages += [reverse(f"imports:{page}") for page in ("conflicts", "ownerless", "items", "list")]

    assert {url: status for url in pages if (status := client.get(url).status_code) != 200} == {}
