"""The night: its order, once per business date, resumed after a crash, caught up after a miss."""

import json
import re
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from campaigns.models import Message, Touch
from core.models import JobRun
from customers.enums import ChangeKind, EndedAs
from customers.models import Customer, CustomerChange
from desk import night
from desk.management.commands.nightly import STEPS
from desk.tasks import run_night
from segments.models import Profile
from tests.campaigns.factories import visited
from tests.factories import SHANGHAI, TODAY, CustomerFactory, VehicleFactory, VoucherFactory, moment

pytestmark = pytest.mark.django_db
JOBS = [
    "core.tables", "vehicles.mileage", "vehicles.due", "vehicles.appointments", "vehicles.opportunities",
    "referrals.earn", "referrals.advance", "referrals.vouchers",
    "segments.refresh", "segments.estimate", "segments.tally", "segments.snapshot",
    "campaigns.drive", "campaigns.propose", "campaigns.post", "campaigns.list", "campaigns.outbox",
    "core.photos", "referrals.mind", "referrals.invitations", "customers.circles",
    "referrals.ambassadors", "referrals.prove",
]  # fmt: skip


@pytest.fixture
def shop(store, care):
    """Yesterday a car was serviced for the first time, today is a birthday, an insurance ends in a month."""
    order = visited(store)
    CustomerFactory(birthday_calendar="solar", birth_month=11, birth_day=21)
    VehicleFactory(owner=CustomerFactory(), insured_until=TODAY + timedelta(days=20))
    CustomerChange.objects.note([order.customer_id], ChangeKind.ORDER)


def nightly(capsys, day=TODAY):
    call_command("nightly", date=day, json=True)
    return json.loads(capsys.readouterr().out)


def rows():
    return [list(model.objects.order_by("pk").values_list()) for model in (Touch, Message, Profile, JobRun)]


def test_the_steps_run_from_facts_to_touches():
    assert [step.job for step in night.NIGHT] == JOBS
    assert list(STEPS) == JOBS  # each is called something in Chinese


def test_a_voucher_that_goes_along_with_a_merge_counts_for_the_survivor_the_same_night():
    voucher, survivor = VoucherFactory(), CustomerFactory()
    night.run(TODAY)
    merged = {"ended_at": moment(TODAY), "ended_as": EndedAs.MERGED, "merged_into": survivor}
    Customer.objects.filter(pk=voucher.customer_id).update(**merged)

    night.run(TODAY + timedelta(days=1))

    assert Profile.objects.get(customer=survivor).voucher_over_on


def test_the_night_turns_facts_into_lists_and_messages(shop, capsys):
    report = nightly(capsys)

    assert report["steps"]["campaigns.propose"].pop("foreseen") > 0
    assert report["steps"].pop("core.tables") == {"tables": 0}  # none is large
    assert report == {
        "date": "2026-11-21",
        "state": "done",
        "steps": {
            "vehicles.mileage": {"kinds": 0, "cars": 0},
            "vehicles.due": {"changed": 0, "due": 0, "written": 0, "removed": 0, "outcomes": 0},
            "vehicles.appointments": {"arrived": 0, "no_show": 0},
            "vehicles.opportunities": {"looked": 0, "opened": 0, "settled": 0, "written": 0},
            "referrals.earn": {"orders": 0, "posted": 0},
            "referrals.advance": {"introductions": 0, "moves": 0, "thanked": 0, "taken_back": 0},
            "referrals.vouchers": {"rolled_back": 0, "moved": 0, "voided": 0},
            "segments.refresh": {
                "changed": 1,
                "due": 0,
                "written": 3,
                "removed": 0,
                "drawn": 3,
                "needs": 0,
                "rebuilt": 1,
            },
            "segments.estimate": {"fitted": 0, "estimated": 0},
            "segments.tally": {"totals": 34, "months": 68},
            "segments.snapshot": {"numbers": 24},
            "campaigns.drive": {"ended": 0, "barred": 0},
            "campaigns.propose": {
                "proposed": 4,
                "created": 4,
                "changed": 0,
                "taken": 0,
                "forbidden": 0,
                "merged": 1,
                "postponed": 0,
                "over_budget": 0,
                "dropped": 0,
                "expired": 0,
            },
            "campaigns.post": {"posts": 0},
            "campaigns.list": {
                "listed": 2,
                "waiting": 0,
                "returned": 0,
                "dropped": 0,
                "covered": 0,
                "back": 0,
                "no_caller": [],
            },
            "campaigns.outbox": {"queued": 1},
            "core.photos": {"rows": 0, "files": 0},
            "referrals.mind": {"merged": 0, "parted": 0, "forfeited": 0, "released": 0, "expired": 0},
            "referrals.invitations": {"forgotten": 0},
            "customers.circles": {"moved": 0, "parted": 0, "ended": 0},
            "referrals.ambassadors": {"moved": 0, "parted": 0, "ended": 0},
            "referrals.prove": {"wrong": 0},
        },
    }


def test_running_a_done_date_again_says_so_and_changes_nothing(shop, capsys):
    first = nightly(capsys)
    before = rows()
    visited(Touch.objects.first().store)

    second = nightly(capsys)

    assert second == {**first, "state": "already_done"}
    assert rows() == before


def test_without_json_the_command_speaks_chinese(shop, capsys):
    call_command("nightly", date=TODAY)

    words = capsys.readouterr().out
    assert words.startswith("2026-11-21：完成\n  清点数据库：数过的表 ")
    assert not re.search("[a-z]", words)
    assert "\n  过了日子的预约：来了 0，没来 0\n  商机：看过车辆 0" in words
    assert "\n  工单积分：看过工单 0，记账 0\n  老带新：看过介绍 0，走了几步 0，谢了 0，收回谢礼 0\n" in words


def test_without_a_date_the_night_of_today_runs(shop, capsys, time_machine):
    time_machine.move_to(moment(TODAY, 3))

    call_command("nightly", json=True)

    assert json.loads(capsys.readouterr().out)["date"] == "2026-11-21"


def test_a_broken_step_ends_the_night_and_the_next_run_goes_on_from_there(shop, capsys, monkeypatch):
    def breaks(*, today):
        raise RuntimeError("disk full")

    with monkeypatch.context() as broken:
        steps = [*night.NIGHT[:3], night.Step("campaigns.list", breaks), night.NIGHT[4]]
        broken.setattr(night, "NIGHT", steps)
        with pytest.raises(CommandError):
            call_command("nightly", date=TODAY, json=True)
    report = json.loads(capsys.readouterr().out)
    failed = JobRun.objects.get(job="campaigns.list")

    assert (report["state"], failed.error) == ("failed", "RuntimeError: disk full")
    assert not JobRun.objects.filter(job="campaigns.outbox").exists()
    assert nightly(capsys)["state"] == "done"
    assert JobRun.objects.get(job="campaigns.list").attempts == 2


def test_a_step_that_was_killed_half_way_is_resumed_when_its_lease_has_run_out(shop, capsys):
    held = JobRun.objects.claim("campaigns.propose", TODAY)
    assert nightly(capsys)["state"] == "busy"
    JobRun.objects.filter(pk=held.pk).update(lease_until=timezone.now() - timedelta(minutes=1))

    assert nightly(capsys)["state"] == "done"
    assert Touch.objects.count() == 4


@pytest.mark.parametrize(
    ("now", "owed"),
    [
        (moment(TODAY, 1, 59), [date(2026, 11, 20)]),
        (moment(TODAY, 2), [TODAY]),
        (moment(TODAY, 23, 30), [TODAY]),
    ],
)
def test_a_new_shop_owes_one_night_in_shop_time(now, owed):
    assert night.owed(now) == owed


def test_missed_nights_are_owed_oldest_first_within_their_age(shop):
    night.run(TODAY)

    assert night.owed(moment(TODAY + timedelta(days=3), 2)) == [TODAY + timedelta(days=n) for n in (1, 2, 3)]
    assert night.owed(moment(TODAY + timedelta(days=30), 2)) == [TODAY + timedelta(days=n) for n in range(23, 31)]


def test_a_day_with_a_missing_step_is_owed(shop):
    night.run(TODAY)
    JobRun.objects.filter(job="campaigns.outbox").delete()

    assert night.owed(moment(TODAY, 4)) == [TODAY]


def test_after_two_missed_nights_nothing_is_lost_and_nothing_is_said_late(shop, store):
    night.run(TODAY - timedelta(days=1))
    late = TODAY + timedelta(days=2)

    reports = night.catch_up(moment(late, 3))

    assert [report["date"] for report in reports] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert set(Touch.objects.values_list("occasion", "state")) == {
        ("after_visit", "listed"),
        ("welcome", "waiting"),
        ("insurance", "listed"),
        ("birthday", "expired"),
    }
    assert not Message.objects.queued().filter(not_after__gt=moment(late, 3)).exists()


def test_catching_up_stops_where_somebody_else_is_at_work(shop):
    night.run(TODAY)
    JobRun.objects.claim("segments.refresh", TODAY + timedelta(days=1))

    reports = night.catch_up(moment(TODAY + timedelta(days=2), 3))

    assert [report["state"] for report in reports] == ["busy"]


def test_the_task_decides_by_shop_time(shop, time_machine):
    time_machine.move_to(moment(TODAY, 2, 4).astimezone(SHANGHAI))

    run_night(), run_night()

    assert set(JobRun.objects.values_list("business_date", "attempts")) == {(TODAY, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_are_one(shop):
    start, states = Barrier(2), []

    def one():
        try:
            start.wait()
            states.append(night.run(TODAY)["state"])
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert "done" in states
    assert (Touch.objects.count(), Message.objects.count()) == (4, 1)
    assert set(JobRun.objects.values_list("attempts", flat=True)) == {1}
