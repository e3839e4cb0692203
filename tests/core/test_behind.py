"""Writing behind: a thread sends the rows, and nobody can tell but by the clock."""

import sys
import threading

import pytest
from django.db import IntegrityError, transaction

from core.behind import Behind
from core.bulk import insert_rows, new_row
from customers.models import Customer, CustomerStore
from staff.models import Store
from tests.factories import StoreFactory

pytestmark = pytest.mark.django_db


def customers(*names):
    return [new_row(Customer, name=name) for name in names]


def threads():
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("behind")}


def test_every_question_is_answered_as_if_the_rows_had_been_written_at_once():
    with transaction.atomic(), Behind() as behind:
        rows = customers("王一", "王二")
        keys = insert_rows(rows, behind=behind)
        assert list(Customer.objects.order_by("pk").values_list("pk", "name")) == [(keys[0], "王一"), (keys[1], "王二")]

        insert_rows(customers("王三"), behind=behind)

    assert [row.pk for row in rows] == keys
    assert Customer.objects.count() == 3


def test_rows_may_point_at_rows_of_which_nobody_knows_whether_they_are_written():
    store = StoreFactory()
    with transaction.atomic(), Behind() as behind:
        people = customers(*(f"王{n}" for n in range(5_000)))
        insert_rows(people, behind=behind)
        links = [new_row(CustomerStore, customer_id=person.pk, store_id=store.pk) for person in people]
        insert_rows(links, behind=behind)

    assert CustomerStore.objects.filter(store=store).count() == 5_000


def test_what_the_database_refuses_is_raised_by_the_next_statement_and_nothing_stays():
    store = StoreFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), Behind() as behind:
        insert_rows(customers("王一"), behind=behind)
        insert_rows([new_row(Store, code=store.code, name="又一家")], behind=behind)
        insert_rows(customers("王二"), behind=behind)
        Customer.objects.count()
        pytest.fail("the statement went on in a broken transaction")

    assert not Customer.objects.exists()
    assert not threads()


def test_what_the_database_refuses_is_raised_at_the_latest_at_the_end():
    store = StoreFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), Behind() as behind:
        insert_rows([new_row(Store, code=store.code, name="又一家")], behind=behind)

    assert Store.objects.count() == 1


def test_whoever_gives_up_takes_everything_back():
    before = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), Behind() as behind:
        for _ in range(20):
            insert_rows(customers(*(f"王{n}" for n in range(500))), behind=behind)
        raise ZeroDivisionError

    assert not Customer.objects.exists()
    assert not threads()
    assert sys.getswitchinterval() == before


def test_one_transaction_after_the_other_with_keys_nobody_else_is_given():
    behind, keys = Behind(), []
    for size in (1, 3, 50, 2):
        with transaction.atomic(), behind:
            keys += insert_rows(customers(*"王" * size), behind=behind)
        keys += insert_rows(customers("李"))  # somebody else meanwhile

    assert sorted(Customer.objects.values_list("pk", flat=True)) == sorted(keys)
    assert len(set(keys)) == 60


def test_the_statements_for_keys_do_not_grow_with_the_portions():
    asked = []

    def fetch(model, count):
        asked.append(count)
        return list(range(count))

    behind = Behind()
    for _ in range(64):
        behind.keys(Customer, 2_000, fetch=fetch)

    assert asked == [2_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]
