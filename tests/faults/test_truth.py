"""The truth table: kill and freeze each part in turn, and the right light is red, the others are not."""

import signal
import time

import pytest

from .conftest import say
from .shop import Shop, copied

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
RED = {"down", "degraded"}
# What nothing here is about: a new shop has no backup yet, and in autumn no notice of the next year.
LEFT_OUT = {"status", "numbers", "days_off", "backup", "drill"}


# A frozen beat or web looks dead in the same way.
ALIKE = [pytest.param(part, "frozen", marks=pytest.mark.thorough) for part in ("beat", "web")]
ROWS = [
    *((part, "killed") for part in ("worker", "beat", "web", "broker", "database")),
    *((part, "frozen") for part in ("worker", "broker", "database")),
    *ALIKE,
]


@pytest.fixture(scope="module")
def shop(empty, tmp_path_factory):
    home = tmp_path_factory.mktemp("shop")
    urls = empty | {"database_url": copied(empty["database_url"], home, "truth")}
    with Shop(home, settings="tests.faults.hurry", **urls) as shop:
        shop.start("web", "worker", "beat")
        shop.until(lambda: is_settled(shop), patience=120)
        yield shop


def lights(shop) -> dict:
    """The parts that are not green."""
    return {name: state for name, state in shop.ready().items() if state != "ok" and name not in LEFT_OUT}


def is_settled(shop) -> bool:
    """Green for longer than any answer is shared."""
    return all(lights(shop) == {} and not time.sleep(0.6) for _ in range(3))


def red(shop) -> set:
    return {name for name, state in lights(shop).items() if state in RED}


@pytest.mark.parametrize(("part", "how"), ROWS)
def test_the_right_light_is_red(shop, postgres, redis, part, how):
    harm, heal = ways(shop, postgres, redis, part, how)

    harm()
    _, seconds = shop.until(lambda: part in red(shop), patience=60)
    others = red(shop) - {part}
    heal()
    _, again = shop.until(lambda: is_settled(shop), patience=120)

    say(f"{part} {how}: seen after {seconds} s, green again after {again} s")
    assert others == set()


def ways(shop, postgres, redis, part, how):
    server = {"broker": redis, "database": postgres}.get(part)
    if server and how == "killed":
        return lambda: server.stop(signal.SIGQUIT if part == "database" else signal.SIGKILL), server.start
    if server:
        return lambda: server.signal(signal.SIGSTOP), lambda: server.signal(signal.SIGCONT)
    if how == "killed":
        return lambda: shop.kill(part), lambda: shop.start(part)
    return lambda: shop.signal(part, signal.SIGSTOP), lambda: shop.signal(part, signal.SIGCONT)
