"""A known car drives in; a new one drives in; nobody is put on file twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import ContactPoint, Customer
from tests.factories import (
    CustomerFactory,
    OdometerReadingFactory,
    PromiseFactory,
    UserFactory,
    VehicleFactory,
    VehicleWarningFactory,
)
from vehicles.models import ServiceOrder, Vehicle
from vehicles.services import record_readings

# Said outright, as some tests ask for their user by name: pytest-django sorts by what it can see.
pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store, phone="13800138000")


@pytest.fixture
def car(customer):
    return VehicleFactory(plate="粤L8K326", owner=customer)


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def arrive(desk, car):
    return lambda **facts: desk.post(reverse("desk:arrive", args=[car.pk]), facts)


@pytest.fixture
def arrive_new(desk):
    return lambda **facts: desk.post(reverse("desk:new_arrival"), facts)


# --- a known car ---


def test_enter_alone_puts_the_car_in_the_shop(arrive, car, customer, store):
    response = arrive()

    order = ServiceOrder.objects.get()
    assert response.url == reverse("desk:visit", args=[order.pk])
    assert (order.vehicle, order.customer, order.store, order.km) == (car, customer, store, None)


def test_what_was_said_is_noted(arrive, front_desk, store):
    advisor = UserFactory(role="advisor", store=store)

    arrive(km="52,300 公里", complaint="刹车响", promise="2h", brought_by="司机小刘", advisor=advisor.pk)

    order = ServiceOrder.objects.get()
    assert (order.km, order.complaint, order.brought_by, order.advisor) == (52_300, "刹车响", "司机小刘", advisor)
    assert timedelta(hours=1, minutes=50) < order.promised_at - timezone.now() <= timedelta(hours=2)


def test_the_customers_advisor_is_proposed_while_they_work_here(desk, car, customer, store):
    customer.advisor = UserFactory(role="advisor", store=store, display_name="顾问小何")
    customer.save()
    address = reverse("desk:arrive", args=[car.pk])
    assert desk.get(address).context["form"].initial == {"advisor": customer.advisor}

    customer.advisor.is_active = False
    customer.advisor.save()
    assert desk.get(address).context["form"].initial == {"advisor": None}
    assert "顾问小何" not in desk.get(address).content.decode()


def test_arriving_again_leads_to_the_visit_that_is_open(arrive, desk, car):
    arrive(km="52300")

    response = desk.get(reverse("desk:arrive", args=[car.pk]))

    assert response.url == reverse("desk:visit", args=[ServiceOrder.objects.get().pk])
    arrive(km="52300")
    assert ServiceOrder.objects.count() == 1


def test_a_reading_that_cannot_be_is_asked_about_once(arrive, car):
    record_readings([(car.pk, timezone.localdate() - timedelta(days=60), 50_000)], source="desk")

    response = arrive(km="5000", complaint="换机油")
    page = response.content.decode()
    assert response.status_code == 422
    assert "比以前的里程还少" in page and "换机油" in page and 'name="confirmed_km" value="5000" autofocus' in page
    assert ServiceOrder.objects.count() == 0

    arrive(km="5000", confirmed_km="5000")
    car.refresh_from_db()
    assert (ServiceOrder.objects.get().km, car.odometer_km) == (5_000, 50_000)


def test_confirming_one_number_does_not_confirm_another(arrive, car):
    record_readings([(car.pk, timezone.localdate() - timedelta(days=60), 50_000)], source="desk")

    assert arrive(km="6000", confirmed_km="5000").status_code == 422


@pytest.mark.parametrize("km", ["五万", "-5", "12345678", "1e5", "５万"])
def test_a_number_that_is_none_is_refused_with_what_was_typed(arrive, km):
    response = arrive(km=km)

    assert response.status_code == 422
    assert km in response.content.decode()


def test_whoever_serves_is_warned_first(desk, car, customer):
    VehicleWarningFactory(vehicle=car, body="左前轮鼓包")
    PromiseFactory(customer=customer, body="送他到办公室", due_at=timezone.now() - timedelta(days=1))

    page = desk.get(reverse("desk:arrive", args=[car.pk])).content.decode()

    assert "左前轮鼓包" in page
    assert "答应了没做到" in page


def test_a_car_without_an_owner_is_registered_like_a_new_one(desk, store):
    car = VehicleFactory(plate="粤L8K327")
    ServiceOrder.objects.create(
        store=store, number="1", vehicle=car, customer=CustomerFactory(), opened_at=timezone.now(),
        opened_on=timezone.localdate(), source="import",
    )  # fmt: skip

    response = desk.get(reverse("desk:arrive", args=[car.pk]))
    assert response.url.startswith(reverse("desk:new_arrival"))

    desk.post(reverse("desk:new_arrival"), {"plate": "粤L8K327", "phone": "13900139000"})
    assert car.ownerships.get().customer.contact_points.get().key == "13900139000"
    assert Vehicle.objects.count() == 1


def test_a_car_sold_to_somebody_of_another_store_goes_by_the_written_way(desk, store, other_store):
    car = VehicleFactory(owner=CustomerFactory(store=other_store))
    ServiceOrder.objects.create(
        store=store, number="1", vehicle=car, customer=CustomerFactory(store=store), opened_at=timezone.now(),
        opened_on=timezone.localdate(), source="import",
    )  # fmt: skip

    response = desk.get(reverse("desk:arrive", args=[car.pk]))

    assert response.url.startswith(reverse("desk:search"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_stores_car_does_not_exist(method, car, stranger, login):
    client = login(stranger)

    assert getattr(client, method)(reverse("desk:arrive", args=[car.pk])).status_code == 404
    assert ServiceOrder.objects.count() == 0


@pytest.mark.parametrize("role", ["care", "auditor"])
def test_who_does_not_serve_takes_no_cars_in(role, request, login, car):
    client = login(request.getfixturevalue(role))

    assert client.post(reverse("desk:arrive", args=[car.pk])).status_code == 404
    assert client.get(reverse("desk:new_arrival")).status_code == 404
    assert client.post(reverse("desk:duplicates")).status_code == 404


def test_the_arrival_page_asks_the_database_little(desk, car, django_assert_max_num_queries):
    OdometerReadingFactory(vehicle=car)

    with django_assert_max_num_queries(17):
        desk.get(reverse("desk:arrive", args=[car.pk]))


# --- a new one ---


def test_person_car_and_visit_in_one_form(arrive_new, store):
    response = arrive_new(
        plate="粤l·8k326", phone="138 0013 8000", name="陈大文", salutation="陈哥", brand="丰田", km="31000"
    )

    order, customer = ServiceOrder.objects.get(), Customer.objects.get()
    assert response.url == reverse("desk:visit", args=[order.pk])
    assert (customer.name, customer.salutation, list(customer.stores.all())) == ("陈大文", "陈哥", [store])
    assert (order.customer, order.vehicle.plate, order.vehicle.brand, order.km) == (
        customer,
        "粤L8K326",
        "丰田",
        31_000,
    )
    assert order.vehicle.odometer_km == 31_000


@pytest.mark.parametrize("facts", [{"plate": "粤L8K326"}, {"plate": "未上牌", "vin": "LHGCP168X88012345"}])
def test_a_plate_or_a_vin_alone_is_enough(arrive_new, facts):
    assert arrive_new(**facts).status_code == 302
    assert ServiceOrder.objects.count() == 1


def test_a_phone_alone_is_a_person_without_a_car(arrive_new):
    response = arrive_new(phone="13800138000", plate="暂无")

    assert response.url == Customer.objects.get().get_absolute_url()
    assert (Vehicle.objects.count(), ServiceOrder.objects.count()) == (0, 0)


def test_with_neither_nothing_is_saved_and_what_was_typed_comes_back(arrive_new):
    response = arrive_new(name="陈大文", plate="未上牌")

    assert response.status_code == 422
    assert "陈大文" in response.content.decode() and "至少要填一样" in response.content.decode()
    assert Customer.objects.count() == 0


def test_letters_that_are_never_issued_are_suggested_away(arrive_new):
    response = arrive_new(plate="粤BO1234")

    assert response.status_code == 422
    assert "是不是 粤B01234" in response.content.decode()


def test_a_strange_plate_is_kept_when_it_is_confirmed(arrive_new):
    page = arrive_new(plate="TEST88").content.decode()
    assert 'name="confirmed_plate" value="TEST88"' in page

    arrive_new(plate="TEST88", confirmed_plate="TEST88")
    assert Vehicle.objects.get().plate == "TEST88"


def test_a_vin_that_cannot_be_does_not_hold_up_the_desk(arrive_new, client):
    response = arrive_new(plate="粤L8K326", vin="LHG123")

    assert Vehicle.objects.get().vin == ""
    assert "LHG123" in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"plate": "粤L8K326"}, "这台车已经登记过"),
        ({"plate": "粤L99999", "phone": "13800138000"}, "这个号码已经登记过"),
    ],
)
def test_who_is_known_is_not_put_on_file_again(arrive_new, car, facts, words):
    response = arrive_new(**facts)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert (Customer.objects.count(), Vehicle.objects.count(), ServiceOrder.objects.count()) == (1, 1, 0)


def test_a_known_vin_leads_to_the_car(arrive_new, car):
    car.vin = "LHGCP168X88012345"
    car.save()

    page = arrive_new(plate="粤L99999", vin="LHGCP168X88012345").content.decode()

    assert reverse("desk:arrive", args=[car.pk]) in page
    assert Vehicle.objects.count() == 1


def test_a_further_car_of_a_known_person(arrive_new, car, customer):
    arrive_new(customer=customer.pk, plate="粤L99999", km="12")

    assert set(Vehicle.objects.owned_by(customer).values_list("plate", flat=True)) == {"粤L8K326", "粤L99999"}
    assert ServiceOrder.objects.get().customer == customer


def test_a_person_of_another_store_is_not_given_a_car(desk, other_store):
    customer = CustomerFactory(store=other_store)

    response = desk.post(reverse("desk:new_arrival"), {"customer": customer.pk, "plate": "粤L99999"})

    assert response.status_code == 404
    assert Vehicle.objects.count() == 0


def test_a_number_of_another_store_offers_the_written_way_and_names_nobody(arrive_new, other_store):
    CustomerFactory(name="何小姐", store=other_store, phone="13800138000")

    page = arrive_new(phone="13800138000").content.decode()

    assert "在其他门店登记过" in page and "何小姐" not in page
    assert Customer.objects.count() == 1


def test_saving_twice_is_refused_the_second_time(arrive_new):
    facts = {"plate": "粤L8K326", "phone": "13800138000"}

    assert (arrive_new(**facts).status_code, arrive_new(**facts).status_code) == (302, 422)
    assert (Customer.objects.count(), ServiceOrder.objects.count()) == (1, 1)


def test_fields_that_are_not_on_the_form_are_ignored(arrive_new, other_store):
    arrive_new(
        plate="粤L8K326", name="陈", store=other_store.pk, store_id=other_store.pk, status="closed", paid_fen="1"
    )

    order = ServiceOrder.objects.get()
    assert (order.store.code, order.status, order.paid_fen) == ("hz1", "open", None)


@pytest.mark.parametrize(
    "text", ["=1+1", "<script>alert(1)</script>", "\u202eabc", "a\x00b", "😀" * 30, "'; DROP TABLE"]
)
def test_naughty_names_are_kept_as_text_or_refused(arrive_new, client, text):
    response = arrive_new(plate="粤L8K326", name=text, salutation=text[:20])

    assert response.status_code in (302, 422)
    if response.status_code == 302:
        assert "<script>alert(1)" not in client.get(response.url).content.decode()


# --- while somebody is typing ---


def test_typing_finds_the_car_and_the_person(desk, car, customer):
    page = desk.post(reverse("desk:duplicates"), {"plate": "粤L8K326", "phone": "138 0013 8000"}).content.decode()

    assert reverse("desk:arrive", args=[car.pk]) in page
    assert "138 **** 8000" in page and "13800138000" not in page


def test_half_a_number_finds_nobody(desk, car):
    assert desk.post(reverse("desk:duplicates"), {"plate": "粤L8", "phone": "1380013"}).content.strip() == b""


def test_typing_reveals_nobody_of_another_store(desk, other_store):
    VehicleFactory(plate="粤L8K326", owner=CustomerFactory(name="何小姐", store=other_store))

    page = desk.post(reverse("desk:duplicates"), {"plate": "粤L8K326"}).content.decode()

    assert "在其他门店登记过" in page and "何小姐" not in page


def test_somebody_else_saved_the_number_a_moment_ago(store, front_desk):
    from customers.errors import PhoneTaken
    from desk.services.arrival import check_in_new

    now = timezone.localtime()
    facts = {
        "customer": None, "person": {"name": "陈", "phone": "13800138000"}, "visit": {}, "store": store,
        "by": front_desk, "today": now.date(), "now": now,
    }  # fmt: skip
    check_in_new(**facts, car={"plate": "粤L8K326", "vin": ""})

    with pytest.raises(PhoneTaken):
        check_in_new(**facts, car={"plate": "粤L8K327", "vin": ""})
    assert (ContactPoint.objects.count(), Vehicle.objects.count()) == (1, 1)
