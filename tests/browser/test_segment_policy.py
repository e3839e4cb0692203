"""A manager changes a number, sees who would move, applies it, and finds the people moved and why."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from segments.services import rebuild, redraw_stale
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

    page.goto(f"/customers/{spender.pk}/")
    expect(page.get_by_text("为什么是 C：24 个月到店 1 次，每次自费 ¥600（¥500 起）")).to_be_visible()
