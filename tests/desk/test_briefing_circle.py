"""The briefing says whose person and whose car it is: family, unit, who pays and who decides (i.1, ii 15)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.enums import CustomerKind
from customers.services import join_household
from desk.briefing import gather
from segments.models import Profile, SegmentPolicy
from tests.factories import (
    TODAY,
    CustomerFactory,
    ServiceOrderFactory,
    VehicleFactory,
    VehicleWarningFactory,
    moment,
)
from vehicles.enums import CarRole, OrderStatus, ReadingSource
from vehicles.models import CarPerson
from vehicles.services import record_readings, transfer_vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def join(front_desk):
    return lambda customer, of, **said: join_household(customer, of=of, by=front_desk, now=moment(TODAY), **said)


@pytest.fixture
def page(login):
    """The briefing's text, as a role sees it."""

    def _page(user, customer, **query):
        response = login(user).get(f"/customers/{customer.pk}/", query)
        return " ".join(response.content.decode().split())

    return _page


def is_to(car, role, customer):
    return CarPerson.objects.create(vehicle=car, customer=customer, role=role, valid_from=TODAY)


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", store=store, phone="13800138000")


@pytest.fixture
def dad(store, mum, join):
    dad = CustomerFactory(name="王建国", store=store, phone=False)
    join(dad, mum, relation="老公", reached_through=mum, is_emergency=True)
    return dad


@pytest.fixture
def unit(store):
    return CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store)


@pytest.fixture
def boss(store, unit, join):
    boss = CustomerFactory(name="李总", store=store)
    join(boss, unit, relation="老板")
    return boss


@pytest.fixture
def driver(store, unit, boss, join):
    driver = CustomerFactory(name="刘师傅", store=store)
    join(driver, unit, relation="司机")
    car = VehicleFactory(plate="粤L8K952", owner=unit)
    is_to(car, CarRole.DRIVER, driver)
    is_to(car, CarRole.DECIDER, boss)
    return driver


def test_a_family_shows_who_is_who_and_whose_phone_reaches_them(page, front_desk, mum, dad):
    VehicleFactory(plate="粤L66666", owner=dad)

    hers, his = page(front_desk, mum), page(front_desk, dad)

    for words in ("王建国", "老公", "紧急联系人", "车 粤L66666", "用张丽的电话"):
        assert words in hers
    assert "找他打" in his
    assert "没有电话" not in his
    assert "方便留个电话吗" not in his
    assert f'href="/customers/{mum.pk}/"' in his
    assert "138 **** 8000" in his
    assert "13800138000" not in his


def test_a_driver_is_shown_whose_car_it_is_who_pays_and_who_decides(page, front_desk, driver, boss, unit):
    seen = page(front_desk, driver)

    assert f'<a href="/customers/{unit.pk}/?vehicle={driver.car_roles.get().vehicle_id}">顺达物流</a> 的车' in seen
    assert "付款 顺达物流" in seen
    assert f'价钱要问 <a href="/customers/{boss.pk}/">李总</a>' in seen
    # One key takes the car in that he drives, and says that he brought it.
    assert f'href="/arrive/{driver.car_roles.get().vehicle_id}/?by={driver.pk}" data-key="a"' in seen
    assert "还没有车" not in seen


def test_the_units_car_shows_its_people(page, front_desk, driver, unit):
    seen = page(front_desk, unit)

    assert "常开" in seen
    assert "刘师傅</a>" in seen
    assert "价钱要问" in seen


def test_people_only_another_store_knows_are_counted_and_never_named(page, front_desk, mum, join, other_store):
    far = CustomerFactory(name="李秘密", store=other_store)
    join(far, mum, relation="妹妹")
    is_to(VehicleFactory(owner=mum), CarRole.DRIVER, far)

    seen = page(front_desk, mum)

    assert "另有 1 位由其他门店服务" in seen
    assert "李秘密" not in seen
    assert "妹妹" not in seen


def test_the_owner_of_the_company_sees_everybody(page, owner, mum, join, other_store):
    join(CustomerFactory(name="李秘密", store=other_store), mum)

    assert "李秘密" in page(owner, mum)


def test_the_owner_of_a_car_only_another_store_knows_is_not_named(page, front_desk, store, other_store):
    car = VehicleFactory(owner=CustomerFactory(name="李秘密", store=other_store))
    driver = CustomerFactory(store=store)
    is_to(car, CarRole.DRIVER, driver)
    assert car.plate not in page(front_desk, driver)

    ServiceOrderFactory(vehicle=car, customer=driver, store=store)

    seen = page(front_desk, driver)
    assert "车主由其他门店服务" in seen
    assert "李秘密" not in seen


def test_old_orders_stay_in_the_old_owners_story(page, manager, mum, dad, login):
    car = VehicleFactory(plate="粤L66666", owner=mum)
    order = ServiceOrderFactory(customer=mum, vehicle=car, opened_on=TODAY - timedelta(days=90))
    order.lines.create(position=1, name="四轮定位")

    transfer_vehicle(car, to=dad, by=manager, today=TODAY, why="给他开")

    assert "四轮定位" in page(manager, mum)
    assert "四轮定位" not in page(manager, dad)
    client = login(manager)
    stories = [client.get(f"/customers/{pk}/timeline/").content.decode() for pk in (mum.pk, dad.pk)]
    assert ["四轮定位" in story for story in stories] == [True, False]
    listed = {row.pk: row for row in client.get("/customers/").context["page"].rows}
    assert [[owned.vehicle for owned in listed[pk].cars_now] for pk in (mum.pk, dad.pk)] == [[], [car]]


@pytest.mark.parametrize("count", [1, 3])
def test_gathering_everything_there_is_takes_fifteen_statements(
    count, front_desk, unit, boss, join, django_assert_max_num_queries
):
    Profile.objects.create(customer=unit, policy=SegmentPolicy.objects.current(), computed_on=TODAY, visits=count)
    for n in range(count):
        car, driver = VehicleFactory(owner=unit), CustomerFactory(name=f"司机{n}")
        join(driver, unit, relation="司机")
        is_to(car, CarRole.DRIVER, driver)
        is_to(car, CarRole.DECIDER, boss)
        ServiceOrderFactory(customer=unit, vehicle=car).lines.create(position=1, name="洗车")
        VehicleWarningFactory(vehicle=car)

    asked = {"vehicle_pk": None, "today": TODAY, "now": moment(TODAY, 12)}
    with django_assert_max_num_queries(15):
        gather(front_desk, unit.pk, **asked)
    with django_assert_max_num_queries(15):
        gather(front_desk, driver.pk, **asked)


def test_who_has_no_family_costs_nothing_more(login, front_desk, store, mum, dad):
    alone = CustomerFactory(store=store)
    client = login(front_desk)

    costs = {}
    for customer in (alone, mum):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/customers/{customer.pk}/")
        costs[customer] = len(captured)

    assert costs[mum] - costs[alone] == 1


# --- A fleet


@pytest.mark.parametrize("count", [1, 3])
def test_the_fleet_is_a_table_of_cars_and_drivers(count, login, front_desk, unit, boss, django_assert_num_queries):
    for n in range(count):
        car = VehicleFactory(owner=unit)
        is_to(car, CarRole.DRIVER, CustomerFactory(name=f"司机{n}"))
        is_to(car, CarRole.PAYER, boss)
    client = login(front_desk)

    with django_assert_num_queries(5):
        response = client.get(f"/customers/{unit.pk}/cars/")

    assert [[d.name for d in car.people_now.drivers] for car in response.context["page"].rows] == [
        [f"司机{n}"] for n in range(count)
    ]
    assert response.content.decode().count('<td data-label="付款">李总</td>') == count


def test_a_fleet_of_eighty_is_shown_in_part_and_paged(login, front_desk, unit):
    for _ in range(30):
        VehicleFactory(owner=unit)
    client = login(front_desk)

    briefing = client.get(f"/customers/{unit.pk}/").content.decode()
    page = client.get(f"/customers/{unit.pk}/cars/").context["page"]

    assert briefing.count('<article class="list__item car">') == 6
    assert "全部 30 台车和司机" in briefing
    assert (len(page.rows), bool(page.older)) == (20, True)


# --- One car's own history


def test_a_cars_history_has_every_owners_visits_and_names_only_known_people(login, front_desk, store, other_store):
    known, far = CustomerFactory(name="张丽", store=store), CustomerFactory(name="李秘密", store=other_store)
    car = VehicleFactory(owner=known)
    ServiceOrderFactory(customer=known, vehicle=car, store=store)
    ServiceOrderFactory(customer=far, vehicle=car, store=store, opened_on=TODAY - timedelta(days=400))
    ServiceOrderFactory(customer=known, vehicle=car, store=store, status=OrderStatus.CANCELLED)

    story = login(front_desk).get(f"/vehicles/{car.pk}/history/").content.decode()

    assert story.count("timeline__item--accent") == 2
    assert "张丽" in story
    assert "以前的车主" in story
    assert "李秘密" not in story


@pytest.mark.parametrize("count", [1, 3])
def test_a_cars_history_costs_the_same(count, login, front_desk, store, django_assert_num_queries):
    car = VehicleFactory(owner=CustomerFactory(store=store))
    for _ in range(count):
        ServiceOrderFactory(customer=CustomerFactory(store=store), vehicle=car)
        record_readings([(car.pk, TODAY - timedelta(days=9 - _), 9_000 + _)], source=ReadingSource.DESK)
    client = login(front_desk)

    with django_assert_num_queries(9):
        client.get(f"/vehicles/{car.pk}/history/")


def test_what_the_odometer_shows_by_now_is_told_and_a_typo_stands_beside_it_with_the_reason(login, front_desk, store):
    car = VehicleFactory(owner=(owner := CustomerFactory(store=store)))
    read = [(300, 20_000), (200, 24_000), (100, 28_000), (90, 282_000)]
    record_readings([(car.pk, TODAY - timedelta(days=ago), km) for ago, km in read], source=ReadingSource.DESK)
    client = login(front_desk)

    briefing = client.get(f"/customers/{owner.pk}/").content.decode()
    story = client.get(f"/vehicles/{car.pk}/history/").content.decode()

    assert "28,000 公里" in briefing and '今天约 <span class="num">32,039 公里</span>' in briefing
    assert "平均每天约 40 公里" in briefing and "平均每天约 40 公里" in story
    assert story.count("不采信：短时间内跳得太多") == 1 and "282,000 公里" in story
