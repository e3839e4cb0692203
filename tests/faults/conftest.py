"""What the fault tests share: how often, where, and the line of figures each prints."""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import servers

from .provider import FakeProvider
from .shop import Shop, copied, database_of

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "2"))
THOROUGH = ROUNDS >= 20
SHANGHAI = ZoneInfo("Asia/Shanghai")
ON_SQLITE = os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")


def pytest_collection_modifyitems(config, items):
    """What repeats another scenario in a milder form is left to `make faults`."""
    left_out = [] if THOROUGH else [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def say(line: str) -> None:
    print(f"\n== faults · {line}", flush=True)


def until_noon() -> float:
    """Seconds from now to noon of the shop's day: texts go out at noon whenever the suite runs."""
    now = datetime.now(SHANGHAI)
    return (now.replace(hour=12, minute=0, second=0) - now).total_seconds()


def shop_day(shift=0.0):
    return (datetime.now(SHANGHAI) + timedelta(seconds=shift)).date()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of the fault tests' own, which may be killed."""
    with servers.postgres_server(servers.find_postgres(), max_connections="40") as server:
        yield server


@pytest.fixture(scope="session")
def redis():
    with servers.redis_server(servers.find_redis()) as server:
        yield server


@pytest.fixture(scope="session")
def empty(request, tmp_path_factory):
    """(database URL, broker URL) of an empty migrated database of this leg."""
    home = tmp_path_factory.mktemp("empty")
    if ON_SQLITE:
        urls = {"database_url": f"sqlite:///{home}/shop.sqlite3"}
    else:
        server = request.getfixturevalue("postgres")
        urls = {"database_url": database_of(server.url, "empty"), "broker_url": request.getfixturevalue("redis").url}
        copied(database_of(server.url, "template1"), home, "empty")
    with Shop(home, settings="tests.faults.hurry", **urls) as shop:
        shop.manage("migrate", "--verbosity=0")
    return urls


@pytest.fixture
def installed(empty, tmp_path, request):
    """Make an installation on a copy of a database at rest; whatever it started is gone after the test."""
    made = []
    if not ON_SQLITE:  # what an earlier test's programs left in the queue is no work of this one
        request.getfixturevalue("redis").restart()

    def make(name="shop", *, like=None, **env) -> Shop:
        home = tmp_path / name
        home.mkdir()
        base = like.env["DATABASE_URL"] if like else empty["database_url"]
        url = copied(base, home, name)
        urls = {**empty, "database_url": url}
        made.append(Shop(home, settings="tests.faults.hurry", **urls, **env))
        return made[-1]

    yield make
    for shop in made:
        shop.__exit__()


@pytest.fixture
def provider():
    with FakeProvider() as provider:
        yield provider
