"""A statement that is worded once answers as the queryset it was made from, whatever the values."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from campaigns.models import Message
from core.worded import worded, worded_update
from customers.models import ContactPoint, Customer
from staff.enums import Role
from staff.models import User
from tests.campaigns.factories import MessageFactory
from tests.factories import ContactPointFactory, CustomerFactory, StoreFactory, UserFactory, VehicleFactory
from vehicles.models import Vehicle

pytestmark = pytest.mark.django_db


@worded
def of_name(*, name):
    return Customer.objects.filter(name=name).order_by("pk")


@worded
def made_between(*, first, last):
    return (
        Customer.objects.filter(created_at__gte=first, created_at__lt=last).order_by("pk").values_list("pk", flat=True)
    )


@worded
def insured_by(most, *, day):
    return Vehicle.objects.filter(insured_until__lte=day).order_by("pk").values_list("pk", flat=True)[:most]


@worded
def seen(role, *, store):
    return Customer.objects.visible_to(User(role=role, store_id=store)).order_by("pk")


@worded
def with_advisor_and_phone(*, name):
    phones = ContactPoint.objects.filter(customer=OuterRef("pk"))
    rows = Customer.objects.filter(name=name).select_related("advisor").annotate(has_phone=Exists(phones))
    return rows.prefetch_related(Prefetch("contact_points", ContactPoint.objects.order_by("-pk")))


@worded_update
def renamed(*, name, now, note, at):
    return Customer.objects.filter(name=name, created_at__lte=now), {"remark": note, "consent_asked_at": at}


@worded_update
def in_pages(*, pk, pages):
    return Message.objects.filter(pk=pk), {"note": pages}


def test_an_update_is_worded_once_and_says_how_many_rows_there_were(django_assert_num_queries):
    now = timezone.now()
    for name in ("张三", "李四"):
        CustomerFactory(name=name, created_at=now)
    turns = [("张三", now), ("李四", None), ("王五", None)]

    with django_assert_num_queries(3):
        many = [renamed(name=name, now=now, note="熟客", at=at) for name, at in turns]

    assert many == [1, 1, 0]
    written = Customer.objects.order_by("pk").values_list("remark", "consent_asked_at")
    assert list(written) == [("熟客", now), ("熟客", None)]


def test_a_row_is_found_by_a_key_of_random_digits():
    message = MessageFactory()

    assert in_pages(pk=message.pk, pages="一条") == 1
    message.refresh_from_db()
    assert message.note == "一条"


def test_the_same_words_answer_with_other_values(django_assert_num_queries):
    zhang, li = CustomerFactory(name="张三"), CustomerFactory(name="李四")

    with django_assert_num_queries(3):
        found = [of_name(name=name) for name in ("张三", "李四", "王五")]

    assert found == [[zhang], [li], []]


def test_a_statement_is_worded_only_once():
    asked = []

    @worded
    def counted(*, name):
        asked.append(name)
        return Customer.objects.filter(name=name)

    for name in ("张三", "李四", "张三"):
        counted(name=name)

    assert len(asked) == 1


def test_moments_and_days_are_bound_as_the_fields_bind_them():
    made = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    customer = CustomerFactory(created_at=made)
    later = made + timedelta(minutes=1)

    assert made_between(first=made, last=later) == [customer.pk]
    assert made_between(first=later, last=later + timedelta(days=1)) == []

    due = VehicleFactory(insured_until=date(2026, 3, 1))
    VehicleFactory(insured_until=date(2026, 3, 2))

    assert insured_by(5, day=date(2026, 3, 1)) == [due.pk]


def test_related_rows_annotations_and_prefetched_rows_are_read():
    advisor = UserFactory(display_name="小何")
    customer = CustomerFactory(name="张三", advisor=advisor)
    ContactPointFactory(customer=customer)
    points = list(customer.contact_points.order_by("-pk"))

    (found,) = with_advisor_and_phone(name="张三")

    with connection.execute_wrapper(_refuse):
        assert (found, found.advisor.display_name, found.has_phone) == (customer, "小何", True)
        assert list(found.contact_points.all()) == points


def _refuse(execute, sql, params, many, context):
    raise AssertionError(f"one statement more: {sql}")


def test_every_shape_has_a_statement_of_its_own():
    here, there = StoreFactory(), StoreFactory()
    mine, theirs = CustomerFactory(store=here), CustomerFactory(store=there)

    assert seen(Role.ADVISOR, store=here.pk) == [mine]
    assert seen(Role.ADVISOR, store=there.pk) == [theirs]
    assert seen(Role.OWNER, store=0) == [mine, theirs]


def test_nothing_is_equal_to_nothing_and_says_so():
    with pytest.raises(ValueError, match="of_name"):
        of_name(name=None)


@pytest.mark.django_db(transaction=True)
def test_two_threads_do_not_share_a_connection():
    CustomerFactory(name="张三")
    of_name(name="张三")
    found = []

    def ask():
        found.extend(customer.name for customer in of_name(name="张三"))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == ["张三"]
