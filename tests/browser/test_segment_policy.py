"""A manager changes a number, sees who would move, applies it, and finds the people moved and why."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from segments.services import estimate, fitting, rebuild, redraw_stale
from staff.enums import Role
from tests.factories import CustomerFactory, ServiceOrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_changes_a_threshold_looks_applies_and_sees_who_moved(size, store, browse, user_of, shot):
    today = localdate()
    spender = CustomerFactory(store=store, name="王五")
    ServiceOrderFactory(customer=spender, store=store, paid_fen=60_000, opened_on=today - timedelta(days=9))
    rebuild(today=today)
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/segments/policy/")
    page.get_by_label("客单价高：每次自费不少于（元）").fill("500")
    page.get_by_role("button", name="看看会动到谁").click()
    expect(page.get_by_role("heading", name="会动到 1 位客户")).to_be_visible()
    page.get_by_text("其中 1 位").click()
    expect(page.get_by_role("link", name="王五")).to_be_visible()
    shot(page, f"segment-policy-{size}")

    page.get_by_label("为什么改").fill("客单价涨了")
    page.get_by_role("button", name="启用新规则").click()
    expect(page.get_by_text("第 2 版规则已启用")).to_be_visible()
    expect(page.get_by_text("客单价高：每次自费不少于 1000 → 500 元")).to_be_visible()
    redraw_stale(today=today)  # what the nudged worker does

    page.goto("/segments/moves/")
    moved = page.locator("tbody tr").filter(has_text="王五")
    for words in ("D 较低", "C 一般", "升", "24 个月到店 1 次，每次自费 ¥600（¥500 起）"):
        expect(moved).to_contain_text(words)
    shot(page, f"segment-moved-{size}")

    page.goto("/customers/?tier=C")
    expect(page.locator("tbody tr")).to_contain_text("24 个月到店 1 次，每次自费 ¥600（¥500 起）")

    page.goto(f"/customers/{spender.pk}/")
    expect(page.get_by_text("为什么是 C：24 个月到店 1 次，每次自费 ¥600（¥500 起）")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_has_the_cut_points_estimated_anew(size, store, browse, user_of, shot, monkeypatch):
    monkeypatch.setattr(fitting, "ENOUGH", 3)
    today = localdate()
    people = [CustomerFactory(store=store, name=name) for name in ("赵一", "钱二", "孙三")]
    for place, customer in enumerate(people):
        ServiceOrderFactory(customer=customer, store=store, paid_fen=10_000 * (place + 1), opened_on=today)
    rebuild(today=today)
    estimate(today=today)
    ServiceOrderFactory(customer=people[0], store=store, paid_fen=5_000_000, opened_on=today)
    rebuild(today=today)
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/segments/policy/")
    page.get_by_role("button", name="重新估一次").click()
    expect(page.get_by_role("heading", name="会动到 1 位客户的 RFM")).to_be_visible()
    page.get_by_text("其中 1 位").click()
    expect(page.get_by_role("link", name="钱二")).to_be_visible()
    shot(page, f"segment-estimates-{size}")

    page.get_by_role("button", name="启用重新估的").click()
    expect(page.get_by_text("第 3 版规则已启用")).to_be_visible()


def test_the_front_desk_reaches_none_of_it(store, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))

    # Chromium calls a 404 an error on the console, so they are asked for without opening them.
    paths = ("/segments/policy/", "/segments/moves/", "/segments/needs/")
    assert [page.request.get(path).status for path in paths] == [404, 404, 404]
