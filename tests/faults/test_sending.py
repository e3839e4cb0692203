"""A worker killed while it sends: no text twice, none silently lost. Counted at the provider."""

import random
import time

import pytest

from .conftest import ROUNDS, say, until_noon

pytestmark = pytest.mark.faults
OPEN = "SELECT count(*) FROM campaigns_message WHERE state IN ('queued', 'inflight', 'unknown')"
STATES = "SELECT state, count(*) FROM campaigns_message GROUP BY state"
SENT = "SELECT id FROM campaigns_message WHERE state IN ('accepted', 'delivered')"


def sent_refs(shop) -> set[str]:
    return {str(ref).replace("-", "") for (ref,) in shop.rows(SENT)}


def taken_refs(provider) -> set[str]:
    return {ref.replace("-", "") for _, ref in provider.taken}


@pytest.fixture
def sending(installed, provider):
    """A shop at noon with a long outbox."""
    shop = installed("sending", PROVIDER_URL=provider.url, CLOCK=str(until_noon()))
    shop.seed("due_messages", 20 * ROUNDS + 60)
    return shop


def moves_on(shop, provider):
    """Wait until the provider has got another text, or all are gone."""
    before = len(provider.taken)
    shop.until(lambda: len(provider.taken) > before or not shop.count(OPEN), patience=60, every=0.02)


def settle(shop):
    """Wait until nothing is open; seconds."""
    return shop.until(lambda: shop.count(OPEN) == 0, patience=600)[1]


def judge(shop, provider, what):
    """Counted at the provider: nothing twice, and everything we call sent is there; nothing is left uncertain."""
    states, seen = dict(shop.rows(STATES)), taken_refs(provider)
    lost = len(sent_refs(shop) ^ seen) + sum(states.get(state, 0) for state in ("queued", "inflight", "unknown"))
    say(f"sending, {what}: dup {provider.duplicates}, lost {lost}, {states}")
    assert (provider.duplicates, lost, len(seen)) == (0, 0, sum(states.values()))


def test_a_worker_killed_at_random_moments_sends_nothing_twice_and_loses_nothing(sending, provider):
    sending.start("beat", "worker")
    kills = 0
    while kills < ROUNDS and sending.count(OPEN):
        moves_on(sending, provider)
        time.sleep(random.uniform(0, 0.4))
        sending.kill("worker")
        sending.start("worker")
        kills += 1

    seconds = settle(sending)

    judge(sending, provider, f"{kills} × kill -9 of the worker, settled in {seconds} s")
    assert kills == ROUNDS


@pytest.mark.thorough
def test_a_worker_stopped_politely_finishes_what_it_holds(sending, provider):
    sending.start("beat", "worker")
    for _ in range(ROUNDS):
        moves_on(sending, provider)
        time.sleep(random.uniform(0, 0.4))
        sending.stop("worker")
        sending.start("worker")

    seconds = settle(sending)

    judge(sending, provider, f"{ROUNDS} × SIGTERM, settled in {seconds} s")


def test_two_beats_and_two_workers_send_once(sending, provider):
    sending.start("beat", "beat-2", "worker", "worker-2")

    seconds = settle(sending)

    judge(sending, provider, f"two beats, two workers, done in {seconds} s")
