"""manage.py plan: a rehearsal that leaves nothing behind."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import PlanLine, PlanRun
from tests.campaigns.factories import visited
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store, care):
    order = visited(store)
    order.vehicle.insured_until = TODAY + timedelta(days=30)
    order.vehicle.save()
    return order


def rehearsed(capsys, **options):
    call_command("plan", **{"first": TODAY, "json": True} | options)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_decision_is_printed_and_nothing_is_kept(shop, capsys):
    rows = rehearsed(capsys, days=7)

    said = {row["occasion"]: (row["decision"], row["with"], row["why"]) for row in reversed(rows)}
    assert said == {
        "after_visit": ("kept", None, ""),
        "insurance": ("merged", f"after_visit|order:{shop.pk}", "和“提车回访”一起说"),
    }
    assert not PlanLine.objects.exists()
    assert not PlanRun.objects.exists()


def test_shards_share_the_customers_among_them(shop, capsys):
    shares = [rehearsed(capsys, days=7, shard=f"{i}/2") for i in (0, 1)]

    assert [] in shares
    assert shares[0] + shares[1] == rehearsed(capsys, days=7)


def test_without_json_it_speaks_chinese(shop, capsys):
    call_command("plan", first=TODAY, days=7)

    assert capsys.readouterr().out.startswith("2026-11-21：合并 1，按时 1\n")


@pytest.mark.parametrize("wrong", [{"days": 0}, {"shard": "4/4"}, {"shard": "一半"}])
def test_what_makes_no_sense_is_refused(store, wrong):
    with pytest.raises(CommandError):
        call_command("plan", **wrong)
