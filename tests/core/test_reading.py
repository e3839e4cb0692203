"""What is read row by row may be written about meanwhile, whoever else writes."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections

from core.models import CalendarDay
from tests.factories import TODAY


def day(n: int) -> CalendarDay:
    return CalendarDay(date=TODAY + timedelta(days=n), name="谷雨")


def somebody_else(writes) -> None:
    def work():
        try:
            writes()
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_the_rest_is_read_although_we_and_others_write():
    CalendarDay.objects.bulk_create([day(n) for n in range(30)])
    read = CalendarDay.objects.iterator(chunk_size=10)
    next(read)

    somebody_else(lambda: day(100).save())
    day(101).save()

    assert sum(1 for _ in read) >= 29
