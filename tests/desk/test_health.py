"""The probes for machines: states for everybody, numbers for who has the token, red for what is red."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from campaigns.enums import MessageState
from core.calendars import statutory
from core.enums import DayKind, DaySource, JobState, PartState
from core.models import CalendarDay, Heartbeat, JobRun
from core.probes import Part
from desk import health, night
from desk.views import health as views
from imports.enums import BatchState
from imports.models import ImportBatch
from referrals.models import LedgerProof
from tests.campaigns.factories import MessageFactory
from tests.factories import TODAY, moment

MORNING = moment(TODAY, 9)
ALL_WELL = [Part("database", PartState.OK, {"age": 7}), Part("worker", PartState.OK)]


def states(now=MORNING):
    return {part.name: str(part.state) for part in health.parts(now)}


def nights(*days):
    for day in days:
        for step in night.NIGHT:
            JobRun.objects.create(job=step.job, business_date=day, state=JobState.DONE, finished_at=MORNING)


@pytest.fixture
def well(db):
    """Everything that must keep going has just been heard of."""
    for name in ("beat", "worker", "pulse", "backup", "drill"):
        Heartbeat.objects.beat(name)
    nights(TODAY)
    for day, name in statutory(TODAY.year + 1).items():
        CalendarDay.objects.create(date=day, name=name, kind=DayKind.OFF, source=DaySource.NOTICE)


def test_all_well_is_all_green(well):
    assert set(states().values()) == {"ok"}
    assert health.verdict(health.parts(MORNING)) == PartState.OK


def test_a_new_shop_is_told_what_is_missing_and_not_called_broken_for_its_backups(db):
    for name in ("beat", "worker", "pulse"):
        Heartbeat.objects.beat(name)

    assert {name for name, state in states().items() if state != "ok"} == {"days_off", "backup", "drill"}
    assert health.verdict(health.parts(MORNING)) == PartState.DEGRADED


def test_points_that_do_not_add_up_are_red_until_they_do(well):
    proof = LedgerProof.objects.create(proved_on=TODAY, wrong=[{"what": "lot", "id": 7, "says": 9, "counted": 8}])
    assert states()["ledger"] == "down"

    LedgerProof.objects.create(proved_on=proof.proved_on + timedelta(days=1))
    assert states()["ledger"] == "ok"


@pytest.mark.parametrize(("minutes", "state"), [(29, "ok"), (31, "down")])
def test_a_message_that_lies_due_for_half_an_hour_is_red(well, minutes, state):
    MessageFactory(due_at=MORNING - timedelta(minutes=minutes))

    assert states()["outbox"] == state


def test_a_message_a_worker_dropped_is_red_too(well):
    lost = timezone.now() - timedelta(hours=1)
    MessageFactory(state=MessageState.INFLIGHT, lease_until=lost, due_at=MORNING + timedelta(days=1))

    assert health.outbox(timezone.now()).state == PartState.DOWN


@pytest.mark.parametrize("state", [BatchState.WAITING, BatchState.CHECKING, BatchState.RUNNING])
def test_an_import_nobody_takes_up_is_red(well, store, state):
    facts = {"store": store, "file_name": "客户.xlsx", "file_hash": "0" * 64, "kind": "customers", "state": state}
    batch = ImportBatch.objects.create(**facts, lease_until=MORNING - timedelta(minutes=14), created_at=TODAY_EARLY)
    fresh = states()["imports"]
    ImportBatch.objects.filter(pk=batch.pk).update(lease_until=MORNING - timedelta(minutes=16))

    assert (fresh, states()["imports"]) == ("ok", "down")


TODAY_EARLY = moment(TODAY, 1)


@pytest.mark.parametrize(
    ("done", "now", "state"),
    [
        ([TODAY], moment(TODAY, 9), "ok"),
        ([TODAY - timedelta(days=1)], moment(TODAY, 5, 59), "ok"),
        ([TODAY - timedelta(days=1)], moment(TODAY, 6), "down"),
        ([TODAY - timedelta(days=2)], moment(TODAY, 1), "down"),
        ([], moment(TODAY, 9), "ok"),
    ],
)
def test_the_night_must_be_over_when_the_shop_opens(db, done, now, state):
    nights(*done)

    assert str(health.last_night(now).state) == state


def test_a_missing_notice_of_the_coming_year_is_told_without_shutting_the_shop(well):
    CalendarDay.objects.all().delete()

    assert states()["days_off"] == "degraded"
    assert health.verdict(health.parts(MORNING)) == PartState.DEGRADED


def test_a_database_that_is_away_is_red_and_the_rest_is_unknown(db, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.probes, "migrations", away)

    found = states()

    assert (found.pop("database"), found.pop("broker"), set(found.values())) == ("down", "ok", {"unknown"})


def test_livez_answers_without_a_login_and_without_a_database(client):
    answer = client.get("/livez")  # the test has no database mark: a query would fail it

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        (ALL_WELL, "ok", 200),
        ([*ALL_WELL, Part("broker", PartState.DEGRADED)], "degraded", 200),
        ([*ALL_WELL, Part("night", PartState.DOWN)], "down", 503),
        (None, "down", 503),
    ],
)
def test_readyz_is_as_bad_as_its_worst_part(client, monkeypatch, parts, status, code):
    monkeypatch.setattr(views, "prober", lambda: parts)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("token", "given", "sees"),
    [("", "", False), ("", "Bearer ", False), ("secret", "", False), ("secret", "Bearer secret", True)],
)
def test_numbers_are_for_who_has_the_token(client, monkeypatch, settings, token, given, sees):
    monkeypatch.setattr(views, "prober", lambda: ALL_WELL)
    settings.READYZ_TOKEN = token

    answer = client.get("/readyz", headers={"Authorization": given})

    assert ("numbers" in answer.json()) is sees
    assert answer.json()["parts"] == {"database": "ok", "worker": "ok"}


@pytest.mark.django_db(transaction=True)
def test_readyz_asks_the_real_parts(client):
    views.prober.__init__(views.prober._ask, fresh=0)

    answer = client.get("/readyz")

    parts = answer.json()["parts"]
    assert (answer.status_code, parts["database"], parts["migrations"], parts["worker"]) == (503, "ok", "ok", "down")
    assert set(parts) == {"database", "broker", *health.IN_THE_DATABASE}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_probes_are_only_looked_at(client, method):
    assert [getattr(client, method)(url).status_code for url in ("/livez", "/readyz")] == [405, 405]


def test_probes_hold_nothing_but_names_states_and_numbers(well, client, settings):
    settings.READYZ_TOKEN = "secret"

    numbers = {part.name: part.numbers for part in health.parts(MORNING)}

    assert all(isinstance(n, int) for part in json.loads(json.dumps(numbers)).values() for n in part.values())


@pytest.mark.parametrize("messages", [1, 3])
def test_a_probe_costs_the_same_however_much_there_is(well, messages, django_assert_num_queries):
    MessageFactory.create_batch(messages)

    with django_assert_num_queries(11):
        health.parts(MORNING)
