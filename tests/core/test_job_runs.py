"""A night step happens once per business date, whoever asks for it and however often."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from core.enums import JobState
from core.models import JobRun
from tests.factories import TODAY


@pytest.mark.django_db
def test_a_run_can_be_claimed_once():
    first = JobRun.objects.claim("profile", TODAY)
    second = JobRun.objects.claim("profile", TODAY)

    assert (first.attempts, second) == (1, None)


@pytest.mark.django_db
def test_a_done_run_is_never_claimed_again():
    JobRun.objects.claim("profile", TODAY).finish({"rows": 3})

    assert JobRun.objects.claim("profile", TODAY) is None
    assert JobRun.objects.completed("profile", TODAY)


@pytest.mark.django_db
def test_a_failed_run_and_a_run_whose_worker_died_can_be_claimed_again():
    JobRun.objects.claim("failed", TODAY).fail("数据库断开")
    JobRun.objects.claim("died", TODAY)
    JobRun.objects.filter(job="died").update(lease_until=timezone.now() - timedelta(seconds=1))

    assert JobRun.objects.claim("failed", TODAY).attempts == 2
    assert JobRun.objects.claim("died", TODAY).attempts == 2


@pytest.mark.django_db
def test_another_business_date_is_another_run():
    JobRun.objects.claim("profile", TODAY).finish({})

    assert JobRun.objects.claim("profile", TODAY + timedelta(days=1)).state == JobState.RUNNING


@pytest.mark.django_db(transaction=True)
def test_of_four_who_ask_at_once_one_gets_the_run():
    barrier, won = Barrier(4), []

    def ask():
        barrier.wait()
        run = JobRun.objects.claim("profile", TODAY)
        won.append(run is not None)
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False, False, False, True]
