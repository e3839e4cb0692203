"""`among`: what `in` finds, with one parameter however many values there are."""

import pytest

from customers.models import ContactPoint, Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds():
    customers = [CustomerFactory(name=name) for name in ("王一", '引"号', "李三")]

    names = {"王一", '引"号', "没有"}
    assert set(Customer.objects.filter(name__among=names)) == set(customers[:2])
    assert set(Customer.objects.filter(pk__among=[customers[2].pk])) == {customers[2]}
    reached = ContactPoint.objects.filter(customer_id__among=[customers[0].pk])
    assert set(reached) == set(customers[0].contact_points.all()) != set()
    assert not Customer.objects.filter(name__among=[]).exists()


def test_of_thousands_of_values_the_statement_says_no_more_than_of_one():
    one, many = (Customer.objects.filter(pk__among=range(count)).query.sql_with_params() for count in (1, 5_000))

    assert one[0] == many[0]
    assert len(many[1]) == 1
