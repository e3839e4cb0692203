"""分群规则: looked at, applied, refused in words, and only for those who set rules."""

from datetime import timedelta

import pytest
import time_machine

from segments.models import SegmentPolicy
from segments.rules.numbers import NUMBERS, PARTS
from segments.services import rebuild
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, StoreFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
URL = "/segments/policy/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def spender(store):
    customer = CustomerFactory(store=store, name="王五")
    ServiceOrderFactory(customer=customer, store=store, paid_fen=60_000, opened_on=TODAY - timedelta(days=9))
    rebuild(today=TODAY)
    return customer


def typed(**changes):
    """The form as it stands on the screen, with some numbers typed over."""
    given = {name: str(number.default) for name, number in NUMBERS.items()} | {"high_ticket_fen": "1000"}
    return given | {"version": "1", "why": ""} | changes


def test_every_number_is_asked_once_under_a_heading():
    assert sorted(name for _, names in PARTS for name in names) == sorted(NUMBERS)


def test_a_look_shows_from_where_to_where_and_whom(login, manager, spender):
    page = login(manager).post(URL, typed(high_ticket_fen="500", look="1"))

    body = page.content.decode()
    assert page.status_code == 200
    for words in ("会动到 1 位客户", "D 较低", "C 一般", "王五", "启用新规则"):
        assert words in body
    assert SegmentPolicy.objects.count() == 1


def test_applied_it_rules_and_the_history_says_what_changed(login, manager, spender):
    client = login(manager)

    page = client.post(URL, typed(high_ticket_fen="500", why="客单价涨了", apply="1"), follow=True)

    body = page.content.decode()
    assert "第 2 版规则已启用" in body
    assert "客单价高：每次自费不少于 1000 → 500 元" in body
    assert "还有 1 位客户在按新规则重算" in body
    assert SegmentPolicy.objects.current().numbers["high_ticket_fen"] == 50_000


def test_money_may_have_cents(login, manager):
    login(manager).post(URL, typed(high_ticket_fen="999.50", apply="1"))

    assert SegmentPolicy.objects.current().numbers["high_ticket_fen"] == 99_950


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frequent_visits": "3"}, "要大于“较常来"),
        ({"levels": "9"}, "要在 3 到 4 之间"),
        ({"steady_visits": ""}, "没有填"),
        ({"lost_months": "半年"}, "请填数字"),
        ({"high_ticket_fen": "1.234"}, "最多到分"),
        ({"high_ticket_fen": "9" * 30}, "要在 0 到"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words_and_kept_on_the_screen(login, manager, changes, words):
    page = login(manager).post(URL, typed(**changes, apply="1"))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert SegmentPolicy.objects.count() == 1


def test_nothing_changed_says_so(login, manager):
    page = login(manager).post(URL, typed(apply="1"), follow=True)

    assert "没有改动，规则不变" in page.content.decode()
    assert SegmentPolicy.objects.count() == 1


def test_somebody_else_changed_it_meanwhile(login, manager):
    client = login(manager)
    client.post(URL, typed(high_ticket_fen="500", apply="1"))

    page = client.post(URL, typed(levels="4", apply="1"))

    body = page.content.decode()
    assert page.status_code == 422
    assert "规则刚被别人改过" in body
    assert 'name="version" value="2"' in body
    assert SegmentPolicy.objects.current().version == 2


def test_a_store_manager_sees_no_names_of_another_store(login, spender):
    elsewhere = UserFactory(role=Role.MANAGER, store=StoreFactory())

    body = login(elsewhere).post(URL, typed(high_ticket_fen="500", look="1")).content.decode()

    assert "会动到 1 位客户" in body
    assert "王五" not in body


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MANAGER, Role.OWNER)])
def test_only_those_who_set_rules_come_here(login, role):
    assert login(UserFactory(role=role)).get(URL).status_code == 404


def test_the_page_takes_as_many_statements_with_one_version_as_with_three(
    login, manager, spender, django_assert_max_num_queries
):
    client = login(manager)
    for _ in range(2):
        with django_assert_max_num_queries(9):
            client.get(URL)
        current = SegmentPolicy.objects.current()
        for step in (1, 2):
            SegmentPolicy.objects.create(
                version=current.version + step, numbers=current.numbers | {"levels": 3 + step % 2}
            )
