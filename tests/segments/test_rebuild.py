"""Drawing everybody again: until the new picture is complete the old one stays whole, whatever happens meanwhile."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections

from customers.enums import ChangeKind
from customers.models import CustomerChange
from segments.models import Completeness, CustomerNeed, Profile, SegmentChange
from segments.services import MEASURES, rebuild, refresh
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory

# Tables a rebuild writes, in its order.
WRITTEN = ["segments_segmentchange", "segments_profile", "segments_completeness"]
EVENING = TODAY - timedelta(days=1)


@contextmanager
def before_writing(table, act):
    """Do `act` once, just before the first statement that puts rows into `table`."""
    done = []

    def watch(execute, sql, params, many, context):
        if not done and sql.replace('"', "").lstrip().startswith(f"INSERT INTO {table} "):
            done.append(True)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield done


def visit(customer):
    ServiceOrderFactory(customer=customer, paid_fen=300_000)
    CustomerChange.objects.note([customer.pk], ChangeKind.ORDER)


def picture():
    """All that the night draws."""
    return (
        list(Profile.objects.order_by("customer").values_list("customer", *MEASURES)),
        list(Completeness.objects.order_by("customer").values()),
        list(CustomerNeed.objects.order_by("customer", "need").values()),
        SegmentChange.objects.count(),
        CustomerChange.objects.count(),
    )


def elsewhere(act):
    """What `act` gives on a connection of its own."""
    given = []

    def run():
        try:
            given.append(act())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return given[0]


@pytest.fixture
def people(store):
    people = [CustomerFactory(remark="赶时间") for _ in range(3)]
    rebuild(today=EVENING)
    return people


def broken():
    raise OperationalError("the server went away")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", WRITTEN)
def test_a_rebuild_broken_in_the_middle_leaves_the_old_picture_whole(people, table):
    visit(people[0])
    before = picture()

    with before_writing(table, broken) as reached, pytest.raises(OperationalError):
        rebuild(today=TODAY)

    assert reached == [True]
    assert picture() == before
    assert rebuild(today=TODAY)["written"] > 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", WRITTEN)
def test_whoever_reads_meanwhile_sees_the_old_picture_and_what_is_written_meanwhile_is_drawn_next(people, table):
    visit(people[0])
    before, seen = picture(), []

    def meanwhile():
        seen.append(elsewhere(picture))
        elsewhere(lambda: visit(people[1]))

    with before_writing(table, meanwhile):
        rebuild(today=TODAY)
    counts = refresh(today=TODAY)

    assert seen == [before]
    assert (counts["changed"], counts["rebuilt"]) == (1, 0)
    assert Profile.objects.get(customer=people[1]).visits == 1
    followed = picture()
    rebuild(today=TODAY)
    assert picture() == followed
