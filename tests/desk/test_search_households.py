"""Families share phones and units share drivers: the search box says who belongs to whom (ii 15)."""

import pytest
from django.utils import timezone

from customers.enums import CustomerKind
from customers.services import join_household, leave_household
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, UserFactory, VehicleFactory
from vehicles.enums import CarRole
from vehicles.models import CarPerson

pytestmark = pytest.mark.django_db
URL = "/search/"
HTMX = {"HX-Request": "true"}
PHONE = "13800138000"


@pytest.fixture
def find(login, front_desk):
    """The answers of the box as (name, words of the line)."""
    client = login(front_desk)

    def _find(query):
        response = client.get(URL, {"q": query}, headers=HTMX)
        lines = response.content.decode().split('role="option"')[1:]
        return {found.customer.name: line for found, line in zip(response.context["answers"].found, lines, strict=True)}

    return _find


@pytest.fixture
def join(front_desk):
    return lambda customer, of, **said: join_household(customer, of=of, by=front_desk, now=timezone.now(), **said)


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", store=store, phone=PHONE)


@pytest.fixture
def dad(store, mum, join):
    dad = CustomerFactory(name="王建国", store=store, phone=False)
    join(dad, mum, relation="老公", reached_through=mum)
    return dad


@pytest.mark.parametrize("query", [PHONE, "8000"])
def test_a_shared_phone_finds_the_holder_first_and_whoever_is_reached_at_it(query, find, mum, dad):
    found = find(query)

    assert list(found) == ["张丽", "王建国"]
    assert "同一家庭 · 用张丽的电话" in found["王建国"]
    assert "同一家庭" in found["张丽"]
    assert "用张丽的电话" not in found["张丽"]
    assert "138 **** <mark>8000</mark>" in find("8000")["王建国"]


def test_three_digits_find_the_holder_only(find, mum, dad):
    assert list(find("000")) == ["张丽"]


def test_whoever_left_is_no_longer_reached(find, mum, dad, front_desk):
    leave_household(dad.memberships.current().get(), by=front_desk, now=timezone.now())

    assert list(find(PHONE)) == ["张丽"]


def test_a_holder_only_another_store_knows_is_not_named(find, join, store, other_store):
    holder = CustomerFactory(name="李秘密", store=other_store, phone=PHONE)
    here = CustomerFactory(name="王建国", store=store, phone=False)
    join(here, holder, reached_through=holder)

    found = find(PHONE)

    assert list(found) == ["王建国"]
    assert "用家里另一位的电话" in found["王建国"]
    assert "李秘密" not in found["王建国"]


def test_a_member_only_another_store_knows_is_not_found_here(find, join, mum, other_store):
    join(CustomerFactory(name="李秘密", store=other_store, phone=False), mum, reached_through=mum)

    assert list(find(PHONE)) == ["张丽"]
    assert "同一家庭" not in find(PHONE)["张丽"]


def test_answers_that_belong_together_say_so(find, mum, dad, store):
    CustomerFactory(name="王建军", store=store)

    found = find("王建")
    assert ["同一家庭" in found[name] for name in ("王建国", "王建军")] == [False, False]

    mum.rename("王建丽")
    mum.save()
    found = find("王建")
    assert ["同一家庭" in found[name] for name in ("王建国", "王建丽", "王建军")] == [True, True, False]


@pytest.fixture
def fleet(store, join):
    """A unit with a car and its driver."""
    unit = CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store)
    car, driver = VehicleFactory(plate="粤L8K952", owner=unit), CustomerFactory(name="刘师傅", store=store)
    join(driver, unit, relation="司机")
    CarPerson.objects.create(vehicle=car, customer=driver, role=CarRole.DRIVER, valid_from=TODAY)
    return unit


def test_a_plate_shows_the_owner_and_who_usually_drives(find, fleet):
    assert "常开 刘师傅" in find("8K952")["顺达物流"]


def test_a_driver_shows_the_car_he_drives(find, fleet):
    assert "开 粤L8K952" in find("刘师傅")["刘师傅"]


@pytest.mark.parametrize("been_here", [False, True])
def test_a_car_only_another_store_knows_is_named_once_it_was_here(been_here, find, store, other_store):
    far = VehicleFactory(plate="粤L8K952", owner=CustomerFactory(name="王建国", store=other_store))
    driver = CustomerFactory(name="刘师傅", store=store)
    CarPerson.objects.create(vehicle=far, customer=driver, role=CarRole.DRIVER, valid_from=TODAY)
    if been_here:
        ServiceOrderFactory(vehicle=far, store=store)

    assert ("粤L8K952" in find("刘师傅")["刘师傅"]) is been_here


def test_a_driver_only_another_store_knows_is_not_named(find, store, other_store):
    car = VehicleFactory(plate="粤L8K952", owner=CustomerFactory(name="王建国", store=store))
    far = CustomerFactory(name="李秘密", store=other_store)
    CarPerson.objects.create(vehicle=car, customer=far, role=CarRole.DRIVER, valid_from=TODAY)

    assert "李秘密" not in find("8K952")["王建国"]


@pytest.mark.parametrize("count", [1, 3])
def test_families_cost_no_statement_more(count, login, store, join, django_assert_num_queries):
    client = login(UserFactory(store=store))
    for n in range(count):
        mum = CustomerFactory(store=store, phone=f"1380013800{n}")
        join(CustomerFactory(store=store, phone=False), mum, reached_through=mum)
        VehicleFactory(owner=mum)

    with django_assert_num_queries(6):  # one of them for cars nobody is known for: it reads as a plate too
        found = client.get(URL, {"q": "8000"}, headers=HTMX).context["answers"].found
    with django_assert_num_queries(5):
        found = client.get(URL, {"q": "13800138000"}, headers=HTMX).context["answers"].found

    assert len(found) == 2


def test_pressing_the_way_from_another_store_twice_opens_it_twice(login, front_desk, other_store, join):
    mum = CustomerFactory(name="张丽", store=other_store, phone=PHONE)
    dad = CustomerFactory(store=other_store, phone=False)
    join(dad, mum, reached_through=mum)
    client = login(front_desk)

    answers = [client.post("/search/other-store/", {"q": PHONE, "why": "客户正在本店"}) for _ in range(2)]

    assert [answer.url for answer in answers] == [mum.get_absolute_url()] * 2
