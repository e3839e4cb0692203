"""Each probe blames its own part, and nothing it cannot know."""

import socket
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import probes
from core.enums import PartState
from core.models import Beat, Heartbeat
from core.probes import Part, Prober

OK, DEGRADED, DOWN, UNKNOWN = PartState.OK, PartState.DEGRADED, PartState.DOWN, PartState.UNKNOWN
WELL, AWAY = Part("broker", OK), Part("broker", DEGRADED)
TICKING = Part("beat", OK)


def heard(age, **facts):
    return Beat(age, {"up": 9999, **facts})


@pytest.mark.django_db
def test_a_heartbeat_is_one_row_however_often_it_beats():
    Heartbeat.objects.beat("worker", active=1)
    Heartbeat.objects.beat("worker", active=2)

    ages = Heartbeat.objects.ages()

    assert (list(ages), ages["worker"].facts) == (["worker"], {"active": 2})
    assert abs(ages["worker"].age) < 5


@pytest.mark.django_db
def test_the_age_of_a_heartbeat_is_counted_in_seconds():
    Heartbeat.objects.create(name="beat", at=timezone.now() - timedelta(hours=3), facts={})

    assert round(Heartbeat.objects.ages()["beat"].age / 60) == 180


@pytest.mark.parametrize(
    ("age", "broker", "state"),
    [(5, WELL, OK), (61, WELL, DOWN), (None, WELL, DOWN), (61, AWAY, UNKNOWN), (5, AWAY, OK), (-3600, WELL, DOWN)],
)
def test_beat_lives_by_its_own_ticks(age, broker, state):
    beats = {} if age is None else {"beat": heard(age)}

    assert probes.beat(beats, broker=broker).state == state


@pytest.mark.parametrize(
    ("own", "pulse", "broker", "beat", "state"),
    [
        (heard(5), heard(5), WELL, TICKING, OK),
        (heard(61), heard(5), WELL, TICKING, DOWN),
        (None, None, WELL, TICKING, DOWN),
        (heard(5), heard(121), WELL, TICKING, DOWN),  # alive and deaf
        (heard(5), heard(121), AWAY, TICKING, OK),  # nobody can nudge it
        (heard(5), heard(121), WELL, Part("beat", DOWN), OK),  # nobody does
        (heard(5, active=1), heard(121), WELL, TICKING, OK),  # busy with an import
        (heard(5, active=1), heard(1201), WELL, TICKING, DOWN),  # for too long
        (heard(5, up=20), heard(4000), WELL, TICKING, OK),  # just started
        (heard(5), None, WELL, TICKING, DOWN),
    ],
)
def test_a_worker_lives_by_its_thread_and_by_what_it_takes(own, pulse, broker, beat, state):
    beats = {"worker": own, "pulse": pulse, "beat": heard(1)}

    found = probes.worker({name: b for name, b in beats.items() if b}, broker=broker, beat=beat)

    assert found.state == state


@pytest.mark.parametrize(
    ("beat", "state"),
    [
        (None, DEGRADED),
        (heard(26 * 3600 - 60), OK),
        (heard(26 * 3600 + 60), DOWN),
        (heard(60, problem="shrunk"), DOWN),
    ],
)
def test_a_day_and_two_hours_without_a_backup_is_red(beat, state):
    assert probes.backup({"backup": beat} if beat else {}).state == state


@pytest.mark.parametrize(
    ("beat", "state"),
    [(None, DEGRADED), (heard(60), OK), (heard(9 * 86400), DEGRADED), (heard(60, problem="truncated"), DOWN)],
)
def test_a_drill_that_failed_is_red_and_an_old_one_is_told(beat, state):
    assert probes.drill({"drill": beat} if beat else {}).state == state


@pytest.mark.django_db
def test_a_missing_migration_is_seen():
    well = probes.migrations()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")

    missing = probes.migrations()

    assert (well.state, missing.state, missing.numbers) == (OK, DOWN, {"missing": 1})


def test_a_broker_that_answers_is_well_and_one_that_does_not_is_degraded(settings, monkeypatch):
    from celery import Celery

    here = probes.broker().state
    monkeypatch.setattr(probes, "current_app", Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False))
    began = time.monotonic()
    away = probes.broker().state

    assert (here, away) == (OK, DEGRADED)
    assert time.monotonic() - began < 5


def test_a_broker_that_hangs_is_told_before_whoever_asks_loses_patience(monkeypatch):
    """A prober that waits in vain takes the database for dead, so the broker's probe must end well before that."""
    from celery import Celery

    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes connections and never answers
        url = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        hung = Celery("hung", broker=url, set_as_current=False)
        hung.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(probes, "current_app", hung)

        assert Prober(lambda: [probes.broker()], patience=4)() == [AWAY]


def test_a_probe_that_hangs_does_not_hang_who_asks():
    release = threading.Event()
    prober = Prober(lambda: release.wait(10) and [WELL], patience=0.1)

    began = time.monotonic()
    hung, again = prober(), prober()
    assert (hung, again) == (None, None)
    assert time.monotonic() - began < 2
    release.set()

    assert Prober(lambda: [WELL])() == [WELL]


def test_many_who_ask_at_once_share_one_answer():
    asked = []
    prober = Prober(lambda: asked.append(1) or time.sleep(0.2) or [WELL])
    askers = [threading.Thread(target=prober) for _ in range(10)]

    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    prober()

    assert len(asked) == 1


def test_a_probe_that_breaks_is_no_answer_and_the_next_one_is():
    answers = [lambda: 1 / 0, lambda: [WELL]]
    prober = Prober(lambda: answers.pop(0)(), fresh=0)

    assert (prober(), prober()) == (None, [WELL])
