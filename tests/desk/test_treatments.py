"""分级怎么待: the grid, a cell edited in the browser, and the line on the briefing."""

import re
from datetime import timedelta

import pytest
import time_machine

from segments.models import SegmentPolicy, Treatment
from segments.rules.treatments import SHIPPED
from segments.services import rebuild, snapshot
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, moment

pytestmark = pytest.mark.django_db
URL, EDIT = "/segments/treatments/", "/segments/treatments/edit/?cell=C2"
WORDS = {"version": "0", "staff": "来店先倒杯茶", "company": "店长打一次电话", "minutes": "45", "fen": "25.50"}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def regular(store):
    """Three visits, the last ten days ago: C2."""
    customer = CustomerFactory(store=store)
    for ago in (10, 60, 120):
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago), paid_fen=20_000)
    rebuild(today=TODAY)
    return customer


def test_the_grid_shows_every_cell_with_its_people_and_what_they_take_in_a_year(login, manager, regular):
    snapshot(today=TODAY)

    body = login(manager).get(URL).content.decode()

    for words in (
        SHIPPED["A1"].staff,
        SHIPPED["D3"].company,
        "每位一年 40 分钟、¥20",
        "按昨夜的 1 位客户",
        "letter=C&amp;digit=2",
    ):
        assert words in body
    assert "A4" not in re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
    assert f"C2（{SHIPPED['C2'].staff}）：1 位" in login(manager).get("/segments/").content.decode()


def test_a_fourth_column_stands_there_when_the_rules_have_four_levels(login, manager):
    current = SegmentPolicy.objects.current()
    SegmentPolicy.objects.create(version=2, numbers=current.all_numbers | {"levels": 4})

    assert SHIPPED["A4"].staff in login(manager).get(URL).content.decode()


@pytest.mark.parametrize("written", [0, 3])
def test_the_grid_costs_the_same_whatever_was_written(written, login, manager, regular, django_assert_num_queries):
    for version in range(1, written + 1):
        Treatment.objects.create(letter="A", digit=1, version=version, company="过问", staff="打电话", minutes=9, fen=0)
    client = login(manager)

    with django_assert_num_queries(5):
        client.get(URL)


def test_a_cell_is_edited_and_the_briefing_says_so_at_once(login, manager, regular):
    client = login(manager)
    assert SHIPPED["C2"].staff in client.get(f"/customers/{regular.pk}/").content.decode()

    page = client.post(EDIT, WORDS, follow=True)

    assert "C2 的办法保存了" in page.content.decode()
    body = client.get(f"/customers/{regular.pk}/").content.decode()
    assert "来店先倒杯茶" in body and "每年 45 分钟、¥25.50" in body
    assert "来店先倒杯茶" in client.get(EDIT).content.decode()


def test_front_desk_reads_the_line_without_money_and_may_not_open_the_grid(login, front_desk, regular):
    client = login(front_desk)

    body = client.get(f"/customers/{regular.pk}/").content.decode()

    assert SHIPPED["C2"].staff in body and "每年 40 分钟" in body and "每年 40 分钟、" not in body
    assert [client.get(URL).status_code, client.get(EDIT).status_code, client.post(EDIT, WORDS).status_code] == [
        404
    ] * 3
    assert Treatment.objects.count() == 0


def test_the_auditor_reads_the_grid_and_changes_nothing(login, auditor):
    client = login(auditor)

    assert [client.get(URL).status_code, client.post(EDIT, WORDS).status_code] == [200, 404]
    assert "treatments/edit" not in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"staff": " "}, "没有填"),
        ({"minutes": "20000"}, "要在 0 到 10000 之间"),
        ({"minutes": "半小时"}, "请填数字"),
        ({"fen": "很多"}, "金额只填数字"),
        ({"fen": ""}, "没有填"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(changes, words, login, manager):
    page = login(manager).post(EDIT, WORDS | changes)

    assert (page.status_code, words in page.content.decode(), Treatment.objects.count()) == (422, True, 0)


def test_what_was_changed_meanwhile_is_shown_and_only_then_written_over(login, manager):
    client = login(manager)
    client.post(EDIT, WORDS)

    stale = client.post(EDIT, WORDS | {"staff": "另一句"})
    body = stale.content.decode()
    assert stale.status_code == 422
    assert "规则刚被别人改过" in body and "现在是：来店先倒杯茶" in body and "另一句" in body

    client.post(EDIT, WORDS | {"staff": "另一句", "version": "1"})
    assert Treatment.objects.plan("C2").staff == "另一句"


@pytest.mark.parametrize("cell", ["", "E1", "A5", "A", "A12"])
def test_a_cell_that_does_not_exist_is_not_there(cell, login, manager):
    assert login(manager).get(f"/segments/treatments/edit/?cell={cell}").status_code == 404
