"""Writing down who belongs together and who is what to a car; nobody is created twice, every step has a way back."""

import pytest
from django.contrib.messages import get_messages

from customers.enums import CustomerKind
from customers.models import Customer, HouseholdMember
from customers.services import join_household
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, UserFactory, VehicleFactory, moment
from vehicles.enums import CarRole
from vehicles.models import CarPerson, ServiceOrder

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", store=store, phone=PHONE)


def undo_of(response) -> str:
    """The way back that the last message offers."""
    return list(get_messages(response.wsgi_request))[-1].extra_tags


def members():
    return list(HouseholdMember.objects.current().order_by("pk").values_list("customer__name", "relation"))


def test_somebody_new_joins_without_a_phone_and_the_step_is_taken_back(desk, mum):
    url = f"/customers/{mum.pk}/household/"
    posted = {"who": "王建国", "person": "new", "relation": "老公", "reached_through": mum.pk}

    response = desk.post(url, posted)
    assert (response.status_code, response.url) == (302, url)
    assert members() == [("张丽", ""), ("王建国", "老公")]
    dad = Customer.objects.get(name="王建国")
    assert (dad.contact_points.count(), dad.memberships.get().reached_through) == (0, mum)

    assert desk.post(undo_of(response)).url == url
    assert members() == []


def test_a_known_person_is_found_and_picked(desk, mum, store):
    dad = CustomerFactory(name="王建国", store=store)
    url = f"/customers/{mum.pk}/household/"

    unpicked = desk.post(url, {"who": "王建"})
    desk.post(url, {"who": "王建", "person": dad.pk, "relation": "老公"})

    assert unpicked.status_code == 422
    assert "请在下面点选一位" in unpicked.content.decode()
    assert members() == [("张丽", ""), ("王建国", "老公")]
    assert Customer.objects.count() == 2


def test_typing_offers_who_may_be_meant_and_somebody_new(desk, mum):
    answer = desk.post("/people/like/", {"who": "张"}).content.decode()

    assert f'value="{mum.pk}"' in answer
    assert "新建“张”" in answer


def test_a_plate_is_nobodys_name(desk, mum):
    assert "新建" not in desk.post("/people/like/", {"who": "粤L8K952"}).content.decode()
    assert desk.post(f"/customers/{mum.pk}/household/", {"who": "粤L8K952", "person": "new"}).status_code == 422


def test_somebody_of_another_store_is_neither_picked_nor_put_on_file_twice(desk, mum, other_store):
    far = CustomerFactory(name="李秘密", store=other_store, phone="13900139000")
    url = f"/customers/{mum.pk}/household/"

    typed = desk.post("/people/like/", {"who": "13900139000"}).content.decode()
    picked = desk.post(url, {"who": "13900139000", "person": far.pk})
    created = desk.post(url, {"who": "13900139000", "person": "new"})

    assert "惠州二店" in typed
    assert "李秘密" not in typed
    assert (picked.status_code, created.status_code, Customer.objects.count()) == (422, 422, 2)
    assert members() == []


def test_whoever_lives_elsewhere_moves_only_when_asked(desk, mum, store, front_desk):
    dad, grandpa = CustomerFactory(name="王建国", store=store), CustomerFactory(name="爷爷", store=store)
    join_household(dad, of=grandpa, by=front_desk, now=moment(TODAY))
    url, posted = f"/customers/{mum.pk}/household/", {"who": "王建国", "person": dad.pk}

    asked = desk.post(url, posted)
    assert asked.status_code == 422
    assert "另一个家庭" in asked.content.decode()
    assert members() == [("爷爷", ""), ("王建国", "")]

    desk.post(url, posted | {"is_moving": "on"})
    assert members() == [("张丽", ""), ("王建国", "")]


@pytest.mark.parametrize("posted", [{"who": "小明", "relation": "小孩"}, {"who": "小王", "relation": "我家娃"}])
def test_no_child_is_written_down(desk, mum, posted):
    response = desk.post(f"/customers/{mum.pk}/household/", posted | {"person": "new"})

    assert response.status_code == 422
    assert "14 岁以下" in response.content.decode()
    assert Customer.objects.count() == 1


def test_sending_a_new_person_twice_makes_one(desk, mum):
    url, posted = f"/customers/{mum.pk}/household/", {"who": "王建国", "person": "new"}

    desk.post(url, posted)
    again = desk.post(url, posted)

    assert again.status_code == 422
    assert Customer.objects.count() == 2


def test_whoever_is_there_already_is_not_joined_again(desk, mum, store, front_desk):
    dad = CustomerFactory(name="王建国", store=store)
    join_household(dad, of=mum, by=front_desk, now=moment(TODAY), relation="老公")

    for person in (dad, mum):
        response = desk.post(f"/customers/{mum.pk}/household/", {"who": person.name, "person": person.pk})
        assert "已经登记在这里了" in response.content.decode()
    assert members() == [("张丽", ""), ("王建国", "老公")]


def test_a_members_relation_is_put_right_and_they_are_taken_out(desk, mum, store, front_desk):
    dad = CustomerFactory(name="王建国", store=store, phone=False)
    member = join_household(dad, of=mum, by=front_desk, now=moment(TODAY), relation="朋友")

    desk.post(f"/members/{member.pk}/", {"relation": "老公", "reached_through": mum.pk, "is_emergency": "on"})
    changed = dad.memberships.current().get()
    assert (changed.relation, changed.reached_through, changed.is_emergency) == ("老公", mum, True)

    response = desk.post(f"/members/{changed.pk}/leave/")
    assert members() == []
    desk.post(undo_of(response))
    assert members() == [("张丽", ""), ("王建国", "老公")]


def test_whoever_only_looks_changes_nothing(login, mum, store):
    client = login(UserFactory(role=Role.AUDITOR, store=store))

    assert client.get(f"/customers/{mum.pk}/household/").status_code == 404
    assert client.get(f"/customers/{mum.pk}/cars/").status_code == 200


# --- Who uses a car


@pytest.fixture
def unit(store):
    return CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store)


def test_a_driver_and_who_decides_for_the_whole_fleet(desk, unit, front_desk):
    cars = [VehicleFactory(owner=unit) for _ in range(3)]
    url = f"/vehicles/{cars[0].pk}/people/"

    desk.post(url, {"who": "刘师傅", "person": "new", "role": CarRole.DRIVER})
    response = desk.post(url, {"who": "李总", "person": "new", "role": CarRole.DECIDER, "every_car": "on"})

    current = CarPerson.objects.current()
    assert list(current.filter(role=CarRole.DRIVER).values_list("vehicle", "customer__name")) == [
        (cars[0].pk, "刘师傅")
    ]
    assert set(current.filter(role=CarRole.DECIDER).values_list("vehicle", flat=True)) == {car.pk for car in cars}
    desk.post(undo_of(response))
    assert not CarPerson.objects.current().filter(role=CarRole.DECIDER).exists()


def test_the_units_people_are_offered_and_the_owner_refused(desk, unit, store, front_desk):
    driver = CustomerFactory(name="刘师傅", store=store)
    join_household(driver, of=unit, by=front_desk, now=moment(TODAY), relation="司机")
    car = VehicleFactory(owner=unit)

    page = desk.get(f"/vehicles/{car.pk}/people/").content.decode()
    refused = desk.post(f"/vehicles/{car.pk}/people/", {"who": "", "person": unit.pk, "role": CarRole.DRIVER})

    assert f'value="{driver.pk}"' in page
    assert refused.status_code == 422
    assert "就是他的车" in refused.content.decode()


def test_somebody_is_taken_off_a_car_and_put_back(desk, unit, store):
    row = CarPerson.objects.create(
        vehicle=VehicleFactory(owner=unit), customer=CustomerFactory(store=store), role="driver", valid_from=TODAY
    )

    response = desk.post(f"/vehicles/people/{row.pk}/end/")
    assert not CarPerson.objects.current().exists()
    desk.post(undo_of(response))
    assert CarPerson.objects.current().get() == row


# --- Arrival


def test_whoever_may_have_brought_the_car_is_one_key_away(desk, unit, store, front_desk):
    driver, clerk = CustomerFactory(name="刘师傅", store=store), CustomerFactory(name="陈会计", store=store)
    car = VehicleFactory(owner=unit)
    CarPerson.objects.create(vehicle=car, customer=driver, role=CarRole.DRIVER, valid_from=TODAY)
    join_household(clerk, of=unit, by=front_desk, now=moment(TODAY), relation="财务")

    page = desk.get(f"/arrive/{car.pk}/").content.decode()
    named = desk.get(f"/arrive/{car.pk}/?by={driver.pk}").context["form"]["brought_by"].value()

    assert 'data-value="刘师傅（司机）" data-key="alt+1"' in page
    assert 'data-value="陈会计（财务）" data-key="alt+2"' in page
    assert named == "刘师傅（司机）"


def test_a_number_of_the_family_makes_a_person_who_is_reached_there(desk, mum):
    posted = {"plate": "粤B12345", "phone": PHONE}

    refused = desk.post("/arrive/new/", posted)
    assert refused.status_code == 422
    assert "是他家里人" in refused.content.decode()
    nameless = desk.post("/arrive/new/", posted | {"family_of": mum.pk})
    assert nameless.status_code == 422
    assert "请写他的姓名" in nameless.content.decode()

    desk.post("/arrive/new/", posted | {"family_of": mum.pk, "name": "王建国"})
    order = ServiceOrder.objects.get()
    assert (order.customer.name, order.customer.contact_points.count()) == ("王建国", 0)
    assert order.customer.memberships.get().reached_through == mum
    assert mum.contact_points.get().key == PHONE


def test_family_is_ticked_only_of_whoever_holds_the_number(desk, mum, store):
    other = CustomerFactory(store=store)

    response = desk.post("/arrive/new/", {"phone": PHONE, "name": "王建国", "family_of": other.pk})

    assert response.status_code == 422
    assert Customer.objects.count() == 2


def test_the_tick_stays_while_one_types_on(desk, mum):
    answer = desk.post("/arrive/duplicates/", {"phone": PHONE, "family_of": mum.pk}).content.decode()

    assert f'name="family_of" value="{mum.pk}" checked' in answer
