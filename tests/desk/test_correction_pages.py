"""Transferring a car and moving a visit at the screen: who may, what is said before, and the way back (16)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages

from customers.enums import HouseholdKind
from customers.models import Household, HouseholdMember
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, UserFactory, VehicleFactory, moment
from vehicles.enums import CarRole
from vehicles.models import CarPerson, ServiceOrder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(moment(TODAY, 12), tick=True)


@pytest.fixture
def desk(login, advisor):
    return login(advisor)


@pytest.fixture
def seller(store):
    return CustomerFactory(name="张丽", store=store)


@pytest.fixture
def car(seller):
    return VehicleFactory(plate="粤L8K952", owner=seller)


def undo_of(response) -> str:
    """The way back that the last message offers."""
    return list(get_messages(response.wsgi_request))[-1].extra_tags


def test_a_car_goes_to_somebody_new_and_back(desk, car, seller):
    ServiceOrderFactory(customer=seller, vehicle=car)
    url = f"/vehicles/{car.pk}/transfer/"
    assert "以前的 1 张工单留在 张丽 名下" in desk.get(url).content.decode()

    response = desk.post(url, {"who": "13900139000", "person": "new", "since": "2026-11-20", "why": "卖了"})
    owner = car.owner_now()
    assert response.url == f"/customers/{owner.pk}/?vehicle={car.pk}"
    assert (owner.contact_points.get().key, car.ownerships.current().get().valid_from) == (
        "13900139000",
        TODAY - timedelta(days=1),
    )
    assert ServiceOrder.objects.get().customer == seller

    assert desk.post(undo_of(response)).url == seller.get_absolute_url()
    assert car.owner_now() == seller


def test_a_refused_transfer_leaves_nobody_new_behind(desk, car, seller):
    posted = {"who": "王建国", "person": "new", "since": "2019-01-01", "why": "卖了"}

    response = desk.post(f"/vehicles/{car.pk}/transfer/", posted)

    assert response.status_code == 422
    assert "不能早于 2020-01-01" in response.content.decode()
    assert type(seller).objects.count() == 1


def test_a_transfer_needs_a_reason_and_a_person(desk, car):
    response = desk.post(f"/vehicles/{car.pk}/transfer/", {"who": "", "why": ""})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"who", "why"}


def test_a_car_is_not_transferred_to_whoever_owns_it(desk, car, seller):
    response = desk.post(f"/vehicles/{car.pk}/transfer/", {"who": "张丽", "person": seller.pk, "why": "写错了"})

    assert response.status_code == 422
    assert "车现在就是他的" in response.content.decode()


@pytest.mark.parametrize(("role", "may"), [(Role.FRONT_DESK, False), (Role.CARE, False), (Role.MANAGER, True)])
def test_only_who_may_correct_transfers_and_moves(role, may, login, store, car, seller):
    client = login(UserFactory(role=role, store=store))
    order = ServiceOrderFactory(customer=seller, vehicle=car)
    status = 200 if may else 404

    pages = [f"/vehicles/{car.pk}/transfer/", f"/visits/{order.pk}/move/"]
    shown = [
        client.get(f"/visits/{order.pk}/").content.decode(),
        client.get(f"/vehicles/{car.pk}/edit/").content.decode(),
    ]

    assert [client.get(page).status_code for page in pages] == [status, status]
    assert ["移到别的车" in shown[0], "过户" in shown[1]] == [may, may]


def test_a_visit_is_moved_after_it_was_said_what_changes_and_moved_back(desk, car, seller, store):
    other = VehicleFactory(plate="粤L66666", owner=CustomerFactory(name="王建国", store=store))
    order = ServiceOrderFactory(customer=seller, vehicle=car, km=52_000)
    url, posted = f"/visits/{order.pk}/move/", {"plate": "粤L66666", "why": "车牌打错了"}

    said = desk.post(url, posted)
    assert "不再算在 张丽 的到店和消费里" in said.content.decode()
    assert ServiceOrder.objects.get().vehicle == car

    response = desk.post(url, posted | {"confirmed": f"{other.pk}-{other.owner_now().pk}"})
    order.refresh_from_db()
    assert (response.url, order.vehicle, order.customer.name) == (f"/visits/{order.pk}/", other, "王建国")

    desk.post(undo_of(response))
    order.refresh_from_db()
    assert (order.vehicle, order.customer) == (car, seller)


def test_the_confirmation_is_of_the_car_that_was_said(desk, car, seller):
    said, typed = VehicleFactory(owner=seller), VehicleFactory(owner=seller)
    order = ServiceOrderFactory(customer=seller, vehicle=car)

    desk.post(f"/visits/{order.pk}/move/", {"car": typed.pk, "why": "开错车了", "confirmed": f"{said.pk}-{seller.pk}"})

    assert ServiceOrder.objects.get().vehicle == car


def test_the_customers_other_cars_are_offered_after_the_car_itself(desk, car, seller):
    second = VehicleFactory(owner=seller)
    order = ServiceOrderFactory(customer=seller, vehicle=car)

    form = desk.get(f"/visits/{order.pk}/move/").context["form"]

    assert list(form.fields["car"].queryset) == [car, second]


def test_a_visit_does_not_go_to_a_car_whose_owner_only_another_store_knows(desk, car, seller, store, other_store):
    far = VehicleFactory(plate="粤L66666", owner=CustomerFactory(name="李秘密", store=other_store))
    order = ServiceOrderFactory(customer=seller, vehicle=car)
    url, posted = f"/visits/{order.pk}/move/", {"plate": "粤L66666", "why": "错了"}
    posted["confirmed"] = f"{far.pk}-{far.owner_now().pk}"

    unknown = desk.post(url, posted)
    ServiceOrderFactory(customer=seller, vehicle=far, store=store)  # the car itself has been here
    known = desk.post(url, posted)

    assert (unknown.status_code, known.status_code) == (422, 422)
    assert "李秘密" not in unknown.content.decode() + known.content.decode()
    assert order.vehicle == ServiceOrder.objects.get(pk=order.pk).vehicle


# --- whose visit it was ---


@pytest.fixture
def family(store, seller):
    """The seller's husband, and their driver, who is something to the second car."""
    husband, driver = (CustomerFactory(name=name, store=store) for name in ("张三", "刘师傅"))
    home = Household.objects.create(kind=HouseholdKind.FAMILY)
    for person, relation in ((seller, "妈妈"), (husband, "丈夫")):
        HouseholdMember.objects.create(household=home, customer=person, relation=relation)
    second = VehicleFactory(plate="粤L66666", owner=seller)
    CarPerson.objects.create(vehicle=second, customer=driver, role=CarRole.DRIVER, valid_from=TODAY)
    return SimpleNamespace(husband=husband, driver=driver, second=second)


def press(desk, order, **posted):
    return desk.post(f"/visits/{order.pk}/move/", {"why": "记错了"} | posted)


def test_the_owner_of_that_day_is_picked_and_others_of_the_car_are_offered(desk, car, seller, family, store):
    order = ServiceOrderFactory(customer=CustomerFactory(name="路人", store=store), vehicle=car)

    form = press(desk, order, plate="粤L66666").context["form"]

    offered = [(one.customer.name, one.note) for one in form.found.people]
    assert offered == [("张丽", "当天车主"), ("刘师傅", "驾驶"), ("张三", "丈夫"), ("路人", "现在记的客户")]
    assert form.picked == str(seller.pk)


def test_a_visit_goes_to_another_person_of_the_car_and_both_are_on_the_trail(desk, car, seller, family):
    order = ServiceOrderFactory(customer=seller, vehicle=car)
    chosen = {"car": family.second.pk, "shown": family.second.pk, "person": family.driver.pk}

    said = press(desk, order, **chosen)
    assert "刘师傅 名下，不再算在 张丽 的到店和消费里" in " ".join(said.content.decode().split())
    response = press(desk, order, **chosen, confirmed=said.context["form"].stamp)

    order.refresh_from_db()
    assert (order.vehicle, order.customer) == (family.second, family.driver)
    facts = AuditEntry.objects.get(action=Action.MOVE_VISIT).facts
    assert facts["before"] == {"vehicle": car.pk, "customer": seller.pk}
    assert facts["after"] == {"vehicle": family.second.pk, "customer": family.driver.pk}
    desk.post(undo_of(response))
    order.refresh_from_db()
    assert (order.vehicle, order.customer) == (car, seller)


def test_the_same_car_may_have_brought_somebody_else(desk, car, seller, family):
    order, here = ServiceOrderFactory(customer=seller, vehicle=car, km=52_000), {"car": car.pk, "shown": car.pk}

    nobody = press(desk, order, **here)
    same = press(desk, order, **here, person=seller.pk)
    said = press(desk, order, **here, person=family.husband.pk)
    press(desk, order, **here, person=family.husband.pk, confirmed=said.context["form"].stamp)

    assert (nobody.status_code, "选一位这次到店的客户" in nobody.content.decode()) == (422, True)
    assert (same.status_code, "本来就记在这台车" in same.content.decode()) == (422, True)
    assert "里程重新判断" not in said.content.decode()
    order.refresh_from_db()
    assert (order.vehicle, order.customer) == (car, family.husband)


def test_somebody_found_or_new_may_be_whose_visit_it_was(desk, car, seller, family, store):
    order, here = ServiceOrderFactory(customer=seller, vehicle=car), {"car": car.pk, "shown": car.pk}
    found = CustomerFactory(name="欧阳晓彤", store=store)

    said = press(desk, order, **here, who="欧阳", person=found.pk)
    press(desk, order, **here, who="欧阳", person=found.pk, confirmed=said.context["form"].stamp)
    assert ServiceOrder.objects.get().customer == found
    new = {"who": "13900139000", "person": "new"}
    press(desk, order, **here, **new)
    assert ServiceOrder.objects.get().customer == found
    press(desk, order, **here, **new, confirmed=f"{car.pk}-new")

    assert ServiceOrder.objects.get().customer.contact_points.get().key == "13900139000"


def test_who_was_picked_for_one_car_is_not_taken_for_another(desk, car, seller, family, store):
    other = VehicleFactory(plate="粤L77777", owner=CustomerFactory(name="王建国", store=store))
    order = ServiceOrderFactory(customer=seller, vehicle=car)

    form = press(desk, order, plate="粤L77777", shown=family.second.pk, person=family.driver.pk).context["form"]

    assert form.stamp == f"{other.pk}-{other.owner_now().pk}"


def test_the_confirmation_is_of_the_person_that_was_said(desk, car, seller, family):
    order, here = ServiceOrderFactory(customer=seller, vehicle=car), {"car": car.pk, "shown": car.pk}

    press(desk, order, **here, person=family.husband.pk, confirmed=f"{car.pk}-{family.driver.pk}")

    assert ServiceOrder.objects.get().customer == seller


def test_nobody_of_another_store_is_offered_or_taken(desk, car, seller, family, other_store):
    far = CustomerFactory(name="李秘密", store=other_store)
    CarPerson.objects.create(vehicle=family.second, customer=far, role=CarRole.PAYER, valid_from=TODAY)
    order, posted = ServiceOrderFactory(customer=seller, vehicle=car), {"car": family.second.pk}

    page = press(desk, order, **posted).content.decode()
    taken = press(desk, order, **posted, shown=family.second.pk, person=far.pk)

    assert ("李秘密" in page, taken.status_code) == (False, 422)
