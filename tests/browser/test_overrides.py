"""A manager decides a grade, sees it with its reason on the briefing and in the list, and takes it back."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from segments.services import rebuild
from staff.enums import Role
from tests.factories import CustomerFactory, ServiceOrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def regular(store):
    """Three visits: C2 by the rules."""
    customer = CustomerFactory(store=store, name="王建国")
    for ago in (10, 60, 120):
        ServiceOrderFactory(
            customer=customer, store=store, opened_on=localdate() - timedelta(days=ago), paid_fen=20_000
        )
    rebuild(today=localdate())
    return customer


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_decides_a_grade_sees_it_everywhere_and_takes_it_back(size, regular, browse, user_of, shot):
    page = browse(size, user=user_of(Role.MANAGER))
    page.goto(f"/customers/{regular.pk}/")

    page.get_by_role("link", name="人工定分级").click()
    page.get_by_label("字母").select_option("A")
    page.get_by_label("为什么").fill("车队的负责人")
    page.get_by_role("button", name="定下").click()

    expect(page.get_by_text("定为字母 A")).to_be_visible()
    expect(page.get_by_text("（车队的负责人，到")).to_be_visible()
    expect(page.get_by_text("按规则是 C")).to_be_visible()
    expect(page.get_by_text("这样待他：")).to_be_visible()
    shot(page, f"override-briefing-{size}")

    page.goto("/customers/?letter=A")
    row = page.get_by_role("row", name="王建国")
    expect(row.get_by_text("人定字母 A")).to_be_visible()
    expect(row.get_by_text("车队的负责人")).to_be_visible()
    shot(page, f"override-list-{size}")

    page.goto("/segments/overrides/")
    page.get_by_role("button", name="按规则").click()
    expect(page.get_by_text("又按规则算了。")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("又按原来定的算了。")).to_be_visible()
    page.goto("/segments/overrides/")
    page.get_by_role("button", name="按规则").click()
    expect(page.get_by_text("没有人工定的")).to_be_visible()

    page.goto("/customers/?letter=A")
    expect(page.get_by_text("没有符合的客户")).to_be_visible()


def test_a_manager_opens_a_cell_and_says_how_to_treat_it(regular, browse, user_of, shot):
    page = browse("desk", user=user_of(Role.MANAGER))

    page.goto("/segments/treatments/")
    page.get_by_role("link", name="修改 C2 的办法").click()
    page.get_by_label("员工做什么").fill("来店先倒杯茶")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("C2 的办法保存了")).to_be_visible()
    shot(page, "treatments")

    page.goto(f"/customers/{regular.pk}/")
    expect(page.get_by_text("来店先倒杯茶")).to_be_visible()
    page.get_by_text("区分", exact=False).last.click()
    expect(page.get_by_text("态度忠诚")).to_be_visible()
