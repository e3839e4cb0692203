"""What must never be false about a customer is refused by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.enums import Calendar, EndedAs
from customers.models import ContactPoint, Customer, Introduction
from tests.factories import ContactPointFactory, CustomerFactory


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "birthday",
    [
        {"birthday_calendar": Calendar.SOLAR},
        {"birth_month": 5, "birth_day": 3},
        {"birthday_calendar": Calendar.SOLAR, "birth_month": 13, "birth_day": 3},
        {"birthday_calendar": Calendar.SOLAR, "birth_month": 1, "birth_day": 32},
        {"birthday_calendar": Calendar.LUNAR, "birth_month": 12, "birth_day": 31},
        {"birthday_calendar": Calendar.SOLAR, "birth_month": 6, "birth_day": 1, "birth_in_leap_month": True},
        {"birthday_calendar": "", "birth_year": 1980},
    ],
)
def test_half_a_birthday_is_refused(birthday):
    refused(lambda: CustomerFactory(**birthday))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "birthday",
    [
        {"birthday_calendar": Calendar.SOLAR, "birth_month": 2, "birth_day": 29},
        {"birthday_calendar": Calendar.LUNAR, "birth_month": 6, "birth_day": 30, "birth_in_leap_month": True},
        {"birthday_calendar": Calendar.SOLAR, "birth_month": 12, "birth_day": 31, "birth_year": 1988},
    ],
)
def test_a_birthday_may_be_solar_or_lunar_with_or_without_a_year(birthday):
    assert CustomerFactory(**birthday).has_birthday


@pytest.mark.django_db
def test_a_number_has_one_living_holder(store):
    old = CustomerFactory(phone="13800138000")
    refused(lambda: CustomerFactory(phone="13800138000"))

    ContactPoint.objects.filter(customer=old).update(ended_at=timezone.now())

    new = CustomerFactory(phone="13800138000")
    assert list(Customer.objects.holding(kind="phone", keys=["13800138000"])) == [new]


@pytest.mark.django_db
def test_the_end_of_a_customer_is_whole():
    survivor, ended = CustomerFactory(), timezone.now()

    refused(lambda: CustomerFactory(ended_at=ended))
    refused(lambda: CustomerFactory(ended_at=ended, ended_as=EndedAs.MERGED))
    refused(lambda: CustomerFactory(ended_at=ended, ended_as=EndedAs.CLOSED, merged_into=survivor))

    assert CustomerFactory(ended_at=ended, ended_as=EndedAs.MERGED, merged_into=survivor).merged_into == survivor


@pytest.mark.django_db
def test_nobody_introduces_himself_and_nobody_is_introduced_twice():
    old, new, third = CustomerFactory.create_batch(3)
    Introduction.objects.create(introducer=old, introduced=new)

    refused(lambda: Introduction.objects.create(introducer=old, introduced=old))
    refused(lambda: Introduction.objects.create(introducer=third, introduced=new))


@pytest.mark.django_db
def test_a_store_sees_its_customers_and_no_others(store, other_store, front_desk, owner, stranger):
    ours, theirs = CustomerFactory(store=store), CustomerFactory(store=other_store)

    assert list(Customer.objects.visible_to(front_desk)) == [ours]
    assert list(Customer.objects.visible_to(stranger)) == [theirs]
    assert set(Customer.objects.visible_to(owner)) == {ours, theirs}


@pytest.mark.django_db
def test_an_ended_customer_is_not_seen(store, front_desk):
    customer = CustomerFactory(store=store, ended_at=timezone.now(), ended_as=EndedAs.CLOSED)
    ContactPointFactory(customer=customer)

    assert list(Customer.objects.visible_to(front_desk)) == []
    assert list(ContactPoint.objects.visible_to(front_desk)) == []
