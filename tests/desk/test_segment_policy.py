"""分群规则: looked at, applied, refused in words, and only for those who set rules."""

import re
from datetime import timedelta

import pytest
import time_machine

from segments.models import SegmentPolicy
from segments.rules.numbers import NUMBERS, PARTS
from segments.services import estimate, fitting, rebuild
from staff.enums import Role
from staff.models import AuditEntry
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


# --- estimated anew ---

ANEW = "/segments/estimates/"
SEEN = re.compile(r'name="looked_at" value="([^"]+)"')


@pytest.fixture
def estimated(store, monkeypatch):
    """Three customers, estimated; since then one of them spent much."""
    monkeypatch.setattr(fitting, "ENOUGH", 3)
    people = [CustomerFactory(store=store, name=name) for name in ("赵一", "钱二", "孙三")]
    for place, customer in enumerate(people):
        ServiceOrderFactory(customer=customer, store=store, paid_fen=10_000 * (place + 1), opened_on=TODAY)
    rebuild(today=TODAY)
    estimate(today=TODAY)
    ServiceOrderFactory(customer=people[0], store=store, paid_fen=5_000_000, opened_on=TODAY)
    rebuild(today=TODAY)


def test_estimating_anew_shows_who_would_move_and_writes_nothing(login, manager, estimated):
    client = login(manager)
    assert "F：24 个月来了几次" in client.get(URL).content.decode()

    page = client.post(ANEW)

    body = page.content.decode()
    for words in ("会动到 1 位客户的 RFM", "重新估的", "钱二", "一般发展", "启用重新估的"):
        assert words in body
    assert SegmentPolicy.objects.current().version == 2


def test_estimates_that_are_the_same_are_not_offered(login, manager, estimated):
    client = login(manager)
    seen = SEEN.search(client.post(ANEW).content.decode())[1]
    client.post(ANEW, {"looked_at": seen, "apply": "1"})

    body = client.post(ANEW).content.decode()

    assert "和现在的一样，不用换" in body and "启用重新估的" not in body


def test_what_was_looked_at_is_put_in_force_once_and_stands_in_the_history(login, manager, estimated, store):
    client = login(manager)
    seen = SEEN.search(client.post(ANEW).content.decode())[1]
    ServiceOrderFactory(customer=CustomerFactory(store=store), store=store, paid_fen=1, opened_on=TODAY)

    pages = [client.post(ANEW, {"looked_at": seen, "apply": "1"}, follow=True) for _ in range(2)]

    body = pages[0].content.decode()
    assert "第 3 版规则已启用" in body and "按店里的历史重新估计" in body
    assert SegmentPolicy.objects.current().version == 3
    assert AuditEntry.objects.filter(by=manager).count() == 1


@pytest.mark.parametrize("seen", ["", "x", "WzIse30seyJhIjoxfV0:1vO:x"])
def test_estimates_that_nobody_looked_at_are_refused(login, manager, estimated, seen):
    page = login(manager).post(ANEW, {"looked_at": seen, "apply": "1"}, follow=True)

    assert "请重新估一次" in page.content.decode()
    assert SegmentPolicy.objects.current().version == 2


def test_estimates_looked_at_before_another_version_are_refused(login, manager, estimated):
    client = login(manager)
    seen = SEEN.search(client.post(ANEW).content.decode())[1]
    client.post(URL, typed(version="2", levels="4", apply="1"))

    page = client.post(ANEW, {"looked_at": seen, "apply": "1"}, follow=True)

    assert "规则刚被别人改过" in page.content.decode()
    assert SegmentPolicy.objects.current().version == 3


def test_with_too_few_customers_it_says_so(login, manager):
    page = login(manager).post(ANEW, follow=True)

    assert "还不到 50 位，估不准" in page.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MANAGER, Role.OWNER)])
def test_only_those_who_set_rules_estimate(login, role):
    assert login(UserFactory(role=role)).post(ANEW).status_code == 404
