"""Beat: ticks at once when it starts, beats in the database, and does not wait for a time that comes twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery import Celery
from django.db import DatabaseError

from core.beat import PulsingScheduler
from core.models import Heartbeat

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


class Recording(PulsingScheduler):
    """At the border: keeps what would be sent."""

    producer = None

    def apply_async(self, entry, **_):
        sent.append(entry.task)


sent = []


@pytest.fixture
def beat(transactional_db):
    sent.clear()
    app = Celery("beat", set_as_current=False)
    app.conf.beat_schedule = {"night": {"task": "desk.night", "schedule": 300.0}}
    with time_machine.travel(NOW, tick=False) as clock:
        yield Recording(app), clock


def ticks(scheduler, times=3):
    for _ in range(times):
        scheduler.tick()
    return list(sent)


def test_everything_is_due_at_the_start_and_then_in_its_time(beat):
    scheduler, clock = beat

    at_start = ticks(scheduler)
    clock.shift(timedelta(seconds=299))
    early = ticks(scheduler)
    clock.shift(timedelta(seconds=2))

    assert (at_start, early, ticks(scheduler)) == (["desk.night"], ["desk.night"], ["desk.night"] * 2)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-30)])
def test_a_clock_put_back_does_not_silence_it(beat, jump):
    scheduler, clock = beat
    ticks(scheduler)

    clock.shift(jump)
    after = ticks(scheduler)
    clock.shift(timedelta(seconds=301))

    assert (after, ticks(scheduler)) == (["desk.night"] * 2, ["desk.night"] * 3)


def test_it_beats_while_it_ticks(beat):
    scheduler, _ = beat

    ticks(scheduler)

    assert Heartbeat.objects.get(name="beat").facts == {"up": 0}


def test_a_database_that_is_away_does_not_stop_it(beat, monkeypatch):
    scheduler, _ = beat

    def away(*args, **kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(Heartbeat.objects, "beat", away)

    assert ticks(scheduler) == ["desk.night"]
