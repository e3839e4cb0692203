"""A night killed in any step, or run by two at once, equals an unbroken one; a clock that jumps skips no day."""

import random
import time
from datetime import timedelta

import pytest

from .conftest import ROUNDS, say, shop_day, until_noon
from .test_import import differences

pytestmark = pytest.mark.faults
RUNS = "SELECT job, state, attempts FROM core_jobrun WHERE business_date = '{day}' ORDER BY id"


@pytest.fixture
def eve(installed):
    """A company on the evening before: four years of visits, tonight's work still to be done."""
    shop = installed("eve")
    shop.manage("seed_demo", "--customers", 60, "--password", "demo-pass-2026")
    return shop


def night(shop, day):
    """Start one night; hand back once Django is up and the night begins."""
    process = shop.call("tests.faults.seed", "run_night", day)
    assert process.stdout.readline() == "go\n", process.stderr.read()
    return process


def finish(shop, day, tries=30) -> int:
    """Run the night until it is done, as the ticks of beat do. How many runs that took."""
    for run in range(1, tries):
        process = night(shop, day)
        state = process.communicate()[0].strip().strip('"')
        if state in ("done", "already_done"):
            return run
        time.sleep(0.5)
    raise AssertionError(f"the night of {day} is not done after {tries} runs: {state}")


def test_a_night_killed_in_any_step_equals_an_unbroken_one(eve, installed):
    day = shop_day() + timedelta(days=1)
    calm = installed("calm", like=eve)
    process = night(calm, day)
    began = time.monotonic()
    process.communicate()
    length = time.monotonic() - began

    hit, wrong = {}, 0
    for number in range(ROUNDS):
        broken = installed(f"broken{number}", like=eve, LEASE="1")
        process = night(broken, day)
        # A different part of the night each time, so that every step has its turn.
        time.sleep(length * (number + random.random()) / ROUNDS)
        process.kill()
        process.wait()
        step = next((job for job, state, _ in broken.rows(RUNS.format(day=day)) if state == "running"), "between")
        hit[step] = hit.get(step, 0) + 1
        finish(broken, day)
        wrong += differences(calm, broken) != {}

    say(f"night, {ROUNDS} × kill -9: nights that differ {wrong}, killed in {hit}, an unbroken one takes {length:.1f} s")
    assert wrong == 0


def test_two_nights_at_once_have_the_effect_of_one(eve, installed):
    day = shop_day() + timedelta(days=1)
    calm, both = installed("calm", like=eve), installed("both", like=eve)
    finish(calm, day)

    pair = [night(both, day), night(both, day)]
    for process in pair:
        process.communicate()
    finish(both, day)

    assert differences(calm, both) == {}
    assert {attempts for _, _, attempts in both.rows(RUNS.format(day=day))} == {1}


def test_a_clock_that_jumps_neither_skips_nor_repeats_a_day(installed, provider):
    """One birthday a day: back an hour, forward two days, back again, forward thirty."""
    today, noon = shop_day(), until_noon()
    shop = installed("clock", PROVIDER_URL=provider.url)
    shop.seed("birthdays", today, 33)

    def at(**shift):
        return shop.seed("catch_up", CLOCK=str(noon + timedelta(**shift).total_seconds()))

    said = [at(), at(hours=-1), at(days=2), at(days=2, hours=-1), at(days=2), at(days=32), at(days=32)]

    def dates(first, last):
        return [(today + timedelta(days=n)).isoformat() for n in range(first, last + 1)]

    assert [each["nights"] for each in said] == [dates(0, 0), [], dates(1, 2), [], [], dates(25, 32), []]
    # A wish for a day that has passed is dropped: only the day itself is spoken of.
    assert [each["sent"] for each in said] == [1, 0, 1, 0, 0, 1, 0]
    wished = shop.count("SELECT count(*) FROM campaigns_message WHERE sent_at IS NOT NULL")
    late = shop.count("SELECT count(*) FROM campaigns_message WHERE sent_at > not_after")
    say(f"clock −1 h, +2 d, +30 d: dup {provider.duplicates}, late wishes {late}, dates done twice 0")
    assert (provider.duplicates, late, wished) == (0, 0, 3)
