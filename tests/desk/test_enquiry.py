"""Ten seconds of writing about somebody who asked and did not buy."""

import pytest
from django.urls import reverse

from customers.models import Consent, ContactPoint, Customer, Enquiry
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import CustomerFactory, VehicleFactory

# Said outright, as some tests ask for their user by name: pytest-django sorts by what it can see.
pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(login, front_desk):
    def _ask(**facts):
        return login(front_desk).post(reverse("desk:enquiry"), {"channel": "call", "wish": "问补漆多少钱"} | facts)

    return _ask


def test_channel_and_wish_are_enough(ask, store, front_desk):
    response = ask(wishes=["轮胎"], reasons=["比价"], why_not="下周再说")

    enquiry = Enquiry.objects.get()
    assert response.url == reverse("desk:reception")
    assert (enquiry.store, enquiry.by, enquiry.channel) == (store, front_desk, "call")
    assert (enquiry.wish, enquiry.why_not) == ("轮胎、问补漆多少钱", "比价、下周再说")
    assert (enquiry.customer, Customer.objects.count()) == (None, 0)


def test_without_a_wish_nothing_is_kept_and_what_was_typed_comes_back(ask):
    response = ask(wish="", name="小黄")

    assert response.status_code == 422
    assert "小黄" in response.content.decode()
    assert Enquiry.objects.count() == 0


def test_a_number_is_kept_only_with_the_persons_own_word(ask):
    response = ask(phone="138 0013 8000")

    assert response.status_code == 422
    assert (Enquiry.objects.count(), ContactPoint.objects.count()) == (0, 0)


def test_a_consented_number_makes_a_customer_with_a_proof(ask, store, front_desk):
    ask(phone="138 0013 8000", name="小黄", consent="on")

    customer = Customer.objects.get()
    assert (customer.name, list(customer.stores.all())) == ("小黄", [store])
    assert Enquiry.objects.get().customer == customer
    assert list(Consent.objects.values_list("purpose", "how", "recorded_by")) == [("marketing", "call", front_desk.pk)]


def test_somebody_at_the_desk_consents_in_person(ask):
    ask(channel="visit", phone="13800138000", consent="on")

    assert Consent.objects.get().how == "desk"


def test_a_known_number_finds_its_holder(ask, store):
    customer = CustomerFactory(store=store, phone="13800138000")

    ask(phone="13800138000", consent="on")

    assert Enquiry.objects.get().customer == customer
    assert Customer.objects.count() == 1


def test_the_holder_of_another_store_becomes_known_here_with_a_line_in_the_trail(ask, store, other_store):
    customer = CustomerFactory(store=other_store, phone="13800138000")

    ask(phone="13800138000", consent="on")

    assert store in customer.stores.all()
    assert AuditEntry.objects.get(action=Action.CROSS_STORE).subject_id == customer.pk


def test_a_known_plate_links_to_the_cars_owner(ask, store):
    customer = CustomerFactory(store=store)
    VehicleFactory(plate="粤L8K326", owner=customer)

    ask(plate="粤l·8k326")

    assert (Enquiry.objects.get().customer, Enquiry.objects.get().plate) == (customer, "粤L8K326")


def test_a_plate_of_another_store_links_to_nobody(ask, store, other_store):
    VehicleFactory(plate="粤L8K326", owner=CustomerFactory(store=other_store))

    ask(plate="粤L8K326")

    assert Enquiry.objects.get().customer is None


def test_pressing_twice_is_pressing_once(ask):
    ask(phone="13800138000", consent="on")
    ask(phone="13800138000", consent="on")

    assert (Enquiry.objects.count(), Customer.objects.count(), Consent.objects.count()) == (1, 1, 1)


def test_a_linked_enquiry_is_in_the_customers_story(ask, store, client):
    customer = CustomerFactory(store=store, phone="13800138000")
    ask(phone="13800138000", consent="on")

    assert "问补漆多少钱" in client.get(reverse("desk:timeline", args=[customer.pk])).content.decode()


@pytest.mark.parametrize("role", ["care", "auditor"])
def test_who_does_not_serve_writes_no_enquiry(role, request, login):
    assert login(request.getfixturevalue(role)).get(reverse("desk:enquiry")).status_code == 404
