"""Writing behind: a thread sends the rows, and nobody can tell but by the clock."""

import sys
import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

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


def test_rows_of_a_later_transaction_have_later_keys_than_what_others_wrote_meanwhile():
    behind = Behind()
    with transaction.atomic(), behind:
        insert_rows(customers("王一", "王二"), behind=behind)
    [others] = insert_rows(customers("李"))
    with transaction.atomic(), behind:
        [key] = insert_rows(customers("王三"), behind=behind)

    assert key > others


def test_from_the_second_transaction_on_nothing_is_asked_between_the_rows():
    behind = Behind()
    for _ in range(2):
        with transaction.atomic(), behind:
            with CaptureQueriesContext(connection) as statements:
                insert_rows(customers("王一", "王二"), behind=behind)
            Customer.objects.count()

    asked = [each["sql"] for each in statements if "nextval" in each["sql"]]
    assert not asked


def test_whoever_is_interrupted_while_waiting_for_the_thread_speaks_no_more_beside_it(monkeypatch):
    behind, closed, before = Behind(), [], sys.getswitchinterval()
    monkeypatch.setattr(connections["default"], "close", lambda: closed.append(True))
    with pytest.raises(KeyboardInterrupt), behind:

        def interrupted(**_):
            raise KeyboardInterrupt

        monkeypatch.setattr(behind._thread, "shutdown", interrupted)

    assert closed
    assert sys.getswitchinterval() == before
    assert not connection.execute_wrappers
