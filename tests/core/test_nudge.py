"""A lost broker costs delay, nothing else."""

import signal
import time

import pytest
from celery import Celery
from django.db import transaction

from core.jobs import nudge
from tests import servers

# As the settings have them beside a Redis.
BROKER_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 3, "socket_keepalive": True}


class Recorder:
    """A task at the border: remembers what was sent, or refuses like a dead broker."""

    name = "test.task"

    def __init__(self, error: Exception | None = None):
        self.sent, self.error = [], error

    def apply_async(self, *, args, retry):
        if self.error:
            raise self.error
        self.sent.append(args)


@pytest.mark.django_db(transaction=True)
def test_a_nudge_leaves_only_after_the_commit():
    task = Recorder()

    with transaction.atomic():
        nudge(task, 7)
        before = list(task.sent)

    assert (before, task.sent) == ([], [(7,)])


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_nudges_nobody():
    task = Recorder()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        nudge(task, 7)
        _ = 1 / 0

    assert task.sent == []


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_is_survived(caplog):
    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)

    @dead.task(name="dead.task")
    def task():
        """Never runs."""

    with caplog.at_level("WARNING"):
        nudge(task)

    assert "dead.task waits for the next tick" in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGSTOP])
def test_a_broker_that_dies_or_hangs_after_it_was_well_holds_nobody_up(signum):
    with servers.redis_server(servers.find_redis()) as redis:
        app = Celery("mortal", broker=redis.url, set_as_current=False)
        app.conf.broker_transport_options = BROKER_OPTIONS

        @app.task(name="mortal.task")
        def task():
            """Never runs."""

        nudge(task)
        redis.signal(signum)

        began = time.monotonic()
        nudge(task)

        assert time.monotonic() - began < 12
