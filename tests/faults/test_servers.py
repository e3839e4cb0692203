"""Redis killed and emptied, PostgreSQL restarted, its connections used up: only delay, and an answer in time."""

import random
import signal
import time
from contextlib import ExitStack, suppress

import psycopg
import pytest
from redis import Redis

from .conftest import ROUNDS, say, until_noon
from .shop import get
from .test_import import OPEN as OPEN_IMPORTS
from .test_import import differences, files
from .test_sending import OPEN as OPEN_MESSAGES
from .test_sending import judge

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
IMPORTED = ("vehicles", "imports")


@pytest.fixture
def busy(installed, provider, tmp_path):
    """Two equal shops with texts to send and files to bring in; one has done it all in peace."""
    paths = files(tmp_path, 4)
    noon = {"PROVIDER_URL": provider.url, "CLOCK": str(until_noon()), "TICKS": "imports,outbox,receipts"}
    calm = installed("calm", **noon)
    calm.seed("due_messages", 40 * ROUNDS + 60)
    shop = installed("busy", like=calm, **noon)
    calm.seed("receive", *paths)
    calm.seed("sweep")
    shop.seed("receive", *paths)
    shop.start("beat", "worker")
    return shop, calm


def settled(shop, patience=480) -> float:
    return shop.until(lambda: shop.count(OPEN_MESSAGES) + shop.count(OPEN_IMPORTS) == 0, patience=patience)[1]


def unlike(calm, shop) -> dict:
    """What the import left differently; the messages were sent in one of them only."""
    return {table: pair for table, pair in differences(calm, shop).items() if table.split(".")[0] in IMPORTED}


def test_redis_killed_and_emptied_costs_only_delay(busy, provider, redis):
    shop, calm = busy
    for number in range(ROUNDS):
        time.sleep(random.uniform(0.2, 1.0))
        if number % 2:
            with Redis.from_url(redis.url) as broker:
                broker.flushall()
        else:
            redis.restart(signal.SIGKILL)

    seconds = settled(shop)

    judge(shop, provider, f"Redis {ROUNDS} × killed or emptied, settled in {seconds} s")
    assert unlike(calm, shop) == {}
    assert shop.rows("SELECT DISTINCT state FROM imports_importbatch") == [("done",)]


def test_postgresql_restarted_under_work_loses_nothing_and_workers_reconnect(busy, provider, postgres):
    shop, calm = busy
    family = {name: process.pid for name, process in shop.running.items()}
    for number in range(ROUNDS):
        time.sleep(random.uniform(0.5, 1.5))
        postgres.restart(signal.SIGINT if number % 2 else signal.SIGQUIT)

    seconds = settled(shop)

    judge(shop, provider, f"PostgreSQL {ROUNDS} × restarted, fast and immediate, settled in {seconds} s")
    assert unlike(calm, shop) == {}
    assert shop.rows("SELECT DISTINCT state FROM imports_importbatch") == [("done",)]
    assert {name: process.pid for name, process in shop.running.items() if process.poll() is None} == family


STALE = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}  # has to be looked up before it is refused


def test_a_full_database_is_answered_soon_and_recovers(installed, postgres):
    shop = installed("full")
    shop.start("web")
    shop.until(shop.answers)
    with ExitStack() as stack:
        take_all_connections(stack, postgres.url)
        answers = [timed(shop, "/") for _ in range(10)]
        database = shop.ready()["database"]
    _, back = shop.until(lambda: get(shop.port, "/", STALE)[0] == 302)

    slowest = max(seconds for _, seconds in answers)
    say(f"no connection left: slowest answer {slowest:.2f} s, back after {back} s")
    assert ({status for status, _ in answers}, database) == ({503}, "down")
    assert slowest < 3


def take_all_connections(stack, url):
    with suppress(psycopg.OperationalError):
        while True:
            stack.enter_context(psycopg.connect(url))


def timed(shop, path):
    began = time.monotonic()
    status, _ = get(shop.port, path, STALE, timeout=20)
    return status, time.monotonic() - began
