"""manage.py occasions: the calendar by day, and who an occasion would find."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from campaigns.content.calendar import turns_between
from campaigns.models import Touch
from core.calendars import FEASTS
from tests.factories import TODAY, CustomerFactory

FEBRUARY = ["--from", "2027-02-01", "--to", "2027-02-20"]


def printed(capsys, *words):
    call_command("occasions", *words)
    return capsys.readouterr().out


def test_the_calendar_prints_day_key_and_name(capsys):
    assert printed(capsys, *FEBRUARY).splitlines() == [
        "2027-02-01  tip_spring  春节前后用车提示",
        "2027-02-04  lichun  立春",
        "2027-02-05  chuxi  除夕",
        "2027-02-06  chunjie  春节",
        "2027-02-14  qingrenjie  情人节",
        "2027-02-19  yushui  雨水",
        "2027-02-20  yuanxiao  元宵节",
    ]


def test_the_calendar_as_json_is_one_array(capsys):
    found = json.loads(printed(capsys, *FEBRUARY, "--json"))

    assert found[1] == {"date": "2027-02-04", "key": "lichun", "name": "立春"}
    assert len(found) == 7


def test_a_day_without_anything_says_so(capsys):
    assert printed(capsys, "--from", "2027-02-02").strip() == "没有"


def test_a_year_has_every_feast_and_four_tips():
    found = turns_between(date(2026, 1, 1), date(2026, 12, 31))

    assert {turn.key for turn in found} == {*FEASTS, "tip_spring", "tip_summer", "tip_autumn", "tip_winter"}
    assert len({turn.cycle for turn in found}) == len(found) == 47


def test_a_tip_keeps_clear_of_feasts():
    for year in range(2024, 2036):
        days = [(turn.day, turn.kind) for turn in turns_between(date(year, 1, 1), date(year, 12, 31))]
        tips = [day for day, kind in days if kind == "tip"]
        assert [day for day, kind in days if kind != "tip" and day in tips] == []


@pytest.mark.django_db
def test_a_dry_run_says_who_and_why_and_writes_nothing(store, capsys):
    person = CustomerFactory(name="王建国", birthday_calendar="solar", birth_month=11, birth_day=21)

    said = printed(capsys, "--who", "birthday", "--date", TODAY.isoformat())

    assert said.strip() == f"{person.pk}  王建国  2026-11-21  message  今天生日（公历11月21日）"
    assert not Touch.objects.exists()


def test_an_unknown_occasion_names_those_there_are():
    with pytest.raises(CommandError, match="有的是：birthday"):
        call_command("occasions", "--who", "moon")


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(CommandError):
        call_command("occasions", "--from", "2027-02-20", "--to", "2027-02-01")
