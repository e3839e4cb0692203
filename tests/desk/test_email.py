"""The mail address of a customer: one living holder, hidden like a number, and every change on the trail."""

import pytest
from django.urls import reverse

from customers.enums import ContactKind
from customers.models import ContactPoint, Customer
from customers.rules import normalise_email
from staff.models import AuditEntry
from tests.factories import ContactPointFactory, CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(store):
    return CustomerFactory(store=store, name="王建国")


def edit(client, customer, **said):
    return client.post(reverse("desk:edit_customer", args=[customer.pk]), {"name": customer.name} | said)


def addresses(customer):
    return list(customer.contact_points.live().filter(kind=ContactKind.EMAIL).values_list("key", "is_main"))


def with_address(customer, address="wang@qq.com"):
    ContactPointFactory(customer=customer, kind=ContactKind.EMAIL, key=address, value=address)
    return customer


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (" Wang@QQ.com ", "wang@qq.com"), ("ｗａｎｇ＠１６３．ｃｏｍ", "wang@163.com"),
        ("a.b+c@x-y.cn", "a.b+c@x-y.cn"),
        ("wang", None), ("wang@qq", None), ("a b@qq.com", None), ("a@qq.com\nBcc: x@y.cn", None),
        ("w****@qq.com", None),
        ("@qq.com", None), ("a@-qq.com", None), (f"{'a' * 60}@qq.com", None), ("a@b@qq.com", None),
    ],
)  # fmt: skip
def test_addresses_have_one_normal_form(raw, key):
    assert normalise_email(raw) == key


def test_an_address_is_written_changed_and_taken_off(login, manager, wang):
    client, seen = login(manager), []
    for said in ("Wang@QQ.com", "Wang@QQ.com", "wang@163.com", ""):
        assert edit(client, wang, email=said).status_code == 302
        seen.append(addresses(wang))

    assert seen == [[("wang@qq.com", True)], [("wang@qq.com", True)], [("wang@163.com", True)], []]
    assert ContactPoint.objects.filter(customer=wang, kind=ContactKind.EMAIL).count() == 2
    assert AuditEntry.objects.filter(facts__fields=["email"]).count() == 4


def test_somebody_elses_address_is_refused(login, manager, store, wang):
    with_address(CustomerFactory(store=store))

    response = edit(login(manager), wang, email="wang@qq.com", neighbourhood="东湖")

    assert (response.status_code, addresses(wang)) == (422, [])
    assert "已经登记在另一位客户名下" in response.content.decode()
    assert Customer.objects.get(pk=wang.pk).neighbourhood == ""


def test_what_is_no_address_is_refused(login, manager, wang):
    response = edit(login(manager), wang, email="王建国")

    assert (response.status_code, addresses(wang)) == (422, [])


def test_who_may_not_see_it_sees_a_mask_and_leaves_it_as_it_is(login, advisor, wang):
    with_address(wang)
    client = login(advisor)

    form = client.get(reverse("desk:edit_customer", args=[wang.pk])).content.decode()
    page = client.get(wang.get_absolute_url()).content.decode()
    edit(client, wang, email="")

    assert "wang@qq.com" not in form + page
    assert ("已登记 w****@qq.com" in form, "w****@qq.com" in page) == (True, True)
    assert addresses(wang) == [("wang@qq.com", True)]


def test_a_manager_sees_it_and_who_asks_with_a_reason_too(login, manager, advisor, wang):
    with_address(wang)

    seen = login(manager).get(wang.get_absolute_url()).content.decode()
    revealed = login(advisor).post(reverse("desk:reveal_phone", args=[wang.pk]), {"why": "客户要求回电"})

    assert "wang@qq.com" in seen and "wang@qq.com" in revealed.content.decode()
